// How values of every room look in JSON. The objects of a room look as its own views say (web/api/<room>/views.h): one
// function each, and each names every member that leaves the server, so that a new column never leaks by itself
// (threats 9, 21). Secrets have no view. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/recovery_mode.h"
#include "core/base/storage_health.h"

namespace connlog::web {

nlohmann::json time_view(Instant at);    // ISO-8601, or null for "never"
nlohmann::json id_view(const Uuid& id);  // text, or null for nil
// Since when nothing can be stored, and why; null while everything can.
nlohmann::json storage_view(const StorageHealth& storage);
// {"since", "backup_at"}; null: the appliance is not in recovery.
nlohmann::json recovery_view(const RecoveryMode* recovery);

}  // namespace connlog::web
