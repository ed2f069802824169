// The workspace of the address (/w/<slug>/…), the addresses inside it, and what its reader may do.
import { computed } from "@preact/signals";
import { me } from "./api";
import { location_ } from "./router";
import type { Role, Workspace } from "./types";

export const workspace = computed<Workspace | null>(() => {
  const slug = /^\/w\/([^/]+)/.exec(location_.value.pathname)?.[1];
  const list = me.value?.workspaces ?? [];
  if (slug) return list.find((each) => encodeURIComponent(each.slug) === slug || each.slug === slug) ?? null;
  return list[0] ?? null;
});

export function at(page: string): string {
  const near = workspace.value ?? me.value?.workspaces[0]; // an address of no workspace leads back to the first one
  return `/w/${encodeURIComponent(near?.slug ?? "")}/${page}`;
}

export function api(path: string): string {
  return `/workspaces/${workspace.value?.id ?? ""}${path}`;
}

// The server decides (core/people/roles.h). This only hides buttons whose act the server would refuse.
const rank: Record<Role, number> = { owner: 4, admin: 3, operator: 2, member: 1, viewer: 0 };
export const may = (least: Role) => rank[workspace.value?.role ?? "viewer"] >= rank[least];
export const mayEdit = computed(() => may("admin"));
// Also true for an operator with the grant of a team, who edits what belongs to that team (lib/belonging.ts) and adds
// recipients.
export const mayEditSome = computed(() => mayEdit.value || (workspace.value?.role === "operator" && workspace.value.team_grant));
export const mayAcknowledge = computed(() => may("member"));
export const belongsSomewhere = computed(() => (me.value?.workspaces.length ?? 0) > 0);
export const isAdministrator = computed(() => me.value?.user.appliance_administrator ?? false);
