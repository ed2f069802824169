#include "core/checks/kinds/http_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kQuotedBytes = 60;

struct Phrase {
  int status;
  std::string_view words;
};
// RFC 9110 §15, RFC 6585, RFC 7725, and what Cloudflare and nginx answer for servers behind them.
constexpr Phrase kPhrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};

HttpJudgement wrong(CheckReason reason, std::string text) {
  return {CheckVerdict::down, reason, std::move(text)};
}

HttpJudgement judge_keyword(const HttpPlan& plan, const HttpSeen& seen) {
  const bool is_there = has_text(seen.body, plan.keyword);
  if (!is_there && seen.body_is_cut) {
    return wrong(CheckReason::too_long, fmt::format("the answer is longer than 1 MiB, and {} is not in what was read of it",
                                                    quoted(plan.keyword)));
  }
  if (is_there && plan.keyword_absent)
    return wrong(CheckReason::content_wrong, fmt::format("the answer has {} in it", quoted(plan.keyword)));
  if (!is_there && !plan.keyword_absent)
    return wrong(CheckReason::content_wrong, fmt::format("the answer does not have {} in it", quoted(plan.keyword)));
  return {};
}

// Whether a value of this name would be masked in a text: "$.db.password".
bool names_a_secret(const JsonPath& path) {
  for (auto segment = path.segments().rbegin(); segment != path.segments().rend(); ++segment) {
    if (const auto* name = std::get_if<std::string>(&*segment))
      return !find_secrets(json_string(*name) + R"(: "q7w8e9r0t1z2")").empty();
  }
  return false;
}

std::string shown_node(const JsonPath& path, const JsonNode& node) {
  if (names_a_secret(path)) return "[a secret value]";
  switch (node.type) {
    case JsonNode::Type::text:
      return quoted(node.value);
    case JsonNode::Type::array:
      return "a list";
    case JsonNode::Type::object:
      return "an object";
    default:
      return cut(node.value, kQuotedBytes);
  }
}

std::string wanted_text(JsonCompare compare, const std::string& value) {
  switch (compare) {
    case JsonCompare::equals:
      return fmt::format("not {}", quoted(value));
    case JsonCompare::not_equals:
      return fmt::format("and should be anything but {}", quoted(value));
    case JsonCompare::contains:
      return fmt::format("without {}", quoted(value));
    case JsonCompare::greater:
      return fmt::format("not greater than {}", value);
    case JsonCompare::less:
      return fmt::format("not less than {}", value);
    case JsonCompare::exists:
      break;
  }
  return {};
}

HttpJudgement judge_json(const HttpPlan& plan, const HttpSeen& seen) {
  if (seen.body_is_cut) return wrong(CheckReason::too_long, "the answer is longer than 1 MiB, too long to be read as JSON");
  const JsonFinding finding = find_json(seen.body, *plan.json_path);
  if (!finding.trouble.empty()) return wrong(CheckReason::content_wrong, fmt::format("the answer is {}", finding.trouble));
  const std::string path = cut(plan.json_path_text, kQuotedBytes);
  if (!finding.node) return wrong(CheckReason::content_wrong, fmt::format("the answer has no {}", path));
  if (holds(*finding.node, plan.json_compare, plan.json_value)) return {};
  return wrong(CheckReason::content_wrong, fmt::format("{} is {}, {}", path, shown_node(*plan.json_path, *finding.node),
                                                       wanted_text(plan.json_compare, plan.json_value)));
}

bool is_compressed(std::string_view encoding) {
  return !encoding.empty() && folded(encoding) != "identity";
}

}  // namespace

HttpJudgement judge_http(const HttpPlan& plan, const HttpSeen& seen) {
  if (!is_accepted(plan.accepted, seen.status)) {
    const bool is_ours = seen.status == 401 && plan.login != HttpLogin::none;
    const std::string text = fmt::format("answered {}", status_text(seen.status));
    return wrong(is_ours ? CheckReason::login_failed : CheckReason::status_wrong,
                 is_ours ? text + ": the login was refused" : text);
  }
  if (is_compressed(seen.content_encoding)) {
    return wrong(CheckReason::protocol_wrong,
                 fmt::format("the answer is compressed ({}), though that was not asked for", quoted(seen.content_encoding)));
  }
  if (!plan.keyword.empty()) {
    HttpJudgement judged = judge_keyword(plan, seen);
    if (judged.verdict != CheckVerdict::up) return judged;
  }
  if (plan.json_path) {
    HttpJudgement judged = judge_json(plan, seen);
    if (judged.verdict != CheckVerdict::up) return judged;
  }
  return {CheckVerdict::up, CheckReason::ok, fmt::format("answered {}", status_text(seen.status))};
}

std::string status_text(int status) {
  const auto found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == std::end(kPhrases) ? std::to_string(status) : fmt::format("{} {}", status, found->words);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool has_text(std::string_view haystack, std::string_view needle) {
  if (needle.empty()) return true;
  // How much of the needle's beginning its own part up to here ends with.
  std::vector<std::size_t> fallback(needle.size(), 0);
  for (std::size_t at = 1, length = 0; at < needle.size(); ++at) {
    while (length > 0 && needle[at] != needle[length]) length = fallback[length - 1];
    if (needle[at] == needle[length]) ++length;
    fallback[at] = length;
  }
  std::size_t length = 0;
  for (const char c : haystack) {
    while (length > 0 && c != needle[length]) length = fallback[length - 1];
    if (c == needle[length]) ++length;
    if (length == needle.size()) return true;
  }
  return false;
}

std::string quoted(std::string_view text) {
  const bool is_long = text.size() > kQuotedBytes;
  const std::string masked = mask_secrets(harmless(text.substr(0, 4 * kQuotedBytes)));
  return fmt::format("“{}{}”", cut(masked, kQuotedBytes), is_long ? "…" : "");
}

}  // namespace connlog
