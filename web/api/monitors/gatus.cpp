// Gatus' external endpoint: POST /api/v1/endpoints/<group>_<name>/external?success=true|false&error=…&duration=10s with a
// bearer token (docs/pings.md). The name is the check's slug.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "web/api/authorization.h"
#include "web/api/monitors/ping_handlers.h"

namespace connlog::web::monitors {
namespace {

constexpr std::string_view kPath = "/api/v1/endpoints/", kEnd = "/external";

// Go's spelling of a duration, "1m30s", "1.5s", "250ms", in hundredths of a millisecond.
std::optional<std::int64_t> duration_of(std::string_view text) {
  if (text.empty() || text.size() > 40) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
    if (error != std::errc() || amount < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t unit_end = std::min(text.find_first_of("0123456789."), text.size());
    const std::string_view unit = text.substr(0, unit_end);
    text.remove_prefix(unit_end);
    double ms = 0;
    if (unit == "h") ms = 3'600'000;
    if (unit == "m") ms = 60'000;
    if (unit == "s") ms = 1'000;
    if (unit == "ms") ms = 1;
    if (unit == "us" || unit == "\xC2\xB5s") ms = 0.001;
    if (unit == "ns") ms = 0.000001;
    if (ms == 0) return std::nullopt;
    total += amount * ms;
  }
  if (!std::isfinite(total) || total > 1e11) return std::nullopt;
  return static_cast<std::int64_t>(total * 100);
}

Reply reply_of(const PingAnswer& answer) {
  switch (answer.outcome) {
    case PingAnswer::Outcome::accepted:
    case PingAnswer::Outcome::created:
      return text_reply(200, "");
    case PingAnswer::Outcome::unknown:
      return text_reply(401, "invalid token");
    case PingAnswer::Outcome::limited:
      return with_wait(text_reply(429, "too many requests"), answer.retry_after_seconds);
    case PingAnswer::Outcome::unavailable:
      return with_wait(text_reply(503, "not stored, try again"), 5);
    default:
      return text_reply(404, "not found");
  }
}

}  // namespace

Result<Reply> gatus(Context& ctx) {
  const HttpRequest& request = ctx.request();
  const std::string_view path = request.path();
  if (!path.ends_with(kEnd) || path.size() <= kPath.size() + kEnd.size()) return text_reply(404, "not found");
  const std::string_view key = path.substr(kPath.size(), path.size() - kPath.size() - kEnd.size());
  if (key.find('/') != std::string_view::npos) return text_reply(404, "not found");
  if (request.method() != "POST") {
    Reply reply = text_reply(405, "method not allowed");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  const auto tokens = bearer_tokens(request, "");
  if (tokens.size() != 1) return text_reply(401, "bearer token must not be empty");
  const std::string success = request.query("success");
  if (success != "true" && success != "false") return text_reply(400, "invalid success value");
  PingCall call;
  call.by = PingCall::By::gatus;
  call.key = tokens.front();
  call.slug = key;
  call.asked = success == "true" ? PingKind::success : PingKind::fail;
  call.said = request.query("error");
  if (const std::string duration = request.query("duration"); !duration.empty()) {
    call.response_ms_x100 = duration_of(duration);
    if (!call.response_ms_x100) return text_reply(400, "invalid duration value");
  }
  fill(call, request);
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  ctx.of<PingServices>().pings.receive(std::move(call),
                                       [exchange](const PingAnswer& answer) { exchange->send(reply_of(answer)); });
  return Reply::answered_later();
}

}  // namespace connlog::web::monitors
