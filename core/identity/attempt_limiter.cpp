#include "core/identity/attempt_limiter.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/identity/identity_service.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

// In order: free attempts by address and by account, the first wait, the longest waits by address and by account. The
// longest wait by account is short where a stranger could otherwise keep the owner out of an account on a new device.
using Counts = AttemptPolicy::Counts;
constexpr std::array<AttemptPolicy, kAttemptKinds> kPolicies = {{
    /* login          */ {10, 5, seconds(1), seconds(900), seconds(300)},
    /* reset          */ {10, 3, seconds(60), seconds(3'600), seconds(3'600), Counts::acts},
    /* sign_up        */ {10, 3, seconds(60), seconds(3'600), seconds(3'600), Counts::acts},
    /* invitation     */ {10, 10, seconds(1), seconds(900), seconds(300)},
    /* second_factor  */ {20, 5, seconds(1), seconds(900), seconds(900)},
    /* api_key        */ {20, 0, seconds(1), seconds(900), seconds(0), Counts::wrong_tokens},
    /* agent_token    */ {20, 0, seconds(1), seconds(900), seconds(0), Counts::wrong_tokens},
    /* enrolment      */ {10, 10, seconds(1), seconds(900), seconds(900)},
    /* provider_login */ {20, 10, seconds(1), seconds(900), seconds(300)},
    /* mail_test      */ {20, 10, seconds(5), seconds(300), seconds(300), Counts::acts},
    /* webhook_test   */ {40, 20, seconds(5), seconds(300), seconds(300), Counts::acts},
    /* letter         */ {10, 3, seconds(60), seconds(3'600), seconds(3'600), Counts::acts},
    /* dead_key       */ {10, 3, seconds(60), seconds(3'600), seconds(3'600), Counts::acts},
    /* ping_address   */ {20, 0, seconds(1), seconds(900), seconds(0), Counts::wrong_tokens},
    /* ack_link       */ {20, 5, seconds(1), seconds(900), seconds(900)},
    /* event_key      */ {20, 0, seconds(1), seconds(900), seconds(0), Counts::wrong_tokens},
}};

constexpr std::size_t kAccountBytesMax = 320;  // the longest mail address; the rest of a longer text is ignored

// Separates the digests of different kinds of attempt, and those of addresses, accounts, devices and known addresses.
enum Scope : std::uint8_t { kAddress = 0, kAccount = 32, kDevice = 64, kKnown = 96 };

std::uint8_t tag(Scope scope, Attempt kind) {
  return static_cast<std::uint8_t>(scope + static_cast<std::uint8_t>(kind));
}

int whole_seconds(microseconds wait) {
  return static_cast<int>((wait + seconds(1) - microseconds(1)) / seconds(1));
}

}  // namespace

const AttemptPolicy& policy_of(Attempt kind) {
  return kPolicies[static_cast<std::size_t>(kind)];
}

AttemptLimiter::AttemptLimiter(const Clock& clock, Random& random)
    : clock_(clock),
      digest_(random),
      by_address_(kEntriesMax, kForgetAfter),
      by_account_(kEntriesMax, kForgetAfter),
      by_device_(kEntriesMax, kForgetAfter),
      known_addresses_(kEntriesMax, kRememberAddresses) {}

ShortDigest AttemptLimiter::pair_key(std::uint8_t what, const AttemptBy& by) const {
  std::string both = address_unit(by.address);
  both += '\n';
  both += by.account.substr(0, kAccountBytesMax);
  return digest_.of(what, both);
}

bool AttemptLimiter::is_repeated(Attempt kind, const AttemptBy& by, Monotonic now) {
  const ShortDigest key = pair_key(tag(kAccount, kind), by);
  if (by.account.empty() || by_account_.find(key, now) == nullptr) return false;
  by_account_.use(key, now);
  return true;
}

AttemptLimiter::Budgets AttemptLimiter::budgets_of(Attempt kind, const AttemptBy& by, Monotonic now) {
  const AttemptPolicy& policy = policy_of(kind);
  Budgets budgets;
  const std::string_view account = by.account.substr(0, kAccountBytesMax);
  if (kind == Attempt::login && !account.empty()) {
    std::string device(by.device);
    if (device.empty() && known_addresses_.find(pair_key(kKnown, by), now) != nullptr)
      device = address_unit(by.address);
    if (!device.empty()) {
      device += '\n';
      device += account;
      budgets.list[budgets.count++] = {&by_device_, digest_.of(tag(kDevice, kind), device), kFreeByDevice,
                                       kWaitByDeviceMax};
      return budgets;
    }
  }
  budgets.list[budgets.count++] = {&by_address_, digest_.of(tag(kAddress, kind), address_unit(by.address)),
                                   policy.free_by_address, policy.wait_by_address_max};
  if (!account.empty() && policy.counts != Counts::wrong_tokens) {
    budgets.list[budgets.count++] = {&by_account_, digest_.of(tag(kAccount, kind), account), policy.free_by_account,
                                     policy.wait_by_account_max};
  }
  return budgets;
}

Result<void> AttemptLimiter::admit_letter(const std::string& mail) {
  const std::string mailbox = mail_key(mail);
  return admit(Attempt::letter, {.address = mailbox});
}

Result<void> AttemptLimiter::admit(Attempt kind, const AttemptBy& by) {
  const AttemptPolicy& policy = policy_of(kind);
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (policy.counts == Counts::wrong_tokens && is_repeated(kind, by, now)) return {};
  const Budgets budgets = budgets_of(kind, by, now);
  Monotonic until = now;
  for (std::size_t i = 0; i < budgets.count; ++i) {
    const Budget& budget = budgets.list[i];
    if (const Entry* entry = budget.entries->find(budget.key, now)) until = std::max(until, entry->blocked_until);
  }
  if (until > now) {
    const int wait = whole_seconds(until - now);
    return Error{
        ErrorCode::rate_limited,
        fmt::format("Too many {}attempts. Try again in {} s.", policy.counts == Counts::acts ? "" : "failed ", wait),
        {},
        {},
        wait};
  }
  for (std::size_t i = 0; i < budgets.count; ++i) {
    const Budget& budget = budgets.list[i];
    Entry& entry = budget.entries->use(budget.key, now);
    entry.attempts = std::min(entry.attempts + 1, 1'000'000);
    if (entry.attempts >= budget.free) {
      const int doublings = std::min(entry.attempts - budget.free, 20);
      entry.blocked_until = now + std::min(policy.first_wait * (std::int64_t{1} << doublings), budget.wait_max);
    }
    budget.entries->set_rank(budget.key, entry.attempts - 1);
  }
  if (policy.counts == Counts::wrong_tokens) by_account_.use(pair_key(tag(kAccount, kind), by), now);
  return {};
}

void AttemptLimiter::succeeded(Attempt kind, const AttemptBy& by) {
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (policy_of(kind).counts != Counts::guesses) return;
  const Budgets budgets = budgets_of(kind, by, now);
  for (std::size_t i = 0; i < budgets.count; ++i) {
    const Budget& budget = budgets.list[i];
    Entry* entry = budget.entries->find(budget.key, now);
    if (entry == nullptr) continue;
    // For the address only this attempt is uncounted: one good login must not clear an address that guesses at other
    // accounts too.
    if (budget.entries != &by_address_ || --entry->attempts <= 0) {
      budget.entries->erase(budget.key);
    } else {
      entry->blocked_until = Monotonic{};
    }
  }
  if (kind == Attempt::login && !by.account.empty()) known_addresses_.use(pair_key(kKnown, by), now);
}

void AttemptLimiter::failed(Attempt kind, const AttemptBy& by) const {
  if (watcher_) watcher_(kind, by);
}

std::size_t AttemptLimiter::entries() const {
  const std::lock_guard lock(mutex_);
  return by_address_.size() + by_account_.size() + by_device_.size() + known_addresses_.size();
}

}  // namespace connlog
