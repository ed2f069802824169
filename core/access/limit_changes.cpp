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
    if (wanted != before) TRY(audit_.append(tx, actor, "limit.changed", name, fmt::format("{} → {}", before, wanted)));
    tx.after_commit([limits = &limits_, limit = change.limit, wanted] { limits->put(limit, wanted); });
  }
  return {};
}

}  // namespace connlog
