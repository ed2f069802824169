// What belongs to a person's account in addition to their name and password: plain data and the interface of its store.
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
  Instant mail_verified_at;     // not set: not proved that mail reaches the person
  Instant password_changed_at;  // not set: unchanged since the account was made
  bool login_notices = true;    // a mail when they log in from a new device
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
  // Returns the default values when nothing is stored.
  virtual Result<AccountFacts> facts(Snapshot&, UserId) const = 0;
  virtual Result<void> put_facts(Transaction&, const AccountFacts&) = 0;

  virtual Result<std::optional<MailChange>> mail_change(Snapshot&, UserId) const = 0;
  virtual Result<void> put_mail_change(Transaction&, const MailChange&) = 0;  // replaces an earlier one
  virtual Result<void> remove_mail_change(Transaction&, UserId) = 0;

  virtual Result<std::int64_t> count_devices(Snapshot&, UserId) const = 0;
  // Remembers the device as used now; true when it was known before. Beyond `devices_max`, those unused for longest are
  // removed.
  virtual Result<bool> note_device(Transaction&, UserId, const TokenDigest&, Instant now, int devices_max) = 0;

  virtual Result<std::int64_t> count_administrators(Snapshot&) const = 0;  // the appliance's, who can log in
  // Removes the person with everything that belongs to them: sessions, links, memberships. Entries in the trails stay.
  virtual Result<void> remove_person(Transaction&, UserId) = 0;
};

}  // namespace connlog
