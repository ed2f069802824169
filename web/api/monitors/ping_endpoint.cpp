// Healthchecks' ping endpoint (docs/pings.md): /ping/<uuid>[/start|/fail|/log|/<exit status>] and
// /ping/<key>/<slug>[/start|/fail|/log|/<exit status>], by any method.
#include <algorithm>
#include <charconv>

#include "web/api/monitors/ping_handlers.h"

namespace connlog::web::monitors {
namespace {

constexpr std::size_t kUuidLength = 36;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  std::size_t from = 1;  // behind the first slash
  while (from <= path.size()) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    segments.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return segments;
}

// "start", "fail", "log" or an exit status. False: none of these.
bool take_action(std::string_view word, PingCall& call) {
  if (word == "start") {
    call.asked = PingKind::start;
  } else if (word == "fail") {
    call.asked = PingKind::fail;
  } else if (word == "log") {
    call.asked = PingKind::log;
  } else {
    if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) return false;
    std::int64_t status = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), status);
    call.exit_status = error == std::errc() ? status : Pings::kExitMax + 1;  // a number beyond 64 bits
  }
  return true;
}

// Nothing: the path has not the form of one. `bad_url`: it has, but a slug with capitals.
std::optional<PingCall> call_of(std::string_view path, bool& bad_url) {
  auto segments = segments_of(path);  // "ping", …
  segments.erase(segments.begin());
  PingCall call;
  if (segments.empty()) return std::nullopt;
  Uuid uuid;
  if (segments[0].size() == kUuidLength && parse_uuid(segments[0], uuid)) {
    call.by = PingCall::By::uuid;
    call.key = segments[0];
    if (segments.size() == 1 || (segments.size() == 2 && segments[1].empty())) return call;
    if (segments.size() != 2 || !take_action(segments[1], call)) return std::nullopt;
    return call;
  }
  if (segments.size() < 2 || segments.size() > 3) return std::nullopt;
  call.by = PingCall::By::slug;
  call.key = segments[0];
  call.slug = segments[1];
  if (!is_slug(call.slug)) {
    bad_url = call.slug.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos;
    return std::nullopt;
  }
  if (segments.size() == 3 && !take_action(segments[2], call)) return std::nullopt;
  return call;
}

Reply reply_of(const PingAnswer& answer) {
  using Outcome = PingAnswer::Outcome;
  Reply reply;
  switch (answer.outcome) {
    case Outcome::accepted:
      reply = text_reply(200, "OK");
      break;
    case Outcome::created:
      reply = text_reply(201, "Created");
      break;
    case Outcome::unknown:
    case Outcome::not_found:
      return text_reply(404, "not found");
    case Outcome::ambiguous:
      return text_reply(409, "ambiguous slug");
    case Outcome::bad_rid:
      return text_reply(400, "invalid uuid format");
    case Outcome::bad_exit:
      return text_reply(400, "invalid url format");
    case Outcome::limited:
      return with_wait(text_reply(429, "too many requests"), answer.retry_after_seconds);
    case Outcome::unavailable:
      return with_wait(text_reply(503, "not stored, try again"), 5);
  }
  reply.headers.emplace_back("Ping-Body-Limit", std::to_string(answer.body_limit));
  return reply;
}

}  // namespace

bool is_preflight(const HttpRequest& request) {
  return request.method() == "OPTIONS" && request.header_count("Access-Control-Request-Method") > 0;
}

Reply preflight(std::string_view headers) {
  Reply reply{.status = 204};
  reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  reply.headers.emplace_back("Access-Control-Allow-Headers", std::string(headers));
  reply.headers.emplace_back("Access-Control-Max-Age", "600");
  return reply;
}

void fill(PingCall& call, const HttpRequest& request) {
  call.method = request.method();
  call.scheme = request.peer().tls ? "https" : "http";
  call.address = request.peer().address;
  call.user_agent = request.header("User-Agent");
  call.body = request.body();
}

Reply with_wait(Reply reply, int seconds) {
  if (seconds > 0) reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  return reply;
}

Result<Reply> ping(Context& ctx) {
  const HttpRequest& request = ctx.request();
  if (is_preflight(request)) return preflight("*");
  bool bad_url = false;
  auto call = call_of(request.path(), bad_url);
  if (!call) return bad_url ? text_reply(400, "invalid url format") : text_reply(404, "not found");
  if (const auto rids = request.query_all("rid"); !rids.empty()) call->rid = rids.front();
  call->create = request.query("create") == "1";
  fill(*call, request);
  // The answer is sent after the commit; no worker waits for it.
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  ctx.of<PingServices>().pings.receive(*std::move(call),
                                       [exchange](const PingAnswer& answer) { exchange->send(reply_of(answer)); });
  return Reply::answered_later();
}

}  // namespace connlog::web::monitors
