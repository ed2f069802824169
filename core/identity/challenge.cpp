#include "core/identity/challenge.h"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/crypto/token.h"
#include "core/identity/webauthn.h"

namespace connlog {
namespace {

constexpr std::size_t kRandomBytes = 16, kEndBytes = 8, kDigestBytes = 16;
constexpr std::size_t kBytes = kRandomBytes + kEndBytes + kDigestBytes;

std::array<std::uint8_t, kDigestBytes> digest_of(const Key& key, std::string_view ceremony,
                                                 std::span<const std::uint8_t> head) {
  std::array<std::uint8_t, kDigestBytes> digest{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), digest.size());
  // The head has a fixed length, so no two pairs of head and ceremony give the same bytes.
  crypto_generichash_update(&state, head.data(), head.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(ceremony.data()), ceremony.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

Error refused(const char* why) {
  return Error{ErrorCode::invalid_input, "This took too long, or was begun elsewhere. Begin again.", "credential",
               std::string("challenge: ") + why};
}

}  // namespace

std::string make_challenge(const Key& key, std::string_view ceremony, Instant now, Random& random) {
  std::array<std::uint8_t, kBytes> bytes{};
  random.fill(std::span(bytes).first(kRandomBytes));
  const auto end = static_cast<std::uint64_t>(now.micros / 1'000'000 + kChallengeLifetime.count());
  for (std::size_t i = 0; i < kEndBytes; ++i) bytes[kRandomBytes + i] = static_cast<std::uint8_t>(end >> (56 - 8 * i));
  const auto digest = digest_of(key, ceremony, std::span(bytes).first(kRandomBytes + kEndBytes));
  std::copy(digest.begin(), digest.end(), bytes.begin() + kRandomBytes + kEndBytes);
  return webauthn::to_base64url(bytes);
}

Result<OpenChallenge> open_challenge(const Key& key, std::string_view ceremony, std::string_view challenge,
                                     Instant now) {
  const auto bytes = webauthn::from_base64url("credential", challenge, kBytes);
  if (!bytes || bytes->size() != kBytes) return refused("shape");
  const auto head = std::span(*bytes).first(kRandomBytes + kEndBytes);
  const auto digest = digest_of(key, ceremony, head);
  if (sodium_memcmp(digest.data(), bytes->data() + head.size(), digest.size()) != 0)
    return refused("not of this ceremony");
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < kEndBytes; ++i) end = end << 8 | head[kRandomBytes + i];
  OpenChallenge open;
  open.expires_at = Instant{static_cast<std::int64_t>(end) * 1'000'000};
  if (open.expires_at <= now) return refused("expired");
  open.digest = digest_token(key, challenge);
  return open;
}

std::string challenge_in(const std::vector<std::uint8_t>& client_data_json) {
  if (client_data_json.size() > webauthn::kClientDataBytesMax) return {};
  const auto data = nlohmann::json::parse(client_data_json.begin(), client_data_json.end(), nullptr, false);
  if (!data.is_object()) return {};
  const auto found = data.find("challenge");
  return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace connlog
