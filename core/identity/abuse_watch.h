// Finds signs of abuse in the failed attempts that the attempt limiter reports. Each sign becomes a security event and
// a mail: to the person whose account it concerns, or to the appliance's administrators.
//
//   an account    many failed logins or second factors for one account: "someone tried to log in N times"
//   stuffing      one address tries many accounts (passwords from a leak somewhere else)
//   a flood       many failures over the whole appliance, from any number of addresses
//   guessing      one address shows many different wrong tokens (agents, API keys, enrolment keys, links)
//
// The same sign becomes an event at most once an hour and a mail at most once a day. The hour is counted in memory; the
// day is stored, so a restart sends no second mail. The counters are bounded, and so is the number of events: a flood
// of failures does not become a flood of rows. Any thread may enter.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/bounded_table.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/crypto/keyed_digest.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/people/user.h"
#include "core/notify/letters.h"

namespace connlog {

// Remembers when a mail about a topic was last sent, and lists the administrators who get mails about the appliance.
class AttemptNoticeStore {
 public:
  virtual ~AttemptNoticeStore() = default;
  virtual Result<Instant> noticed_at(Snapshot&, const TokenDigest& topic) const = 0;  // not set: never
  virtual Result<void> put(Transaction&, const TokenDigest& topic, Instant at) = 0;
  virtual Result<void> remove_before(Transaction&, Instant before, int limit) = 0;
  // Enabled administrators, with name and mail address; twenty at most.
  virtual Result<std::vector<User>> administrators(Snapshot&) const = 0;
};

// True at most once in `every` for the same topic; the time is stored. For mails that must not repeat too often.
Result<bool> is_time_to_tell(Transaction&, AttemptNoticeStore&, const Key& digest_key, std::string_view topic,
                             Instant now, seconds every);

class AbuseWatch {
 public:
  static constexpr seconds kWindow{3'600};
  static constexpr int kFailuresOfAccount = 10;  // in a window
  static constexpr int kAccountsOfAddress = 8;   // different accounts, in a window
  static constexpr int kTokensOfAddress = 10;    // different tokens, in a window
  static constexpr int kFailuresOverall = 200;   // in a window
  static constexpr int kReportsMax = 60;         // events written in a window
  static constexpr seconds kMailEvery{86'400};

  struct Parts {
    Stores& stores;
    UserStore& users;
    AttemptNoticeStore& notices;
    AuditLog& audit;
    Letters& letters;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit AbuseWatch(const Parts& parts);

  // Counts a failed attempt. Registered with AttemptLimiter::watch.
  void failed(Attempt kind, const AttemptBy& by);
  Result<void> remove_old(Transaction& tx);  // for the maintenance thread

 private:
  enum class Kind { account, stuffing, flood, guessing };
  struct Suspicion {
    Kind kind = Kind::flood;
    Attempt attempt = Attempt::login;
    std::string address;
    std::string account;  // set for Kind::account
    int count = 0;
  };
  struct Seen {
    Monotonic since;
    int failures = 0;
    std::array<std::uint32_t, 16> different{};  // digests of accounts or tokens; the first `different_count`
    std::size_t different_count = 0;
    bool told = false;  // already reported in this window
  };
  using Table = BoundedTable<ShortDigest, Seen, ShortDigestHash, 16>;

  Seen& count(Table& table, const ShortDigest& key, Monotonic now) const;
  std::vector<Suspicion> judge(Attempt kind, const AttemptBy& by);
  void report(Suspicion suspicion);
  Result<void> write(Transaction&, const Suspicion&) const;
  Result<void> tell_person(Transaction&, const Suspicion&, const User&) const;
  Result<void> tell_administrators(Transaction&, const std::string& topic, const std::string& what) const;

  Parts parts_;
  const KeyedDigest digest_;
  const Key notice_key_;
  std::mutex mutex_;  // guards what follows
  Table by_address_, by_account_;
  Seen overall_;
  Monotonic reports_since_;
  int reports_ = 0;
};

}  // namespace connlog
