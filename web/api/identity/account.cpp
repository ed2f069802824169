// Login, logout, and who is logged in.
#include <nlohmann/json.hpp>

#include "core/identity/second_factor.h"
#include "web/api/identity/factor_views.h"
#include "web/server/cookies.h"
#include "web/api/identity/handlers.h"
#include "web/api/identity/session_reply.h"
#include "web/api/views.h"
#include "web/api/identity/session_cookie.h"
#include "web/api/identity/views.h"

#include "core/base/version.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kPasswordBytesRead = 1024;  // the policy has its own, lower limit and says so
// The session ends earlier on the server; the cookie's lifetime only has to be longer.
constexpr seconds kCookieLifetime{400 * 86'400};

}  // namespace

Result<json> me_view(const Rooms& rooms, const WebOptions& options, Snapshot& snapshot, const User& user,
                     std::string_view session_token) {
  const auto& services = services_of<Services>(rooms);
  const auto factors = TRY(services.second_factors.of(snapshot, user.id));
  json me{{"user", view(user)},
          {"second_factor", factors.any()},
          {"csrf_token", services.identity.csrf_token(session_token)},
          {"server",
           {{"version", version()},
            {"public_url", options.public_url},
            {"now", time_view(services.clock.now())},
            {"storage", storage_view(services_of<Context::Services>(rooms).storage)},
            {"recovery", recovery_view(services_of<Context::Services>(rooms).recovery)}}}};
  for (const PersonPart& part : me_parts()) {
    json value = TRY(part.read(rooms, snapshot, user));
    me[std::string(part.name)] = std::move(value);
  }
  return me;
}

Result<Reply> session_reply(const Rooms& rooms, const WebOptions& options, Snapshot& snapshot, int status,
                            const OpenedSession& opened, const Origin& origin, bool tls) {
  auto shown = TRY(me_view(rooms, options, snapshot, opened.user, opened.token.reveal()));
  Reply reply = json_reply(status, std::move(shown));
  const auto& services = services_of<Services>(rooms);
  reply.headers.emplace_back("Set-Cookie", session_cookie(tls, opened.token.reveal(), kCookieLifetime));
  reply.headers.emplace_back("Set-Cookie", device_cookie(tls, services.identity.device_cookie(origin, opened.user)));
  return reply;
}

Result<Reply> login(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WebOptions& options = ctx.options();
  const Body body = TRY(ctx.body());
  const std::string mail = TRY(body.text("mail", 1, 254));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  auto checked = services.identity.check_password_of(ctx.origin(), mail, password);
  if (!checked && checked.error().code == ErrorCode::unauthenticated) {
    return ctx.write([&services, origin = ctx.origin(), mail](Transaction& tx) -> Result<Reply> {
      TRY(services.identity.record_refusal(tx, origin, mail));
      return problem(401, "bad_credentials", "Mail address or password is wrong.");
    });
  }
  if (!checked) return std::move(checked).error();
  return ctx.write([&rooms = ctx.rooms(), &services, &options, origin = ctx.origin(), tls = ctx.request().peer().tls,
                    checked = *checked, old_token = cookie_token(ctx.request())](Transaction& tx) -> Result<Reply> {
    const User user = TRY(services.identity.confirm(tx, checked));
    if (const auto asked = TRY(services.second_factors.ask(tx, origin, user, ProofMethod::password))) {
      auto shown = TRY(second_factor_view(services.second_factors, tx, origin, asked->reveal()));
      return json_reply(200, std::move(shown));
    }
    const OpenedSession opened = TRY(services.identity.enter(tx, origin, user.id, old_token, "by password"));
    return session_reply(rooms, options, tx, 200, opened, origin, tls);
  });
}

Result<Reply> logout(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor, session = ctx.identified->session,
                    tls = ctx.request().peer().tls](Transaction& tx) -> Result<Reply> {
    TRY(services.identity.log_out(tx, actor, session));
    Reply reply = no_content();
    reply.headers.emplace_back("Set-Cookie", ended_session_cookie(tls));
    return reply;
  });
}

Result<Reply> me_by_session(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(me_view(ctx.rooms(), ctx.options(), snapshot, ctx.identified->user, ctx.session_token));
    return json_reply(200, std::move(shown));
  });
}

}  // namespace connlog::web::identity
