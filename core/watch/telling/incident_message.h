// What is told of incidents, as announcements: of one (its opening, its end, that it is still open), and of many at once.
// Facts and words only; who is told and when is for pace.h, how it looks for core/notify. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/notify/announcement.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/telling/telling_store.h"

namespace connlog {

// What is told of an incident beside itself: runbooks and notes (null: gone, or not asked), and what another system said
// with its event, as the timeline has it (empty: it opened by a rule, or nothing was said).
struct IncidentSource {
  const Rule* rule = nullptr;
  const Subject* subject = nullptr;
  std::string_view said = {};
};
// `now`: of a reminder, which says how long it has been open.
Announcement announcement_of(const Incident& incident, Announcement::Kind kind, const IncidentSource& source = {},
                             Instant now = {});
Announcement::Kind kind_of(ToldWhat what);

struct GroupItem {
  Incident incident;
  ToldWhat what = ToldWhat::opened;
};
// What a group or a digest tells of. It names at most kIncidentsNamedMost, the most severe first, and lists all.
struct GroupFacts {
  std::vector<GroupItem> items;
  std::int64_t ended_untold = 0;  // opened and ended while they waited
  IncidentSource source = {};     // where all have the same rule
  bool was_quiet = false;         // of a digest: its reader's quiet hours held it, not the hour of a daily one
};
Announcement group_announcement(Announcement::Kind kind, const GroupFacts& group);

}  // namespace connlog
