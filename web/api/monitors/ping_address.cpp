// Pings as people see them: the addresses by which a job pings, with lines to copy, and what came. The addresses are
// secrets: they go out to who may edit the monitor, and into no cache.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "core/monitors/answer_text.h"
#include "core/monitors/ping_lines.h"
#include "web/api/agent_programs.h"
#include "web/api/monitors/monitor_answer.h"
#include "web/api/monitors/ping_handlers.h"
#include "web/api/views.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

json addresses_view(const WebOptions& options, const ShownPingAddress& address, const Monitor& monitor) {
  const std::string ping_url = fmt::format("{}/ping/{}", options.public_url, address.uuid.reveal());
  PingLineFacts facts;
  facts.ping_url = ping_url;
  facts.server_pin = install_facts(options).server_pin;
  facts.schedule = monitor.fields.text("schedule");
  json lines = json::array();
  for (const PingLine& line : ping_lines(facts)) lines.push_back({{"client", line.client}, {"text", line.text}});
  return {{"uuid", address.uuid.reveal()},
          {"token", address.token.reveal()},
          {"slug", address.slug},
          {"ping_url", ping_url},
          {"push_url", fmt::format("{}/api/push/{}", options.public_url, address.token.reveal())},
          {"gatus_url", fmt::format("{}/api/v1/endpoints/{}/external", options.public_url,
                                    address.slug.empty() ? "name" : address.slug)},
          {"shown_lines", std::move(lines)}};
}

Reply in_no_cache(Reply reply) {
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

json view(const Ping& ping) {
  return {{"n", ping.n},
          {"at", time_view(ping.at)},
          {"kind", to_text(ping.kind)},
          {"scheme", ping.scheme},
          {"method", ping.method},
          {"address", ping.address},
          {"user_agent", ping.user_agent},
          {"rid", ping.rid ? json(to_text(*ping.rid)) : json(nullptr)},
          {"exit_status", ping.exit_status ? json(*ping.exit_status) : json(nullptr)},
          {"duration_seconds",
           ping.duration ? json(static_cast<double>(ping.duration->count()) / 1e6) : json(nullptr)},
          {"body_bytes", ping.body.size()},
          {"from_new_address", ping.from_new_address}};
}

}  // namespace

Result<Reply> show_ping_address(Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  const MonitorService& service = ctx.of<Services>().monitor_service;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const MonitorAndSubject known = TRY(service.find_to_edit(snapshot, ctx.actor, id));
    const ShownPingAddress address = TRY(service.ping_address(snapshot, ctx.actor, id));
    return in_no_cache(json_reply(200, addresses_view(ctx.options(), address, known.monitor)));
  });
}

Result<Reply> renew_ping_address(Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  return ctx.write([&services = ctx.of<Services>(), &options = ctx.options(), actor = ctx.actor,
                    id](Transaction& tx) -> Result<Reply> {
    const ShownPingAddress address = TRY(services.monitor_service.renew_ping_address(tx, actor, id));
    const MonitorAndSubject known = TRY(services.monitor_service.find(tx, actor, id));
    return in_no_cache(json_reply(200, addresses_view(options, address, known.monitor)));
  });
}

Result<Reply> list_pings(Context& ctx) {
  const LiveMonitor live = TRY(live_monitor(ctx));
  const std::int64_t before = TRY(value_or(ctx.query_integer("before", 1, INT64_MAX), INT64_MAX));
  const std::int64_t limit = TRY(value_or(ctx.query_integer("limit", 1, 200), 50));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto pings = TRY(ctx.of<Services>().pings.list(snapshot, ctx.workspace->id, live.monitor.id, before,
                                                         static_cast<int>(limit) + 1));
    const bool more = pings.size() > static_cast<std::size_t>(limit);
    json items = json::array();
    for (const Ping& ping : pings) {
      if (items.size() < static_cast<std::size_t>(limit)) items.push_back(view(ping));
    }
    const json next = more ? items.back()["n"] : json(nullptr);
    return json_reply(200, {{"items", std::move(items)}, {"next", next}});
  });
}

Result<Reply> show_ping_body(Context& ctx) {
  const LiveMonitor live = TRY(live_monitor(ctx));
  const std::string text(ctx.request().path_value("n"));
  const Error gone{ErrorCode::not_found, "There is no such ping (any more)."};
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return gone;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto ping = TRY(
        ctx.of<Services>().pings.find(snapshot, ctx.workspace->id, live.monitor.id, std::stoll(text)));
    if (!ping) return gone;
    return in_no_cache(Reply{.status = 200, .content_type = "text/plain; charset=utf-8", .body = harmless_lines(ping->body)});
  });
}

}  // namespace connlog::web::monitors
