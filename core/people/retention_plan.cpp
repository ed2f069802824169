#include "core/people/retention_plan.h"

#include <algorithm>
#include <utility>

namespace connlog {
namespace {

constexpr Limit kRetention[] = {Limit::reading_days,        Limit::incident_days,        Limit::letter_days,
                                Limit::audit_days,          Limit::security_event_days, Limit::appliance_trail_days,
                                Limit::removed_days};

std::string name_of(Limit limit) {
  return std::string(limit_facts()[static_cast<std::size_t>(limit)].name);
}

}  // namespace

std::span<const Limit> retention_limits() {
  return kRetention;
}

bool is_retention(Limit limit) {
  return std::ranges::find(kRetention, limit) != std::end(kRetention);
}

Result<void> RetentionPlan::load(Snapshot& snapshot) {
  const auto stored = TRY(store_.all(snapshot));
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  for (const RetentionChange& change : stored) {
    const LimitFact* fact = find_limit(change.name);
    if (fact != nullptr && is_retention(fact->limit)) waiting_.emplace(fact->limit, change);
  }
  return {};
}

// Until the moment has certainly come: a clock that is ahead shortens no grace.
bool RetentionPlan::is_due(const RetentionChange& change) const {
  return clock_.proven() >= change.due_at;
}

std::optional<RetentionChange> RetentionPlan::waiting(Limit limit) const {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(limit);
  if (found == waiting_.end() || is_due(found->second)) return std::nullopt;
  return found->second;
}

std::int64_t RetentionPlan::days(Limit limit) const {
  const std::int64_t set = limits_.value(limit);
  const auto change = waiting(limit);
  return change && keeps_less(set, change->before) ? change->before : set;
}

Instant RetentionPlan::cutoff(Limit limit) const {
  const std::int64_t kept = days(limit);
  return kept == 0 ? Instant{} : clock_.proven() - std::chrono::days(kept);
}

Result<void> RetentionPlan::change(Transaction& tx, Limit limit, std::int64_t wanted, const std::string& by) {
  const std::int64_t in_force = days(limit);
  if (!keeps_less(wanted, in_force)) {
    TRY(store_.remove(tx, name_of(limit)));
    tx.after_commit([this, limit] {
      const std::lock_guard lock(mutex_);
      waiting_.erase(limit);
    });
    return {};
  }
  RetentionChange change{name_of(limit), in_force, clock_.believed() + kRetentionGrace, by};
  // What waits already and is not made shorter still waits no longer for it.
  const auto known = waiting(limit);
  if (known && !keeps_less(wanted, limits_.value(limit))) change.due_at = known->due_at;
  TRY(store_.put(tx, change));
  tx.after_commit([this, limit, change] {
    const std::lock_guard lock(mutex_);
    waiting_.insert_or_assign(limit, change);
  });
  return {};
}

Result<void> RetentionPlan::settle(Transaction& tx) {
  std::vector<Limit> over;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [limit, change] : waiting_) {
      if (is_due(change)) over.push_back(limit);
    }
  }
  for (const Limit limit : over) TRY(store_.remove(tx, name_of(limit)));
  if (over.empty()) return {};
  tx.after_commit([this, over] {
    const std::lock_guard lock(mutex_);
    for (const Limit limit : over) waiting_.erase(limit);
  });
  return {};
}

}  // namespace connlog
