// Deletes what is kept long enough: readings, incidents, messages, the record of states, letters, removed things, answers
// of targets that turned down, maintenances and mutes that are over. (The trails
// go by the anchor: cli/trail_parts.) How long that is, the plan says (core/people/retention_plan.h). Deletes in small
// transactions, so that the writer stays free for others; a stop in the middle leaves whole transactions behind.
//
// While the clock is implausible nothing is deleted by its date. If the disk is nearly full then, the oldest readings go
// by count.
//
// run() belongs to one thread, the maintenance; any thread may ask the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/notify/announcement.h"
#include "core/monitors/monitor.h"
#include "core/notify/letter_store.h"
#include "core/people/removed.h"
#include "core/people/retention_plan.h"
#include "core/watch/incident.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/reading.h"
#include "core/watch/subject.h"

namespace connlog {

// Of the file system on which the data are.
struct DiskRoom {
  std::int64_t free = 0, all = 0;  // bytes
};
// Less than 200 MiB, if that is also less than a tenth of it.
bool is_nearly_full(const DiskRoom& room);

class Retention {
 public:
  struct Parts {
    Stores& stores;
    ReadingStore& readings;
    SubjectStore& subjects;
    IncidentStore& incidents;
    AnnouncementStore& announcements;
    LetterStore& letters;
    RemovedStore& removed;
    MonitorStore& monitors;
    QuietStore& quiets;
    RetentionPlan& plan;
    const Clock& clock;
    std::function<bool()> clock_is_plausible = {};           // empty: it always is
    std::function<std::optional<DiskRoom>()> disk_room = {};  // empty, or nothing: not known
  };
  explicit Retention(Parts parts);

  void run();
  bool may_delete_by_date() const;

 private:
  using Some = std::function<Result<std::int64_t>(Transaction&)>;
  void delete_in_slices(const char* failed, std::int64_t slice, const Some& some);
  void delete_by_date();
  void delete_by_count();

  const Parts parts_;
};

}  // namespace connlog
