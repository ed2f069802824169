#include "core/crypto/keyed_digest.h"

#include <sodium.h>

namespace connlog {

ShortDigest KeyedDigest::of(std::uint8_t kind, std::string_view text) const {
  crypto_generichash_state state;
  ShortDigest digest{};
  crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
  crypto_generichash_update(&state, &kind, 1);
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

}  // namespace connlog
