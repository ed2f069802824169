// The schemas of workspaces and of who is in them.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

namespace {

json role() {
  return one_of({"owner", "admin", "operator", "member", "viewer"});
}
json machine_policy() {
  return one_of({"warn", "refuse"});
}

}  // namespace

json workspace_schemas() {
  json opening = object({{"id", id()}, {"administrator", text()}, {"reason", text()}, {"expires_at", time()}});
  json deletion = object({{"requested_at", time()}, {"due_at", time()}, {"requested_by", text()}});
  return {
      {"Workspace",
       object({{"id", id()},
               {"slug", text()},
               {"name", text()},
               {"role", described(role(), "The reader's own.")},
               {"team_grant", described(flag(), "A team of the reader's lets them edit what belongs to it.")},
               {"sees_all", described(flag(), "False: the reader sees the agents of their own teams only.")},
               {"machine_policy", machine_policy()},
               {"enabled", flag()},
               {"team_scoped", described(flag(), "People below admin see the agents of their own teams only.")},
               {"deletion", described(or_null(std::move(deletion)), "Null: nobody asked to delete it.")},
               {"version", integer()},
               {"second_factor",
                described(or_null(object({{"refused", flag()}, {"until", time()}})),
                          "Not null: the workspace requires a second factor and the reader has none; from `until` on "
                          "everything in it is refused.")},
               {"review_due_at", described(or_null(time()), "For those who review who has access.")},
               {"openings", described(list(std::move(opening)), "Administrators of the appliance who look in now.")},
               {"opened_by_me", described(flag(), "The reader is no member, but such an administrator.")}})},
      {"NewWorkspace", object({{"name", text(1, 80)}})},
      {"WorkspaceChange",
       object({optional("name", text(1, 80)), optional("machine_policy", machine_policy()),
               optional("slug", described(text(1, 40), "Small letters, digits and hyphens; part of every address.")),
               optional("team_scoped", flag())})},
      {"WorkspaceState", object({{"enabled", flag()}})},
      {"DeletionRequest", object({{"name", described(text(1, 80), "The workspace's name, as a confirmation.")}})},
      {"Member",
       object({{"user_id", id()},
               {"name", text()},
               {"mail", text()},
               {"role", role()},
               {"since", time()},
               {"last_login_at", or_null(time())},
               {"enabled", described(flag(), "False: the person's account is disabled.")},
               {"teams", list(object({{"team_id", id()}, {"may_edit", flag()}}))},
               {"by_provider", described(or_null(text()), "The login provider whose roles decide about this one.")}})},
      {"MemberList", page_of("Member")},
      {"MemberChange", object({{"role", role()}})},
      {"OwnershipChange",
       object({{"user_id", id()},
               optional("owner", described(flag(), "False: from owner to admin. True when it is not said.")),
               optional("step_down", described(flag(), "I become an admin in the same act."))})},
      {"Invitation", object({{"id", id()},
                             {"mail", text()},
                             {"role", role()},
                             {"team_id", or_null(id())},
                             {"inviter_name", text()},
                             {"mailed", described(flag(), "A letter with a link of its own was queued.")},
                             {"expired", flag()},
                             {"created_at", time()},
                             {"sent_at", time()},
                             {"expires_at", time()}})},
      {"InvitationList", page_of("Invitation")},
      {"NewInvitation", object({{"mail", text(1, 254)},
                                {"role", one_of({"admin", "operator", "member", "viewer"})},
                                optional("team_id", text(0, 64)),
                                optional("days", described(integer(1, 3'650),
                                                           "The appliance's limit is the most, and "
                                                           "holds where this is absent."))})},
      {"SentInvitation", object({{"invitation", reference("Invitation")},
                                 {"link", described(text(), "Shown this once, to be handed over.")}})},
      {"InvitationToken", object({{"token", described(text(1, 200), "From the link.")}})},
      {"InvitedPerson", object({{"token", described(text(1, 200), "From the link.")},
                                {"name", text(1, 80)},
                                {"password", described(text(10, 256), "Write-only.")}})},
      {"OpenInvitation", object({{"workspace_name", text()},
                                 {"role", role()},
                                 {"mail", text()},
                                 {"inviter_name", text()},
                                 {"expires_at", time()}})},
      {"Name", object({{"name", text(1, 80)}})},
      {"TeamMembership",
       object({optional("may_edit", described(flag(), "An operator then edits the team's agents and rules."))})},
      {"TeamMember", object({{"user_id", id()}, {"may_edit", flag()}, {"since", time()}})},
      {"Team", object({{"id", id()},
                       {"name", text()},
                       {"agents", integer()},
                       {"members", list(reference("TeamMember"))},
                       {"version", integer()},
                       {"created_at", time()}})},
      {"TeamList", page_of("Team")},
      {"Group", object({{"id", id()},
                        {"name", text()},
                        {"agents", integer()},
                        {"rules", integer()},
                        {"version", integer()},
                        {"created_at", time()}})},
      {"GroupList", page_of("Group")},
  };
}

}  // namespace connlog::web
