#include "core/access/workspace_life.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/people/standing.h"

namespace connlog {
namespace {

constexpr std::size_t kSlugMax = 40;
constexpr std::int64_t kRowsAtOnce = 2'000;  // deleted in one transaction

}  // namespace

Result<void> check_slug(const std::string& slug) {
  const bool fits = !slug.empty() && slug.size() <= kSlugMax && slug.front() != '-' && slug.back() != '-' &&
                    std::all_of(slug.begin(), slug.end(),
                                [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (fits) return {};
  return invalid("slug", "The address has 1 to 40 small letters, digits and hyphens, with no hyphen at either end.");
}

Result<Workspace> WorkspaceLife::find(Snapshot& snapshot, WorkspaceId id) const {
  auto found = TRY(parts_.workspaces.find(snapshot, id));
  if (!found || is_appliances_own(*found)) return Error{ErrorCode::not_found, "There is no such workspace."};
  return *std::move(found);
}

Result<bool> WorkspaceLife::may_create(Snapshot& snapshot, const User& user) const {
  if (user.appliance_administrator || parts_.limits.is_on(Limit::create_workspaces)) return true;
  const std::int64_t owned = TRY(parts_.members.owned_by(snapshot, user.id));
  return owned > 0;
}

Result<Workspace> WorkspaceLife::create(Transaction& tx, const Actor& actor, const User& owner,
                                        const std::string& name) {
  const bool allowed = TRY(may_create(tx, owner));
  if (!allowed)
    return Error{ErrorCode::forbidden, "Workspaces are made by administrators of the appliance here. Ask one of them."};
  const std::int64_t owned = TRY(parts_.members.owned_by(tx, owner.id));
  if (owned >= parts_.limits.value(Limit::workspaces_per_person)) {
    return Error{ErrorCode::conflict, fmt::format("One person may own at most {} workspaces on this appliance.",
                                                  parts_.limits.value(Limit::workspaces_per_person))};
  }
  return parts_.service.create(tx, actor, name, owner.id, owner.name, owner.mail);
}

Result<Workspace> WorkspaceLife::change(Transaction& tx, const Actor& actor, WorkspaceId id,
                                        const WorkspaceSettingChange& change) {
  Workspace workspace = TRY(find(tx, id));
  std::string details;
  if (change.slug && *change.slug != workspace.slug) {
    TRY(check_slug(*change.slug));
    const auto workspaces = TRY(parts_.workspaces.all(tx));
    for (const Workspace& other : workspaces) {
      if (other.slug == *change.slug) return invalid("slug", "Another workspace of this appliance has this address.");
    }
    details = "address " + workspace.slug + " → " + *change.slug;
    workspace.slug = *change.slug;
  }
  if (change.team_scoped) {
    WorkspaceSetting setting = TRY(parts_.settings.get(tx, id));
    if (setting.team_scoped != *change.team_scoped) {
      setting.team_scoped = *change.team_scoped;
      TRY(parts_.settings.put(tx, setting));
      details += (details.empty() ? "" : ", ") + std::string("agents and groups are seen by ") +
                 (setting.team_scoped ? "their own teams only" : "every member");
    }
  }
  if (details.empty()) return workspace;
  workspace.version += 1;
  TRY(parts_.workspaces.update(tx, workspace));
  TRY(parts_.audit.append(tx, actor, "workspace.changed", id.text(), details));
  announce_access(tx, parts_.bus, id);
  return workspace;
}

Result<Workspace> switch_workspace(Transaction& tx, const WorkspaceSwitch& parts, const Actor& actor,
                                   Workspace workspace, bool enabled, WorkspaceSetting::DisabledBy by) {
  using DisabledBy = WorkspaceSetting::DisabledBy;
  WorkspaceSetting setting = TRY(parts.settings.get(tx, workspace.id));
  if (enabled && setting.deletion_due_at.is_set() && setting.deletion_due_at <= parts.clock.proven())
    return Error{ErrorCode::conflict, "This workspace is being deleted."};
  setting.workspace = workspace.id;
  setting.disabled_by = enabled ? DisabledBy::nobody : by;
  TRY(parts.settings.put(tx, setting));
  workspace.enabled = enabled;
  workspace.version += 1;
  TRY(parts.workspaces.update(tx, workspace));
  Actor inside = actor;
  inside.workspace = workspace.id;
  const std::string detail =
      by == DisabledBy::administrator ? workspace.name + ", by an administrator of the appliance" : workspace.name;
  TRY(parts.audit.append(tx, inside, enabled ? "workspace.enabled" : "workspace.disabled", workspace.id.text(),
                         detail));
  parts.residents.changed(tx, workspace);
  announce_access(tx, parts.bus, workspace.id);
  return workspace;
}

Result<Workspace> WorkspaceLife::set_enabled(Transaction& tx, const Actor& actor, WorkspaceId id, bool enabled) {
  using DisabledBy = WorkspaceSetting::DisabledBy;
  Workspace workspace = TRY(find(tx, id));
  const WorkspaceSetting setting = TRY(parts_.settings.get(tx, id));
  const bool owns = actor.workspace == id && actor.role == Role::owner && !actor.break_glass;
  if (!owns && !actor.appliance_administrator)
    return Error{ErrorCode::forbidden, "Only an owner or the administrator of the appliance may do this."};
  if (workspace.enabled == enabled) return workspace;
  if (enabled && setting.disabled_by == DisabledBy::administrator && !actor.appliance_administrator) {
    return Error{ErrorCode::forbidden,
                 "The administrator of the appliance disabled this workspace; only they can enable it again."};
  }
  return switch_workspace(
      tx, {parts_.workspaces, parts_.settings, parts_.residents, parts_.audit, parts_.bus, parts_.clock}, actor,
      std::move(workspace), enabled, owns ? DisabledBy::owner : DisabledBy::administrator);
}

Result<WorkspaceSetting> WorkspaceLife::request_deletion(Transaction& tx, const Actor& actor,
                                                         const std::string& typed_name) {
  const Workspace workspace = TRY(find(tx, actor.workspace));
  if (typed_name != workspace.name) return invalid("name", "Type the workspace's name exactly as it is shown.");
  WorkspaceSetting setting = TRY(parts_.settings.get(tx, actor.workspace));
  if (setting.deletion_due_at.is_set()) return Error{ErrorCode::conflict, "Its deletion has been asked for already."};
  setting.deletion_requested_at = parts_.clock.believed();
  setting.deletion_due_at =
      setting.deletion_requested_at + seconds(parts_.limits.value(Limit::workspace_deletion_days) * 86'400);
  setting.deletion_requested_by = actor.name;
  TRY(parts_.settings.put(tx, setting));
  const std::string due = to_iso8601(setting.deletion_due_at);
  TRY(parts_.audit.append(tx, actor, "workspace.deletion_requested", workspace.id.text(), "due " + due));
  Actor appliance = actor;
  appliance.workspace = {};
  TRY(parts_.audit.append(tx, appliance, "workspace.deletion_requested", workspace.id.text(),
                          workspace.name + ", due " + due));
  OwnersLetter letter;
  letter.kind = "workspace_deletion";
  letter.headline = fmt::format("The workspace {} will be deleted", workspace.name);
  letter.paragraphs = {
      fmt::format("{} asked to delete the workspace {} with everything in it.", actor.name, workspace.name),
      fmt::format(
          "It will be deleted on {} (UTC). Until then every owner can call it off, in the workspace's settings.", due)};
  letter.path = "/w/" + workspace.slug + "/settings";
  letter.link_text = "Open the workspace's settings";
  TRY(parts_.owners.tell_owners(tx, workspace.id, letter));
  announce_access(tx, parts_.bus, workspace.id);
  return setting;
}

Result<WorkspaceSetting> WorkspaceLife::cancel_deletion(Transaction& tx, const Actor& actor) {
  WorkspaceSetting setting = TRY(parts_.settings.get(tx, actor.workspace));
  if (!setting.deletion_due_at.is_set())
    return Error{ErrorCode::conflict, "Nobody has asked to delete this workspace."};
  if (setting.deletion_due_at <= parts_.clock.proven())
    return Error{ErrorCode::conflict, "The time is over: this workspace is being deleted."};
  setting.deletion_requested_at = setting.deletion_due_at = {};
  setting.deletion_requested_by.clear();
  TRY(parts_.settings.put(tx, setting));
  TRY(parts_.audit.append(tx, actor, "workspace.deletion_cancelled", actor.workspace.text()));
  Actor appliance = actor;
  appliance.workspace = {};
  TRY(parts_.audit.append(tx, appliance, "workspace.deletion_cancelled", actor.workspace.text()));
  announce_access(tx, parts_.bus, actor.workspace);
  return setting;
}

// The first piece disables the workspace, so that nothing new comes in. Then the residents delete what they have, upper
// floors first. Last go the rows of core/access and below.
Result<bool> WorkspaceLife::erase_piece(Transaction& tx, WorkspaceId id) {
  Workspace workspace = TRY(find(tx, id));
  if (workspace.enabled) {
    workspace.enabled = false;
    workspace.version += 1;
    TRY(parts_.workspaces.update(tx, workspace));
    parts_.residents.changed(tx, workspace);
    announce_access(tx, parts_.bus, id);
    return true;
  }
  const WorkspaceSetting setting = TRY(parts_.settings.get(tx, id));
  std::int64_t rows = kRowsAtOnce;
  const bool moved_out = TRY(parts_.residents.erase(tx, id, rows));
  if (!moved_out) return true;
  const bool erased = TRY(parts_.rows.erase(tx, id, rows));
  if (!erased) return true;
  parts_.networks.forget(tx, id);
  Actor maintenance;
  maintenance.name = "connlog";
  TRY(parts_.audit.append(tx, maintenance, "workspace.deleted", id.text(),
                          fmt::format("{}, asked for by {} on {}", workspace.name, setting.deletion_requested_by,
                                      to_iso8601(setting.deletion_requested_at))));
  announce_access(tx, parts_.bus, id);
  return true;
}

Result<bool> WorkspaceLife::erase_some() {
  if (in_recovery(parts_.recovery)) return false;
  std::optional<WorkspaceId> due;
  const auto looked = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto found = TRY(parts_.settings.due_for_deletion(snapshot, parts_.clock.proven(), 1));
    if (!found.empty()) due = found.front();
    return {};
  });
  if (!looked) return looked.error();
  if (!due) return false;
  bool more = false;
  const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
    more = TRY(erase_piece(tx, *due));
    return {};
  });
  if (!done) return done.error();
  return more;
}

}  // namespace connlog
