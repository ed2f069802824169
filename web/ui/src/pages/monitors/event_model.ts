// The shapes of the API of event sources, and the lines that the sending systems want.
import type { Key } from "../../lib/i18n";
import type { ShownState, Time } from "../../lib/types";

export const formats = ["alertmanager", "pagerduty", "json"] as const;
export type EventFormat = (typeof formats)[number];

export interface EventSource {
  id: string;
  name: string;
  format: EventFormat;
  key_start: string;
  addresses: string[];
  stale_after_seconds: number;
  watchdog_event: string;
  watchdog_seconds: number;
  watchdog_at: Time | null;
  last_at: Time | null;
  open_events: number;
  state: ShownState;
  tags: string[];
  team_ids: string[];
  version: number;
}

export interface SourceWithKey {
  source: EventSource;
  key: string;
}

interface Lines {
  name: Key;
  text: string;
}

const doors: Record<EventFormat, string> = { alertmanager: "/api/events/alertmanager", pagerduty: "/api/events/pagerduty/v2/enqueue", json: "/api/events/json" };

function posted(url: string, key: string | null, body: object): string {
  const bearer = key ? ` \\\n  -H 'Authorization: Bearer ${key}'` : "";
  return `curl -sS '${url}'${bearer} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
}

// The key is never in the address: addresses are written into logs.
export function linesFor(format: EventFormat, origin: string, key: string): Lines[] {
  const url = origin + doors[format];
  if (format === "alertmanager") {
    return [
      { name: "lines.alertmanager", text: `receivers:\n  - name: connlog\n    webhook_configs:\n      - url: ${url}\n        send_resolved: true\n        http_config:\n          authorization:\n            credentials: ${key}` },
      {
        name: "lines.grafana",
        text: `apiVersion: 1\ncontactPoints:\n  - orgId: 1\n    name: connlog\n    receivers:\n      - uid: connlog\n        type: webhook\n        settings:\n          url: ${url}\n          authorization_scheme: Bearer\n          authorization_credentials: ${key}`,
      },
    ];
  }
  if (format === "pagerduty") {
    const event = { routing_key: key, event_action: "trigger", dedup_key: "backup of nas", payload: { summary: "Backup of nas failed", source: "nas", severity: "critical" } };
    return [
      { name: "lines.pagerduty_open", text: posted(url, null, event) },
      { name: "lines.pagerduty_end", text: posted(url, null, { routing_key: key, event_action: "resolve", dedup_key: "backup of nas" }) },
      { name: "lines.pagerduty_alertmanager", text: `pagerduty_configs:\n  - url: ${url}\n    routing_key: ${key}` },
    ];
  }
  return [
    { name: "lines.json_open", text: posted(url, key, { key: "backup of nas", summary: "Backup of nas failed", severity: "critical" }) },
    { name: "lines.json_end", text: posted(url, key, { key: "backup of nas", summary: "Backup of nas failed", resolved: true }) },
  ];
}
