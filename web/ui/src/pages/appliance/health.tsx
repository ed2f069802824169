// The appliance as a subject of its own watching: its parts, each with its state and what to do, and the incidents about
// them. Who administers the appliance is told of them without a rule.
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { between, Time } from "../../lib/time";
import type { ApplianceHealth } from "../../lib/types";
import { Loaded, Panel } from "../../parts/basics";
import { IncidentMark, State, urgency } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

const kEveryMs = 15_000;
const known = ["disk", "database", "clock", "mail", "trails", "certificate", "backup", "checks"] as const;
type Part = ApplianceHealth["parts"][number];

function nameOf({ part }: Part): string {
  const name = known.find((each) => each === part);
  return name ? t(`health_part.${name}`) : part;
}

export function Health(_: { id: string }) {
  const query = useQuery<ApplianceHealth>("/appliance/health", { everyMs: kEveryMs });
  const state = query.data.value?.state;
  return (
    <ApplianceShell title={t("appliance.health")} state={state && <State state={state} loud />}>
      <Loaded query={query} lines={6} height={40}>
        {(health) => (
          <>
            {health.parts.length > 0 && health.parts.every((part) => part.state === "up") && <p class="verdict good">{t("health.well")}</p>}
            <Panel title={t("health.parts")}>
              {health.parts.length === 0 ? <p class="quiet">{t("health.none")}</p> : (
                <ul class="attention" aria-label={t("health.parts")}>
                  {[...health.parts].sort((a, b) => urgency(a.state) - urgency(b.state) || nameOf(a).localeCompare(nameOf(b))).map((part) => (
                    <li key={part.part}>
                      <State state={part.state} />
                      <span class="grow">
                        <strong>{nameOf(part)}</strong>
                        {part.text && <span class="quiet as-written">{part.text}</span>}
                      </span>
                      <Time at={part.since} empty="" />
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
            <Panel title={t("health.incidents")} class="spaced-top">
              {health.incidents.length === 0 ? <p class="quiet">{t("health.no_incidents")}</p> : <Incidents incidents={health.incidents} />}
            </Panel>
          </>
        )}
      </Loaded>
    </ApplianceShell>
  );
}

// They have no page: they belong to no workspace that people can open.
function Incidents(props: { incidents: ApplianceHealth["incidents"] }) {
  return (
    <table class="table" aria-label={t("health.incidents")}>
      <thead>
        <tr>
          <th scope="col" class="col-state">{t("incident.state")}</th>
          <th scope="col">{t("incident.what")}</th>
          <th scope="col" class="number col-time wide-only">{t("incident.lasted")}</th>
          <th scope="col" class="number col-time">{t("incident.opened")}</th>
        </tr>
      </thead>
      <tbody>
        {props.incidents.map((incident) => (
          <tr key={incident.id}>
            <td><IncidentMark incident={incident} /></td>
            <td>{incident.summary}</td>
            <td class="number wide-only">{between(incident.opened_at, incident.resolved_at)}</td>
            <td class="number"><Time at={incident.opened_at} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
