// How rules, incidents and measured values look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/watch/incident.h"
#include "core/watch/metric.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"

namespace connlog::web {

nlohmann::json hundredths_view(std::int64_t value);  // 450 → 4.5
// A value of the metric, in its unit; null where there is none.
nlohmann::json value_view(const MetricRow&, std::optional<std::int64_t> value);
// [{metric, part, value}]: what was measured and what follows from it. An empty part is the subject itself.
nlohmann::json values_view(const Values&);

nlohmann::json view(const MetricRow&);
nlohmann::json view(const Rule&);
nlohmann::json view(const Incident&);
nlohmann::json view(const IncidentEvent&);

}  // namespace connlog::web
