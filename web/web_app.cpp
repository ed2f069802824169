#include "web/web_app.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>

#include "core/base/log.h"
#include "web/api/agent_programs.h"
#include "web/server/assets.h"
#include "web/server/http_server.h"
#include "web/api/live_events.h"
#include "web/api/middleware/access.h"
#include "web/api/middleware/guard.h"
#include "web/api/middleware/proxies.h"
#include "web/server/problem.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {
namespace {

std::vector<Endpoint> endpoints() {
  std::vector<Endpoint> out;
  for (const Route& route : routes())
    out.push_back({std::string(route.method), std::string(route.path), route.permission.takes_any_body()});
  return out;
}

// What lies in the data directory comes first: the administrator put it there.
std::vector<std::filesystem::path> program_directories(const WebOptions& options) {
  std::vector<std::filesystem::path> out{options.data_directory / "agents"};
  out.insert(out.end(), options.agent_directories.begin(), options.agent_directories.end());
  return out;
}

bool is_data_path(std::string_view path) {
  return path.starts_with("/api/");
}

}  // namespace

class WebApp::Impl {
 public:
  Impl(const Rooms& rooms, WebOptions options)
      : rooms_(rooms),
        options_(std::move(options)),
        live_(rooms_.live),
        programs_(program_directories(options_)),
        house_{rooms_, options_, live_, programs_, rooms_.context.clock.now()},
        proxies_(options_.trusted_proxies, options_.public_url.starts_with("https://")),
        guard_(options_, rooms_.context.clock, rooms_.context.random),
        server_(
            endpoints(),
            HttpServer::Hooks{.client = [this](const HttpRequest& request) { return proxies_.client_of(request); },
                              .before_body = [this](const HttpRequest& request,
                                                    Rendering& rendering) { return guard_.check(request, rendering); },
                              .matched = [this](std::size_t index, const HttpRequest& request,
                                                Exchange exchange) { matched(index, request, std::move(exchange)); },
                              .unmatched = [](const HttpRequest& request, const std::vector<std::string>& allowed,
                                              Exchange exchange) { unmatched(request, allowed, std::move(exchange)); },
                              .refusal = [](int status) { return problem_of_status(status); }},
            rooms_.context.clock) {}

  void matched(std::size_t index, const HttpRequest& request, Exchange exchange) {
    const Route& route = routes()[index];
    Context ctx(request, std::move(exchange), house_);
    try {
      if (auto refused = admit(ctx, route.permission)) return ctx.exchange_.send(*std::move(refused));
      Result<Reply> reply = route.handler(ctx);
      if (ctx.parked_) return;
      ctx.exchange_.send(reply ? std::move(reply).value() : problem(reply.error(), ctx.is_conditional()));
    } catch (const std::exception& exception) {
      // The last net: a bug must cost one request, not the server.
      log_error("handler_threw", {{"route", route.path}, {"what", exception.what()}});
      if (!ctx.parked_) ctx.exchange_.send(problem_of_status(500));
    }
  }

  static void unmatched(const HttpRequest& request, const std::vector<std::string>& allowed, Exchange exchange) {
    if (!allowed.empty()) {
      Reply reply =
          problem(405, "method_not_allowed", fmt::format("This address answers to {}.", fmt::join(allowed, ", ")));
      reply.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
      return exchange.send(std::move(reply));
    }
    // Not "/…": what is left here is another scheme, "*" or a host alone, which are for proxies.
    if (request.path().substr(0, 1) != "/") return exchange.send(problem_of_status(400));
    const bool reads = request.method() == "GET" || request.method() == "HEAD";
    exchange.send(reads && !is_data_path(request.path()) ? asset(request) : problem_of_status(404));
  }

  const Rooms rooms_;
  const WebOptions options_;
  LiveEvents live_;
  const AgentPrograms programs_;
  const Context::House house_;
  const TrustedProxies proxies_;
  Guard guard_;
  HttpServer server_;
};

WebApp::WebApp(const Rooms& rooms, WebOptions options) : impl_(std::make_unique<Impl>(rooms, std::move(options))) {}

WebApp::~WebApp() = default;

void WebApp::handle(RawRequest request, Responder responder) {
  impl_->server_.serve(std::move(request), std::move(responder));
}

void WebApp::tick() {
  impl_->live_.tick();
}

void WebApp::close_streams() {
  impl_->live_.close_all();
}

}  // namespace connlog::web
