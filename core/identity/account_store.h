// What belongs to a person's account beside their name and password: plain data and the interface of its store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/people/user.h"

namespace connlog {

struct AccountFacts {
  UserId user;
  Instant mail_verified_at;     // not set: nobody has proved that mail reaches them
  Instant password_changed_at;  // not set: not since the account was made
  bool login_notices = true;    // a mail when they log in from a new place
};

// A change of address that both addresses must agree to.
struct MailChange {
  UserId user;
  Uuid id;  // the links name it
  std::string mail, mail_key;
  Instant former_agreed_at, new_agreed_at;
  Instant created_at, expires_at;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  // Defaults where nothing is stored.
  virtual Result<AccountFacts> facts(Snapshot&, UserId) const = 0;
  virtual Result<void> put_facts(Transaction&, const AccountFacts&) = 0;

  virtual Result<std::optional<MailChange>> mail_change(Snapshot&, UserId) const = 0;
  virtual Result<void> put_mail_change(Transaction&, const MailChange&) = 0;  // in the place of a former one
  virtual Result<void> remove_mail_change(Transaction&, UserId) = 0;

  virtual Result<std::int64_t> count_devices(Snapshot&, UserId) const = 0;
  // Remembers it as used now; true when it was known before. Of more than `devices_max` the longest unused go.
  virtual Result<bool> note_device(Transaction&, UserId, const TokenDigest&, Instant now, int devices_max) = 0;

  virtual Result<std::int64_t> count_administrators(Snapshot&) const = 0;  // of the appliance, who can log in
  // The person with everything that hangs on them: sessions, links, memberships. What they did stays in the trails.
  virtual Result<void> remove_person(Transaction&, UserId) = 0;
};

}  // namespace connlog
