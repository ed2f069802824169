// For those who run the appliance: is it alive, is it ready, and how is it doing.
#include <fmt/format.h>

#include "core/base/version.h"
#include "web/api/handlers.h"
#include "web/api/live_events.h"
#include "web/api/middleware/access.h"

namespace connlog::web::handlers {
namespace {

void gauge(std::string& out, std::string_view name, std::string_view help, double value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name, help, value);
}

// Who is on this machine may read the figures; from elsewhere only an administrator. What a proxy hands on is from
// elsewhere, although it arrives from this machine.
bool may_read_metrics(Context& ctx) {
  const HttpRequest& request = ctx.request();
  const bool proxied = !request.header("X-Forwarded-For").empty() || !request.header("Forwarded").empty();
  if (request.peer().loopback && !proxied) return true;
  return !admit(ctx, Permission::appliance());
}

}  // namespace

Result<Reply> healthz(Context&) {
  return text_reply(200, "ok\n");
}

Result<Reply> readyz(Context& ctx) {
  // A read proves that the database answers; the rest is known by those who watch their own threads.
  auto readable = ctx.services().stores.read([&](Snapshot& snapshot) -> Result<void> {
    TRY(ctx.services().access.first_owner().is_needed(snapshot));
    return {};
  });
  if (readable && ctx.settings().ready) readable = ctx.settings().ready();
  if (!readable) return problem(Error{ErrorCode::unavailable, readable.error().message, {}, readable.error().cause, 5});
  return text_reply(200, "ready\n");
}

Result<Reply> metrics(Context& ctx) {
  if (!may_read_metrics(ctx)) {
    return problem(403, "forbidden",
                   "Metrics are for this machine and for administrators. Ask on 127.0.0.1, or log in.");
  }
  const WebSettings& settings = ctx.settings();
  std::string out;
  fmt::format_to(std::back_inserter(out),
                 "# HELP connlog_build_info Which connlog this is.\n# TYPE connlog_build_info gauge\n"
                 "connlog_build_info{{version=\"{}\",target=\"{}\"}} 1\n",
                 version(), target());
  if (settings.loop_counters) {
    const LoopCounters loop = settings.loop_counters();
    counter(out, "connlog_connections_accepted_total", "Connections accepted.", loop.accepted);
    gauge(out, "connlog_connections_open", "Connections open now.", static_cast<double>(loop.open));
    gauge(out, "connlog_connections_open_tls", "Of these, over TLS.", static_cast<double>(loop.open_tls));
    counter(out, "connlog_requests_total", "Requests handed to workers.", loop.requests);
    counter(out, "connlog_requests_refused_total", "Requests refused for their framing or size.", loop.refused);
    counter(out, "connlog_tls_handshakes_total", "TLS handshakes completed.", loop.handshakes);
    counter(out, "connlog_tls_handshakes_resumed_total", "Of these, resumed.", loop.handshakes_resumed);
    counter(out, "connlog_tls_handshake_failures_total", "TLS handshakes that failed.", loop.handshake_failures);
    counter(out, "connlog_connections_timed_out_total", "Connections closed for being too slow.", loop.timed_out);
  }
  gauge(out, "connlog_event_streams_open", "Browsers that watch live.", static_cast<double>(ctx.live().size()));
  if (settings.database_bytes)
    gauge(out, "connlog_database_bytes", "Size of the database file.", static_cast<double>(settings.database_bytes()));
  if (settings.more_metrics) out += settings.more_metrics();
  return Reply{.status = 200, .content_type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(out)};
}

}  // namespace connlog::web::handlers
