#include "core/crypto/sealed.h"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>
#include <vector>

#include "core/base/assert.h"

namespace connlog {
namespace {

// Stored in front of every sealed text: never changed.
constexpr std::string_view kFirstForm = "s1:";
constexpr std::string_view kSecondForm = "s2:";

Key key_for(const Key& sealed_key, std::string_view context) {
  Key key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(context.data()), context.size(),
                     sealed_key.data(), sealed_key.size());
  return key;
}

Error damaged(std::string_view context) {
  return Error{
      ErrorCode::internal, "A stored secret cannot be opened. Enter it again.", {}, "unseal: " + std::string(context)};
}

bool is_context(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

std::string closed(const Key& sealed_key, std::string_view context, const Secret& secret, Random& random) {
  const std::string_view plain = secret.reveal();
  std::vector<std::uint8_t> box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size());
  random.fill(std::span(box).first(crypto_secretbox_NONCEBYTES));
  Key key = key_for(sealed_key, context);
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(plain.data()),
                        plain.size(), box.data(), key.data());
  sodium_memzero(key.data(), key.size());
  std::string text(sodium_base64_encoded_len(box.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), box.data(), box.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

Result<Secret> opened(const Key& sealed_key, std::string_view context, std::string_view base64) {
  std::vector<std::uint8_t> box(base64.size());
  std::size_t length = 0;
  if (sodium_base642bin(box.data(), box.size(), base64.data(), base64.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      length < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
    return damaged(context);
  }
  Key key = key_for(sealed_key, context);
  std::string plain(length - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
  const int good = crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                              box.data() + crypto_secretbox_NONCEBYTES,
                                              length - crypto_secretbox_NONCEBYTES, box.data(), key.data());
  sodium_memzero(key.data(), key.size());
  if (good != 0) return damaged(context);
  return Secret(std::move(plain));
}

struct Parts {
  std::int64_t generation = 0;
  std::string_view context;  // empty in texts of the first form, which name no context
  std::string_view base64;
};

std::optional<Parts> parts_of(std::string_view sealed) {
  if (sealed.starts_with(kFirstForm)) return Parts{0, {}, sealed.substr(kFirstForm.size())};
  if (!sealed.starts_with(kSecondForm)) return std::nullopt;
  sealed.remove_prefix(kSecondForm.size());
  const std::size_t first = sealed.find(':');
  const std::size_t second = first == std::string_view::npos ? first : sealed.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  Parts parts;
  const auto [end, problem] = std::from_chars(sealed.data(), sealed.data() + first, parts.generation);
  if (problem != std::errc() || end != sealed.data() + first || parts.generation < 0) return std::nullopt;
  parts.context = sealed.substr(first + 1, second - first - 1);
  parts.base64 = sealed.substr(second + 1);
  return parts;
}

}  // namespace

std::string seal(const Key& sealed_key, std::string_view context, const Secret& secret, Random& random) {
  return std::string(kFirstForm) + closed(sealed_key, context, secret, random);
}

Result<Secret> unseal(const Key& sealed_key, std::string_view context, std::string_view sealed) {
  if (!sealed.starts_with(kFirstForm)) return damaged(context);
  return opened(sealed_key, context, sealed.substr(kFirstForm.size()));
}

std::string sealed_prefix(const Keyring& keyring) {
  return fmt::format("{}{}:", kSecondForm, keyring.sealing_generation());
}

std::string seal(const Keyring& keyring, std::string_view context, const Secret& secret, Random& random) {
  CONNLOG_ASSERT(is_context(context));
  const std::int64_t generation = keyring.sealing_generation();
  const std::optional<Key> key = keyring.sealing_key(generation);
  CONNLOG_ASSERT(key.has_value());  // the newest one is always there
  return fmt::format("{}{}:{}:{}", kSecondForm, generation, context, closed(*key, context, secret, random));
}

Result<Secret> unseal(const Keyring& keyring, std::string_view context, std::string_view sealed) {
  const auto parts = parts_of(sealed);
  // The sealing key depends on the context too, so a text with a changed or foreign context cannot be opened.
  if (!parts || (!parts->context.empty() && parts->context != context)) return damaged(context);
  const auto key = keyring.sealing_key(parts->generation);
  if (!key) return damaged(context);
  return opened(*key, context, parts->base64);
}

Result<std::optional<std::string>> seal_anew(const Keyring& keyring, std::string_view first_context,
                                             std::string_view sealed, Random& random) {
  const auto parts = parts_of(sealed);
  if (!parts) return damaged(first_context);
  if (sealed.starts_with(sealed_prefix(keyring))) return std::optional<std::string>{};
  const std::string_view context = parts->context.empty() ? first_context : parts->context;
  if (!is_context(context)) return damaged(first_context);
  const Secret secret = TRY(unseal(keyring, context, sealed));
  return std::optional<std::string>(seal(keyring, context, secret, random));
}

}  // namespace connlog
