#include "web/api/middleware/factors.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "web/api/identity/factor_views.h"
#include "web/api/middleware/services.h"

namespace connlog::web {

Result<Refusal> check_second_factor(const Context& ctx, Snapshot& snapshot, UserId user) {
  const PolicyStanding standing =
      TRY(ctx.of<middleware::Services>().second_factors.standing(snapshot, ctx.workspace->id, user));
  if (standing.state != PolicyStanding::State::refused) return Refusal{};
  return Refusal(problem(403, "second_factor_required",
                         fmt::format("The workspace {} requires a second factor. Set one up in your account under "
                                     "Security; then everything here is open to you again.",
                                     ctx.workspace->name)));
}

Result<Refusal> check_fresh_factor(const Context& ctx, const Permission& permission, Snapshot& snapshot) {
  const std::string_view method = ctx.request().method();
  const bool changes = method != "GET" && method != "HEAD";
  const bool has_action =
      permission.kind() == Permission::Kind::workspace || permission.kind() == Permission::Kind::appliance;
  if (!permission.wants_fresh_factor() && !(changes && has_action && needs_fresh_factor(permission.action()))) {
    return Refusal{};
  }
  const SecondFactors& factors = ctx.of<middleware::Services>().second_factors;
  const bool fresh = TRY(factors.is_fresh(snapshot, ctx.identified->session));
  if (fresh) return Refusal{};
  const User& user = ctx.identified->user;
  const auto providers = TRY(ctx.of<middleware::Services>().logins.service().proving(snapshot, user.id));
  const auto methods = TRY(step_up_methods(factors, snapshot, user, providers));
  nlohmann::json body = {{"type", "about:blank"},
                         {"title", "Confirm that it is you"},
                         {"status", 403},
                         {"code", "step_up_required"},
                         {"detail", "This needs a fresh confirmation that it is you."},
                         {"methods", methods_view(methods)}};
  return Refusal(Reply{.status = 403, .content_type = "application/problem+json", .body = dump(body)});
}

}  // namespace connlog::web
