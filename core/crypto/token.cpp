#include "core/crypto/token.h"

#include <sodium.h>

#include <array>

#include "core/base/text.h"

namespace connlog {

Secret make_token(std::string_view prefix, Random& random) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  std::string text(prefix);
  text += to_hex(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return Secret(std::move(text));
}

TokenDigest digest_token(const Key& token_digest_key, std::string_view token) {
  TokenDigest digest{};
  crypto_auth_hmacsha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                         token_digest_key.data());
  return digest;
}

bool is_token_shaped(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 64 || text.substr(0, prefix.size()) != prefix) return false;
  for (const char c : text.substr(prefix.size())) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!hex) return false;
  }
  return true;
}

std::string token_hint(std::string_view prefix, std::string_view token) {
  if (!is_token_shaped(prefix, token)) return {};
  return std::string(prefix) + std::string(token.substr(prefix.size(), 4)) + "…" +
         std::string(token.substr(token.size() - 4));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace connlog
