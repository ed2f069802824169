// Accounts of people at services in whose chats they can act (Telegram): linked by a code that the account page shows and the
// person sends to a bot, so that the service itself says whose account it is. One account a person and service, and one person an
// account. A linked account can do one thing: acknowledge, with the person's own rights, by a button of a message.
//
// A link code has 60 bits, lasts ten minutes and links once; it is in memory alone, as a digest. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/crypto/keyed_digest.h"
#include "core/people/actor.h"
#include "core/people/user.h"

namespace connlog {

class Letters;  // core/notify/letters.h

struct ChatAccount {
  UserId user;
  std::string service;  // the word of the kind of channel: "telegram"
  std::string account;  // what the service calls it, for ever: Telegram's from.id
  std::string name;     // as it was called there when it was linked
  Instant linked_at;
  Instant last_used_at = {};  // its last act here; not set: none yet
};

class ChatAccountStore {
 public:
  virtual ~ChatAccountStore() = default;
  virtual Result<std::vector<ChatAccount>> of_user(Snapshot&, UserId) const = 0;
  virtual Result<std::optional<ChatAccount>> find(Snapshot&, const std::string& service,
                                                  const std::string& account) const = 0;
  virtual Result<void> put(Transaction&, const ChatAccount&) = 0;  // in place of the person's former one of the service
  virtual Result<void> remove(Transaction&, UserId, const std::string& service) = 0;  // `not_found` where there is none
};

inline constexpr seconds kLinkCodeLifetime{600};

class ChatAccounts {
 public:
  struct Parts {
    ChatAccountStore& accounts;
    UserStore& users;
    AuditLog& audit;
    Letters* letters;  // null: the person gets no letter about it
    const Clock& clock;
    Random& random;
  };
  explicit ChatAccounts(const Parts& parts) : parts_(parts), digest_(parts.random) {}

  struct LinkCode {
    Secret code;  // "K7QF-29XM-3VAB"
    Instant expires_at;
  };
  LinkCode offer(UserId user);  // ends the person's former one

  // What was sent to a bot: whether it may be a link code at all. Then, whose: links the account, and returns the person.
  static bool is_code_shaped(std::string_view text);
  // `not_found`: no such code; `conflict`: the account is somebody else's. The code ends with the commit.
  Result<User> link(Transaction&, std::string_view code, const std::string& service, const std::string& account,
                    const std::string& name);
  // Whose the account is, where that person can log in.
  Result<std::optional<User>> person_of(Snapshot&, const std::string& service, const std::string& account) const;
  Result<void> used(Transaction&, const std::string& service, const std::string& account) const;
  Result<std::vector<ChatAccount>> list(Snapshot& snapshot, UserId user) const {
    return parts_.accounts.of_user(snapshot, user);
  }
  Result<void> unlink(Transaction&, const Actor&, const std::string& service);

 private:
  struct Offered {
    UserId user;
    Monotonic until;
  };
  ShortDigest digest_of(std::string_view code) const;
  std::optional<UserId> offered_to(const ShortDigest& digest) const;
  Result<void> tell(Transaction&, const User&, const ChatAccount&) const;

  const Parts parts_;
  const KeyedDigest digest_;
  mutable std::mutex mutex_;  // guards offered_
  std::map<ShortDigest, Offered> offered_;
};

}  // namespace connlog
