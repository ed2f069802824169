// The receiver for agents, as far as HTTP goes: header values in, status and body out. core/agents decides what they
// mean.
#include "core/wire/protocol.h"
#include "core/wire/trust.h"
#include "web/api/agent_programs.h"
#include "web/api/agents/handlers.h"
#include "web/api/authorization.h"

namespace connlog::web::agents {
namespace {

Reply reply_of(AgentReply answer) {
  Reply reply{.status = answer.status, .content_type = "application/json", .body = std::move(answer.body)};
  if (answer.retry_after_seconds > 0)
    reply.headers.emplace_back("Retry-After", std::to_string(answer.retry_after_seconds));
  return reply;
}

}  // namespace

Result<Reply> heartbeat(Context& ctx) {
  const HttpRequest& request = ctx.request();
  HeartbeatInput input;
  const std::string picked =
      request.header_count("Authorization") > 1 ? authorization_of(request, wire::kTokenPrefix) : std::string();
  input.authorization = picked.empty() ? request.header("Authorization") : std::string_view(picked);
  input.agent_version = request.header("X-Agent-Version");
  input.protocol_version = request.header("X-Protocol-Version");
  input.config_version = request.header("X-Config-Version");
  input.os = request.header("X-OS");
  input.arch = request.header("X-Arch");
  input.hostname = request.header("X-Hostname");
  input.machine_id = request.header("X-Machine-Id");
  input.cpu_core_count = request.header("X-Cpu-Core-Count");
  input.request_id = request.header("X-ConnLog-Request-Id");
  input.has_quick_action_headers = !request.header("X-Quick-Action-Polling-Enabled").empty();
  input.body = std::span(reinterpret_cast<const std::uint8_t*>(request.body().data()), request.body().size());
  input.address = request.peer().address;
  input.trust = request.header(wire::kTrustHeader);
  const std::string trust_to_tell =
      input.trust.empty() ? std::string() : trust_of_connection(ctx.options(), request.peer());
  input.trust_to_tell = trust_to_tell;
  // The answer is sent after the commit; no worker waits for it.
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  ctx.of<Services>().ingest.heartbeat(input,
                                      [exchange](AgentReply answer) { exchange->send(reply_of(std::move(answer))); });
  return Reply::answered_later();
}

Result<Reply> agent_config(Context& ctx) {
  const std::string authorization = authorization_of(ctx.request(), wire::kTokenPrefix);
  return reply_of(ctx.of<Services>().ingest.config(authorization, ctx.request().peer().address));
}

Result<Reply> endpoint_assignment(Context& ctx) {
  const std::string authorization = authorization_of(ctx.request(), wire::kTokenPrefix);
  return reply_of(ctx.of<Services>().ingest.endpoint_assignment(authorization, ctx.request().peer().address));
}

// Agents of other versions ask for routes that do not exist here. A 404 tells them that this server lacks them.
Result<Reply> unknown_agent_path(Context&) {
  return problem_of_status(404);
}

}  // namespace connlog::web::agents
