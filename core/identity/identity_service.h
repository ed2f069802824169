// Logs people in and out: login, sessions, logout, and a new password for people who are locked out. Set-up is
// core/access/first_owner.
//
// Hashing a password takes tens of milliseconds, too long for the one writer and the few readers, so it happens outside
// of transactions and snapshots. Login therefore comes in two halves: the first on the worker (limits, then checks,
// then the hash), the second inside the caller's transaction, which repeats the checks. Tokens leave here once, as
// Secret; only digests are stored. Any thread may enter, unless a method says otherwise.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/crypto/password.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/known_device.h"
#include "core/people/user.h"

namespace connlog {

class Limits;  // core/people/limits.h

struct IdentityOptions {
  seconds session_idle{12 * 3600};
  seconds session_absolute{30 * 24 * 3600};
  PasswordCost password_cost = {};
  const Limits* limits = nullptr;  // set: the administrator's limits replace the two times above
};

// Where a request came from, for sessions and the audit log.
struct Origin {
  std::string address;
  std::string user_agent;
  std::string device = {};  // the device cookie as received, not verified (core/identity/known_device.h)
};

struct OpenedSession {
  Secret token;  // for the cookie; shown once
  Session session;
  User user;
};

struct Identified {
  Session session;
  User user;
};

class IdentityService {
 public:
  struct Parts {
    const Stores& stores;  // for the first halves, which only read
    UserStore& users;
    SessionStore& sessions;
    AuditLog& audit;
    AttemptLimiter& attempts;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  IdentityService(Parts parts, IdentityOptions options);

  // ---- login ----
  struct Checked {
    User user;
    std::string renewed_hash;  // empty: the stored hash stays
  };
  // Applies the limits, then checks. Unknown and disabled people cost the same work; `unauthenticated` does not say
  // what was wrong.
  Result<Checked> check_password_of(const Origin&, const std::string& mail, const Secret& password);
  // Repeats the checks and stores a renewed hash. Opens no session: a person with a second factor is asked for it
  // first.
  Result<User> confirm(Transaction&, const Checked&);
  // As confirm(), then opens a session under a new token, for people whose password is enough. Ends the session that
  // the browser came with, if any.
  Result<OpenedSession> log_in(Transaction&, const Origin&, const Checked&, std::string_view old_token);
  // Opens a session for a person who proved themselves in another way or in more than one step; `how` goes into the
  // security event. The account must still be enabled. Ends the session that the browser came with, if any.
  Result<OpenedSession> enter(Transaction&, const Origin&, UserId, std::string_view old_token, const std::string& how);
  // Opens a session for a person who was added in this transaction and whose adding is in the audit log already.
  Result<OpenedSession> open_session(Transaction&, const Origin&, const User&);
  // The device cookie for a browser that has just logged in to this account.
  std::string device_cookie(const Origin&, const User&) const;
  Result<std::optional<User>> find(Snapshot&, UserId) const;
  // Writes the security event for a refusal by check_password_of.
  Result<void> record_refusal(Transaction&, const Origin&, const std::string& mail);

  // ---- sessions ----
  // Empty when the token is unknown, expired or idle for too long, or its user is disabled.
  Result<std::optional<Identified>> identify(Snapshot&, std::string_view token) const;
  bool is_alive(const Session&) const;      // neither idle for too long nor past its end
  Instant end_of(const Session&) const;     // by the absolute limit in force now
  bool should_touch(const Session&) const;  // last_seen is rewritten at most once a minute
  Result<void> touch(Transaction&, SessionId);
  Result<void> log_out(Transaction&, const Actor&, const Session&);
  // `not_found` when the session is not one of this person's. Event streams of ended sessions close after the commit.
  Result<void> end_session(Transaction&, UserId, SessionId);
  Result<void> end_sessions(Transaction&, UserId);                        // every one
  Result<void> end_other_sessions(Transaction&, UserId, SessionId kept);  // all but this
  Result<void> remove_expired(Transaction&);                              // for the maintenance thread
  std::string csrf_token(std::string_view session_token) const;
  Actor actor_of(const User&, const std::string& address) const;

  // ---- passwords ----
  // Checks the policy, then hashes: on the calling thread, never inside a transaction. Errors name the field
  // "password".
  Result<std::string> hash_password(const Secret& password, const std::string& name, const std::string& mail);
  // Stores the hash and ends every session of that person; `user` is the record as read in this transaction.
  Result<void> replace_password(Transaction&, User user, const std::string& hash);

  // ---- people who are locked out ----
  // The first half, on the calling thread: finds the person, checks and hashes the password.
  Result<Checked> prepare_password(const std::string& mail, const Secret& password);
  // The second half: stores the hash and ends every session of that person.
  Result<void> set_password(Transaction&, const Actor&, const Checked&);

  // Called after a commit that ended sessions, on the writer thread. A nil session means every session of the user.
  using SessionsEnded = std::function<void(UserId, SessionId)>;
  void on_sessions_ended(SessionsEnded listener);

  // Called inside the transaction that opens a session, before it is opened. Set at wiring, before the first request.
  using SessionOpening = std::function<Result<void>(Transaction&, const User&, const Origin&)>;
  void on_session_opening(SessionOpening listener) { opening_ = std::move(listener); }

 private:
  Result<std::optional<User>> find_by_mail(const std::string& mail) const;
  void announce_end(Transaction&, UserId, SessionId) const;
  seconds idle() const;
  seconds absolute() const;

  Parts parts_;
  IdentityOptions options_;
  Key digest_key_;
  Key csrf_key_;
  PasswordHasher hasher_;
  const KnownDevices devices_;
  mutable std::mutex listener_mutex_;  // guards listener_
  SessionsEnded listener_;
  SessionOpening opening_;
};

// Whole-string checks of what a person types about themselves; errors name the field.
Result<void> check_person_name(const std::string& field, const std::string& text);
Result<void> check_mail(const std::string& field, const std::string& text);
std::string mail_key(std::string_view mail);
// The text for a trail, of what was typed as a mail address. Without an "@" the text is left out, because people type
// their password into the wrong field.
std::string typed_mail(const std::string& text);

}  // namespace connlog
