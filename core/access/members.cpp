#include "core/access/members.h"

#include <fmt/format.h>

#include "core/people/standing.h"

namespace connlog {
namespace {

Error no_such_member() {
  return Error{ErrorCode::not_found, "There is no such member in this workspace."};
}

}  // namespace

void Members::announce(Transaction& tx, WorkspaceId workspace) {
  announce_access(tx, parts_.bus, workspace);
}

Result<Member> Members::find(Snapshot& snapshot, const Actor& actor, UserId user) const {
  auto found = TRY(parts_.members.find(snapshot, actor.workspace, user));
  if (!found) return no_such_member();
  return *std::move(found);
}

Result<void> Members::check_owner_remains(Snapshot& snapshot, const Member& leaving) const {
  if (leaving.role != Role::owner) return {};
  const std::int64_t owners = TRY(parts_.members.owners(snapshot, leaving.workspace));
  if (owners - (leaving.enabled ? 1 : 0) >= 1) return {};
  return Error{ErrorCode::conflict,
               "This is the last owner. Make somebody else an owner of the workspace first, or delete the workspace."};
}

Result<Member> Members::change_role(Transaction& tx, const Actor& actor, UserId user, Role role) {
  Member member = TRY(find(tx, actor, user));
  if (role == Role::owner || member.role == Role::owner) {
    return Error{
        ErrorCode::forbidden,
        "Ownership is given and taken by an owner, in the workspace's settings, after a confirmation of who they are."};
  }
  if (is_above(member.role, actor.role) || is_above(role, actor.role)) {
    return Error{ErrorCode::forbidden,
                 fmt::format("Your own role ({}) does not reach that far: nobody can give or take "
                             "more than they have.",
                             to_text(actor.role))};
  }
  if (member.role == role) return member;
  TRY(parts_.members.set_role(tx, actor.workspace, user, role));
  TRY(parts_.audit.append(tx, actor, "member.role_changed", member.mail,
                          fmt::format("{}: {} → {}", member.name, to_text(member.role), to_text(role))));
  announce(tx, actor.workspace);
  member.role = role;
  return member;
}

Result<void> Members::remove(Transaction& tx, const Actor& actor, UserId user) {
  const Member member = TRY(find(tx, actor, user));
  if (is_above(member.role, actor.role)) {
    return Error{ErrorCode::forbidden, "Only an owner may remove an owner."};
  }
  if (member.role == Role::owner) {
    return Error{
        ErrorCode::conflict,
        "An owner cannot be removed. End their ownership first, in the workspace's settings, or let them leave."};
  }
  TRY(parts_.members.remove(tx, actor.workspace, user));
  TRY(parts_.audit.append(tx, actor, "member.removed", member.mail,
                          fmt::format("{}, {}", member.name, to_text(member.role))));
  announce(tx, actor.workspace);
  return {};
}

Result<void> Members::leave(Transaction& tx, const Actor& actor) {
  const Member member = TRY(find(tx, actor, actor.user));
  TRY(check_owner_remains(tx, member));
  TRY(parts_.members.remove(tx, actor.workspace, actor.user));
  TRY(parts_.audit.append(tx, actor, "member.left", member.mail,
                          fmt::format("{}, {}", member.name, to_text(member.role))));
  announce(tx, actor.workspace);
  return {};
}

Result<Member> Members::set_owner(Transaction& tx, const Actor& actor, UserId user, bool owner, bool step_down) {
  if (actor.role != Role::owner) return Error{ErrorCode::forbidden, "Only an owner may do this."};
  Member member = TRY(find(tx, actor, user));
  if (owner && !member.enabled) {
    return Error{ErrorCode::conflict, "This person's account is disabled: they could not act as an owner.", "user_id"};
  }
  if (step_down && (!owner || user == actor.user)) {
    return invalid("step_down", "You can step down only while you make somebody else an owner.");
  }
  if (owner && member.role != Role::owner) {
    TRY(parts_.members.set_role(tx, actor.workspace, user, Role::owner));
    TRY(parts_.audit.append(tx, actor, "workspace.ownership_given", member.mail,
                            fmt::format("{} was {}", member.name, to_text(member.role))));
    member.role = Role::owner;
  } else if (!owner && member.role == Role::owner) {
    TRY(check_owner_remains(tx, member));
    TRY(parts_.members.set_role(tx, actor.workspace, user, Role::admin));
    TRY(parts_.audit.append(tx, actor, "workspace.ownership_ended", member.mail,
                            fmt::format("{} is an admin now", member.name)));
    member.role = Role::admin;
  }
  if (step_down) {
    const Member self = TRY(find(tx, actor, actor.user));
    TRY(check_owner_remains(tx, self));
    TRY(parts_.members.set_role(tx, actor.workspace, actor.user, Role::admin));
    TRY(parts_.audit.append(tx, actor, "workspace.ownership_ended", self.mail,
                            fmt::format("{} stepped down and is an admin now", self.name)));
  }
  announce(tx, actor.workspace);
  return member;
}

}  // namespace connlog
