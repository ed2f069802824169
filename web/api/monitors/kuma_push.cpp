// Uptime Kuma's push: any method on /api/push/<token>?status=up|down&msg=…&ping=<ms> (docs/pings.md).
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "web/api/monitors/ping_handlers.h"

namespace connlog::web::monitors {
namespace {

constexpr double kPingMax = 1e11;
constexpr std::string_view kPath = "/api/push/";

Reply refusal(int status, std::string_view why) {
  return json_reply(status, {{"ok", false}, {"msg", why}});
}

Reply reply_of(const PingAnswer& answer) {
  switch (answer.outcome) {
    case PingAnswer::Outcome::accepted:
    case PingAnswer::Outcome::created:
      return json_reply(200, {{"ok", true}});
    case PingAnswer::Outcome::limited:
      return with_wait(refusal(429, "Too many requests."), answer.retry_after_seconds);
    case PingAnswer::Outcome::unavailable:
      return with_wait(refusal(503, "It could not be stored. Try again."), 5);
    default:
      return refusal(404, "Monitor not found or not active.");
  }
}

}  // namespace

Result<Reply> kuma_push(Context& ctx) {
  const HttpRequest& request = ctx.request();
  std::string_view token = request.path().substr(kPath.size());
  if (token.ends_with('/')) token.remove_suffix(1);
  if (token.empty() || token.find('/') != std::string_view::npos)
    return refusal(404, "Monitor not found or not active.");
  PingCall call;
  call.by = PingCall::By::push;
  call.key = token;
  const std::string status = request.query("status");
  call.asked = status.empty() || status == "up" ? PingKind::success : PingKind::fail;
  if (const std::string said = request.query("msg"); said != "OK") call.said = said;
  if (const std::string text = request.query("ping"); !text.empty()) {
    double ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error == std::errc() && std::isfinite(ms)) {  // a text that is no number is no value, as there
      if (ms < 0 || ms > kPingMax) return refusal(404, "Invalid ping value.");
      call.response_ms_x100 = static_cast<std::int64_t>(ms * 100);
    }
  }
  fill(call, request);
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  ctx.of<PingServices>().pings.receive(std::move(call),
                                       [exchange](const PingAnswer& answer) { exchange->send(reply_of(answer)); });
  return Reply::answered_later();
}

}  // namespace connlog::web::monitors
