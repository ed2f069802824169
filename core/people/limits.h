// The appliance's limits: how many, how often, for how long, and who may. One table with name, default, range, unit and
// help. The administrator changes limits in the interface; the code that enforces a limit asks `value`. Limits are
// stored in the database and read from memory, so asking costs nothing. A limit that is not set has its default (for
// some, connlog.toml's value). Changing them is core/access/limit_changes. Any thread may ask.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/transaction.h"

namespace connlog {

// Stored by name (LimitFact::name); the order is that of the screen.
enum class Limit {
  open_registration,       // 0/1: people without an invitation may register
  create_workspaces,       // 0: administrators and owners, 1: everybody with an account
  workspaces_per_person,   // owned by one person
  members_per_workspace,   // open invitations count
  agents_per_workspace,    // removed ones do not count
  agent_interval_seconds,  // the shortest that an agent may be given
  monitors_per_workspace,  // removed ones do not count
  check_interval_seconds,  // the shortest that a monitor may be given
  recipients_per_workspace,
  api_keys_per_workspace,
  api_keys_per_person,
  enrolment_keys_per_workspace,
  session_idle_minutes,
  session_absolute_hours,
  fresh_minutes,  // how long a proved factor counts for high-risk acts
  invitation_days,
  workspace_deletion_days,  // between the request and the deletion
  review_interval_days,     // access reviews; 0: no reminders
  reading_days,             // how long readings are kept
  audit_days,               // how long workspaces' audit logs are kept; 0: for ever
  security_event_days,      // likewise, security events
  appliance_trail_days,     // likewise, the appliance's trail
  incident_days,         // how long ended incidents, what was told of them, and the record of states are kept
  letter_days,           // how long sent and failed letters are kept
  removed_days,          // how long what was removed can be put back
};
inline constexpr std::size_t kLimits = static_cast<std::size_t>(Limit::removed_days) + 1;

struct LimitFact {
  Limit limit;
  std::string_view name;  // in the API and in the database: never renamed
  std::int64_t default_value, lowest, highest;
  std::string_view unit;  // "", "minutes", "hours", "days", "seconds", "flag"
  std::string_view help;  // one sentence, for people
};
std::span<const LimitFact, kLimits> limit_facts();
const LimitFact* find_limit(std::string_view name);  // nullptr: no limit has that name

// Checks that the value is in the limit's range, and that no trail is kept for too short a time. Errors name the limit.
// Pure.
Result<void> check_limit(Limit limit, std::int64_t value);

struct StoredLimit {
  std::string name;
  std::int64_t value = 0;
  Instant changed_at;
  std::string changed_by;
};

class LimitStore {
 public:
  virtual ~LimitStore() = default;
  virtual Result<std::vector<StoredLimit>> all(Snapshot&) const = 0;
  virtual Result<void> put(Transaction&, const StoredLimit&) = 0;
  virtual Result<void> remove(Transaction&, const std::string& name) = 0;
};

class Limits {
 public:
  // `defaults` replace those of the table (connlog.toml sets some of them).
  explicit Limits(const LimitStore& store, const std::map<Limit, std::int64_t>& defaults = {});

  Result<void> load(Snapshot&);  // at start, before anybody asks
  std::int64_t value(Limit limit) const { return values_[index(limit)].load(std::memory_order_relaxed); }
  bool is_on(Limit limit) const { return value(limit) != 0; }
  std::int64_t default_value(Limit limit) const { return defaults_[index(limit)]; }
  Result<std::vector<StoredLimit>> stored(Snapshot& snapshot) const { return store_.all(snapshot); }

  void put(Limit limit, std::int64_t value) { values_[index(limit)] = value; }  // after the commit that stored it

 private:
  static std::size_t index(Limit limit) { return static_cast<std::size_t>(limit); }

  const LimitStore& store_;
  std::array<std::int64_t, kLimits> defaults_{};
  std::array<std::atomic<std::int64_t>, kLimits> values_{};
};

}  // namespace connlog
