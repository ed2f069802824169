// Hosts that ask for quiet (docs/agent-protocol.md, "Maintenance"): a maintenance of their own subject, within the
// bounds of their workspace. Authenticated as heartbeats are; a token that comes from another machine is refused
// whatever the workspace says of such heartbeats.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/value_or.h"
#include "core/wire/protocol.h"
#include "web/api/agents/handlers.h"
#include "web/api/authorization.h"
#include "web/api/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

struct Asked {
  HostAsk ask;
  bool end = false;
  std::string machine_id;
};

struct Outcome {
  bool is_other_machine = false;
  HostAnswer answer;
};

Reply refusal(int status, std::string_view error, std::string_view message, std::int64_t retry_after_seconds = 0) {
  Reply reply = json_reply(status, {{"ok", false}, {"error", error}, {"message", message}});
  if (retry_after_seconds > 0) reply.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return reply;
}

Result<Asked> asked_of(const HttpRequest& http) {
  if (http.body().size() > wire::kMaintenanceBytesMax) return invalid("", "The request is too long.");
  const Body body = TRY(Body::parse(http.body()));
  Asked asked;
  asked.end = TRY(value_or(body.maybe_flag("end"), false));
  if (!asked.end) asked.ask.minutes = TRY(body.integer("minutes", 1, wire::kMaintenanceMinutesMax));
  asked.ask.reason = TRY(value_or(body.maybe_text("reason", 0, wire::kMaintenanceReasonMax), std::string()));
  asked.ask.address = http.peer().address;
  asked.machine_id = wire::machine_id(http.header("X-Machine-Id"));
  return asked;
}

Reply reply_to(const Outcome& outcome) {
  if (outcome.is_other_machine)
    return refusal(403, wire::kErrorMachine, "This token belongs to another machine. Nothing is quiet.");
  const HostAnswer& answer = outcome.answer;
  switch (answer.kind) {
    case HostAnswer::Kind::not_allowed:
      return refusal(403, wire::kErrorMaintenanceNotAllowed, answer.text);
    case HostAnswer::Kind::used_up:
      return refusal(403, wire::kErrorMaintenanceUsedUp, answer.text);
    case HostAnswer::Kind::nothing_runs:
      return refusal(409, wire::kErrorMaintenanceNone, answer.text);
    case HostAnswer::Kind::done:
      break;
  }
  return json_reply(200, {{"ok", true},
                          {"until", time_view(answer.until)},
                          {"left_minutes", answer.left_minutes},
                          {"message", answer.text}});
}

Reply reply_to(const Error& error) {
  if (error.code == ErrorCode::invalid_input) return refusal(400, "INVALID_REQUEST", error.message);
  if (!error.cause.empty()) log_warning("maintenance.failed", {{"message", error.message}, {"cause", error.cause}});
  return refusal(503, wire::kErrorUnavailable, "The appliance cannot take this right now. Try again.", 5);
}

Result<Outcome> decide(const Services& services, Transaction& tx, const Asked& asked) {
  Outcome outcome;
  const auto agent = TRY(services.agents.find(tx, asked.ask.workspace, asked.ask.agent));
  if (!agent) return Error{ErrorCode::unavailable, "The agent was removed just now."};
  outcome.is_other_machine = !agent->machine_id.empty() && agent->machine_id != asked.machine_id;
  if (outcome.is_other_machine) {
    TRY(services.quiet_service.refused_machine(tx, asked.ask));
    return outcome;
  }
  if (asked.end) {
    outcome.answer = TRY(services.quiet_service.end_by_host(tx, asked.ask));
  } else {
    outcome.answer = TRY(services.quiet_service.ask_by_host(tx, asked.ask));
  }
  return outcome;
}

}  // namespace

Result<Reply> agent_maintenance(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string authorization = authorization_of(ctx.request(), wire::kTokenPrefix);
  AgentReply refused;
  const auto known = services.ingest.whose(authorization, ctx.request().peer().address, refused);
  if (!known) {
    Reply reply{.status = refused.status, .content_type = "application/json", .body = std::move(refused.body)};
    if (refused.retry_after_seconds > 0)
      reply.headers.emplace_back("Retry-After", std::to_string(refused.retry_after_seconds));
    return reply;
  }
  if (const std::int64_t wait = services.quiet_service.host_asks().wait_of(known->agent, services.clock.monotonic());
      wait > 0) {
    return refusal(429, wire::kErrorRateLimited, fmt::format("This host asked just now. Try again in {} s.", wait), wait);
  }
  auto asked = asked_of(ctx.request());
  if (!asked) return refusal(400, "INVALID_REQUEST", asked.error().message);
  asked->ask.workspace = known->workspace;
  asked->ask.agent = known->agent;
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  const auto outcome = std::make_shared<Outcome>();
  services.stores.submit(
      Urgency::at_once,
      [&services, asked = *asked, outcome](Transaction& tx) -> Result<void> {
        *outcome = TRY(decide(services, tx, asked));
        return {};
      },
      [exchange, outcome](const Result<void>& committed) {
        exchange->send(committed ? reply_to(*outcome) : reply_to(committed.error()));
      });
  return Reply::answered_later();
}

}  // namespace connlog::web::agents
