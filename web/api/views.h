// How the product's objects look in JSON: one function each, and each names every member that leaves the server, so
// that a new column is never sent by accident (threats 9, 21). Secrets have no view. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/access/workspace_service.h"
#include "core/watch/agent.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/people/user.h"
#include "core/watch/agent_directory.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"

namespace connlog::web {

nlohmann::json time_view(Instant at);                // ISO-8601, or null for "never"
nlohmann::json id_view(const Uuid& id);              // text, or null for nil
nlohmann::json hundredths_view(std::int64_t value);  // 450 → 4.5; Reading::kNone → null

nlohmann::json view(const User&);
nlohmann::json view(const LiveAgent&);
nlohmann::json view(const MachineEvent&);
nlohmann::json view(const Rule&);
nlohmann::json view(const Incident&);
nlohmann::json view(const IncidentEvent&);
nlohmann::json view(const Recipient&);
nlohmann::json view(const Notification&);
nlohmann::json view(const MailSettings&);
nlohmann::json latest_view(const LiveAgent&);  // the newest reading, or null

}  // namespace connlog::web
