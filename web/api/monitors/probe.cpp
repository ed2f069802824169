// Agents that are probes: what they offer and found comes in, what they are to check goes out (core/checks/probe_wire.h).
// The token is checked by core/agents; what results mean, by core/monitors.
#include <map>

#include "core/checks/probe_wire.h"
#include "core/wire/protocol.h"
#include "web/api/authorization.h"
#include "web/api/monitors/handlers.h"

namespace connlog::web::monitors {
namespace {

constexpr std::int64_t kAskAgainSeconds = 10;

Reply json_reply(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

// At most four results of a monitor are taken from one request: more than a probe makes between two exchanges, and no way
// to fill the writer's queue.
constexpr int kOfOneMonitorMax = 4;

std::vector<ProbeResult> results_of(ProbeReport& report, Instant now) {
  std::vector<ProbeResult> results;
  std::map<MonitorId, int> taken;
  for (ProbeReport::Entry& entry : report.results) {
    if (entry.age >= kProbeAgeMax || ++taken[MonitorId::of(entry.monitor)] > kOfOneMonitorMax) continue;
    entry.result.at = now - entry.age;
    results.push_back({.monitor = MonitorId::of(entry.monitor), .result = std::move(entry.result)});
  }
  return results;
}

// A result for what the agent was not assigned: an attempt to tell about somebody else's monitor. Written at most once an
// hour for an agent, as a broken one would repeat it.
void note_unknown(const Services& services, const Ingest::Known& known, const std::string& address, std::size_t count) {
  if (!services.probe_offers.may_note(known.agent, services.clock.now())) return;
  services.stores.submit(
      Urgency::may_wait,
      [&services, known, address, count](Transaction& tx) -> Result<void> {
        Actor actor;
        actor.kind = Actor::Kind::agent;
        actor.name = known.agent.text();
        actor.address = address;
        actor.workspace = known.workspace;
        return services.audit.append_security(tx, actor, known.workspace, {}, "probe.unknown_monitor",
                                              known.agent.text(), std::to_string(count) + " results");
      },
      [](const Result<void>&) {});
}

bool may_carry_secrets(const HttpRequest& request) {
  return request.peer().tls || request.peer().loopback;
}

// `secrets_too`: over TLS, or not over a network at all. Else checks with secrets are left out.
ProbeOrder order_for(const Services& services, AgentId agent, std::int64_t version_there, bool secrets_too) {
  ProbeOrder order{.version = services.work.assignment_version(agent), .checks = {}, .ask_again_seconds = kAskAgainSeconds};
  order.has_checks = order.version != version_there;
  if (!order.has_checks) return order;
  for (MonitorWork::Assignment& assignment : services.work.assigned(agent)) {
    if (!secrets_too && !assignment.spec->secrets.entries().empty()) continue;
    order.checks.push_back({.monitor = assignment.monitor, .interval = assignment.interval, .spec = assignment.spec});
    if (order.checks.size() == kProbeChecksMax) break;
  }
  return order;
}

}  // namespace

Result<Reply> probe_exchange(Context& ctx) {
  const auto& services = ctx.of<Services>();
  const std::string authorization = authorization_of(ctx.request(), wire::kTokenPrefix);
  const std::string address(ctx.request().peer().address);
  AgentReply refusal;
  const auto known = services.ingest.whose(authorization, address, refusal);
  if (!known) {
    Reply reply = json_reply(refusal.status, std::move(refusal.body));
    if (refusal.retry_after_seconds > 0)
      reply.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after_seconds));
    return reply;
  }
  if (const std::int64_t wait = services.probe_offers.wait_of(known->agent, services.clock.monotonic()); wait > 0) {
    Reply reply = json_reply(429, wire::render_error(wire::kErrorRateLimited));
    reply.headers.emplace_back("Retry-After", std::to_string(wait));
    return reply;
  }
  auto report = parse_probe_report(ctx.request().body());
  if (!report) return json_reply(400, wire::render_error("INVALID_REPORT"));
  const Instant now = services.clock.now();
  services.probe_offers.put(known->agent, report->offer, now);
  const std::vector<MonitorId> unknown = services.work.probe_results(known->agent, results_of(*report, now));
  if (!unknown.empty()) {
    note_unknown(services, *known, address, unknown.size());
    return json_reply(404, render_unknown_monitors({unknown.begin(), unknown.end()}));
  }
  return json_reply(200, render_probe_order(order_for(services, known->agent, report->version, may_carry_secrets(ctx.request()))));
}

}  // namespace connlog::web::monitors
