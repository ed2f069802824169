// How rules, incidents and measured values look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"

namespace connlog::web {

nlohmann::json hundredths_view(std::int64_t value);  // 450 → 4.5; Reading::kNone → null

nlohmann::json view(const Rule&);
nlohmann::json view(const Incident&);
nlohmann::json view(const IncidentEvent&);

}  // namespace connlog::web
