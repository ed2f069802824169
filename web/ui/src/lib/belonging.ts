// The teams and groups of the workspace by their ids, for filters, agents and rules. Asked once a page; quietly empty when it
// fails, as what uses it works without names.
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useQuery } from "./query";
import type { Group, List, Team } from "./types";
import { api } from "./workspace";

export function useGroups(): ReadonlySignal<Group[]> {
  const query = useQuery<List<Group>>(api("/groups"), { on: (event) => event.name === "access.changed" });
  return useComputed(() => query.data.value?.items ?? []);
}

export function useTeams(): ReadonlySignal<Team[]> {
  const query = useQuery<List<Team>>(api("/teams"), { on: (event) => event.name === "access.changed" });
  return useComputed(() => query.data.value?.items ?? []);
}
