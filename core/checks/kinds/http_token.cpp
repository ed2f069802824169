#include "core/checks/kinds/http_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/checks/json_path.h"

namespace connlog {
namespace {

constexpr std::size_t kTokenBytesMax = 16 * 1024;
constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr seconds kStandardHolds{300};  // where the server does not say how long
constexpr seconds kLongestHolds{86'400};
constexpr seconds kEarlier{15};  // a token is not used so shortly before its end

// application/x-www-form-urlencoded.
std::string form_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || c == '.' || c == '*';
    if (is_plain)
      out += c;
    else if (c == ' ')
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

JsonFinding member(const HttpSeen& seen, const char* path) {
  const auto parsed = JsonPath::parse(path, {});
  return find_json(seen.body, *parsed);
}

std::string text_of(const HttpSeen& seen, const char* path) {
  const JsonFinding finding = member(seen, path);
  return finding.node && finding.node->type == JsonNode::Type::text ? finding.node->value : std::string();
}

struct Kept {
  Secret token;
  Monotonic until;
};
using Tokens = std::map<std::weak_ptr<const CheckSpec>, Kept, std::owner_less<std::weak_ptr<const CheckSpec>>>;

Tokens& tokens() {
  thread_local Tokens kept;
  return kept;
}

}  // namespace

HttpAsk token_ask(const HttpPlan& plan, const HttpUrl& target, std::string_view client_secret) {
  HttpAsk ask;
  ask.url = plan.token_url;
  ask.target = target;
  ask.method = "POST";
  ask.body = "grant_type=client_credentials";
  if (!plan.scope.empty()) ask.body += "&scope=" + form_encoded(plan.scope);
  // RFC 6749 §2.3.1: every server takes this form, and both halves are form-encoded first.
  ask.lines = {"Authorization: " + basic_credentials(form_encoded(plan.client_id), form_encoded(client_secret)),
               "Content-Type: application/x-www-form-urlencoded", "Accept: application/json", "Accept-Encoding: identity"};
  ask.body_max = kAnswerBytesMax;
  return ask;
}

TokenAnswer token_of(const HttpSeen& seen) {
  TokenAnswer answer;
  if (seen.status < 200 || seen.status > 299) {
    const std::string error = text_of(seen, "$.error");  // "invalid_client"
    if (seen.status >= 500) answer.reason = CheckReason::status_wrong;
    answer.trouble = fmt::format("there is no token: the token address answered {}{}", status_text(seen.status),
                                 error.empty() ? std::string() : fmt::format(", {}", quoted(error)));
    return answer;
  }
  std::string token = seen.body_is_cut ? std::string() : text_of(seen, "$.access_token");
  const bool is_sendable = !token.empty() && token.size() <= kTokenBytesMax &&
                           std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
  const std::string type = folded(text_of(seen, "$.token_type"));
  if (!is_sendable || (!type.empty() && type != "bearer")) {
    answer.reason = CheckReason::content_wrong;
    answer.trouble = "there is no token: the answer of the token address has no bearer token in it";
    return answer;
  }
  answer.token = Secret(std::move(token));
  const JsonFinding expires = member(seen, "$.expires_in");
  const auto number = expires.node ? json_number(expires.node->value) : std::nullopt;
  const double most = static_cast<double>(kLongestHolds.count());
  const seconds said = number ? seconds(static_cast<std::int64_t>(std::clamp(*number, 0.0, most))) : kStandardHolds;
  answer.holds = std::max(said - kEarlier, seconds(0));
  return answer;
}

Secret kept_token(const std::shared_ptr<const CheckSpec>& spec, Monotonic now) {
  const auto found = tokens().find(spec);
  return found == tokens().end() || found->second.until <= now ? Secret() : found->second.token.clone();
}

void keep_token(const std::shared_ptr<const CheckSpec>& spec, const Secret& token, Monotonic until) {
  std::erase_if(tokens(), [](const auto& kept) { return kept.first.expired(); });
  tokens().insert_or_assign(spec, Kept{token.clone(), until});
}

void drop_token(const std::shared_ptr<const CheckSpec>& spec) {
  tokens().erase(spec);
}

}  // namespace connlog
