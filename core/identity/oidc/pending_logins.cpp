#include "core/identity/oidc/pending_logins.h"

#include <sodium.h>

#include <algorithm>

#include "core/identity/oidc/jwt.h"

namespace connlog::oidc {

PendingLogins::Digest PendingLogins::digest_of(std::string_view ticket) {
  Digest digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(ticket.data()), ticket.size(),
                     nullptr, 0);
  return digest;
}

std::string PendingLogins::draw() {
  std::array<std::uint8_t, 32> bytes{};
  random_.fill(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Tickets PendingLogins::add(PendingLogin& login) {
  login.nonce = draw();
  login.verifier = Secret(draw());
  login.began_at = clock_.now();
  const Tickets tickets{draw(), draw()};
  Waiting waiting;
  waiting.login = PendingLogin{login.provider, login.purpose,          login.user,    login.session,
                               login.nonce,    login.verifier.clone(), login.began_at};
  waiting.cookie = digest_of(tickets.cookie);
  const Monotonic now = clock_.monotonic();
  waiting.until = now + kLifetime;
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kPendingMax) {
    std::erase_if(waiting_, [now](const auto& entry) { return entry.second.until <= now; });
    if (waiting_.size() >= kPendingMax) {
      waiting_.erase(std::min_element(waiting_.begin(), waiting_.end(),
                                      [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
    }
  }
  waiting_.emplace(digest_of(tickets.state), std::move(waiting));
  return tickets;
}

Result<PendingLogin> PendingLogins::take(std::string_view state, std::string_view cookie) {
  const Error refused{
      ErrorCode::unauthenticated,
      "This login is not known here (any more): it was finished already, took longer than ten minutes, or "
      "began in another browser. Begin again.",
      "state"};
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(digest_of(state));
  if (found == waiting_.end()) return refused;
  Waiting waiting = std::move(found->second);
  waiting_.erase(found);  // taken out, even if it is refused below
  if (waiting.until <= clock_.monotonic()) return refused;
  const Digest given = digest_of(cookie);
  if (sodium_memcmp(given.data(), waiting.cookie.data(), given.size()) != 0) return refused;
  return std::move(waiting.login);
}

std::size_t PendingLogins::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace connlog::oidc
