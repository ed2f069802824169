// The set-up by the first owner, and "who am I": identity's answer for a session, with the person's workspaces; for an API
// key, which key it is.
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/people/workspace_networks.h"
#include "web/api/access/handlers.h"
#include "web/api/access/workspace_view.h"
#include "web/api/identity/handlers.h"
#include "web/api/identity/session_reply.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr std::size_t kPasswordBytesRead = 1024;  // the policy has its own, lower limit and says so

Result<json> my_workspaces(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  return workspaces_of(services_of<Services>(rooms), snapshot, person.id);
}

Result<json> may_create_workspaces(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  const bool may = TRY(services_of<Services>(rooms).access.life().may_create(snapshot, person));
  return json(may);
}

constexpr PersonPart kMe[] = {
    {"workspaces", my_workspaces},
    {"may_create_workspaces", may_create_workspaces},
};

}  // namespace

std::span<const PersonPart> me_parts() {
  return kMe;
}

Result<Reply> setup_state(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const bool needs_setup = TRY(ctx.of<Services>().access.first_owner().is_needed(snapshot));
    json reply = {{"needs_setup", needs_setup}};
    // What the owner-to-be is asked to agree to. Afterwards it is nobody's business.
    if (needs_setup) reply["networks"] = own_networks();
    return json_reply(200, std::move(reply));
  });
}

Result<Reply> setup(Context& ctx) {
  FirstOwner& first_owner = ctx.of<Services>().access.first_owner();
  const WebOptions& options = ctx.options();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, 200));
  NewOwner owner;
  owner.name = TRY(body.text("name", 1, 80));
  owner.mail = TRY(body.text("mail", 1, 254));
  owner.workspace_name = TRY(body.text("workspace_name", 1, 80));
  owner.networks = TRY(value_or(body.maybe_texts("networks", kNetworksMax, kNetworkCharactersMax), {}));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  const std::string hash = TRY(first_owner.prepare(ctx.origin(), token, owner, password));
  return ctx.write([&rooms = ctx.rooms(), &first_owner, &options, origin = ctx.origin(),
                    tls = ctx.request().peer().tls, token, owner, hash](Transaction& tx) -> Result<Reply> {
    const OpenedSession opened = TRY(first_owner.claim(tx, origin, token, owner, hash));
    return identity::session_reply(rooms, options, tx, 201, opened, origin, tls);
  });
}

Result<Reply> me(Context& ctx) {
  return ctx.key ? key_me(ctx) : identity::me_by_session(ctx);
}

}  // namespace connlog::web::access
