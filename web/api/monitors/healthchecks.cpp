// Healthchecks' management API, versions 1 to 3 (docs/pings.md): checks, pings, flips, channels, status. Its keys are API
// keys of a workspace of the form "checks"; a read-only one never sees a ping address.
#include "web/api/monitors/healthchecks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/watch/subject_entry.h"
#include "web/api/json_body.h"

namespace connlog::web::monitors {
namespace hc {

using nlohmann::json;

Reply refusal(int status, std::string_view why) {
  return json_reply(status, {{"error", why}});
}

Reply refusal_of(const Error& error) {
  const std::string field = error.field.starts_with("fields.") ? error.field.substr(7) : error.field;
  switch (error.code) {
    case ErrorCode::invalid_input:
      return refusal(400, fmt::format("json validation error: {} {}", field, error.message));
    case ErrorCode::not_found:
      return refusal(404, "not found");
    case ErrorCode::rate_limited:
      return with_wait(refusal(429, error.message), error.retry_after_seconds);
    case ErrorCode::conflict:
    case ErrorCode::forbidden:
    case ErrorCode::too_large:
      return refusal(403, error.message);
    default:
      return with_wait(refusal(503, "It could not be stored. Try again."), 5);
  }
}

namespace {

constexpr std::size_t kBodyMax = 64 * 1024;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  std::size_t from = 1;
  while (from <= path.size()) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    if (end > from) segments.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return segments;
}

// The body of a request that may have one: an object, or nothing at all.
std::optional<json> body_of(const HttpRequest& request) {
  const std::string_view text = request.body();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object();
  // Depth, size and double members are limited before anything is built.
  if (text.size() > kBodyMax || !Body::parse(text)) return std::nullopt;
  json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  return body;
}

void note(const PingServices& services, const KeyAtTheDoor& key, const std::string& address) {
  const bool is_welcome = key.verdict == KeyAtTheDoor::Verdict::welcome;
  if (!key.key || (is_welcome && !services.keys.should_note(*key.key))) return;
  if (!is_welcome && !services.attempts.admit(Attempt::dead_key, {.address = fmt::format("{}, {}", key.key->id.text(),
                                                                                         to_text(key.verdict))}))
    return;
  services.stores.submit(
      Urgency::may_wait,
      [&keys = services.keys, key, is_welcome, address](Transaction& tx) {
        return is_welcome ? keys.note_use(tx, key.key->id, address) : keys.note_misuse(tx, key, address);
      },
      [](const Result<void>&) {});
}

// Who asks; or the refusal.
std::optional<Reply> admit(const PingServices& services, std::string_view token, const std::string& address,
                           Caller& caller) {
  if (token.size() != kChecksKeyLength) return refusal(401, "missing api key");
  KeyAtTheDoor key;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    key = TRY(services.keys.look(snapshot, token, address, ApiKeyForm::checks));
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  note(services, key, address);
  if (key.verdict != KeyAtTheDoor::Verdict::welcome) {
    // A right key never waits; a wrong one does.
    const std::string account(token);
    const AttemptBy by{.address = address, .account = account};
    if (const auto admitted = services.attempts.admit(Attempt::ping_address, by); !admitted)
      return refusal_of(admitted.error());
    services.attempts.failed(Attempt::ping_address, by);
    return refusal(401, "wrong api key");
  }
  caller.actor = ApiKeys::actor_of(key, address);
  caller.actor.workspace = key.key->workspace;
  caller.may_write = ApiKeys::has_scope(*key.key, Action::edit_subjects);
  if (!services.directory.subjects().impl().workspace(caller.workspace()).enabled.load(std::memory_order_relaxed))
    return refusal(403, "This workspace is disabled.");
  return std::nullopt;
}

Reply not_allowed(std::string_view methods) {
  Reply reply = refusal(405, "method not allowed");
  reply.headers.emplace_back("Allow", std::string(methods));
  return reply;
}

// checks/<code>/…
Result<Reply> one_check(Context& ctx, const Caller& caller, const std::vector<std::string_view>& path,
                        const json& body) {
  const PingServices& services = ctx.of<PingServices>();
  const HttpRequest& request = ctx.request();
  const std::string_view method = request.method();
  const bool reads = method == "GET" || method == "HEAD";
  const std::string_view what = path.size() > 1 ? path[1] : std::string_view();
  // Only flips and the check itself are for read-only keys.
  const bool is_write = !reads || (!what.empty() && what != "flips");
  if (is_write && !caller.may_write) return refusal(401, "wrong api key");
  const auto live = find_check(services, caller, path[0]);
  if (!live) return refusal(404, "not found");
  if (path.size() == 1) {
    if (reads) return json_reply(200, check_view(services, caller, *live));
    if (method == "POST") return update_check(ctx, caller, *live, body);
    if (method == "DELETE") return delete_check(ctx, caller, *live);
    return not_allowed("GET, POST, DELETE");
  }
  if (path.size() == 2 && (what == "pause" || what == "resume")) {
    if (method != "POST") return not_allowed("POST");
    return what == "pause" ? pause_check(ctx, caller, *live) : resume_check(ctx, caller, *live);
  }
  if (path.size() == 2 && what == "flips") return reads ? list_flips(services, *live, request) : not_allowed("GET");
  if (path.size() == 2 && what == "pings") return reads ? list_pings(services, caller, *live) : not_allowed("GET");
  if (path.size() == 4 && what == "pings" && path[3] == "body")
    return reads ? ping_body(services, *live, path[2]) : not_allowed("GET");
  return refusal(404, "not found");
}

}  // namespace
}  // namespace hc

Result<Reply> healthchecks(Context& ctx) {
  const HttpRequest& request = ctx.request();
  const PingServices& services = ctx.of<PingServices>();
  if (request.method() == "OPTIONS") return preflight("X-Api-Key, Content-Type");
  auto path = hc::segments_of(request.path());  // api, v1, checks, …
  if (path.size() < 3) return hc::refusal(404, "not found");
  hc::Caller caller;
  caller.api = path[1] == "v1" ? hc::Api::v1 : path[1] == "v2" ? hc::Api::v2 : hc::Api::v3;
  caller.root = ctx.options().public_url;
  const std::string_view thing = path[2];
  path.erase(path.begin(), path.begin() + 3);
  if (thing == "status" && path.empty()) {
    const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      TRY(services.ping_store.find(snapshot, {}, {}, 1));
      return {};
    });
    return looked ? text_reply(200, "OK") : text_reply(503, "the database does not answer");
  }
  if (thing != "checks" && thing != "channels") return hc::refusal(404, "not found");

  const auto body = hc::body_of(request);
  if (!body) return hc::refusal(400, "could not parse request body");
  std::string token(request.header("X-Api-Key"));
  if (token.empty() && request.method() == "POST" && body->contains("api_key") && (*body)["api_key"].is_string())
    token = (*body)["api_key"].get<std::string>();
  if (auto refused = hc::admit(services, token, request.peer().address, caller)) return *std::move(refused);

  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (thing == "channels") {
    if (!path.empty()) return hc::refusal(404, "not found");
    if (!reads) return hc::not_allowed("GET");
    if (!caller.may_write) return hc::refusal(401, "wrong api key");
    return hc::list_channels(services, caller);
  }
  if (!path.empty()) return hc::one_check(ctx, caller, path, *body);
  if (reads) return hc::list_checks(services, caller, request);
  if (request.method() != "POST") return hc::not_allowed("GET, POST");
  if (!caller.may_write) return hc::refusal(401, "wrong api key");
  return hc::create_check(ctx, caller, *body);
}

}  // namespace connlog::web::monitors
