// What people do with rules. Every method runs inside the caller's transaction, writes the audit log, queues
// notifications in the same transaction, and publishes events after the commit. The role was checked at the route; the
// workspace and the objects are checked here. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/notify/announcement.h"
#include "core/people/actor.h"
#include "core/people/removed.h"
#include "core/people/team.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"
#include "core/watch/watch.h"

namespace connlog {

struct RulePreview {
  std::int64_t targeted_subjects = 0;  // subjects the rule is about
  std::int64_t matching_now = 0;       // of these, for how many the condition holds at this moment
  // Incidents that it would have opened: from readings (metric), the record of states (state) or incidents (silence).
  std::int64_t incidents_30_days = 0;
  bool complete = true;  // false: too much to read, `incidents_30_days` counts only part of the subjects
};

class RuleService final : public PutsBack {
 public:
  struct Parts {
    SubjectStore& subjects;
    ReadingStore& readings;
    RuleStore& rules;
    IncidentStore& incidents;
    RecipientStore& recipients;
    AuditLog& audit;
    SubjectDirectory& directory;
    Watch& watch;
    AnnouncementQueue& announcements;
    Clock& clock;
    Random& random;
    EventBus& bus;
    TeamStore& teams;
    RemovedStore* removed = nullptr;  // null: a removed rule is gone for good
  };
  explicit RuleService(const Parts& parts) : parts_(parts) {}

  Result<Rule> add(Transaction&, const Actor&, Rule);  // id, workspace and times are set here
  // `expected_version` 0: unconditional. Another version: conflict.
  Result<Rule> change(Transaction&, const Actor&, RuleId, Rule, std::int64_t expected_version);
  Result<void> remove(Transaction&, const Actor&, RuleId);  // open incidents of it are resolved
  // A removed rule, with those of its recipients that still stand.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;
  // Queues a test notification to everybody whom the rule would tell; returns how many.
  Result<std::int64_t> send_test(Transaction&, const Actor&, RuleId);
  // A drill (rule_drill.cpp): opens an incident that is marked as one, of the first subject that the rule is about and the actor
  // sees. It walks the whole pipeline, and ends by a click, or by itself after kDrillLasts.
  Result<Incident> drill(Transaction&, const Actor&, RuleId);
  Result<Incident> end_drill(Transaction&, const Actor&, IncidentId);
  // Ends the drills whose time is up; returns how many. Once a round of the scheduler, on its thread.
  Result<int> end_drills(Stores&);
  // Counts only subjects that the actor sees, and their incidents.
  Result<RulePreview> preview(Snapshot&, const Actor&, const Rule&) const;

 private:
  // `before`: the rule as it is; null: a new one.
  Result<Rule> checked(Snapshot&, const Actor&, Rule, const Rule* before = nullptr) const;
  Result<void> check_target(Snapshot&, const Actor&, Rule&, const Rule* before) const;
  Result<Rule> find(Snapshot&, const Actor&, RuleId) const;  // in the actor's sight
  // Operators edit rules by the grant of a team, and only rules about one subject of such a team.
  Result<void> check_may_edit(Snapshot&, const Actor&, const Rule&) const;
  Result<void> check_room(Snapshot&, WorkspaceId) const;           // for one more rule
  Result<std::string> sentence_of(Snapshot&, const Rule&) const;  // with the name of its target
  Result<void> count_silence(Snapshot&, const std::vector<LiveSubject>& targeted, Instant from, RulePreview&) const;
  Result<void> count_past(Snapshot&, const Rule&, const std::vector<LiveSubject>& targeted, Instant from,
                          RulePreview&) const;
  void take(Transaction&, const Rule&);  // into memory; what fits it already is judged soon
  void publish(Transaction&, const Rule&);

  std::optional<LiveSubject> subject_for_drill(const Actor&, const Rule&) const;

  Parts parts_;
  std::atomic<bool> may_have_drills_{true};  // a start may find some
};

// How many incidents a metric rule would have opened over these readings of one subject, oldest first. Pure: the engine
// itself, run over the past. `silence_window` 0: the subject need not report.
std::int64_t incidents_over(const Rule& rule, const std::vector<Reading>& readings, microseconds silence_window,
                            PartNumber part = 0);

// The same of a state rule over the record of one subject's states, oldest first, the last one before `from` included:
// incidents that opened from `from` to `to`. Pure.
std::int64_t incidents_over(const Rule& rule, const std::vector<StateChange>& changes, Instant from, Instant to);

}  // namespace connlog
