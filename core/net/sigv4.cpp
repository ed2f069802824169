#include "core/net/sigv4.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace connlog::sigv4 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

using Mac = std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Mac hmac(std::span<const std::uint8_t> key, std::string_view message) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
  Mac mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return mac;
}

// Trimmed, and each run of blanks inside is one.
std::string plain_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<HttpHeader> sorted(const std::vector<HttpHeader>& headers) {
  std::vector<HttpHeader> out;
  for (const HttpHeader& header : headers) out.push_back({folded(header.name), plain_value(header.value)});
  std::ranges::sort(out, {}, &HttpHeader::name);
  return out;
}

std::string names(const std::vector<HttpHeader>& sorted_headers) {
  std::string out;
  for (const HttpHeader& header : sorted_headers) out += (out.empty() ? "" : ";") + header.name;
  return out;
}

std::string scope(const Identity& who, Instant at) {
  return fmt::format("{}/{}/{}/aws4_request", date_of(at).substr(0, 8), who.region, who.service);
}

Mac signing_key(const Identity& who, Instant at) {
  std::string first = "AWS4";
  first += who.secret_key.reveal();
  Mac key = hmac({bytes_of(first), first.size()}, date_of(at).substr(0, 8));
  sodium_memzero(first.data(), first.size());
  for (const std::string_view next : {who.region, who.service, std::string_view("aws4_request")}) key = hmac(key, next);
  return key;
}

}  // namespace

std::string date_of(Instant at) {
  std::string text = to_iso8601(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), bytes_of(bytes), bytes.size());
  return to_hex(digest);
}

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || (c == '/' && keep_slashes);
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string canonical_query(const std::vector<std::pair<std::string, std::string>>& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : query)
    encoded.emplace_back(percent_encoded(name, false), percent_encoded(value, false));
  std::ranges::sort(encoded);
  std::string out;
  for (const auto& [name, value] : encoded) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

std::string canonical_request(const Signable& request) {
  const std::vector<HttpHeader> headers = sorted(request.headers);
  std::string out = fmt::format("{}\n{}\n{}\n", request.method, percent_encoded(request.path, true),
                                canonical_query(request.query));
  for (const HttpHeader& header : headers) out += fmt::format("{}:{}\n", header.name, header.value);
  return out + fmt::format("\n{}\n{}", names(headers), request.payload_sha256);
}

std::string string_to_sign(const Signable& request, const Identity& who, Instant at) {
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date_of(at), scope(who, at), sha256_hex(canonical_request(request)));
}

std::string authorization(const Signable& request, const Identity& who, Instant at) {
  Mac key = signing_key(who, at);
  const Mac signature = hmac(key, string_to_sign(request, who, at));
  sodium_memzero(key.data(), key.size());
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm, who.access_key, scope(who, at),
                     names(sorted(request.headers)), to_hex(signature));
}

}  // namespace connlog::sigv4
