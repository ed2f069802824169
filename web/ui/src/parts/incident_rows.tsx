// A table of incidents: mark, summary, which part of the subject, and since when.
import { t } from "../lib/i18n";
import { between, Time } from "../lib/time";
import type { Incident } from "../lib/types";
import { at } from "../lib/workspace";
import { IncidentMark, SeverityMark } from "./state";

export function IncidentTable(props: { spoken: string; incidents: readonly Incident[]; short?: boolean }) {
  return (
    <table class="table incidents" aria-label={props.spoken}>
      <thead>
        <tr>
          <th scope="col" class="col-state">{t("incident.state")}</th>
          <th scope="col">{t("incident.what")}</th>
          {!props.short && <th scope="col" class="col-severity wide-only">{t("rule.severity")}</th>}
          {!props.short && <th scope="col" class="number col-time wide-only">{t("incident.lasted")}</th>}
          <th scope="col" class="number col-time wide-only">{t("incident.opened")}</th>
        </tr>
      </thead>
      <tbody>
        {props.incidents.map((incident) => (
          <tr key={incident.id}>
            <td><IncidentMark incident={incident} /></td>
            <td>
              <a class="row-link" data-row href={at(`incidents/${incident.id}`)}>{incident.summary}</a>
              {incident.part && <span class="quiet"> · {incident.part}</span>}
              {incident.acknowledged_by && !incident.resolved_at && <span class="quiet"> {t("incident.by", { name: incident.acknowledged_by })}</span>}
              <span class="under narrow-only"><Time at={incident.opened_at} /></span>
            </td>
            {!props.short && <td class="wide-only"><SeverityMark severity={incident.severity} /></td>}
            {!props.short && <td class="number wide-only">{between(incident.opened_at, incident.resolved_at)}</td>}
            <td class="number wide-only"><Time at={incident.opened_at} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
