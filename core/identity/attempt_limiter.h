// Slows down whoever tries too often: guesses (passwords, codes, tokens) and acts that cost others something (mails). Each
// kind counts by address (an IPv6 host owns a whole /64, so that is the unit) and by account (a mail address, a user, a
// token's digest: whatever the guess is about), each with some free attempts and then waits that double.
//
//   TRY(limiter.admit(Attempt::login, by));   before the work: counts the attempt, so that parallel ones gain nothing
//   …
//   limiter.succeeded(Attempt::login, by);    a guess that was right is taken back (an act stays counted)
//   limiter.failed(Attempt::login, by);       tells whoever watches for abuse
//
// Tokens of full entropy (API keys, agents' tokens, enrolment keys) cannot be guessed, so a right one is never made to
// wait: look it up first, and ask `admit` only about a wrong one, with the token's digest as the account. A site behind
// one address keeps working then, however wrong its neighbours are. The same wrong token again is no guess and counts
// once: that is an agent whose token was rotated.
//
// At login, a known device (a cookie from an earlier login, or an address that logged in to this account before) has a
// budget of its own, apart from the address and the account: whoever only knows somebody's mail address cannot keep the
// owner out. Nowhere else: whoever has the password must not gain guesses at the second factor by it.
//
// Kept in memory and bounded: a flood of addresses pushes out the least suspicious first, and costs the same for each.
// A restart forgets, which costs an attacker more than it gives. Any thread may enter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

#include "core/base/bounded_table.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/keyed_digest.h"

namespace connlog {

enum class Attempt : std::uint8_t {
  login,
  reset,    // asking for a link
  sign_up,  // open registration
  invitation,
  second_factor,
  api_key,
  agent_token,
  enrolment,
  provider_login,
  mail_test,
  webhook_test,
  letter,    // a mail to an address that somebody else named; counted by that mailbox
  dead_key,  // a refusal of a dead API key that is written down; counted by the key
};
inline constexpr std::size_t kAttemptKinds = 13;
std::string_view to_text(Attempt kind);

struct AttemptPolicy {
  int free_by_address = 0;
  int free_by_account = 0;
  seconds first_wait{1};
  seconds wait_by_address_max{0};
  seconds wait_by_account_max{0};
  enum class Counts { guesses, acts, wrong_tokens } counts = Counts::guesses;
};
const AttemptPolicy& policy_of(Attempt kind);

struct AttemptBy {
  std::string_view address;       // the client's, as ctx.origin() has it; letter, dead_key: what they are counted by
  std::string_view account = {};  // empty: by address alone
  std::string_view device = {};  // of a device cookie that was verified for this account (core/identity/known_device.h)
};

class AttemptLimiter {
 public:
  static constexpr std::size_t kEntriesMax = 8'192;  // of addresses; as many of accounts and of known devices
  static constexpr int kFreeByDevice = 10;
  static constexpr seconds kWaitByDeviceMax{900};
  static constexpr seconds kForgetAfter{3'600};
  static constexpr seconds kRememberAddresses{30 * 86'400};

  AttemptLimiter(const Clock& clock, Random& random);

  // Counts an attempt, or says how long to wait (rate_limited, Retry-After).
  Result<void> admit(Attempt kind, const AttemptBy& by);
  void succeeded(Attempt kind, const AttemptBy& by);
  void failed(Attempt kind, const AttemptBy& by) const;

  // Who is told of failures (core/identity/abuse_watch.h). Set before the first attempt; called without a lock held.
  using Watcher = std::function<void(Attempt, const AttemptBy&)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }

  std::size_t entries() const;

 private:
  struct Entry {
    int attempts = 0;
    Monotonic blocked_until;
  };
  static constexpr int kRanks = 16;  // by how often an entry was seen
  using Entries = BoundedTable<ShortDigest, Entry, ShortDigestHash, kRanks>;
  struct Known {};
  using KnownAddresses = BoundedTable<ShortDigest, Known, ShortDigestHash>;
  struct Budget {
    Entries* entries;
    ShortDigest key;
    int free;
    seconds wait_max;
  };
  struct Budgets {
    std::array<Budget, 2> list;
    std::size_t count = 0;
  };

  Budgets budgets_of(Attempt kind, const AttemptBy& by, Monotonic now);
  ShortDigest pair_key(std::uint8_t what, const AttemptBy& by) const;  // address and account together
  bool is_repeated(Attempt kind, const AttemptBy& by, Monotonic now);

  const Clock& clock_;
  const KeyedDigest digest_;
  Watcher watcher_;
  mutable std::mutex mutex_;  // guards the tables
  Entries by_address_, by_account_, by_device_;
  KnownAddresses known_addresses_;
};

}  // namespace connlog
