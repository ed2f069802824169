// Logins whose browser is away at the provider: what we must remember until it comes back. Kept for ten minutes,
// bounded, and in memory only, so secrets of a login never reach the disk; after a restart people begin again. The
// first request with a state takes its login out, so each state works once. Only the browser that left may come back:
// it holds a cookie of its own. Without it, an attacker could make a person follow a link with the attacker's code
// (login CSRF). Any thread may enter.
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
  link,     // links the provider's account to the person who is logged in
  step_up,  // proves anew who the person is
};

struct PendingLogin {
  LoginProvider provider;  // as it was when the login began
  LoginPurpose purpose = LoginPurpose::log_in;
  UserId user = {};        // set for link and step_up
  SessionId session = {};  // set for link and step_up
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

  // Draws nonce, verifier and tickets. If too many logins wait, the oldest is dropped.
  Tickets add(PendingLogin& login);
  // Takes the login out, so this works once. `unauthenticated` when the state is unknown, used or too old, or when the
  // cookie is that of another browser.
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
  std::map<Digest, Waiting> waiting_;  // by the state's digest, so the time of a look-up tells nothing
};

}  // namespace connlog::oidc
