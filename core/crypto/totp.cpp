#include "core/crypto/totp.h"

#include <fmt/format.h>
#include <mbedtls/md.h>
#include <sodium.h>

#include <array>

#include "core/crypto/token.h"

namespace connlog::totp {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kSecretBytes = 20;
constexpr std::size_t kSecretBytesMin = 10, kSecretBytesMax = 64;

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

// RFC 4226 §5.3 over the key's bytes.
std::string code_of(std::string_view key, std::int64_t step) {
  std::array<std::uint8_t, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  }
  std::array<std::uint8_t, 20> mac{};
  const mbedtls_md_info_t* sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
  if (sha1 == nullptr || mbedtls_md_hmac(sha1, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                                         counter.data(), counter.size(), mac.data()) != 0) {
    return {};
  }
  const std::size_t offset = mac[19] & 0x0F;
  const std::uint32_t truncated =
      (static_cast<std::uint32_t>(mac[offset] & 0x7F) << 24) | (static_cast<std::uint32_t>(mac[offset + 1]) << 16) |
      (static_cast<std::uint32_t>(mac[offset + 2]) << 8) | static_cast<std::uint32_t>(mac[offset + 3]);
  return fmt::format("{:06}", truncated % 1'000'000);
}

}  // namespace

std::string to_base32(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) out += kBase32[(bits >> (count - 5)) & 31];
  }
  if (count > 0) out += kBase32[(bits << (5 - count)) & 31];
  return out;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kBase32.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 5) | static_cast<std::uint32_t>(value);
    count += 5;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  return out;
}

Secret make_secret(Random& random) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  random.fill(bytes);
  std::string text = to_base32({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  sodium_memzero(bytes.data(), bytes.size());
  return Secret(std::move(text));
}

std::int64_t step_of(Instant at) {
  return at.micros / 1'000'000 / kStepSeconds;
}

std::string code_at(const Secret& secret, std::int64_t step) {
  auto key = from_base32(secret.reveal());
  if (!key || key->size() < kSecretBytesMin || key->size() > kSecretBytesMax) return {};
  std::string code = code_of(*key, step);
  sodium_memzero(key->data(), key->size());
  return code;
}

std::optional<std::int64_t> accepted_step(const Secret& secret, std::string_view code, Instant now,
                                          std::int64_t last_step) {
  if (code.size() != static_cast<std::size_t>(kDigits)) return std::nullopt;
  std::optional<std::int64_t> found;
  const std::int64_t present = step_of(now);
  for (std::int64_t step = present - kStepsAround; step <= present + kStepsAround; ++step) {
    const std::string expected = code_at(secret, step);
    const bool same = equal_in_constant_time(expected, code);
    if (same && step > last_step && !found) found = step;
  }
  return found;
}

Secret enrolment_url(std::string_view issuer, std::string_view account, const Secret& secret) {
  const std::string name = percent_encoded(issuer);
  return Secret(fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", name,
                            percent_encoded(account), secret.reveal(), name, kDigits, kStepSeconds));
}

}  // namespace connlog::totp
