#include "core/access/limit_changes.h"

#include <fmt/format.h>

namespace connlog {

Result<void> LimitChanges::change(Transaction& tx, const Actor& actor, const std::vector<LimitChange>& changes) {
  for (const LimitChange& change : changes) {
    const std::int64_t wanted = change.back_to_default ? limits_.default_value(change.limit) : change.value;
    if (!change.back_to_default) TRY(check_limit(change.limit, wanted));
    const std::int64_t before = limits_.value(change.limit);
    const std::string name(limit_facts()[static_cast<std::size_t>(change.limit)].name);
    if (change.back_to_default) {
      TRY(store_.remove(tx, name));
    } else {
      TRY(store_.put(tx, StoredLimit{name, wanted, clock_.believed(), actor.name}));
    }
    if (is_retention(change.limit)) TRY(plan_.change(tx, change.limit, wanted, actor.name));
    if (wanted != before) TRY(audit_.append(tx, actor, "limit.changed", name, fmt::format("{} → {}", before, wanted)));
    tx.after_commit([limits = &limits_, limit = change.limit, wanted] { limits->put(limit, wanted); });
  }
  return {};
}

Result<void> LimitChanges::undo(Transaction& tx, const Actor& actor, Limit limit) {
  const auto waiting = plan_.waiting(limit);
  if (!waiting) {
    return Error{ErrorCode::not_found,
                 "No shorter time waits here (any more). What was deleted meanwhile does not come back; set a longer time "
                 "to keep what comes."};
  }
  const bool is_default = waiting->before == limits_.default_value(limit);
  return change(tx, actor, {LimitChange{limit, is_default, waiting->before}});
}

}  // namespace connlog
