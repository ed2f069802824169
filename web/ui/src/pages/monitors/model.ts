// The shapes of the API of monitors, and what follows from them.
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useQuery } from "../../lib/query";
import type { KindField, KindValue, List, ObservedState, ShownState, StateReason, Subject, Time } from "../../lib/types";
import type { ApiError } from "../../lib/api";
import { api } from "../../lib/workspace";
import { iconNamed, type IconName } from "../../parts/icon";

export interface CheckKind {
  kind: string;
  title: string;
  icon: string;
  fields: KindField[];
  is_passive: boolean;
  has_certificate: boolean;
  for_probes: boolean;
}

export interface MonitorRow {
  id: string;
  kind: string;
  name: string;
  shown: string; // what is checked
  state: ShownState;
  observed: ObservedState;
  since: Time | null;
  detail: string;
  tags: string[];
  teams: string[]; // ids
  groups: string[]; // ids
  open_incidents: number;
  response_ms: number | null;
  spark: (number | null)[]; // milliseconds, oldest first; -1: it failed
  days: (number | null | { uptime_percent: number | null })[]; // oldest first
  uptime_30d: number | null;
  certificate_days: number | null;
  last_at: Time | null;
  maintenance?: boolean; // one runs
}

export interface MonitorList extends List<MonitorRow> {
  // With the first page alone.
  counts: Partial<Record<ShownState, number>> | null;
  kinds: Record<string, number> | null;
  paused_long: number | null;
}

export const timingNames = ["interval_seconds", "retries", "retry_interval_seconds", "time_limit_ms", "recover_after"] as const;
export type TimingName = (typeof timingNames)[number];
export type Own = Partial<Record<TimingName, number | null>>;
export interface Effective {
  value: number;
  from: "standard" | "group" | "tag" | "own";
  of: string | null;
  of_name: string | null;
}
export type Timing = Record<TimingName, Effective>;

export const timingRange: Record<TimingName, { low: number; high: number; standard: number }> = {
  interval_seconds: { low: 5, high: 86_400, standard: 60 },
  retries: { low: 0, high: 20, standard: 2 },
  retry_interval_seconds: { low: 5, high: 3_600, standard: 15 },
  time_limit_ms: { low: 100, high: 60_000, standard: 10_000 },
  recover_after: { low: 1, high: 20, standard: 1 },
};

export interface Phases {
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  first_byte_ms: number | null;
  total_ms: number | null;
}
export const phaseNames = ["dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "total_ms"] as const;

export interface Outcome {
  at: Time;
  verdict: "up" | "degraded" | "down" | "unknown";
  reason: string;
  text: string;
  phases: Phases;
  address: string | null;
  excerpt?: string | null;
}

export interface Probe {
  id: string;
  name: string | null; // null: the reader does not see the agent
  state: ObservedState | null; // null: not heard yet
  reason: string | null;
  text?: string | null;
  at: Time | null;
}

export interface PingFacts {
  status: string;
  pings: number;
  last_ping: Time | null;
  last_start: Time | null;
  last_duration_seconds: number | null;
  due_at: Time | null;
  down_at: Time | null;
  slug: string;
}

export interface Monitor extends MonitorRow {
  reason?: StateReason;
  fields: Record<string, KindValue>;
  secrets_set: string[];
  own: Own;
  timing: Timing;
  know_within_seconds: number | null; // null: it depends on people, or on a calendar
  slow_after_ms: number;
  certificate_days_limit: number;
  invert: boolean;
  probes: { mode: "appliance" | "agents"; agents: Probe[]; needed: number };
  last: Outcome | null;
  next_at: Time | null;
  ping: PingFacts | null;
  paused_at: Time | null;
  version: number;
  notes: string;
  runbook?: string;
  labels: Record<string, string>;
  key: string | null;
  created_at?: Time;
  uptime: Record<"h24" | "d7" | "d30" | "d90" | "d365", number | null>;
}

// What a group or a tag sets for the monitors in it.
export interface DefaultsRow extends Own {
  scope: "group" | "tag";
  of: string; // the group's id, or the tag
  of_name?: string;
  recipients: string[]; // ids
}

export interface Proposal {
  kind: string;
  name: string;
  fields: Record<string, KindValue>;
  secrets_moved: string[];
}

export const monitorPath = (id: string, more = ""): string => api(`/monitors/${id}${more}`);

// Whether the server asks if one may check the host.
export const asksForHost = (error: ApiError | null): boolean => error?.status === 409 && (error.code === "confirm_host" || error.field === "confirmed_host");

// What the parts that subjects of every kind share want to know of it.
export function subjectOf(monitor: Monitor): Subject {
  return {
    id: monitor.id, kind: "monitor" as Subject["kind"], name: monitor.name, state: monitor.state, tags: monitor.tags, labels: monitor.labels,
    team_ids: monitor.teams, group_ids: monitor.groups, notes: monitor.notes, runbook: monitor.runbook ?? "", maintenance: monitor.maintenance ?? false, key: monitor.key, version: monitor.version,
    observed: { state: monitor.observed, reason: monitor.reason ?? "source", since: monitor.since, detail: monitor.detail },
    open_incidents: monitor.open_incidents, paused_at: monitor.paused_at, created_at: monitor.created_at ?? "", first_seen_at: null,
    last_seen_at: monitor.last_at, latest: null, group: null,
  };
}

// The table of kinds by word, in the server's order. Null: not here yet.
export function useCheckKinds(): ReadonlySignal<ReadonlyMap<string, CheckKind> | null> {
  const query = useQuery<List<CheckKind>>("/check-kinds");
  return useComputed(() => (query.data.value ? new Map(query.data.value.items.map((each) => [each.kind, each])) : null));
}

// The groups of the workspace. The list of all subjects, which may be long, is not loaded for them.
export function useGroups(): ReadonlySignal<Subject[]> {
  const query = useQuery<List<Subject>>(api("/subjects?kind=group&limit=200"));
  return useComputed(() => query.data.value?.items ?? []);
}

// Of those that come with this chunk (chunks/monitors.ts).
export const playIcon = "play" as IconName;

export const kindIcon = (kind: CheckKind | undefined): IconName => iconNamed(kind?.icon, "monitor");

// Own values, else the smallest of the groups, else of the tags, else the standard (core/monitors/monitor.h).
export function effective(own: Own, tags: readonly string[], groups: readonly string[], defaults: readonly DefaultsRow[]): Record<TimingName, number> {
  const least = (scope: DefaultsRow["scope"], of: readonly string[], name: TimingName): number | null => {
    const values = defaults.filter((each) => each.scope === scope && of.includes(each.of)).flatMap((each) => each[name] ?? []);
    return values.length > 0 ? Math.min(...values) : null;
  };
  return Object.fromEntries(timingNames.map((name) =>
    [name, own[name] ?? least("group", groups, name) ?? least("tag", tags, name) ?? timingRange[name].standard])) as Record<TimingName, number>;
}

// From the moment at which the service fails until the monitor is down, at most.
export function knowWithin(timing: Record<TimingName, number>): number {
  const limit = Math.min(timing.time_limit_ms / 1_000, timing.interval_seconds * 0.8);
  return timing.interval_seconds + limit + timing.retries * (timing.retry_interval_seconds + limit);
}

// The charts that a kind has something for.
export const chartsFor = (kind: string): string[] => ({ ping: ["response", "loss"], ntp: ["response", "offset"], push: ["run"] })[kind] ?? ["response"];

// The fields that stand in sight, by kind; of a kind without a row, those that are required. The others are folded.
const first: Record<string, string[]> = {
  http: ["url"], tcp: ["host", "port", "preset", "tls"], ping: ["host"], dns: ["name", "record", "expected"], tls: ["host", "port"], ntp: ["host"],
  push: ["period_seconds", "grace_seconds", "schedule", "zone"], manual: ["note"],
};
export const isFirst = (kind: CheckKind, field: KindField): boolean => first[kind.kind]?.includes(field.name) ?? field.required;

// Fields that mean something only beside the value of another one.
const beside: Record<string, (values: Record<string, KindValue>) => boolean> = {
  username: (values) => values.auth === "basic",
  password: (values) => values.auth === "basic",
  token: (values) => values.auth === "bearer",
  oauth_token_url: (values) => values.auth === "oauth2",
  oauth_client_id: (values) => values.auth === "oauth2",
  oauth_client_secret: (values) => values.auth === "oauth2",
  oauth_scope: (values) => values.auth === "oauth2",
  body: (values) => values.method === undefined || !["GET", "HEAD", ""].includes(String(values.method)),
  keyword_absent: (values) => Boolean(values.keyword),
  json_compare: (values) => Boolean(values.json_path),
  json_value: (values) => Boolean(values.json_path) && values.json_compare !== "exists",
  ca: (values) => values.tls_trust === "ca",
  pin: (values) => values.tls_trust === "pin",
  client_key: (values) => Boolean(values.client_certificate),
  filter_default_fail: (values) => values.filter_body === true,
  success_words: (values) => values.filter_body === true,
  fail_words: (values) => values.filter_body === true,
  start_words: (values) => values.filter_body === true,
};
export const isShown = (field: KindField, values: Record<string, KindValue>): boolean => beside[field.name]?.(values) ?? true;

export const uptimeOf = (day: MonitorRow["days"][number]): number | null => (day !== null && typeof day === "object" ? day.uptime_percent : day);
