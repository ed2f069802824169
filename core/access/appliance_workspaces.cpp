#include "core/access/appliance_workspaces.h"

#include "core/access/workspace_life.h"
#include "core/identity/identity_service.h"

namespace connlog {

Result<ListedWorkspace> ApplianceWorkspaces::find(Snapshot& snapshot, WorkspaceId id) const {
  auto found = TRY(parts_.directory.workspace(snapshot, id));
  if (!found) return Error{ErrorCode::not_found, "There is no such workspace."};
  return *std::move(found);
}

Result<ListedWorkspace> ApplianceWorkspaces::set_enabled(Transaction& tx, const Actor& actor, WorkspaceId id,
                                                         bool enabled) {
  const ListedWorkspace before = TRY(find(tx, id));
  if (before.workspace.enabled == enabled) return before;
  const Workspace workspace = TRY(switch_workspace(
      tx, {parts_.workspaces, parts_.settings, parts_.residents, parts_.audit, parts_.events, parts_.clock}, actor,
      before.workspace, enabled, WorkspaceSetting::DisabledBy::administrator));
  TRY(parts_.audit.append(tx, actor, enabled ? "workspace.enabled" : "workspace.disabled", workspace.name));
  return find(tx, id);
}

Result<ListedWorkspace> ApplianceWorkspaces::assign_owner(Transaction& tx, const Actor& actor, WorkspaceId id,
                                                          const std::string& mail) {
  const ListedWorkspace before = TRY(find(tx, id));
  if (!before.owners.empty())
    return Error{ErrorCode::conflict, "This workspace has an owner: ownership is theirs to hand on."};
  const auto user = TRY(parts_.users.find_by_mail(tx, mail_key(mail)));
  if (!user || !user->enabled) return invalid("mail", "Nobody who can log in has this mail address.");
  const auto membership = TRY(parts_.workspaces.membership(tx, id, user->id));
  // Otherwise an administrator could open any workspace for good and without a reason: disable its owner, then become
  // the owner.
  if (user->id == actor.user && !membership && before.members > 0) {
    return Error{
        ErrorCode::forbidden,
        "Administrators do not make themselves the owner of other people's workspace. Name somebody who works in "
        "it, or open it, with a reason, to look.",
        "owner"};
  }
  const Instant since = membership ? membership->since : parts_.clock.believed();
  TRY(parts_.workspaces.put_membership(tx, {.workspace = id, .user = user->id, .role = Role::owner, .since = since}));
  TRY(parts_.audit.append(tx, actor, "workspace.owner_assigned", before.workspace.name, user->mail));
  Actor inside = actor;
  inside.workspace = id;
  TRY(parts_.audit.append(tx, inside, "workspace.owner_assigned", before.workspace.name, user->mail));
  return find(tx, id);
}

}  // namespace connlog
