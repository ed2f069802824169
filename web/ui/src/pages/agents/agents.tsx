// The list of all agents, with filter and order in the address: the values of one name are alternatives, the names must
// all fit (core/watch/subject_filter.h). Of a thousand agents at most a hundred rows are in the
// document (parts/virtual.tsx).
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { me } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useTeams } from "../../lib/belonging";
import { load } from "../../lib/format";
import { valueOf } from "../../lib/metrics";
import { param, params, setParams } from "../../lib/router";
import { agents, groups, loadSubjects, subjectsAt, subjectsError, subjectsLoaded } from "../../lib/subjects";
import { Time } from "../../lib/time";
import type { Agent, NewAgent } from "../../lib/types";
import { at, mayEditSome, workspace } from "../../lib/workspace";
import { AddAgentForm, AgentCommand } from "../../parts/add_agent";
import { Empty, Failure, PageHeader, Skeleton, Tags } from "../../parts/basics";
import { Dialog } from "../../parts/dialog";
import { Chips, Choose, type Option } from "../../parts/filter";
import { Icon } from "../../parts/icon";
import { Meter } from "../../parts/meter";
import { State, states, urgency } from "../../parts/state";
import { VirtualTable } from "../../parts/virtual";

type Column = "state" | "name" | "cpu" | "memory" | "disk" | "load" | "seen";
const value: Record<Column, (agent: Agent) => number | string> = {
  state: (agent) => urgency(agent.state),
  name: (agent) => agent.name.toLowerCase(),
  cpu: (agent) => -(valueOf(agent.latest, "cpu_percent") ?? -1),
  memory: (agent) => -(valueOf(agent.latest, "memory_percent") ?? -1),
  disk: (agent) => -(valueOf(agent.latest, "disk_percent") ?? -1),
  load: (agent) => -(valueOf(agent.latest, "load_per_core") ?? -1),
  seen: (agent) => (agent.last_seen_at ? -Date.parse(agent.last_seen_at) : 0),
};

function Head(props: { column: Column; class?: string; sort: string }) {
  const reversed = props.sort === `-${props.column}`;
  const here = props.sort === props.column || reversed;
  return (
    <th scope="col" class={`col-${props.column} ${props.class ?? ""}`} aria-sort={here ? (reversed ? "descending" : "ascending") : undefined}>
      <button type="button" class="sort" onClick={() => setParams({ sort: here && !reversed ? `-${props.column}` : props.column })}>
        {t(`agents.column_${props.column}`)}
        {here && <span aria-hidden="true">{reversed ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}

const labelsOf = (agent: Agent): string[] => Object.entries(agent.labels).flatMap(([key, value]) => [key, `${key}=${value}`]);

// What an agent has under each name of the filter; it fits where one of these is wanted.
const filters = {
  state: (agent: Agent): string[] => [agent.state],
  tag: (agent: Agent): string[] => agent.tags,
  label: labelsOf,
  group: (agent: Agent): string[] => agent.group_ids,
  team: (agent: Agent): string[] => (agent.team_ids.length > 0 ? agent.team_ids : ["none"]),
};
type Filter = keyof typeof filters;
const filterNames = Object.keys(filters) as Filter[];
const narrow = matchMedia("(max-width: 720px)");

export function Agents(_: { id: string }) {
  useEffect(() => void loadSubjects(), []);
  const small = useSignal(narrow.matches);
  useEffect(() => {
    const look = () => (small.value = narrow.matches);
    narrow.addEventListener("change", look);
    return () => narrow.removeEventListener("change", look);
  }, []);

  const teams = useTeams();
  const tags = useComputed(() => [...new Set(agents.value.flatMap((agent) => agent.tags))].sort());
  const labels = useComputed(() => [...new Set(agents.value.flatMap(labelsOf))].sort());
  const shown = useComputed(() => {
    const words = param("q").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = filterNames.map((name) => ({ of: filters[name], values: params(name) })).filter(({ values }) => values.length > 0);
    const asked = param("sort") || "state";
    const reversed = asked.startsWith("-");
    const column = (asked.replace("-", "") in value ? asked.replace("-", "") : "state") as Column;
    const list = agents.value.filter(
      (agent) =>
        wanted.every(({ of, values }) => of(agent).some((each) => values.includes(each))) &&
        words.every((each) => `${agent.name} ${agent.hostname} ${agent.tags.join(" ")} ${labelsOf(agent).join(" ")}`.toLowerCase().includes(each)),
    );
    const rank = value[column];
    return list.sort((a, b) => {
      const x = rank(a);
      const y = rank(b);
      const first = x < y ? -1 : x > y ? 1 : 0;
      return (reversed ? -first : first) || a.name.localeCompare(b.name);
    });
  });
  // Only teams whose agents the reader sees are offered as a filter.
  const all = workspace.value?.sees_all ?? true;
  const teamsSeen = teams.value.filter((each) => all || each.members.some((member) => member.user_id === me.value?.user.id));
  const sort = param("sort") || "state";
  const total = agents.value.length;
  const filtered = param("q") || filterNames.some((name) => params(name).length > 0);
  const names: Record<Filter, string> = {
    state: t("agents.column_state"), tag: t("agents.tags"), label: t("agents.labels"), group: t("agents.groups"), team: t("agents.team"),
  };
  const options: Record<Filter, Option[]> = {
    state: states.map((state): Option => [state, word("state", state)]),
    tag: tags.value.map((tag): Option => [tag, tag]),
    label: labels.value.map((label): Option => [label, label.includes("=") ? label : t("agents.any_value", { key: label })]),
    group: groups.value.map((each): Option => [each.id, each.name]),
    team: teamsSeen.length > 1 || (all && teamsSeen.length > 0)
      ? [...teamsSeen.map((each): Option => [each.id, each.name]), ...(all ? [["none", t("agents.no_team")] satisfies Option] : [])]
      : [],
  };

  return (
    <>
      <PageHeader
        title={t("nav.agents")}
        actions={mayEditSome.value && (
          <button type="button" class="button primary" onClick={() => setParams({ add: "1" }, { push: true })}>
            <Icon name="plus" />
            {t("agents.add")}
          </button>
        )}
      />
      {subjectsError.value && <Failure error={subjectsError.value} at={subjectsAt.value} retry={() => void loadSubjects(true)} />}
      {!subjectsLoaded.value && total === 0 ? (
        !subjectsError.value && <Skeleton lines={10} height={40} />
      ) : total === 0 ? (
        <Empty icon="server" title={t("overview.empty")} action={mayEditSome.value && (
          <button type="button" class="button primary" onClick={() => setParams({ add: "1" }, { push: true })}><Icon name="plus" />{t("agents.add")}</button>
        )}>
          {t(mayEditSome.value ? "overview.empty_text" : "overview.empty_looker")}
        </Empty>
      ) : (
        <>
          <div class="filters" role="search">
            <label class="search-field">
              <Icon name="search" />
              <span class="hidden">{t("agents.filter")}</span>
              <input type="search" placeholder={t("agents.filter")} value={param("q")} onInput={(event) => setParams({ q: event.currentTarget.value })} />
            </label>
            <Choose name="state" text={names.state} any={t("agents.any_state")} options={options.state} />
            <Choose name="tag" text={names.tag} any={t("agents.any_tag")} options={options.tag} />
            <Choose name="label" text={names.label} any={t("agents.any_label")} options={options.label} />
            <Choose name="group" text={names.group} any={t("agents.any_group")} options={options.group} />
            <Choose name="team" text={names.team} any={t("agents.any_team")} options={options.team} />
            <span class="quiet" role="status">{filtered ? t("agents.shown", { shown: shown.value.length, n: total }) : t("agents.count", { n: total })}</span>
          </div>
          <Chips names={names} options={options} />
          {shown.value.length === 0 ? (
            <Empty icon="search" title={t("agents.none")} action={
              <button type="button" class="button" onClick={() => setParams({ q: null, ...Object.fromEntries(filterNames.map((name) => [name, null])) })}>{t("agents.clear")}</button>
            } />
          ) : (
            <div class="panel flush">
              <VirtualTable
                spoken={t("nav.agents")}
                items={shown.value}
                rowHeight={small.value ? 60 : 40}
                columns={7}
                head={
                  <thead>
                    <tr aria-rowindex={1}>
                      <Head column="state" sort={sort} />
                      <Head column="name" sort={sort} />
                      <Head column="cpu" sort={sort} class="wide-only" />
                      <Head column="memory" sort={sort} class="wide-only" />
                      <Head column="disk" sort={sort} class="wide-only" />
                      <Head column="load" sort={sort} class="number wide-only" />
                      <Head column="seen" sort={sort} class="number wide-only" />
                    </tr>
                  </thead>
                }
                row={(agent, index) => <Row key={agent.id} agent={agent} index={index} />}
              />
            </div>
          )}
        </>
      )}
      {param("add") && mayEditSome.value && <AddDialog onClose={() => setParams({ add: null })} />}
    </>
  );
}

function Row(props: { agent: Agent; index: number }) {
  const { agent } = props;
  const latest = agent.latest;
  const old = agent.state === "down" || agent.state === "unknown" || agent.state === "paused";
  return (
    <tr aria-rowindex={props.index + 2} class={old ? "old" : undefined}>
      <td><State state={agent.state} /></td>
      <td class="name-cell">
        <a class="row-link cut" data-row href={at(`agents/${agent.id}`)} title={agent.name}>{agent.name}</a>
        <Tags tags={agent.tags.slice(0, 3)} labels={Object.fromEntries(Object.entries(agent.labels).slice(0, 3))} />
        <span class="under narrow-only">
          <Time at={agent.last_seen_at} /> · {latest ? t("agents.under", { cpu: Math.round(valueOf(latest, "cpu_percent") ?? 0), memory: Math.round(valueOf(latest, "memory_percent") ?? 0) }) : t("agents.no_data")}
        </span>
      </td>
      <td class="wide-only"><Meter value={valueOf(latest, "cpu_percent")} /></td>
      <td class="wide-only"><Meter value={valueOf(latest, "memory_percent")} /></td>
      <td class="wide-only"><Meter value={valueOf(latest, "disk_percent")} /></td>
      <td class="number wide-only">{load(valueOf(latest, "load_per_core"))}</td>
      <td class="number wide-only"><Time at={agent.last_seen_at} /></td>
    </tr>
  );
}

function AddDialog(props: { onClose: () => void }) {
  const added = useSignal<NewAgent | null>(null);
  return (
    <Dialog title={added.value ? t("agents.install", { name: added.value.agent.name }) : t("agents.add")} onClose={props.onClose} wide>
      {added.value ? (
        <>
          <AgentCommand added={added.value} />
          <div class="form-actions">
            <a class="button primary" href={at(`agents/${added.value.agent.id}`)}>{t("agents.open")}</a>
            <button type="button" class="button" onClick={() => (added.value = null)}>{t("agents.another")}</button>
          </div>
        </>
      ) : (
        <AddAgentForm onAdded={(value) => (added.value = value)} onCancel={props.onClose} />
      )}
    </Dialog>
  );
}
