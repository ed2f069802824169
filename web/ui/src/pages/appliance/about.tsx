// Appliance: its version and addresses, its pins, the agent programs that it can hand out, and warnings.
import { t } from "../../lib/i18n";
import { bytes, number } from "../../lib/format";
import { useQuery } from "../../lib/query";
import { absoluteTime, Time } from "../../lib/time";
import type { Appliance } from "../../lib/types";
import { Facts, Loaded, Panel } from "../../parts/basics";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

export function About(_: { id: string }) {
  const query = useQuery<Appliance>("/appliance", { everyMs: 30_000 });
  return (
    <ApplianceShell title={t("nav.about")}>
      <Loaded query={query} lines={6} height={56}>
        {(appliance) => (
          <>
            {appliance.warnings.length + appliance.findings.length > 0 && (
              <Panel title={t("about.warnings")} class="caution spaced">
                <ul class="plain-list">
                  {[...appliance.findings, ...appliance.warnings].map((warning) => <li key={warning}><Outcome kind="warning">{t("severity.warning")}</Outcome><span class="grow">{warning}</span></li>)}
                </ul>
              </Panel>
            )}
            <div class="columns">
              <Panel title={t("about.running")}>
                <Facts
                  items={[
                    [t("about.version"), appliance.version],
                    [t("about.started"), <Time at={appliance.started_at} />],
                    [t("about.public_url"), appliance.public_url],
                    [t("about.listeners"), appliance.listeners.map((each) => `${each.tls ? "https" : "http"}://${each.address.includes(":") ? `[${each.address}]` : each.address}:${each.port}`).join(", ")],
                    [t("about.certificate"), appliance.certificate_not_after ? t("about.certificate_until", { day: absoluteTime(appliance.certificate_not_after) }) : "–"],
                    [t("about.database"), bytes(appliance.database_bytes)],
                    [t("about.agents"), number(appliance.agents_total)],
                  ]}
                />
              </Panel>
              <Panel title={t("about.pins")}>
                <p class="quiet">{t("about.pins_text")}</p>
                <Facts
                  items={[
                    [t("about.server_pin"), <code class="answer-text">{appliance.server_pin || "–"}</code>],
                    [t("about.ca_pin"), <code class="answer-text">{appliance.ca_pin || "–"}</code>],
                  ]}
                />
              </Panel>
              <Panel title={t("about.targets")}>
                <p class="quiet">{t("about.targets_text")}</p>
                <ul class="plain-list">
                  {appliance.agent_targets.map((each) => (
                    <li key={each.target}>
                      {each.available ? <Outcome kind="up">{t("about.available")}</Outcome> : <Outcome kind="paused">{t("about.missing")}</Outcome>}
                      <code>{each.target}</code>
                      <span class="quiet">{each.available ? bytes(each.bytes) : t("about.missing_text", { target: each.target })}</span>
                    </li>
                  ))}
                </ul>
              </Panel>
              <Panel title={t("about.limits")}>
                <p>{t("about.limits_text")}</p>
                <p><a href="/security">{t("about.security")}</a></p>
              </Panel>
              <Panel title={t("about.more")}>
                <ul class="plain-list">
                  <li><a href="/api/v1/openapi.json" target="_blank" rel="noopener">{t("about.openapi")}</a></li>
                  <li><a href={LICENCES_URL} target="_blank" rel="noopener">{t("about.licences")}</a></li>
                </ul>
              </Panel>
            </div>
          </>
        )}
      </Loaded>
    </ApplianceShell>
  );
}
