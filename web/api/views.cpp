#include "web/api/views.h"

#include <nlohmann/json.hpp>

namespace connlog::web {

using nlohmann::json;

json time_view(Instant at) {
  return at.is_set() ? json(to_iso8601(at)) : json(nullptr);
}

json id_view(const Uuid& id) {
  return id.is_nil() ? json(nullptr) : json(to_text(id));
}

json storage_view(const StorageHealth& storage) {
  const auto outage = storage.outage();
  if (!outage) return nullptr;
  return {{"since", time_view(outage->since)}, {"cause", outage->cause}};
}

json recovery_view(const RecoveryMode* recovery) {
  if (!in_recovery(recovery)) return nullptr;
  return {{"since", time_view(recovery->since())}, {"backup_at", time_view(recovery->backup_at())}};
}

}  // namespace connlog::web
