// Health and metrics for people who run the appliance: /healthz, /readyz, /metrics.
#include <fmt/format.h>

#include "core/base/metrics_text.h"
#include "core/base/version.h"
#include "web/api/appliance/handlers.h"
#include "web/api/live_events.h"
#include "web/api/middleware/access.h"
#include "web/api/middleware/proxies.h"
#include "web/server/certificates.h"

namespace connlog::web::appliance {
namespace {

// Programs on this machine may read the metrics; from elsewhere only an administrator. A proxied request counts as from
// elsewhere.
bool may_read_metrics(Context& ctx) {
  if (ctx.request().peer().loopback && !shows_a_proxy(ctx.request())) return true;
  return !admit(ctx, Permission::appliance());
}

}  // namespace

Result<Reply> healthz(Context&) {
  return text_reply(200, "ok\n");
}

Result<Reply> readyz(Context& ctx) {
  // A read proves that the database answers. `ready` tells whether the other threads work.
  auto readable = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    TRY(ctx.of<Services>().access.first_owner().is_needed(snapshot));
    return {};
  });
  if (readable && ctx.options().ready) readable = ctx.options().ready();
  if (!readable) return problem(Error{ErrorCode::unavailable, readable.error().message, {}, readable.error().cause, 5});
  return text_reply(200, "ready\n");
}

Result<Reply> metrics(Context& ctx) {
  if (!may_read_metrics(ctx)) {
    return problem(403, "forbidden",
                   "Metrics are for this machine and for administrators. Ask on 127.0.0.1, or log in.");
  }
  const WebOptions& options = ctx.options();
  MetricsText out;
  out.info("build_info", "Which connlog this is.", fmt::format("version=\"{}\",target=\"{}\"", version(), target()));
  if (options.loop_counters) {
    const LoopCounters loop = options.loop_counters();
    out.counter("connections_accepted_total", "Connections accepted.", loop.accepted);
    out.gauge("connections_open", "Connections open now.", loop.open);
    out.gauge("connections_open_tls", "Of these, over TLS.", loop.open_tls);
    out.counter("requests_total", "Requests handed to workers.", loop.requests);
    out.counter("requests_refused_total", "Requests refused for their framing or size.", loop.refused);
    out.counter("tls_handshakes_total", "TLS handshakes completed.", loop.handshakes);
    out.counter("tls_handshakes_resumed_total", "Of these, resumed.", loop.handshakes_resumed);
    out.counter("tls_handshake_failures_total", "TLS handshakes that failed.", loop.handshake_failures);
    out.counter("connections_timed_out_total", "Connections closed for being too slow.", loop.timed_out);
  }
  out.gauge("event_streams_open", "Browsers that watch live.", ctx.live().size());
  if (options.database_bytes) out.gauge("database_bytes", "Size of the database file.", options.database_bytes());
  if (options.certificates != nullptr) {
    out.gauge("certificate_not_after_seconds", "When the served certificate expires, in seconds since 1970.",
              options.certificates->not_after().micros / 1'000'000);
  }
  if (options.more_metrics) out.append(options.more_metrics());
  return Reply{.status = 200, .content_type = "text/plain; version=0.0.4; charset=utf-8", .body = out.take()};
}

}  // namespace connlog::web::appliance
