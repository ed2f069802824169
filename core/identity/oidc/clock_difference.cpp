#include "core/identity/oidc/clock_difference.h"

#include <charconv>
#include <string>

#include "core/net/retry_after.h"

namespace connlog::oidc {
namespace {

// All of `text` as a number of digits alone.
std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> clock_ahead_of(const HttpAnswer& answer, Instant now) {
  const std::string* const text = answer.header("date");
  if (text == nullptr) return std::nullopt;
  const auto date = parse_http_date(*text);
  if (!date) return std::nullopt;
  std::int64_t held = 0;
  if (const std::string* const age = answer.header("age"); age != nullptr && !age->empty())
    held = number(*age).value_or(0);
  return *date + held - now.micros / 1'000'000;
}

}  // namespace connlog::oidc
