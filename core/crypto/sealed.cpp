#include "core/crypto/sealed.h"

#include <sodium.h>

#include <vector>

namespace connlog {
namespace {

constexpr std::string_view kVersion = "s1:";  // stored in front of every sealed text

Key key_for(const Key& sealed_key, std::string_view context) {
  Key key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(context.data()), context.size(),
                     sealed_key.data(), sealed_key.size());
  return key;
}

}  // namespace

std::string seal(const Key& sealed_key, std::string_view context, const Secret& secret, Random& random) {
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
  return std::string(kVersion) + text;
}

Result<Secret> unseal(const Key& sealed_key, std::string_view context, std::string_view sealed) {
  const Error damaged{
      ErrorCode::internal, "A stored secret cannot be opened. Enter it again.", {}, "unseal: " + std::string(context)};
  if (sealed.substr(0, kVersion.size()) != kVersion) return damaged;
  sealed.remove_prefix(kVersion.size());
  std::vector<std::uint8_t> box(sealed.size());
  std::size_t length = 0;
  if (sodium_base642bin(box.data(), box.size(), sealed.data(), sealed.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      length < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
    return damaged;
  }
  Key key = key_for(sealed_key, context);
  std::string plain(length - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
  const int opened = crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                                box.data() + crypto_secretbox_NONCEBYTES,
                                                length - crypto_secretbox_NONCEBYTES, box.data(), key.data());
  sodium_memzero(key.data(), key.size());
  if (opened != 0) return damaged;
  return Secret(std::move(plain));
}

}  // namespace connlog
