#include "web/api/middleware/agreement.h"

#include <nlohmann/json.hpp>

#include "core/trust/trust_services.h"
#include "web/api/middleware/services.h"

namespace connlog::web {

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

}  // namespace connlog::web
