// The record of a subject's states: what changed when and why, and how much of a day, a week and a month it was up.
import texts from "../catalogue/en.record.json";
import { share } from "../lib/format";
import { learn, t, word } from "../lib/i18n";
import { useQuery } from "../lib/query";
import { subjects } from "../lib/subjects";
import { between, Time } from "../lib/time";
import type { ShownState, StateRecord, Subject } from "../lib/types";
import { api } from "../lib/workspace";
import { Loaded, Panel } from "./basics";
import { State } from "./state";

learn(texts);

const kMostRows = 50;
type Change = StateRecord["changes"][number];

// A pause is recorded as "unknown" with its reason.
const shown = (change: Change): ShownState => (change.reason === "paused" || change.reason === "disabled" ? "paused" : change.state);

export function SubjectRecord(props: { subject: Subject }) {
  const { id } = props.subject;
  const query = useQuery<StateRecord>(api(`/subjects/${id}/record`), {
    on: (event) => event.data.subject_id === id && (event.name !== "subject.observed" || event.data.state !== subjects.peek().get(id)?.state),
  });
  return (
    <Loaded query={query} lines={4} height={56}>
      {(record) => {
        const rows = record.changes.map((change, index) => ({ change, until: record.changes[index + 1]?.at ?? null })).reverse();
        return (
          <>
            <dl class="readouts" aria-label={t("record.uptime")}>
              <Uptime text={t("record.day")} value={record.uptime.day} />
              <Uptime text={t("record.week")} value={record.uptime.week} />
              <Uptime text={t("record.month")} value={record.uptime.month} />
            </dl>
            {(record.maintenances ?? []).length > 0 && (
              <Panel title={t("record.maintenances")}>
                <ul class="plain-list" aria-label={t("record.maintenances")}>
                  {record.maintenances?.slice(-kMostRows).reverse().map((each) => <li key={each.from}><Time at={each.from} exact /> – <Time at={each.to} exact /></li>)}
                </ul>
              </Panel>
            )}
            <Panel title={t("record.title")} note={t("record.how")}>
              {rows.length === 0 ? <p class="quiet">{t("record.none")}</p> : (
                <table class="table" aria-label={t("record.title")}>
                  <thead>
                    <tr>
                      <th scope="col" class="col-state">{t("incident.state")}</th>
                      <th scope="col">{t("record.why")}</th>
                      <th scope="col" class="number col-time wide-only">{t("incident.lasted")}</th>
                      <th scope="col" class="number col-time wide-only">{t("record.since")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.slice(0, kMostRows).map(({ change, until }, index) => (
                      <tr key={`${change.at} ${index}`}>
                        <td><State state={shown(change)} /></td>
                        <td>{change.detail || word("reason", change.reason)}<span class="under narrow-only"><Time at={change.at} /></span></td>
                        <td class="number wide-only">{change.at ? between(change.at, until) : "–"}</td>
                        <td class="number wide-only"><Time at={change.at} /></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
              {rows.length > kMostRows && <p class="quiet">{t(record.complete ? "record.more" : "record.many_more", { n: rows.length - kMostRows })}</p>}
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}

function Uptime(props: { text: string; value: number | null }) {
  return (
    <div class="readout">
      <dt>{props.text}</dt>
      <dd>{share(props.value)}{props.value === null && <span class="quiet">{t("record.nothing_counts")}</span>}</dd>
    </div>
  );
}
