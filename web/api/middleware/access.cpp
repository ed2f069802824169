#include "web/api/middleware/access.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/crypto/token.h"
#include "core/trust/trust_services.h"
#include "web/api/identity/session_cookie.h"
#include "web/api/middleware/factors.h"
#include "web/api/middleware/key_access.h"
#include "web/api/middleware/standing.h"
#include "web/api/middleware/services.h"

namespace connlog::web {
namespace {

// Finds the person by the session's cookie.
Result<void> identify(Context& ctx, Snapshot& snapshot) {
  const middleware::Services& services = ctx.of<middleware::Services>();
  ctx.identified = TRY(services.identity.identify(snapshot, ctx.session_token));
  if (!ctx.identified) return Error{ErrorCode::unauthenticated, "Log in to do this."};
  ctx.actor = services.identity.actor_of(ctx.identified->user, ctx.request().peer().address);
  return {};
}

// The appliance's legal texts that ask for agreement: a person who has not agreed to their present version gets 403
// `legal_acceptance_required` with the names of the texts. API keys are not asked; the people who made them have
// agreed.
Result<Refusal> check_agreement(const Context& ctx, const Permission& permission, Snapshot& snapshot) {
  if (permission.works_before_agreement()) return Refusal{};
  const auto pending = TRY(ctx.of<middleware::Services>().trust.legal().pending(snapshot, ctx.actor.user));
  if (pending.empty()) return Refusal{};
  Reply refused = problem(403, "legal_acceptance_required", "Read and accept the texts of this appliance first.");
  auto body = nlohmann::json::parse(refused.body, nullptr, false);
  if (body.is_object()) {
    body["texts"] = pending;
    refused.body = dump(body);
  }
  return Refusal(std::move(refused));
}

Result<void> check_action(const Context& ctx, const Permission& permission) {
  if (allows(ctx.actor.role, permission.action(), ctx.actor.team_grant)) return {};
  return Error{ErrorCode::forbidden,
               fmt::format("Your role in this workspace ({}) does not allow this.", to_text(ctx.actor.role))};
}

// Checks in one snapshot, in this order: person, agreement, standing, workspace enabled, second factor, action, fresh
// proof. An earlier refusal reveals nothing about later checks.
Result<Refusal> look_up(Context& ctx, const Permission& permission, Snapshot& snapshot) {
  TRY(identify(ctx, snapshot));
  if (auto refused = TRY(check_agreement(ctx, permission, snapshot))) return refused;
  switch (permission.kind()) {
    case Permission::Kind::session:
      return check_fresh_factor(ctx, permission, snapshot);
    case Permission::Kind::appliance:
      if (!ctx.actor.appliance_administrator)
        return Error{ErrorCode::forbidden, "Only an administrator of the appliance may do this."};
      return check_fresh_factor(ctx, permission, snapshot);
    case Permission::Kind::workspace:
      TRY(stand_in_workspace(ctx, snapshot, ctx.actor.user));
      if (auto refused = check_only_looks(ctx, permission)) return refused;
      if (auto refused = check_enabled(ctx, permission)) return refused;
      if (auto refused = TRY(check_second_factor(ctx, snapshot, ctx.actor.user))) return refused;
      TRY(check_action(ctx, permission));
      return check_fresh_factor(ctx, permission, snapshot);
    case Permission::Kind::anyone:
    case Permission::Kind::agent:
    case Permission::Kind::machine:
      break;
  }
  return Error{ErrorCode::forbidden, "Nobody may do this."};  // unreachable: only kinds with a session come here
}

// Notes that the session was used. Submitted to the writer; the request does not wait for it.
void note_presence(const Context& ctx) {
  const middleware::Services& services = ctx.of<middleware::Services>();
  if (!services.identity.should_touch(ctx.identified->session)) return;
  services.stores.submit(
      Urgency::may_wait,
      [&services, session = ctx.identified->session.id](Transaction& tx) {
        return services.identity.touch(tx, session);
      },
      [](const Result<void>&) {});
}

}  // namespace

std::optional<Reply> admit(Context& ctx, const Permission& permission) {
  if (!permission.needs_session()) return std::nullopt;
  if (brings_api_key(ctx.request())) return admit_key(ctx, permission);
  ctx.session_token = cookie_token(ctx.request());
  Refusal refused;
  const auto found = ctx.of<middleware::Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    refused = TRY(look_up(ctx, permission, snapshot));
    return {};
  });
  // The CSRF token is checked only for an identified person, and before any refusal about their rights is sent.
  if (ctx.identified && ctx.request().method() != "GET" && ctx.request().method() != "HEAD") {
    const std::string wanted = ctx.of<middleware::Services>().identity.csrf_token(ctx.session_token);
    if (!equal_in_constant_time(ctx.request().header("X-CSRF-Token"), wanted)) {
      return problem(403, "csrf", "The request lacks the right X-CSRF-Token header. Reload the page and try again.");
    }
  }
  if (!found) return problem(found.error());
  if (refused) return refused;
  note_presence(ctx);
  note_break_glass(ctx);
  return std::nullopt;
}

}  // namespace connlog::web
