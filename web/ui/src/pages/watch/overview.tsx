// The overview: agents by state, what needs attention, the fleet, open incidents, notifications that failed.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { agents, agentsLoaded, loadAgents } from "../../lib/agents";
import { call } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { AgentState, Notification, Overview as Data } from "../../lib/types";
import { api, at, mayEdit, mayEditSome } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Fleet, type Cell } from "./fleet";
import { Icon } from "../../parts/icon";
import { IncidentTable } from "../../parts/incident_rows";
import { Outcome, State } from "../../parts/state";

const states: AgentState[] = ["down", "warning", "unknown", "up", "pending", "disabled"];
const order: Record<AgentState, number> = { down: 0, warning: 1, unknown: 2, up: 3, pending: 4, disabled: 5 };
const kMostRows = 12;

function Count(props: { state: AgentState; count: number }) {
  return (
    <li>
      <a class={`count count-${props.state}${props.count ? "" : " none"}`} href={`${at("agents")}?state=${props.state}`}>
        <strong>{props.count.toLocaleString()}</strong>
        <State state={props.state} />
      </a>
    </li>
  );
}

function Verdict(props: { counts: Record<AgentState, number> }) {
  const { down, warning, unknown, up, pending } = props.counts;
  if (unknown > 0) return <p class="verdict bad">{t("overview.unknown", { n: unknown })}</p>;
  if (down > 0) return <p class="verdict bad">{t("overview.down", { n: down })}</p>;
  if (warning > 0) return <p class="verdict">{t("overview.warning", { n: warning })}</p>;
  if (up > 0) return <p class="verdict good">{t("overview.well")}</p>;
  if (pending > 0) return <p class="verdict">{t("overview.pending")}</p>;
  return null;
}

function Failed(props: { list: Notification[] }) {
  return (
    <Panel title={t("overview.failed_notifications")} class="alarm">
      <ul class="plain-list rows">
        {props.list.map((each) => (
          <li key={each.id}>
            <Outcome kind="down">{t("notification.failed")}</Outcome>
            <span class="grow">
              {each.shown}
              {each.last_error && <code class="answer-text">{each.last_error}</code>}
            </span>
            <Time at={each.created_at} />
            {mayEdit.value && (
              <button type="button" class="button small" onClick={() => void attempt(async () => {
                await call(api(`/notifications/${each.id}/retry`), { method: "POST", body: {} });
                toast(t("notification.retried"));
              })}>
                {t("error.retry")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Overview(_: { id: string }) {
  const query = useQuery<Data>(api("/overview"), {
    on: (event) => event.name !== "agent.heartbeat",
    throttleMs: 700,
  });
  useEffect(() => void loadAgents(), []);
  // The states come from the live list of agents, so that a cell changes at once.
  const cells = useComputed<Cell[]>(() => {
    const list: Cell[] = agentsLoaded.value ? [...agents.value.values()] : (query.data.value?.fleet ?? []);
    return list.slice().sort((a, b) => order[a.state] - order[b.state] || a.name.localeCompare(b.name));
  });
  const counts = useComputed<Record<AgentState, number>>(() => {
    const result = { up: 0, warning: 0, down: 0, pending: 0, unknown: 0, disabled: 0 };
    if (!agentsLoaded.value) return query.data.value?.counts ?? result;
    for (const cell of cells.value) result[cell.state] += 1;
    return result;
  });
  return (
    <>
      <PageHeader title={t("nav.overview")} />
      <Loaded query={query} lines={4} height={84}>
        {(data) =>
          cells.value.length === 0 ? (
            <Empty
              icon="server"
              title={t("overview.empty")}
              action={mayEditSome.value && <a class="button primary" href={`${at("start")}?step=agent`}><Icon name="plus" />{t("agents.add")}</a>}
            >
              {t(mayEditSome.value ? "overview.empty_text" : "overview.empty_looker")}
            </Empty>
          ) : (
            <>
              <Verdict counts={counts.value} />
              <ul class="counts" aria-label={t("overview.counts")}>
                {states.filter((state) => state !== "unknown" || counts.value.unknown > 0).map((state) => <Count key={state} state={state} count={counts.value[state] ?? 0} />)}
              </ul>
              {data.failed_notifications.length > 0 && <Failed list={data.failed_notifications} />}
              <div class="columns">
                <Panel title={t("overview.attention")} note={data.attention.length > kMostRows ? t("overview.more", { n: data.attention.length - kMostRows }) : undefined}>
                  {data.attention.length === 0 ? (
                    <p class="all-well"><Outcome kind="up">{t("overview.nothing")}</Outcome></p>
                  ) : (
                    <ul class="attention">
                      {data.attention.slice(0, kMostRows).map((each) => (
                        <li key={each.incident_id ?? each.agent_id}>
                          <State state={each.state} />
                          <span class="grow">
                            <a class="row-link" data-row href={at(each.incident_id ? `incidents/${each.incident_id}` : `agents/${each.agent_id}`)}>{each.name}</a>
                            <span class="quiet cut" title={each.summary}>{each.summary}</span>
                          </span>
                          <Time at={each.since} empty="" />
                        </li>
                      ))}
                    </ul>
                  )}
                </Panel>
                <Panel title={t("overview.fleet")} note={t("agents.count", { n: cells.value.length })}>
                  <Fleet cells={cells.value} counts={counts.value} />
                  <p class="legend">
                    {states.filter((state) => counts.value[state]).map((state) => (
                      <span key={state}><span class={`cell cell-${state}`} aria-hidden="true" />{word("state", state)}</span>
                    ))}
                  </p>
                </Panel>
              </div>
              <Panel title={t("overview.open_incidents")} actions={<a href={at("incidents")}>{t("overview.all_incidents")}</a>}>
                {data.incidents.length === 0 ? <p class="quiet">{t("overview.no_incidents")}</p> : <IncidentTable spoken={t("overview.open_incidents")} incidents={data.incidents} short />}
              </Panel>
            </>
          )
        }
      </Loaded>
    </>
  );
}
