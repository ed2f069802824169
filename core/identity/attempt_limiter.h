// Limits how often something may be tried: guesses (at passwords, codes, tokens) and acts that cost others something
// (mails). Each kind is counted by address and by account. The unit of an address is an IPv4 address or an IPv6 /64,
// because one IPv6 host owns a whole /64. The account is what the attempt is about: a mail address, a user or a token's
// digest. Each count has some free attempts; after them come waits that double.
//
//   TRY(limiter.admit(Attempt::login, by));   before the work: counts the attempt, so that parallel ones gain nothing
//   …
//   limiter.succeeded(Attempt::login, by);    uncounts a guess that was right (an act stays counted)
//   limiter.failed(Attempt::login, by);       tells the watcher (core/identity/abuse_watch.h)
//
// Tokens of full entropy (API keys, agents' tokens, enrolment keys) cannot be guessed, so a right one never waits. Look
// the token up first, and call `admit` only for a wrong one, with the token's digest as the account. Then one host with
// a wrong token does not stop the others behind the same address. Of API keys, agents' tokens and ping addresses, the same wrong one
// shown again counts once: it is no new guess but, for example, an agent whose token was rotated.
//
// At login, a known device has its own count and is not affected by those of the address and the account. Known are a
// browser with a cookie from an earlier login and an address that logged in to this account before. So a stranger who
// knows only the mail address cannot keep the owner out. This holds for logins alone: someone who has
// the password must not gain guesses at the second factor from a known device.
//
// The tables are in memory and bounded: in a flood of addresses the least suspicious entries are dropped first, at the
// same cost for each. A restart forgets the counts; causing one costs an attacker more than it gives. Any thread may
// enter.
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
#include "core/base/words.h"
#include "core/crypto/keyed_digest.h"

namespace connlog {

enum class Attempt : std::uint8_t {
  login,
  reset,    // asking for a link to choose a new password
  sign_up,  // asking to register
  invitation,
  second_factor,
  api_key,
  agent_token,
  enrolment,
  provider_login,
  mail_test,
  webhook_test,
  letter,    // a mail to an address that somebody else gave; counted by that mailbox
  dead_key,  // recording the refusal of a dead API key; counted by the key
  ping_address,  // a ping to an address that nobody has, and a key of the checks' API that nobody has
  ack_link,      // the link of a mail with which an incident is acknowledged, that does not work (any more)
  event_key,     // an event with a key that no event source has
};
template <>
inline constexpr auto kWords<Attempt> = words_for<Attempt>({
    {Attempt::login, "login"},
    {Attempt::reset, "reset"},
    {Attempt::sign_up, "sign_up"},
    {Attempt::invitation, "invitation"},
    {Attempt::second_factor, "second_factor"},
    {Attempt::api_key, "api_key"},
    {Attempt::agent_token, "agent_token"},
    {Attempt::enrolment, "enrolment"},
    {Attempt::provider_login, "provider_login"},
    {Attempt::mail_test, "mail_test"},
    {Attempt::webhook_test, "webhook_test"},
    {Attempt::letter, "letter"},
    {Attempt::dead_key, "dead_key"},
    {Attempt::ping_address, "ping_address"},
    {Attempt::ack_link, "ack_link"},
    {Attempt::event_key, "event_key"},
});
inline constexpr std::size_t kAttemptKinds = values_of<Attempt>().size();

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
  std::string_view address;       // the client's (ctx.origin()); for letter and dead_key the mailbox or the key
  std::string_view account = {};  // empty: counted by address alone
  std::string_view device = {};   // from a device cookie verified for this account (core/identity/known_device.h)
};

class AttemptLimiter {
 public:
  static constexpr std::size_t kEntriesMax = 8'192;  // per table: addresses, accounts, known devices, known addresses
  static constexpr int kFreeByDevice = 10;
  static constexpr seconds kWaitByDeviceMax{900};
  static constexpr seconds kForgetAfter{3'600};
  static constexpr seconds kRememberAddresses{30 * 86'400};

  AttemptLimiter(const Clock& clock, Random& random);

  // Counts an attempt, or refuses with `rate_limited` and the seconds to wait (Retry-After).
  Result<void> admit(Attempt kind, const AttemptBy& by);
  // How often somebody may have the appliance write to an address of their choice: an invitation, a recipient's
  // confirmation, a new address of their own. Each can be taken back and asked again, so what counts is whose mailbox it
  // is. Called after the act, inside its transaction, which must fail when this does: then nothing was written to anybody.
  Result<void> admit_letter(const std::string& mail);
  void succeeded(Attempt kind, const AttemptBy& by);
  void failed(Attempt kind, const AttemptBy& by) const;

  // Is told of each failure (core/identity/abuse_watch.h). Set before the first attempt; called without a lock held.
  using Watcher = std::function<void(Attempt, const AttemptBy&)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }

  std::size_t entries() const;

 private:
  struct Entry {
    int attempts = 0;
    Monotonic blocked_until;
  };
  static constexpr int kRanks = 16;  // by how many attempts an entry has counted
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
