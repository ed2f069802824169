// The schemas of workspaces and of who is in them.
#include "web/schema_parts.h"
#include "web/schemas.h"

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
      {"WorkspaceChange", object({optional("name", text(1, 80)), optional("machine_policy", machine_policy())})},
  };
}

}  // namespace connlog::web
