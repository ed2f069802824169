// How subjects, rules, incidents and measured values look in JSON (web/api/views.h says what views promise). Pure; any
// thread.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/metric.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/series.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_kind.h"

namespace connlog::web {

// The days of working hours, in the order of their bits.
inline constexpr std::array<std::string_view, 7> kDayWords{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

nlohmann::json hundredths_view(std::int64_t value);  // 450 → 4.5
// A value of the metric, in its unit; null where there is none.
nlohmann::json value_view(const MetricRow&, std::optional<std::int64_t> value);
// [{metric, part, value}]: what was measured and what follows from it. An empty part is the subject itself.
nlohmann::json values_view(const Values&);
// The newest reading: when, its values, and each value without a part also under its metric's word. Null: none yet.
nlohmann::json latest_view(const LiveSubject&);

// Every member of a subject. `group` is null: who answers about a group puts its part there (group_part.h).
nlohmann::json subject_view(const LiveSubject&);
nlohmann::json group_view(const Group&, const MemberCounts&);  // without its members' ids
nlohmann::json view(const StateChange&);
nlohmann::json view(const SubjectKindRow&);

nlohmann::json view(const MetricRow&);
nlohmann::json view(const Series&);
nlohmann::json view(const Rule&);
nlohmann::json view(const Incident&);
nlohmann::json view(const IncidentEvent&);

}  // namespace connlog::web
