// Device cookies (OWASP: "Slow Down Online Guessing Attacks with Device Cookies"): a browser that logged in to an account
// once keeps a mark that says so, and is not made to wait for what strangers do to that account. The mark opens nothing
// and names nobody: a random device, and for each account that logged in there a digest under a key of the appliance.
//
//   <device, 32 hex>.<mark, 32 hex>[.<mark>…]      newest account first, at most kAccountsMax
//
// Immutable but for Random; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/crypto/keyring.h"

namespace connlog {

class KnownDevices {
 public:
  static constexpr std::size_t kAccountsMax = 4;

  KnownDevices(const Keyring& keyring, Random& random);

  // The device, where the cookie says that this account logged in there; otherwise empty. `account` is the mail key.
  std::string device_of(std::string_view cookie, std::string_view account) const;
  // The cookie after this account logged in there. A malformed one is replaced.
  std::string marked(std::string_view cookie, std::string_view account) const;

 private:
  std::string mark(std::string_view device, std::string_view account) const;

  const Key key_;
  Random& random_;
};

}  // namespace connlog
