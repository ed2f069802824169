// Logins that are away at their provider: what we must still know when the browser comes back. Kept in memory alone (a
// restart means to begin again, and secrets of a login never reach the disk), for ten minutes, bounded, and taken out by
// the first who asks: the state of a login works once. The browser that left is the only one that may come back: it holds
// a cookie of its own, without which a link with somebody else's code could be slipped to a person (login CSRF).
// Any thread may enter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/identity/oidc/provider.h"

namespace connlog::oidc {

enum class LoginPurpose {
  log_in,
  link,     // adds the provider's account to that of the person who is logged in
  step_up,  // proves once more that it is them
};

struct PendingLogin {
  LoginProvider provider;  // as it was when the login began
  LoginPurpose purpose = LoginPurpose::log_in;
  UserId user = {};        // with link and step_up
  SessionId session = {};  // likewise
  std::string nonce;       // must come back in the ID token
  Secret verifier;         // PKCE (RFC 7636)
  Instant began_at;
};

struct Tickets {
  std::string state;   // travels through the provider
  std::string cookie;  // stays in the browser
};

class PendingLogins {
 public:
  static constexpr std::size_t kPendingMax = 2'000;
  static constexpr seconds kLifetime{600};

  PendingLogins(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // Draws nonce, verifier and tickets. Where too many wait, the oldest gives way.
  Tickets add(PendingLogin& login);
  // Once. `unauthenticated` when the state is unknown, used or too old, or when another browser comes with it.
  Result<PendingLogin> take(std::string_view state, std::string_view cookie);
  std::size_t size() const;

  std::string draw();  // 32 random bytes in base64url: 43 characters

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Waiting {
    PendingLogin login;
    Digest cookie{};
    Monotonic until;
  };
  static Digest digest_of(std::string_view ticket);

  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;           // guards waiting_
  std::map<Digest, Waiting> waiting_;  // by the state's digest, so that a look-up's time tells nothing
};

}  // namespace connlog::oidc
