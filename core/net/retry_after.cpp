#include "core/net/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <string>

namespace connlog {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  // curl_getdate guesses at much more; every form of HTTP begins with a weekday and has a time.
  const bool begins_well = text.size() >= 24 && text.size() <= 64 &&
                           ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z'));
  if (!begins_well || text.find(':') == std::string_view::npos) return std::nullopt;
  const std::int64_t at = curl_getdate(std::string(text).c_str(), nullptr);
  return at < 0 ? std::nullopt : std::optional(at);
}

seconds retry_after(const HttpAnswer& answer, Instant now) {
  const std::string* const text = answer.header("retry-after");
  if (text == nullptr) return seconds(0);
  if (is_digits(*text)) {
    // More digits than any pause has.
    return text->size() > 9 ? kRetryAfterMax : std::min(seconds(std::stol(*text)), kRetryAfterMax);
  }
  const auto until = parse_http_date(*text);
  if (!until) return seconds(0);
  const std::string* const date = answer.header("date");
  const auto said = date == nullptr ? std::nullopt : parse_http_date(*date);
  const std::int64_t since = said ? *said : now.micros / 1'000'000;
  return std::clamp(seconds(*until - since), seconds(0), kRetryAfterMax);
}

}  // namespace connlog
