#include "core/wire/trust.h"

#include <algorithm>

namespace connlog::wire {
namespace {

constexpr std::size_t kListBytesMax = 200;

bool is_pin(std::string_view word, std::size_t digits) {
  return word.size() == kTrustPin.size() + digits && word.starts_with(kTrustPin) &&
         word.substr(kTrustPin.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Calls `each` for every word of the list until it says false.
template <typename Each>
bool all_words(std::string_view list, Each each) {
  while (true) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (!each(list.substr(0, comma))) return false;
    if (comma == list.size()) return true;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string trust_words(std::string_view value) {
  if (value.empty() || value.size() > kListBytesMax) return {};
  const bool good = all_words(value, [](std::string_view word) {
    return word == kTrustSystem || word == kTrustFile || is_pin(word, kTrustPinDigits);
  });
  return good ? std::string(value) : std::string();
}

bool trusts(std::string_view list, std::string_view word) {
  const std::string_view wanted = word.substr(0, kTrustPin.size() + kTrustPinDigits);
  return !list.empty() && !all_words(list, [&](std::string_view each) { return each != wanted; });
}

bool is_trust_told(std::string_view word) {
  return word == kTrustSystem || is_pin(word, 64);
}

}  // namespace connlog::wire
