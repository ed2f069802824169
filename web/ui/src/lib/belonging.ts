// The teams of the workspace, for filters, subjects and rules, and what the reader may edit. Each page asks once. Where
// that fails, the lists are empty and no error is shown, as the pages work without the names.
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { me } from "./api";
import { useQuery } from "./query";
import { loadSubjects, subjects } from "./subjects";
import type { List, Rule, Team } from "./types";
import { api, mayEdit, mayEditSome } from "./workspace";

export function useTeams(wanted = true): ReadonlySignal<Team[]> {
  const query = useQuery<List<Team>>(wanted ? api("/teams") : null, { on: (event) => event.name === "access.changed" });
  return useComputed(() => query.data.value?.items ?? []);
}

// Whether the reader may edit what belongs to these teams: an admin may always, an operator with the grant of one.
export function useMayEditOf(): (teams: readonly string[]) => boolean {
  const teams = useTeams(mayEditSome.value && !mayEdit.value);
  return (of) => mayEdit.value
    || (mayEditSome.value && teams.value.some((each) => of.includes(each.id) && each.members.some((member) => member.may_edit && member.user_id === me.value?.user.id)));
}

// Whether the reader may edit a rule. A team's grant covers the rules about one subject of that team.
export function useMayEditRule(): (rule: Pick<Rule, "target">) => boolean {
  const mayEditOf = useMayEditOf();
  useEffect(() => {
    if (mayEditSome.value) void loadSubjects();
  }, []);
  return (rule) => mayEdit.value || (rule.target.kind === "subject" && mayEditOf(subjects.value.get(rule.target.subject_id ?? "")?.team_ids ?? []));
}
