// An incident: a rule's condition holds for a subject, or for a part of it, from opening to resolution, with its timeline.
// Also RuleState: what the engine remembers of one rule, subject and part between observations. It is stored, so that a restart changes
// nothing. Plain data and the interfaces of the stores.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/watch/rule.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

struct RuleState {
  enum class Phase { ok, pending, open };

  RuleId rule;
  SubjectId subject;
  PartNumber part = 0;  // 0: the subject itself
  WorkspaceId workspace;
  Phase phase = Phase::ok;
  Instant since;             // when this phase began
  Instant deadline;          // phase pending: an incident opens if the condition still holds then or later
  Instant cooldown_until;    // no new incident before it
  IncidentId incident = {};  // phase open
};

template <>
inline constexpr auto kWords<RuleState::Phase> = words_for<RuleState::Phase>({
    {RuleState::Phase::ok, "ok"},
    {RuleState::Phase::pending, "pending"},
    {RuleState::Phase::open, "open"},
});

// Why an incident ended. Webhooks send the words, too.
enum class Resolution {
  recovered,
  rule_deleted,
  rule_disabled,
  rule_changed,  // the rule is about something else now
  subject_removed,
  subject_disabled,
  subject_changed,  // the rule is not about the subject any more, or what it looks at is not measured
  subject_paused,
  part_gone,  // the part is no longer there
  said_resolved,  // an event: its sender said so
  stale,          // an event: its sender said nothing for its source's time; not known to be resolved
  drill_ended,
};
template <>
inline constexpr auto kWords<Resolution> = words_for<Resolution>({
    {Resolution::recovered, "recovered"},
    {Resolution::rule_deleted, "rule_deleted"},
    {Resolution::rule_disabled, "rule_disabled"},
    {Resolution::rule_changed, "rule_changed"},
    {Resolution::subject_removed, "subject_removed"},
    {Resolution::subject_disabled, "subject_disabled"},
    {Resolution::subject_changed, "subject_changed"},
    {Resolution::subject_paused, "subject_paused"},
    {Resolution::part_gone, "part_gone"},
    {Resolution::said_resolved, "said_resolved"},
    {Resolution::stale, "stale"},
    {Resolution::drill_ended, "drill_ended"},
});
inline constexpr auto kResolutions = values_of<Resolution>();

// A drill's part, which no subject has; and for how long a drill is open at most.
inline constexpr PartNumber kDrillPart = 4'000'000'000;
inline constexpr seconds kDrillLasts{600};

struct Incident {
  IncidentId id;
  WorkspaceId workspace;
  RuleId rule;  // may no longer exist
  SubjectId subject;
  SubjectKind subject_kind = SubjectKind::agent;
  std::string subject_name;  // as it was when it opened
  PartNumber part = 0;       // 0: the subject itself
  std::string part_text;     // as it was when it opened
  std::string rule_sentence;  // as it was when it opened
  RuleKind kind = RuleKind::silence;
  Severity severity = Severity::critical;
  std::string summary;  // "db-1 has been silent for 40 s"; "Disk used on db-1 is 93.2 %, above 90 %"
  Instant opened_at;
  Instant acknowledged_at;
  std::string acknowledged_by;
  Instant acknowledged_until;  // not set while acknowledged: without an end (warnings and less only)
  bool is_drill = false;       // opened by people to try the way of its messages
  Instant resolved_at;
  std::string resolution;  // the word of a Resolution; another version may have stored one that is not known here
  std::int64_t version = 1;
};

// Of a comment, also of one with an acknowledgement. The schemas of the API name the same number; a test compares them.
inline constexpr std::size_t kCommentCharactersMax = 2'000;

struct IncidentEvent {  // the timeline
  IncidentEventId id;
  IncidentId incident;
  WorkspaceId workspace;
  Instant at;
  std::string kind;  // "opened", "notified", "notify_failed", "acknowledged", "unacknowledged", "commented", "resolved"
  std::string actor_name;
  std::string text;
};

class IncidentStore {
 public:
  virtual ~IncidentStore() = default;

  struct Filter {
    enum class State { any, open, resolved } state = State::any;
    std::optional<SubjectId> subject;
    std::optional<RuleId> rule;
    std::optional<IncidentId> after;  // cursor: older than this one
    Instant opened_since;
    UserId seen_by = {};  // set: only about subjects of this user's teams
    int limit = 50;       // 1–200
  };

  virtual Result<std::optional<Incident>> find(Snapshot&, WorkspaceId, IncidentId) const = 0;
  virtual Result<std::vector<Incident>> list(Snapshot&, WorkspaceId, const Filter&) const = 0;  // newest first
  virtual Result<std::optional<IncidentId>> open_of(Snapshot&, WorkspaceId, RuleId, SubjectId,
                                                    PartNumber) const = 0;
  virtual Result<std::vector<Incident>> open_drills(Snapshot&) const = 0;  // of all workspaces
  // A unique index allows one open incident per rule, subject and part; a second one is a conflict.
  virtual Result<void> insert(Transaction&, const Incident&) = 0;
  virtual Result<void> update(Transaction&, const Incident&) = 0;
  virtual Result<void> add_event(Transaction&, const IncidentEvent&) = 0;
  // In the order in which they were written.
  virtual Result<std::vector<IncidentEvent>> events(Snapshot&, WorkspaceId, IncidentId) const = 0;

  virtual Result<std::vector<RuleState>> all_states(Snapshot&) const = 0;  // start-up only
  // Of one subject, every rule and part: what is not here is ok and not cooling down.
  virtual Result<std::vector<RuleState>> states_of(Snapshot&, WorkspaceId, SubjectId) const = 0;
  virtual Result<std::vector<RuleState>> states_of_rule(Snapshot&, WorkspaceId, RuleId) const = 0;
  // Insert or update; one that is ok and not cooling down at `now` (engine time) is deleted.
  virtual Result<void> put_state(Transaction&, const RuleState&, Instant now) = 0;
  virtual Result<void> remove_states(Transaction&, WorkspaceId, RuleId) = 0;
  // Resolved incidents that ended before `before`, with their timelines and what was told of them; and removed subjects to
  // which no incident refers any more. Returns how many incidents.
  virtual Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

template <>
inline constexpr auto kWords<IncidentStore::Filter::State> = words_for<IncidentStore::Filter::State>({
    {IncidentStore::Filter::State::any, "any"},
    {IncidentStore::Filter::State::open, "open"},
    {IncidentStore::Filter::State::resolved, "resolved"},
});

}  // namespace connlog
