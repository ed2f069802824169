// Each door answers as its clients expect it. Alertmanager and Grafana send again what was answered 5xx or 429, and give up what
// was answered 4xx; PagerDuty's clients want 202 and their dedup_key.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/identity/oidc/jwt.h"
#include "web/api/authorization.h"
#include "web/api/monitors/event_handlers.h"
#include "web/api/rows.h"
#include "web/server/problem.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;
using Answered = EventAnswer::Outcome;

constexpr std::size_t kKeyBytesMax = 200;
constexpr int kPleaseWait = 5;

// "Basic <base64 of name:password>"; empty: it is something else.
std::string basic_password(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() <= kScheme.size() || authorization.size() > kKeyBytesMax * 4) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return {};
  }
  std::string coded(authorization.substr(kScheme.size()));
  while (!coded.empty() && coded.back() == '=') coded.pop_back();
  for (char& c : coded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  std::string plain;
  if (!oidc::from_base64url(coded, plain)) return {};
  const std::size_t colon = plain.find(':');
  return colon == std::string::npos ? std::string() : plain.substr(colon + 1);
}

// Empty: none, or more than one.
std::string key_of(const HttpRequest& request) {
  const auto tokens = bearer_tokens(request, kEventKeyPrefix);
  if (tokens.size() > 1) return {};
  std::string key = tokens.size() == 1 ? tokens.front() : std::string(request.header("X-Api-Key"));
  if (key.empty()) key = basic_password(request.header("Authorization"));
  return key.size() > kKeyBytesMax ? std::string() : key;
}

EventCall call_of(const Context& ctx, EventFormat format) {
  EventCall call;
  call.format = format;
  call.key = key_of(ctx.request());
  call.address = ctx.request().peer().address;
  call.body = ctx.request().body();
  return call;
}

Reply with_wait(Reply reply, int seconds) {
  if (seconds > 0) reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  return reply;
}

std::string wrong_format_text(const EventAnswer& answer) {
  switch (answer.format) {
    case EventFormat::alertmanager:
      return "This key is of a source that sends as Alertmanager does: use /api/events/alertmanager.";
    case EventFormat::pagerduty:
      return "This key is of a source that sends as PagerDuty's clients do: use /api/events/pagerduty/v2/enqueue.";
    case EventFormat::json:
      break;
  }
  return "This key is of a source that sends plain JSON: use /api/events/json.";
}

std::string full_text() {
  return fmt::format("{} events of this source are open. New ones are refused until some are resolved.", kOpenEventsMax);
}

// As problem details; of what was accepted, how much.
Reply plain_reply(const EventAnswer& answer) {
  switch (answer.outcome) {
    case Answered::accepted:
      return json_reply(200, {{"status", "ok"},
                              {"opened", answer.opened},
                              {"resolved", answer.resolved},
                              {"repeated", answer.repeated}});
    case Answered::unknown: {
      Reply reply = problem(401, "unauthenticated", "This key is not valid here.");
      reply.headers.emplace_back("WWW-Authenticate", "Bearer");
      return reply;
    }
    case Answered::wrong_format:
      return problem(403, "wrong_format", wrong_format_text(answer));
    case Answered::malformed:
      return problem(invalid(answer.field, answer.why));
    case Answered::too_large:
      return problem(Error{ErrorCode::too_large, answer.why});
    case Answered::limited:
      return problem(Error{ErrorCode::rate_limited,
                           fmt::format("Too many messages. Try again in {} s.", answer.retry_after_seconds),
                           {},
                           {},
                           answer.retry_after_seconds});
    case Answered::full:
      return problem(Error{ErrorCode::unavailable, full_text(), {}, {}, answer.retry_after_seconds});
    case Answered::unavailable:
      break;
  }
  return problem(Error{ErrorCode::unavailable, "It could not be stored. Send it again.", {}, {}, kPleaseWait});
}

Reply pagerduty_refusal(int status, std::string_view word, std::string_view message, const std::string& error) {
  json body = {{"status", word}, {"message", message}};
  if (!error.empty()) body["errors"] = json::array({error});
  return json_reply(status, body);
}

Reply pagerduty_reply(const EventAnswer& answer) {
  constexpr std::string_view kInvalid = "invalid event", kInvalidText = "Event object is invalid";
  switch (answer.outcome) {
    case Answered::accepted:
      return json_reply(202, {{"status", "success"}, {"message", "Event processed"}, {"dedup_key", answer.key}});
    case Answered::unknown:
      return pagerduty_refusal(400, kInvalid, kInvalidText, "'routing_key' is not a key of a source here");
    case Answered::wrong_format:
      return pagerduty_refusal(400, kInvalid, kInvalidText, wrong_format_text(answer));
    case Answered::malformed:
    case Answered::too_large:
      return pagerduty_refusal(answer.outcome == Answered::too_large ? 413 : 400, kInvalid, kInvalidText,
                               answer.field.empty() ? answer.why : fmt::format("'{}': {}", answer.field, answer.why));
    case Answered::limited:
      return with_wait(pagerduty_refusal(429, "throttle exceeded", "Too many messages. Send it again later.", {}),
                       answer.retry_after_seconds);
    case Answered::full:
      return with_wait(pagerduty_refusal(503, "unavailable", full_text(), {}), answer.retry_after_seconds);
    case Answered::unavailable:
      break;
  }
  return with_wait(pagerduty_refusal(503, "unavailable", "It could not be stored. Send it again.", {}), kPleaseWait);
}

Result<Reply> take(Context& ctx, EventFormat format, Reply (*reply_of)(const EventAnswer&)) {
  if (ctx.request().method() != "POST") {
    Reply reply = problem(405, "method_not_allowed", "Events are sent with POST.");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  // A key in an address ends up in logs and histories.
  const std::string given = ctx.request().query("key") + ctx.request().query("token");
  if (given.starts_with(kEventKeyPrefix)) {
    return problem(400, "key_in_address",
                   "Send the key in a header, not in the address, where logs keep it. Renew it: it may have been seen.");
  }
  EventCall call = call_of(ctx, format);
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  // The answer is sent after the commit; no worker waits for it.
  ctx.of<EventServices>().events.receive(
      std::move(call), [exchange, reply_of](const EventAnswer& answer) { exchange->send(reply_of(answer)); });
  return Reply::answered_later();
}

}  // namespace

Result<Reply> take_alertmanager(Context& ctx) {
  return take(ctx, EventFormat::alertmanager, plain_reply);
}

Result<Reply> take_pagerduty(Context& ctx) {
  return take(ctx, EventFormat::pagerduty, pagerduty_reply);
}

Result<Reply> take_plain_events(Context& ctx) {
  return take(ctx, EventFormat::json, plain_reply);
}

// They stand in no OpenAPI document: the first two are other systems' formats, the third is in docs/events.md.
std::span<const Route> event_door_routes() {
  using namespace rows;
  static constexpr Permission door = Permission::machine().any_body();
  static constexpr Route kRoutes[] = {
      any("/api/events/alertmanager", door, take_alertmanager),
      any("/api/events/pagerduty/v2/enqueue", door, take_pagerduty),
      any("/v2/enqueue", door, take_pagerduty),
      any("/api/events/json", door, take_plain_events),
  };
  return kRoutes;
}

}  // namespace connlog::web::monitors
