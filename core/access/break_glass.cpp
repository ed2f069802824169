#include "core/access/break_glass.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr int kListed = 100;

}  // namespace

Result<BreakGlassGrant> BreakGlass::open(Transaction& tx, const Actor& actor, WorkspaceId id, const std::string& reason,
                                         std::int64_t minutes) {
  if (!actor.appliance_administrator)
    return Error{ErrorCode::forbidden, "Only an administrator of the appliance may do this."};
  const auto workspace = TRY(parts_.workspaces.find(tx, id));
  if (!workspace || is_appliances_own(*workspace)) return Error{ErrorCode::not_found, "There is no such workspace."};
  BreakGlassGrant grant;
  grant.reason = TRY(one_line("reason", "The reason", reason, 10, 500));
  if (minutes < kBreakGlassMinutesMin || minutes > kBreakGlassMinutesMax) {
    return invalid("minutes", fmt::format("This must be a whole number from {} to {}.", kBreakGlassMinutesMin,
                                          kBreakGlassMinutesMax));
  }
  const auto membership = TRY(parts_.workspaces.membership(tx, id, actor.user));
  if (membership) return Error{ErrorCode::conflict, "You are a member of this workspace: open it as one."};
  const Instant now = parts_.clock.believed();
  const auto already_open = TRY(parts_.grants.open_of(tx, id, actor.user, now));
  if (already_open) return Error{ErrorCode::conflict, "You have this workspace open already. End that first."};

  grant.id = BreakGlassId::make(now, parts_.random);
  grant.workspace = id;
  grant.user = actor.user;
  grant.administrator = actor.name;
  grant.opened_at = now;
  grant.expires_at = now + seconds(minutes * 60);
  TRY(parts_.grants.insert(tx, grant));

  const std::string what = fmt::format("to look, for {}, until {}: {}", duration_text(minutes * 60),
                                       to_iso8601(grant.expires_at), grant.reason);
  TRY(parts_.audit.append(tx, actor, "workspace.opened", workspace->name, what));
  Actor inside = actor;
  inside.workspace = id;
  inside.break_glass = true;
  TRY(parts_.audit.append(tx, inside, "workspace.opened", workspace->name, what));

  OwnersLetter letter;
  letter.kind = "break_glass";
  letter.headline = fmt::format("An administrator opened the workspace {}", workspace->name);
  letter.paragraphs = {
      fmt::format(
          "{}, an administrator of this connlog, can look into the workspace \"{}\" until {}. They can change nothing.",
          actor.name, workspace->name, to_iso8601(grant.expires_at)),
      fmt::format("The reason they gave: {}", grant.reason),
      "The workspace shows who looks, what was read, and lets you end it at once."};
  letter.path = "/w/" + workspace->slug + "/access-review";
  letter.link_text = "See who looks, and end it";
  TRY(parts_.owners.tell_owners(tx, id, letter));
  announce(tx, id);
  return grant;
}

void BreakGlass::announce(Transaction& tx, WorkspaceId workspace) const {
  tx.after_commit([this, workspace] {
    parts_.events.publish({workspace, EventScope::everybody(), EventName::workspace_changed,
                           fmt::format(R"({{"workspace_id":{}}})", json_string(workspace.text()))});
  });
}

// Ends the opening and writes it into both trails, that of the appliance and that of the workspace.
Result<void> BreakGlass::ended(Transaction& tx, const Actor& actor, const BreakGlassGrant& grant) {
  TRY(parts_.grants.end(tx, grant.workspace, grant.id, parts_.clock.believed(), actor.name));
  announce(tx, grant.workspace);
  const auto workspace = TRY(parts_.workspaces.find(tx, grant.workspace));
  const std::string name = workspace ? workspace->name : grant.workspace.text();
  const std::string what = fmt::format("opened by {}; {} requests answered", grant.administrator, grant.reads);
  Actor outside = actor;
  outside.workspace = {};
  TRY(parts_.audit.append(tx, outside, "workspace.closed", name, what));
  Actor inside = actor;
  inside.workspace = grant.workspace;
  return parts_.audit.append(tx, inside, "workspace.closed", name, what);
}

Result<void> BreakGlass::end(Transaction& tx, const Actor& actor, WorkspaceId workspace, BreakGlassId id) {
  const Instant now = parts_.clock.believed();
  const auto grants = TRY(parts_.grants.of_workspace(tx, workspace, kListed));
  for (const BreakGlassGrant& grant : grants) {
    if (grant.id != id || !grant.is_open(now)) continue;
    const bool own = actor.workspace.is_nil() && grant.user == actor.user;
    const bool of_the_workspace = actor.workspace == workspace && !actor.break_glass;
    if (own || of_the_workspace) return ended(tx, actor, grant);
  }
  return Error{ErrorCode::not_found, "There is no such opening, or it is over."};
}

Result<void> BreakGlass::end_all(Transaction& tx, const Actor& actor, UserId administrator) {
  const auto grants = TRY(parts_.grants.open_of_user(tx, administrator, parts_.clock.believed()));
  for (const BreakGlassGrant& grant : grants) TRY(ended(tx, actor, grant));
  return {};
}

Result<std::optional<BreakGlassGrant>> BreakGlass::find_open(Snapshot& snapshot, WorkspaceId workspace,
                                                             UserId user) const {
  return parts_.grants.open_of(snapshot, workspace, user, parts_.clock.believed());
}

Result<std::vector<Workspace>> BreakGlass::opened_by(Snapshot& snapshot, UserId user) const {
  std::vector<Workspace> workspaces;
  const auto grants = TRY(parts_.grants.open_of_user(snapshot, user, parts_.clock.believed()));
  for (const BreakGlassGrant& grant : grants) {
    if (auto workspace = TRY(parts_.workspaces.find(snapshot, grant.workspace)))
      workspaces.push_back(*std::move(workspace));
  }
  return workspaces;
}

Result<std::vector<BreakGlassGrant>> BreakGlass::list(Snapshot& snapshot, WorkspaceId workspace) const {
  return parts_.grants.of_workspace(snapshot, workspace, kListed);
}

Result<std::vector<BreakGlassRead>> BreakGlass::reads_of(Snapshot& snapshot, WorkspaceId workspace,
                                                         BreakGlassId id) const {
  return parts_.grants.reads_of(snapshot, workspace, id);
}

Result<void> BreakGlass::note_read(Transaction& tx, const BreakGlassGrant& grant, const std::string& operation) {
  return parts_.grants.add_read(tx, grant.workspace, grant.id, operation, parts_.clock.believed());
}

}  // namespace connlog
