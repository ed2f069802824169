// The page of one agent: state, latest values, charts, incidents, history, settings. The range of the charts is in the
// address.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../lib/i18n";
import { late } from "../../lib/late";
import { chartsOf, formatOf, useMetrics, valueOf } from "../../lib/metrics";
import { useQuery } from "../../lib/query";
import { param } from "../../lib/router";
import { putSubject, subjects } from "../../lib/subjects";
import { absoluteTime, ago, duration, Time } from "../../lib/time";
import type { Agent, Incident, List, Metric } from "../../lib/types";
import { useMayEditOf } from "../../lib/belonging";
import { api, at, mayEdit } from "../../lib/workspace";
import { SubjectCharts } from "../../chart/range";
import { Empty, Facts, Loaded, PageHeader, Panel, Tags } from "../../parts/basics";
import { IncidentTable } from "../../parts/incident_rows";
import { State } from "../../parts/state";
import { Notes, Pause, PausedNote, RulesThatApply, useCommonFacts } from "../../parts/watched";

// Loaded when one of them is shown for the first time.
const Settings = late(() => import("./agent_settings").then((file) => file.AgentSettings));
const Machine = late(() => import("./agent_settings").then((file) => file.MachinePanel));
const Waiting = late(() => import("../../parts/waiting").then((file) => file.Waiting));
const History = late(() => import("../../parts/subject_record").then((file) => file.SubjectRecord));

// One readout for each chart: its first series, and beside it what belongs to it.
function Readouts(props: { agent: Agent }) {
  const latest = props.agent.latest;
  const table = useMetrics();
  const on: Record<string, boolean> = { ...props.agent.metrics };
  const written = (metric: Metric | undefined) => formatOf(metric)(metric && valueOf(latest, metric.word));
  const beside = (first: Metric, others: Metric[]) => {
    const [used, total] = first.from;
    if (first.unit === "percent" && used && total) return t("agent.of", { used: written(table?.get(used)), total: written(table?.get(total)) });
    return [first.chart?.series, ...others.map((each) => `${each.chart?.series ?? each.word} ${written(each)}`)].join(" · ");
  };
  const uptime = valueOf(latest, "uptime_seconds");
  return (
    <dl class="readouts" aria-label={t("agent.latest")}>
      {(table ? chartsOf(table, "agent") : []).filter((chart) => on[chart.word] !== false).map((chart) => {
        const [first, ...others] = chart.series;
        return first && (
          <div class="readout" key={chart.word}><dt>{chart.noun}</dt><dd>{written(first)}
            <span class="quiet">{beside(first, others)}</span></dd></div>
        );
      })}
      <div class="readout"><dt>{t("agent.last_seen")}</dt><dd><Time at={props.agent.last_seen_at} />
        <span class="quiet">{uptime ? t("agent.uptime", { value: duration(uptime) }) : ""}</span></dd></div>
    </dl>
  );
}

function Identity(props: { agent: Agent }) {
  const { agent } = props;
  const common = useCommonFacts(agent);
  return (
    <Panel title={t("agent.identity")}>
      <Facts
        items={[
          [t("agent.hostname"), agent.hostname || <span class="quiet">{t("agent.not_shared")}</span>],
          [t("agent.system"), [agent.os, agent.arch].filter(Boolean).join(" · ") || "–"],
          [t("agent.agent_version"), agent.agent_version || "–"],
          [t("agent.interval"), duration(agent.interval_seconds)],
          [t("agent.silence"), t("agent.silence_after", { time: duration(agent.interval_seconds * (agent.missed_threshold + 1)) })],
          [t("agent.first_seen"), <Time at={agent.first_seen_at} />],
          [t("agent.machine"), agent.machine_id ? <code class="cut" title={agent.machine_id}>{agent.machine_id.slice(0, 20)}</code> : t("agent.unbound")],
          [t("agent.state_word"), word("state", agent.state)],
          ...common,
        ]}
      />
    </Panel>
  );
}

export function AgentPage(props: { id: string }) {
  const removed = useSignal(false);
  const query = useQuery<Agent>(removed.value ? null : api(`/agents/${props.id}`), {
    on: (event) => event.data.subject_id === props.id && (event.name !== "subject.observed" || event.data.state !== subjects.peek().get(props.id)?.state),
    throttleMs: 300,
  });
  const incidents = useQuery<List<Incident>>(api(`/incidents?subject=${props.id}&state=any&limit=50`), {
    on: (event) => event.data.subject_id === props.id && event.name.startsWith("incident."),
  });
  // The live list of subjects hears every heartbeat. The newer of its values and the answer's is shown.
  const live = subjects.value.get(props.id);
  const wanted = param("tab");
  const tab = wanted === "settings" || wanted === "history" ? wanted : "charts";
  const reloads = useSignal(0);
  const mayEditOf = useMayEditOf();
  useEffect(() => {
    const agent = query.data.value;
    if (agent && !subjects.peek().has(agent.id)) putSubject(agent);
  }, [query.data.value]);
  if (query.error.value?.status === 404 || removed.value) {
    return (
      <Empty alone icon="server" title={t("agent.gone")} action={<a class="button primary" href={at("agents")}>{t("agent.all")}</a>}>
        {t("agent.gone_text")}
      </Empty>
    );
  }
  const adopt = (next: Agent) => (query.data.value = next);
  return (
    <Loaded query={query} lines={5} height={84}>
      {(asked) => {
        const newer = live && (live.last_seen_at ?? "") >= (asked.last_seen_at ?? "");
        const agent: Agent = newer ? { ...asked, state: live.state, latest: live.latest, last_seen_at: live.last_seen_at } : asked;
        const list = incidents.data.value?.items ?? [];
        const open = list.filter((incident) => !incident.resolved_at);
        const editable = mayEditOf(asked.team_ids);
        const address = at(`agents/${agent.id}`);
        return (
          <>
            <PageHeader
              title={agent.name}
              back={{ href: at("agents"), text: t("nav.agents") }}
              state={<State state={agent.state} loud />}
              facts={
                <>
                  {[agent.hostname, agent.os, agent.arch, agent.core_count ? t("agent.cores", { n: agent.core_count }) : "", agent.agent_version && t("agent.version", { value: agent.agent_version })]
                    .filter(Boolean)
                    .map((fact) => <span key={fact}>{fact}</span>)}
                  {agent.state === "down" && agent.observed.reason === "silent" && agent.observed.since && <span title={absoluteTime(agent.observed.since)}>{t("agent.silent_since", { time: ago(agent.observed.since) })}</span>}
                  <Tags tags={agent.tags} labels={agent.labels} />
                </>
              }
              actions={editable && (!agent.disabled || agent.paused_at) && <Pause subject={asked} onChanged={adopt} />}
            />
            <PausedNote subject={agent} />
            {agent.disabled && <p class="note notice">{t("agent.is_disabled")}</p>}
            {agent.pending_machine_id && <Machine agent={agent} decides={mayEdit.value} onChanged={adopt} />}
            {agent.state === "pending" ? (
              <Panel title={t("agent.pending")}>
                <p class="quiet">{t("agent.pending_text")}</p>
                <Waiting id={agent.id} />
              </Panel>
            ) : (
              <Readouts agent={agent} />
            )}
            {open.length > 0 && (
              <Panel title={t("overview.open_incidents")} class="alarm spaced"><IncidentTable spoken={t("overview.open_incidents")} incidents={open} short /></Panel>
            )}
            <nav class="tabs spaced" aria-label={t("agent.tabs")}>
              <a href={address} aria-current={tab === "charts" ? "page" : undefined}>{t("agent.charts")}</a>
              <a href={`${address}?tab=history`} aria-current={tab === "history" ? "page" : undefined}>{t("agent.history")}</a>
              <a href={`${address}?tab=settings`} aria-current={tab === "settings" ? "page" : undefined}>{t("agent.settings")}</a>
            </nav>
            {tab === "settings" ? (
              <Settings key={reloads.value} agent={asked} onChanged={adopt} onRemoved={() => (removed.value = true)} onReload={() => (reloads.value += 1)} editable={editable} all={mayEdit.value} />
            ) : tab === "history" ? (
              <History subject={asked} />
            ) : (
              <>
                {agent.state !== "pending" && (
                  <SubjectCharts kind="agent" id={agent.id} spoken={t("agent.charts")} since={agent.first_seen_at} incidents={list} metrics={agent.metrics} quietSeconds={agent.interval_seconds * (agent.missed_threshold + 1)} />
                )}
                <div class="columns">
                  <div>
                    <Panel title={t("agent.incidents")}>
                      {list.length === 0 ? <p class="quiet">{t("agent.no_incidents")}</p> : <IncidentTable spoken={t("agent.incidents")} incidents={list.slice(0, 10)} short />}
                    </Panel>
                    <RulesThatApply subject={asked} />
                  </div>
                  <div>
                    <Identity agent={agent} />
                    <Notes text={asked.notes} />
                  </div>
                </div>
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
