// People at the door: login, sessions, logout, and a new password for the locked-out. (Set-up is core/access/first_owner.)
//
// A password is hashed outside of transactions and snapshots (it takes tens of milliseconds, which neither the writer nor
// the few readers have), so login comes in two halves: the first on the worker (limits, then checks, then the
// hash), the second inside the caller's transaction, where what was checked is checked again. Tokens leave here once, as Secret; only digests are stored.
// Any thread may enter, unless a method says otherwise.
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

struct IdentitySettings {
  seconds session_idle{12 * 3600};
  seconds session_absolute{30 * 24 * 3600};
  PasswordCost password_cost = {};
  const Limits* limits = nullptr;  // set: the administrator's word about sessions goes before the two above
};

// Where a request came from, for sessions and the audit log.
struct Origin {
  std::string address;
  std::string user_agent;
  std::string device = {};  // the device cookie as it came, not verified (core/identity/known_device.h)
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
    const Stores& stores;  // for the first halves, which read
    UserStore& users;
    SessionStore& sessions;
    AuditLog& audit;
    AttemptLimiter& attempts;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  IdentityService(Parts parts, IdentitySettings settings);

  // ---- login ----
  struct Checked {
    User user;
    std::string renewed_hash;  // empty: the stored one is good
  };
  // Limits before work; the same work for unknown and disabled people. `unauthenticated` says no more than that.
  Result<Checked> check_password_of(const Origin&, const std::string& mail, const Secret& password);
  // What was checked is checked again; a renewed hash is stored. Whoever has a second factor is asked for it then.
  Result<User> confirm(Transaction&, const Checked&);
  // The same, and a session under a new token for whom a password is enough; the one the browser came with (if any) ends.
  Result<OpenedSession> log_in(Transaction&, const Origin&, const Checked&, std::string_view old_token);
  // Opens a session for somebody who proved themselves otherwise, or in more than one step; `how` is for the audit log.
  // Their account must still be enabled. The session that the browser came with (if any) ends.
  Result<OpenedSession> enter(Transaction&, const Origin&, UserId, std::string_view old_token, const std::string& how);
  // Opens one for somebody who was made in this transaction, and whose making is in the audit log.
  Result<OpenedSession> open_session(Transaction&, const Origin&, const User&);
  // The device cookie for a browser that logged in to this account just now.
  std::string device_cookie(const Origin&, const User&) const;
  Result<std::optional<User>> find(Snapshot&, UserId) const;
  // After a refusal by check_password_of, for the audit log.
  Result<void> record_refusal(Transaction&, const Origin&, const std::string& mail);

  // ---- sessions ----
  // Nobody when the token is unknown, expired, idle for too long, or its user disabled.
  Result<std::optional<Identified>> identify(Snapshot&, std::string_view token) const;
  bool is_alive(const Session&) const;      // neither idle for too long nor over
  Instant end_of(const Session&) const;     // by the absolute limit of now
  bool should_touch(const Session&) const;  // last_seen is rewritten at most once a minute
  Result<void> touch(Transaction&, SessionId);
  Result<void> log_out(Transaction&, const Actor&, const Session&);
  // `not_found` when it is not one of theirs. Event streams of ended sessions close after the commit.
  Result<void> end_session(Transaction&, UserId, SessionId);
  Result<void> end_sessions(Transaction&, UserId);                        // every one
  Result<void> end_other_sessions(Transaction&, UserId, SessionId kept);  // all but this
  Result<void> remove_expired(Transaction&);                              // for the maintenance thread
  std::string csrf_token(std::string_view session_token) const;
  Actor actor_of(const User&, const std::string& address) const;

  // ---- passwords ----
  // The policy, then the hash: on the caller's thread, never inside a transaction. Errors name "password".
  Result<std::string> hash_password(const Secret& password, const std::string& name, const std::string& mail);
  // Stores it and ends every session of that person; `user` is as it stands in the transaction.
  Result<void> replace_password(Transaction&, User user, const std::string& hash);

  // ---- the locked-out ----
  // The first half, on the caller's thread: finds the person, checks and hashes the password.
  Result<Checked> prepare_password(const std::string& mail, const Secret& password);
  // The second half: stores it and ends every session of that person.
  Result<void> set_password(Transaction&, const Actor&, const Checked&);

  // Called after a commit that ended sessions, on the writer thread: nil session means every one of the user.
  using SessionsEnded = std::function<void(UserId, SessionId)>;
  void on_sessions_ended(SessionsEnded listener);

  // Called inside the transaction in which a session opens, before it does. Set at wiring, before anybody comes.
  using SessionOpening = std::function<Result<void>(Transaction&, const User&, const Origin&)>;
  void on_session_opening(SessionOpening listener) { opening_ = std::move(listener); }

 private:
  Result<std::optional<User>> find_by_mail(const std::string& mail) const;
  void announce_end(Transaction&, UserId, SessionId) const;
  seconds idle() const;
  seconds absolute() const;

  Parts parts_;
  IdentitySettings settings_;
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

}  // namespace connlog
