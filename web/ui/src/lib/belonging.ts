// The teams and groups of the workspace, for filters, agents and rules. Each page asks once. Where that fails, the
// lists are empty and no error is shown, as the pages work without the names.
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { agents, loadAgents } from "./agents";
import { me } from "./api";
import { useQuery } from "./query";
import type { Group, List, Rule, Team } from "./types";
import { api, mayEdit, mayEditSome } from "./workspace";

export function useGroups(): ReadonlySignal<Group[]> {
  const query = useQuery<List<Group>>(api("/groups"), { on: (event) => event.name === "access.changed" });
  return useComputed(() => query.data.value?.items ?? []);
}

export function useTeams(wanted = true): ReadonlySignal<Team[]> {
  const query = useQuery<List<Team>>(wanted ? api("/teams") : null, { on: (event) => event.name === "access.changed" });
  return useComputed(() => query.data.value?.items ?? []);
}

// Whether the reader may edit what belongs to a team: an admin may always, an operator with that team's grant.
export function useMayEditOf(): (team: string | null | undefined) => boolean {
  const teams = useTeams(mayEditSome.value && !mayEdit.value);
  return (team) => mayEdit.value
    || (mayEditSome.value && teams.value.some((each) => each.id === team && each.members.some((member) => member.may_edit && member.user_id === me.value?.user.id)));
}

// Whether the reader may edit a rule. A team's grant covers the rules about one agent of that team.
export function useMayEditRule(): (rule: Pick<Rule, "target">) => boolean {
  const mayEditOf = useMayEditOf();
  useEffect(() => {
    if (mayEditSome.value) void loadAgents();
  }, []);
  return (rule) => mayEdit.value || (rule.target.kind === "agent" && mayEditOf(agents.value.get(rule.target.agent_id ?? "")?.team_id));
}
