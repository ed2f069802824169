// How quiet looks in JSON: a maintenance, mute or snooze; its windows; what is quiet now. Any worker.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

#include "core/watch/quiet/quiet_service.h"
#include "web/api/request_context.h"
#include "web/api/watch/services.h"

namespace connlog::web {

nlohmann::json view(const QuietMatcher&);
nlohmann::json view(const QuietWindow&);
// What is stored of it, for lists and the export. `sight`: the reader's; lines about what they do not see are left out.
nlohmann::json quiet_view(const Quiet&, const SubjectDirectory&, const Sight* sight = nullptr);
// The same with how many of the reader's subjects it covers, the window that runs, and the next one.
std::vector<nlohmann::json> quiet_views(const Context&, const std::vector<Quiet>&, std::span<const Rule>);
nlohmann::json view(const TellingSettings&);

// {quiet, subjects, by, held_for_parents}: of the subjects that the reader sees, how many are under a maintenance or a
// mute, and by whom; and how many of their incidents are held for what they depend on. Null: nothing is. Snoozes of
// single incidents are not counted.
Result<nlohmann::json> quiet_now_view(Snapshot&, const Context&, std::span<const Rule>);

// Whether a maintenance of the subject runs, for the mark beside its state.
bool is_maintained(const watch::Services&, const Subject&);
// Its maintenances of a stretch, for marks in charts: [{from, to}].
Result<nlohmann::json> maintenances_view(Snapshot&, const watch::Services&, const Subject&, Instant from, Instant to);

}  // namespace connlog::web
