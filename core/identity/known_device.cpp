#include "core/identity/known_device.h"

#include <array>
#include <cstdint>
#include <vector>

#include "core/base/text.h"
#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr std::size_t kPartCharacters = 32;
constexpr std::string_view kPurpose = "known-device";  // names the derived key of cookies in use: never renamed

bool is_part(std::string_view text) {
  return text.size() == kPartCharacters && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The device and its marks; empty if the cookie is not one of ours.
std::vector<std::string_view> parts_of(std::string_view cookie) {
  std::vector<std::string_view> parts;
  if (cookie.size() > (KnownDevices::kAccountsMax + 1) * (kPartCharacters + 1)) return {};
  while (true) {
    const std::size_t dot = cookie.find('.');
    parts.push_back(cookie.substr(0, dot));
    if (!is_part(parts.back())) return {};
    if (dot == std::string_view::npos) break;
    cookie.remove_prefix(dot + 1);
  }
  return parts;
}

}  // namespace

KnownDevices::KnownDevices(const Keyring& keyring, Random& random) : key_(keyring.derive(kPurpose)), random_(random) {}

std::string KnownDevices::mark(std::string_view device, std::string_view account) const {
  std::string text(device);  // of fixed length, so the border to the account is certain
  text += account;
  return to_hex(digest_token(key_, text)).substr(0, kPartCharacters);
}

std::string KnownDevices::device_of(std::string_view cookie, std::string_view account) const {
  const auto parts = parts_of(cookie);
  if (parts.size() < 2 || account.empty()) return {};
  const std::string wanted = mark(parts.front(), account);
  bool known = false;
  for (std::size_t i = 1; i < parts.size(); ++i) known = equal_in_constant_time(parts[i], wanted) || known;
  return known ? std::string(parts.front()) : std::string();
}

std::string KnownDevices::marked(std::string_view cookie, std::string_view account) const {
  auto parts = parts_of(cookie);
  std::string device;
  if (parts.empty()) {
    std::array<std::uint8_t, kPartCharacters / 2> bytes{};
    random_.fill(bytes);
    device = to_hex(bytes);
  } else {
    device = std::string(parts.front());
    parts.erase(parts.begin());
  }
  const std::string wanted = mark(device, account);
  std::string text = device + "." + wanted;
  std::size_t accounts = 1;
  for (const std::string_view known : parts) {
    if (known == wanted || accounts == kAccountsMax) continue;
    text += ".";
    text += known;
    ++accounts;
  }
  return text;
}

}  // namespace connlog
