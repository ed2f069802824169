// The overview: the fleet by state, what is quiet, what needs attention, groups, open incidents, messages that failed.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, tx, word } from "../../lib/i18n";
import { pageOf } from "../../lib/kinds";
import { late } from "../../lib/late";
import { useQuery, type Query } from "../../lib/query";
import { loadSubjects, subjects, subjectsLoaded } from "../../lib/subjects";
import { Time } from "../../lib/time";
import type { Overview as Data, ShownState } from "../../lib/types";
import { api, at, isAdministrator, mayEditSome } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { Fleet, type Cell } from "./fleet";
import { Icon } from "../../parts/icon";
import { IncidentTable } from "../../parts/incident_rows";
import { noCounts, Outcome, State, states, urgency } from "../../parts/state";

// What only some readers see, or seldom: no part of the first script.
const Hints = late(() => import("./overview_hints").then((file) => file.OverviewHints));
const More = late(() => import("./overview_more").then((file) => file.OverviewMore));

const kMostRows = 12;
type Counts = Record<ShownState, number>;

// "2 agents", "a monitor", or both in one.
const named = (cells: readonly Cell[], n: number): string => {
  const monitors = cells.filter((cell) => cell.kind === "monitor").length;
  return t(monitors === 0 ? "agents.count" : monitors === cells.length ? "monitors.count" : "overview.watched", { n });
};

function Count(props: { state: ShownState; count: number; cells: readonly Cell[] }) {
  const list = props.cells.some((cell) => cell.state === props.state && cell.kind !== "monitor") ? "agents" : props.cells.some((cell) => cell.state === props.state) ? "monitors" : "agents";
  return (
    <li>
      <a class={`count count-${props.state}${props.count ? "" : " none"}`} href={`${at(list)}?state=${props.state}`}>
        <strong>{props.count.toLocaleString()}</strong>
        <State state={props.state} />
      </a>
    </li>
  );
}

function Verdict(props: { counts: Counts; cells: readonly Cell[]; storing: boolean }) {
  const { down, degraded, unknown, up, pending } = props.counts;
  const of = (state: ShownState, n: number) => ({ n, what: named(props.cells.filter((cell) => cell.state === state), n) });
  if (unknown > 0 && !props.storing) return <p class="verdict bad">{t("overview.unknown", of("unknown", unknown))}</p>;
  if (down > 0) return <p class="verdict bad">{t("overview.down", of("down", down))}</p>;
  if (degraded > 0) return <p class="verdict">{t("overview.degraded", of("degraded", degraded))}</p>;
  if (unknown > 0) return <p class="verdict">{t("overview.not_known", of("unknown", unknown))}</p>;
  if (up > 0) return <p class="verdict good">{t("overview.well")}</p>;
  if (pending > 0) return <p class="verdict">{t("overview.pending")}</p>;
  return null;
}

// What the map leaves out comes last by urgency: where everything else fits, it is up or paused.
function LeftOut(props: { data: Data }) {
  const { counts, fleet, fleet_left_out: n } = props.data;
  if (n === 0) return null;
  const calm = counts.down + counts.degraded + counts.unknown + counts.pending <= fleet.length;
  const values = { n: n.toLocaleString(), link: <a href={at("agents")}>{t("nav.agents")}</a> };
  return <p class="quiet">{calm ? tx(counts.paused > 0 ? "overview.left_out_calm" : "overview.left_out_up", values) : tx("overview.left_out", values)}</p>;
}

function GroupsRow(props: { groups: Data["groups"] }) {
  if (props.groups.length === 0) return null;
  return (
    <Panel title={t("nav.groups")} actions={<a href={at("groups")}>{t("overview.all_groups")}</a>}>
      <ul class="group-cells">
        {props.groups.slice(0, kMostRows).map((each) => (
          <li key={each.id}>
            <State state={each.state} />
            <a class="row-link cut" data-row href={pageOf("group", each.id)} title={each.name}>{each.name}</a>
            {each.detail && <span class="quiet cut" title={each.detail}>{each.detail}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Overview(_: { id: string }) {
  const query: Query<Data> = useQuery<Data>(api("/overview"), {
    // An observation that changes nothing here is not asked for.
    on: (event) => event.name !== "subject.observed" || query.data.peek()?.fleet.some((cell) => cell.id === event.data.subject_id && cell.state !== event.data.state) === true,
    throttleMs: 700,
  });
  const leftOut = query.data.value?.fleet_left_out;
  useEffect(() => {
    if (leftOut === 0) void loadSubjects();
  }, [leftOut]);
  // The states come from the live list of subjects, so that a cell changes at once.
  const cells = useComputed<Cell[]>(() => {
    const list = (query.data.value?.fleet ?? []).map((cell) => {
      const live = subjectsLoaded.value ? subjects.value.get(cell.id) : undefined;
      return live ? { ...cell, name: live.name, state: live.state } : cell;
    });
    return list.sort((a, b) => urgency(a.state) - urgency(b.state) || a.name.localeCompare(b.name));
  });
  const counts = useComputed<Counts>(() => {
    const result = noCounts();
    if (query.data.value && query.data.value.fleet_left_out > 0) return { ...result, ...query.data.value.counts };
    for (const cell of cells.value) result[cell.state] += 1;
    return result;
  });
  return (
    <>
      <PageHeader title={t("nav.overview")} />
      {isAdministrator.value && <Hints />}
      <Loaded query={query} lines={4} height={84}>
        {(data) =>
          cells.value.length + data.groups.length === 0 ? (
            <Empty
              icon="server"
              title={t("overview.empty")}
              action={mayEditSome.value && (
                <div class="form-actions">
                  <a class="button primary" href={`${at("start")}?step=agent`}><Icon name="plus" />{t("agents.add")}</a>
                  <a class="button" href={`${at("monitors")}?add=1`}>{t("monitors.add")}</a>
                </div>
              )}
            >
              {t(mayEditSome.value ? "overview.empty_text" : "overview.empty_looker")}
            </Empty>
          ) : (
            <>
              <Verdict counts={counts.value} cells={cells.value} storing={data.storage === null} />
              <ul class="counts" aria-label={t("overview.counts")}>
                {states.filter((state) => state !== "unknown" || counts.value.unknown > 0).map((state) => <Count key={state} state={state} count={counts.value[state] ?? 0} cells={cells.value} />)}
              </ul>
              {(data.quiet || data.failed_notifications.length > 0 || (data.untested_rules ?? []).length > 0) && <More data={data} />}
              <div class="columns">
                <Panel title={t("overview.attention")} note={data.attention.length > kMostRows ? t("overview.more", { n: data.attention.length - kMostRows }) : undefined}>
                  {data.attention.length === 0 ? (
                    <p class="all-well"><Outcome kind="up">{t("overview.nothing")}</Outcome></p>
                  ) : (
                    <ul class="attention">
                      {data.attention.slice(0, kMostRows).map((each) => (
                        <li key={each.incident_id ?? each.subject_id}>
                          <State state={each.state} />
                          <span class="grow">
                            <a class="row-link" data-row href={each.incident_id ? at(`incidents/${each.incident_id}`) : pageOf(each.kind, each.subject_id)}>{each.name}</a>
                            <span class="quiet cut" title={each.summary}>{each.summary}</span>
                          </span>
                          <Time at={each.since} empty="" />
                        </li>
                      ))}
                    </ul>
                  )}
                </Panel>
                <Panel title={t("overview.fleet")} note={named(cells.value, cells.value.length + data.fleet_left_out)}>
                  <Fleet cells={cells.value} counts={counts.value} what={named(cells.value, cells.value.length)} />
                  <p class="legend">
                    {states.filter((state) => counts.value[state]).map((state) => (
                      <span key={state}><span class={`cell cell-${state}`} aria-hidden="true" />{word("state", state)}</span>
                    ))}
                  </p>
                  <LeftOut data={data} />
                </Panel>
              </div>
              <GroupsRow groups={data.groups} />
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
