// People, their sessions and single-use links: plain data and the interfaces of the stores.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/crypto/token.h"

namespace connlog {

struct User {
  UserId id;
  std::string name;           // 1–80 characters
  std::string mail;           // as typed
  std::string mail_key;       // lower case; unique
  std::string password_hash;  // argon2id in libsodium's text form
  bool appliance_administrator = false;
  bool enabled = true;
  Instant created_at;
  Instant last_login_at;
};

struct Session {
  SessionId id;
  UserId user;
  TokenDigest token_digest{};
  std::string address;     // the IP address that opened it
  std::string user_agent;  // first 200 characters
  Instant created_at;
  Instant last_seen_at;  // rewritten at most once a minute
  Instant expires_at;    // absolute
};

// A single-use link: first-run set-up today, password reset and invitations later.
struct SingleUseLink {
  TokenDigest token_digest{};
  std::string purpose;  // "setup"
  Instant created_at;
  Instant expires_at;  // not set: valid until used
  Instant used_at;
};

class UserStore {
 public:
  virtual ~UserStore() = default;
  virtual Result<std::int64_t> count(Snapshot&) const = 0;
  virtual Result<std::optional<User>> find(Snapshot&, UserId) const = 0;
  virtual Result<std::optional<User>> find_by_mail(Snapshot&, const std::string& mail_key) const = 0;
  virtual Result<void> insert(Transaction&, const User&) = 0;
  virtual Result<void> update(Transaction&, const User&) = 0;
};

class SessionStore {
 public:
  virtual ~SessionStore() = default;
  virtual Result<std::optional<Session>> find(Snapshot&, const TokenDigest&) const = 0;
  virtual Result<std::vector<Session>> of_user(Snapshot&, UserId) const = 0;
  virtual Result<void> insert(Transaction&, const Session&) = 0;
  virtual Result<void> touch(Transaction&, SessionId, Instant last_seen) = 0;
  virtual Result<void> remove(Transaction&, SessionId) = 0;
  virtual Result<void> remove_of_user(Transaction&, UserId) = 0;
  virtual Result<void> remove_expired(Transaction&, Instant expired_before, Instant idle_before) = 0;

  virtual Result<std::optional<SingleUseLink>> find_link(Snapshot&, const TokenDigest&) const = 0;
  virtual Result<std::optional<SingleUseLink>> open_link(Snapshot&, const std::string& purpose) const = 0;
  virtual Result<void> put_link(Transaction&, const SingleUseLink&) = 0;  // insert or update by digest
};

}  // namespace connlog
