// The list of all agents, with filter and order in the address. Of a thousand agents at most a hundred rows are in the
// document (parts/virtual.tsx).
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { agents, agentsAt, agentsError, agentsLoaded, loadAgents } from "../../lib/agents";
import { me } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useGroups, useTeams } from "../../lib/belonging";
import { load } from "../../lib/format";
import { valueOf } from "../../lib/metrics";
import { param, setParams } from "../../lib/router";
import { Time } from "../../lib/time";
import type { Agent, AgentState, NewAgent } from "../../lib/types";
import { at, mayEditSome, workspace } from "../../lib/workspace";
import { AddAgentForm, AgentCommand } from "../../parts/add_agent";
import { Empty, Failure, PageHeader, Skeleton, Tags } from "../../parts/basics";
import { Dialog } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Meter } from "../../parts/meter";
import { State } from "../../parts/state";
import { VirtualTable } from "../../parts/virtual";

const states: AgentState[] = ["down", "warning", "unknown", "up", "pending", "disabled"];
const order: Record<AgentState, number> = { down: 0, warning: 1, unknown: 2, pending: 3, up: 4, disabled: 5 };

type Column = "state" | "name" | "cpu" | "memory" | "disk" | "load" | "seen";
const value: Record<Column, (agent: Agent) => number | string> = {
  state: (agent) => order[agent.state],
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

const narrow = matchMedia("(max-width: 720px)");

export function Agents(_: { id: string }) {
  useEffect(() => void loadAgents(), []);
  const small = useSignal(narrow.matches);
  useEffect(() => {
    const look = () => (small.value = narrow.matches);
    narrow.addEventListener("change", look);
    return () => narrow.removeEventListener("change", look);
  }, []);

  const groups = useGroups();
  const teams = useTeams();
  const tags = useComputed(() => [...new Set([...agents.value.values()].flatMap((agent) => agent.tags))].sort());
  const shown = useComputed(() => {
    const words = param("q").toLowerCase().split(/\s+/).filter(Boolean);
    const state = param("state");
    const tag = param("tag");
    const group = param("group");
    const team = param("team");
    const asked = param("sort") || "state";
    const reversed = asked.startsWith("-");
    const column = (asked.replace("-", "") in value ? asked.replace("-", "") : "state") as Column;
    const list = [...agents.value.values()].filter(
      (agent) =>
        (!state || agent.state === state) &&
        (!tag || agent.tags.includes(tag)) &&
        (!group || agent.group_ids.includes(group)) &&
        (!team || (agent.team_id ?? "none") === team) &&
        words.every((each) => `${agent.name} ${agent.hostname} ${agent.tags.join(" ")}`.toLowerCase().includes(each)),
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
  const total = agents.value.size;
  const filtered = param("q") || param("state") || param("tag") || param("group") || param("team");

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
      {agentsError.value && <Failure error={agentsError.value} at={agentsAt.value} retry={() => void loadAgents(true)} />}
      {!agentsLoaded.value && total === 0 ? (
        !agentsError.value && <Skeleton lines={10} height={40} />
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
            <select aria-label={t("agents.column_state")} value={param("state")} onChange={(event) => setParams({ state: event.currentTarget.value })}>
              <option value="">{t("agents.any_state")}</option>
              {states.map((state) => <option key={state} value={state}>{word("state", state)}</option>)}
            </select>
            {tags.value.length > 0 && (
              <select aria-label={t("agents.tags")} value={param("tag")} onChange={(event) => setParams({ tag: event.currentTarget.value })}>
                <option value="">{t("agents.any_tag")}</option>
                {tags.value.map((tag) => <option key={tag} value={tag}>{tag}</option>)}
              </select>
            )}
            {groups.value.length > 0 && (
              <select aria-label={t("agents.groups")} value={param("group")} onChange={(event) => setParams({ group: event.currentTarget.value })}>
                <option value="">{t("agents.any_group")}</option>
                {groups.value.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
              </select>
            )}
            {(teamsSeen.length > 1 || (all && teamsSeen.length > 0)) && (
              <select aria-label={t("agents.team")} value={param("team")} onChange={(event) => setParams({ team: event.currentTarget.value })}>
                <option value="">{t("agents.any_team")}</option>
                {teamsSeen.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
                {all && <option value="none">{t("agents.no_team")}</option>}
              </select>
            )}
            <span class="quiet" role="status">{filtered ? t("agents.shown", { shown: shown.value.length, n: total }) : t("agents.count", { n: total })}</span>
          </div>
          {shown.value.length === 0 ? (
            <Empty icon="search" title={t("agents.none")} action={
              <button type="button" class="button" onClick={() => setParams({ q: null, state: null, tag: null, group: null, team: null })}>{t("agents.clear")}</button>
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
  const old = agent.state === "down" || agent.state === "unknown" || agent.state === "disabled";
  return (
    <tr aria-rowindex={props.index + 2} class={old ? "old" : undefined}>
      <td><State state={agent.state} /></td>
      <td class="name-cell">
        <a class="row-link cut" data-row href={at(`agents/${agent.id}`)} title={agent.name}>{agent.name}</a>
        <Tags tags={agent.tags.slice(0, 3)} />
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
