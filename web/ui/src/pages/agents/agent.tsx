// The page of one agent: state, latest values, charts, incidents, settings. The range of the charts is in the address.
import { signal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { agents } from "../../lib/agents";
import { t, word } from "../../lib/i18n";
import { chartsOf, formatOf, useMetrics, valueOf } from "../../lib/metrics";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { absoluteTime, ago, duration, serverNow, shortTime, Time } from "../../lib/time";
import { inOrder, type Agent, type Incident, type List, type Metric, type Rule } from "../../lib/types";
import { useMayEditOf } from "../../lib/belonging";
import { api, at, mayEdit } from "../../lib/workspace";
import { ReadingCharts } from "../../chart/readings";
import { Empty, Facts, Loaded, PageHeader, Panel, Segments, Tags } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Waiting } from "../../parts/add_agent";
import { IncidentTable } from "../../parts/incident_rows";
import { SeverityMark, State } from "../../parts/state";

// The settings, and the question whose machine it is, are loaded when one of them is shown for the first time.
type SettingsFile = typeof import("./agent_settings");
const settingsFile = signal<SettingsFile | null>(null);

function useSettingsFile(): SettingsFile | null {
  useEffect(() => {
    if (!settingsFile.value) void import("./agent_settings").then((file) => (settingsFile.value = file), () => toast(t("error.page"), true));
  }, []);
  return settingsFile.value;
}

function Settings(props: Parameters<SettingsFile["AgentSettings"]>[0]) {
  const file = useSettingsFile();
  return file && <file.AgentSettings {...props} />;
}

function Machine(props: Parameters<SettingsFile["MachinePanel"]>[0]) {
  const file = useSettingsFile();
  return file && <file.MachinePanel {...props} />;
}

const ranges = { "1h": 3600, "6h": 21_600, "24h": 86_400, "7d": 604_800 } as const;
type Range = keyof typeof ranges;
const kYoungSeconds = 600;

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
      {(table ? chartsOf(table) : []).filter((chart) => on[chart.word] !== false).map((chart) => {
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

function Charts(props: { agent: Agent; incidents: readonly Incident[] }) {
  const asked = param("range");
  const range: Range = asked in ranges ? (asked as Range) : "1h";
  const from = Number(param("from"));
  const to = Number(param("to"));
  const zoomed = from > 0 && to > from;
  // "Now" moves in steps of about one point of the chart.
  const step = Math.max(10, Math.round(ranges[range] / 360));
  const end = useComputed(() => Math.ceil(serverNow() / 1000 / step) * step);
  // The charts of a new agent begin at its first heartbeat, unless the reader asks for a range.
  const first = props.agent.first_seen_at ? Date.parse(props.agent.first_seen_at) / 1000 : 0;
  const young = !asked && !zoomed && end.value - first < ranges["1h"];
  const length = young ? Math.max(kYoungSeconds, end.value - Math.floor(first / 60) * 60 + 60) : ranges[range];
  const stretch = zoomed ? { from, to } : { from: end.value - length, to: end.value };
  const bands = props.incidents.map((incident) => ({
    from: Date.parse(incident.opened_at) / 1000,
    to: incident.resolved_at ? Date.parse(incident.resolved_at) / 1000 : serverNow() / 1000,
  })).filter((band) => band.to >= stretch.from && band.from <= stretch.to);
  return (
    <section aria-label={t("agent.charts")}>
      <div class="range">
        <Segments<Range | "other">
          spoken={t("agent.range")}
          value={zoomed || young ? "other" : range}
          options={[["1h", t("agent.range_1h")], ["6h", t("agent.range_6h")], ["24h", t("agent.range_24h")], ["7d", t("agent.range_7d")]]}
          onChange={(value) => setParams({ range: value, from: null, to: null }, { push: true })}
        />
        {zoomed ? (
          <>
            <span>{t("agent.zoomed", { from: shortTime(from * 1000), to: shortTime(to * 1000) })}</span>
            <button type="button" class="button small" onClick={() => setParams({ from: null, to: null }, { push: true })}>{t("agent.unzoom")}</button>
          </>
        ) : (
          <span class="quiet small wide-only">{young ? t("agent.young") : t("agent.zoom_hint")}</span>
        )}
      </div>
      <ReadingCharts
        agentId={props.agent.id}
        from={stretch.from}
        to={stretch.to}
        live={!zoomed}
        metrics={props.agent.metrics}
        bands={bands}
        quietSeconds={props.agent.interval_seconds * (props.agent.missed_threshold + 1)}
        onZoom={(a, b) => setParams({ from: String(a), to: String(b) }, { push: true })}
      />
    </section>
  );
}

function applies(rule: Rule, agent: Agent): boolean {
  if (!rule.enabled) return false;
  if (rule.target.kind === "tag") return agent.tags.includes(rule.target.tag ?? "");
  if (rule.target.kind === "group") return agent.group_ids.includes(rule.target.group_id ?? "");
  return rule.target.kind === "all" || rule.target.agent_id === agent.id;
}

function RulesThatApply(props: { agent: Agent }) {
  const query = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  return (
    <Panel title={t("agent.rules")} class="spaced-top">
      <Loaded query={query} lines={3} height={24}>
        {(list) => {
          const mine = inOrder(list.items).filter((rule) => applies(rule, props.agent));
          return mine.length === 0 ? <p class="quiet">{t("agent.no_rules")}</p> : (
            <ul class="plain-list">
              {mine.map((rule) => (
                <li key={rule.id}><SeverityMark severity={rule.severity} /><a class="grow" href={at(`rules/${rule.id}`)}>{rule.sentence}</a></li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}

export function AgentPage(props: { id: string }) {
  const query = useQuery<Agent>(api(`/agents/${props.id}`), {
    on: (event) => event.data.agent_id === props.id && event.name !== "agent.heartbeat",
    throttleMs: 300,
  });
  const incidents = useQuery<List<Incident>>(api(`/incidents?agent=${props.id}&state=any&limit=50`), {
    on: (event) => event.data.agent_id === props.id && event.name.startsWith("incident."),
  });
  // The live list of agents hears every heartbeat. The newer of its values and the answer's is shown.
  const live = agents.value.get(props.id);
  const tab = param("tab") === "settings" ? "settings" : "charts";
  const removed = useSignal(false);
  const mayEditOf = useMayEditOf();
  useEffect(() => {
    const agent = query.data.value;
    if (agent && !agents.peek().has(agent.id)) agents.value = new Map(agents.peek()).set(agent.id, agent);
  }, [query.data.value]);
  if (query.error.value?.status === 404 || removed.value) {
    return (
      <Empty alone icon="server" title={t("agent.gone")} action={<a class="button primary" href={at("agents")}>{t("agent.all")}</a>}>
        {t("agent.gone_text")}
      </Empty>
    );
  }
  return (
    <Loaded query={query} lines={5} height={84}>
      {(asked) => {
        const newer = live && (live.last_seen_at ?? "") >= (asked.last_seen_at ?? "");
        const agent: Agent = newer ? { ...asked, state: live.state, latest: live.latest, last_seen_at: live.last_seen_at } : asked;
        const list = incidents.data.value?.items ?? [];
        const open = list.filter((incident) => !incident.resolved_at);
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
                  {agent.state === "down" && agent.offline_since && <span title={absoluteTime(agent.offline_since)}>{t("agent.silent_since", { time: ago(agent.offline_since) })}</span>}
                  <Tags tags={agent.tags} />
                </>
              }
            />
            {agent.pending_machine_id && <Machine agent={agent} decides={mayEdit.value} onChanged={(next) => (query.data.value = next)} />}
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
              <a href={at(`agents/${agent.id}`)} aria-current={tab === "charts" ? "page" : undefined}>{t("agent.charts")}</a>
              <a href={`${at(`agents/${agent.id}`)}?tab=settings`} aria-current={tab === "settings" ? "page" : undefined}>{t("agent.settings")}</a>
            </nav>
            {tab === "settings" ? (
              <Settings agent={asked} onChanged={(next) => (query.data.value = next)} onRemoved={() => (removed.value = true)} editable={mayEditOf(agent.team_id)} all={mayEdit.value} />
            ) : (
              <>
                {agent.state !== "pending" && <Charts agent={agent} incidents={list} />}
                <div class="columns">
                  <div>
                    <Panel title={t("agent.incidents")}>
                      {list.length === 0 ? <p class="quiet">{t("agent.no_incidents")}</p> : <IncidentTable spoken={t("agent.incidents")} incidents={list.slice(0, 10)} short />}
                    </Panel>
                    <RulesThatApply agent={agent} />
                  </div>
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
                      ]}
                    />
                  </Panel>
                </div>
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
