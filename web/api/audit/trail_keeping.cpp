// How the trails are kept: verify them now, and where they are forwarded to.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/audit/trail_check.h"
#include "core/audit/trail_services.h"
#include "core/base/value_or.h"
#include "web/api/audit/handlers.h"
#include "web/api/views.h"

namespace connlog::web::audit {
namespace {

using nlohmann::json;

constexpr std::size_t kPemCharactersMax = 32 * 1024;

std::mutex verifying;  // one at a time: it occupies a worker, longer for longer trails

json view(const SyslogSettings& settings, const SyslogState& state) {
  json trails = json::array();
  for (const Trail trail : settings.trails) trails.push_back(to_text(trail));
  return {{"enabled", settings.enabled},
          {"host", settings.host},
          {"port", settings.port},
          {"tls", settings.tls},
          {"ca_pem", settings.ca_pem},
          {"trails", std::move(trails)},
          {"state", to_text(state.phase)},
          {"last_error", state.last_error},
          {"last_error_at", time_view(state.last_error_at)},
          {"last_sent_at", time_view(state.last_sent_at)},
          {"backlog", state.backlog}};
}

Result<std::vector<Trail>> trails_of(const Body& body) {
  std::vector<Trail> out;
  const auto names = TRY(value_or(body.maybe_texts("trails", 3, 20), {}));
  for (const std::string& name : names) {
    const auto trail = parse_word<Trail>(name);
    if (!trail) return invalid("trails", fmt::format("Trails are {}.", listed(words_of<Trail>())));
    if (std::find(out.begin(), out.end(), *trail) == out.end()) out.push_back(*trail);
  }
  return out;
}

}  // namespace

Result<Reply> verify_trails(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string head = TRY(value_or(body.maybe_text("head", 0, 1'000), ""));
  const std::unique_lock turn(verifying, std::try_to_lock);
  if (!turn) return Error{ErrorCode::unavailable, "The trails are being verified already.", {}, {}, 10};
  const Services& services = ctx.of<Services>();
  const Anchor& anchor = services.trail_services.anchor;
  const TrailReport report = TRY(check_trails(services.stores, services.trails, anchor, head));
  const std::string result = report.sound() ? fmt::format("{} rows, nothing found", report.rows)
                                            : fmt::format("{} rows, {} findings; the first: {}", report.rows,
                                                          report.findings.size(), report.findings.front().sentence);
  return ctx.write([&services, actor = ctx.actor, result,
                    answer = report_json(report, anchor.written_at())](Transaction& tx) -> Result<Reply> {
    TRY(services.audit.append(tx, actor, "audit.verified", "", result));
    return json_reply(200, answer);
  });
}

Result<Reply> syslog_settings(Context& ctx) {
  const SyslogForward& syslog = ctx.of<Services>().trail_services.syslog;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto settings = TRY(syslog.settings(snapshot));
    return json_reply(200, view(settings, syslog.state()));
  });
}

Result<Reply> change_syslog_settings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  SyslogSettings wanted;
  wanted.enabled = TRY(body.flag("enabled"));
  wanted.host = TRY(body.text("host", wanted.enabled ? 1 : 0, 253));
  wanted.port = TRY(body.integer("port", 1, 65'535));
  wanted.tls = TRY(body.flag("tls"));
  wanted.ca_pem = TRY(value_or(body.maybe_text("ca_pem", 0, kPemCharactersMax, Lines::many), ""));
  wanted.trails = TRY(trails_of(body));
  return ctx.write([&services, actor = ctx.actor, wanted](Transaction& tx) -> Result<Reply> {
    SyslogForward& syslog = services.trail_services.syslog;
    const auto changed = TRY(syslog.change(tx, actor, wanted));
    return json_reply(200, view(changed, syslog.state()));
  });
}

}  // namespace connlog::web::audit
