// Device cookies (OWASP: "Slow Down Online Guessing Attacks with Device Cookies"). A browser that has logged in to an
// account keeps a mark of it, and does not have to wait because of strangers' attempts on that account. The mark opens
// nothing and names nobody: the cookie has a random device and, for each account that logged in there, a digest under a
// key of the appliance.
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

  // The device, if the cookie has a valid mark of this account; otherwise empty. `account` is the mail key.
  std::string device_of(std::string_view cookie, std::string_view account) const;
  // The cookie with the mark of this account added. A malformed cookie is replaced.
  std::string marked(std::string_view cookie, std::string_view account) const;

 private:
  std::string mark(std::string_view device, std::string_view account) const;

  const Key key_;
  Random& random_;
};

}  // namespace connlog
