#include "core/appliance/secret_shape.h"

#include <algorithm>
#include <array>

#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr std::size_t kHexDigits = 64;
constexpr int kRecoveryWordsShown = 10;

// Of tokens (core/crypto/token.h); each of these is followed by 64 hexadecimal digits.
constexpr std::array<std::string_view, 8> kPrefixes = {"agent_", "enrol_", "cls_",   "cl_",
                                                       "setup_", "link_",  "login_", "whsec_"};

bool has_token(std::string_view text, std::string_view prefix) {
  for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
    if (is_token_shaped(prefix, text.substr(at, prefix.size() + kHexDigits))) return true;
  }
  return false;
}

// A word of a recovery key: consonant, vowel, consonant, vowel, consonant (proquints).
bool is_recovery_word(std::string_view word) {
  if (word.size() != 5) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i] >= 'A' && word[i] <= 'Z' ? static_cast<char>(word[i] - 'A' + 'a') : word[i];
    const std::string_view allowed = i % 2 == 0 ? "bdfghjklmnprstvz" : "aiou";
    if (allowed.find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool has_recovery_key(std::string_view text) {
  int in_a_row = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("- \t\n,;"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    in_a_row = is_recovery_word(word) ? in_a_row + 1 : 0;
    if (in_a_row == kRecoveryWordsShown) return true;
  }
  return false;
}

}  // namespace

std::string_view secret_shape_in(std::string_view text) {
  for (const std::string_view prefix : kPrefixes) {
    if (has_token(text, prefix)) return prefix;
  }
  return has_recovery_key(text) ? std::string_view("a recovery key") : std::string_view();
}

}  // namespace connlog
