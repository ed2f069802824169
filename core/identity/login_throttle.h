// Slows guessing down: by address (an IPv6 host owns a whole /64, so that is the unit) and by account, each with a few
// free attempts and then waits that double. An attempt is counted before the password is looked at, so that parallel
// ones gain nothing; a success takes it back. Kept in memory, bounded: a flood of addresses pushes out the least
// suspicious entries first, never the accounts. A restart forgets, which costs an attacker more than it gives.
// Any thread may enter.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

// "2001:db8:1:2:3::4" → "2001:db8:1:2::/64"; "::ffff:192.0.2.7" → "192.0.2.7"; others unchanged.
std::string address_unit(std::string_view address);

class LoginThrottle {
 public:
  static constexpr std::size_t kEntriesMax = 4096;  // of each kind
  static constexpr int kFreeByAddress = 10;
  static constexpr seconds kWaitByAddressMax{900};
  // An account's wait stays short: its owner must not be locked out by a stranger who knows the mail address.
  static constexpr int kFreeByAccount = 5;
  static constexpr seconds kWaitByAccountMax{60};
  static constexpr seconds kForgetAfter{3600};

  explicit LoginThrottle(const Clock& clock) : clock_(clock) {}

  // Counts an attempt, or says how long to wait (rate_limited, Retry-After). `account` may be empty.
  Result<void> attempt(std::string_view address, std::string_view account);
  void succeeded(std::string_view address, std::string_view account);
  std::size_t entries() const;

 private:
  struct Entry {
    int failures = 0;
    Monotonic last;
    Monotonic blocked_until;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  static void make_room(Entries& entries, Monotonic now);
  static void count(Entries& entries, const std::string& key, int free, seconds wait_max, Monotonic now);

  const Clock& clock_;
  mutable std::mutex mutex_;  // guards both
  Entries by_address_;
  Entries by_account_;
};

}  // namespace connlog
