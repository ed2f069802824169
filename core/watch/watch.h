// The door by which observations enter, and what follows from them: the observed state and its record, the states of
// the groups above, rules, incidents and what is told of them. It joins the pure engine (engine.h) to the stores. It
// opens no transaction itself: sources, the scheduler and services do.
//
// Two ways in. `judge` looks from memory. Where nothing but the log changes, `submit` appends the reading without a
// closure; else the source opens a transaction, does what it has to do itself, and calls `observe` in it. After either,
// `landed` brings memory up to date.
//
// Engine time is the wall clock as it was at construction plus monotonic time since (engine.h).
//
// Threads: judge, submit, landed and expect_within from any worker; everything with a Transaction on the writer thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/watch/engine.h"
#include "core/watch/event_rule.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/observation.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_entry.h"

namespace connlog {

// Who is told of a subject where a rule names nobody: what the groups and tags above it say. The room that keeps such
// defaults (core/monitors) implements it. Any thread.
class SubjectRecipients {
 public:
  virtual ~SubjectRecipients() = default;
  virtual std::vector<RecipientId> recipients_for(const Subject& subject) const = 0;  // empty: nothing is said
};

// What follows from an incident for people: the pipeline (core/watch/telling). Called on the writer thread in the transaction
// that opens or ends it.
class IncidentTelling {
 public:
  virtual ~IncidentTelling() = default;
  virtual Result<void> opened(Transaction&, const Incident&, const Rule&, const Subject&) = 0;
  virtual Result<void> resolved(Transaction&, const Incident&) = 0;
  virtual Result<void> state_changed(Transaction&, const Subject&, const ObservedState& before,
                                     const ObservedState& after) = 0;
};

class Watch {
 public:
  struct Parts {
    SubjectStore& subjects;
    GroupStore& groups;
    RuleStore& rules;
    IncidentStore& incidents;
    ReadingStore& readings;
    RecipientStore& recipients;
    SubjectDirectory& directory;
    Clock& clock;
    Random& random;
    EventBus& bus;
    const SubjectRecipients* subject_recipients = nullptr;  // null: nothing is said of any subject
    IncidentTelling* telling = nullptr;                     // null: nobody is told
  };
  explicit Watch(Parts parts)
      : parts_(std::move(parts)), engine_base_(parts_.clock.now()), engine_start_(parts_.clock.monotonic()) {}

  Instant engine_now() const { return engine_base_ + (parts_.clock.monotonic() - engine_start_); }

  // ── Sources ──
  // How long the subject may say nothing before it is silent; 0: it need not report. Needs the entry's lock.
  void expect_within(SubjectEntry& entry, microseconds window);
  // The source reported just now, whether that can be stored or not. Needs the entry's lock.
  static void hear(SubjectEntry& entry, Monotonic now);
  // Whether it said nothing for longer than its window until `now`. Needs the entry's lock; before `hear`.
  bool ends_a_gap(const SubjectEntry& entry, Monotonic now) const;
  // What the observation would change. Needs the entry's lock.
  Effect judge(const SubjectEntry& entry, const Observation& observation, bool after_gap) const;

  // The quick way: the reading joins the log with the next group commit. `done` as in ReadingStore::submit.
  void submit(const SubjectEntry& entry, const Observation& observation, Stores::Completion done);
  // The whole way, in the source's transaction: appends the reading, and writes all that follows from it.
  Result<void> observe(Transaction& tx, SubjectEntry& entry, const Observation& observation, bool after_gap);
  // After either way, once its outcome is known: newest reading, last seen, next look. Takes the entry's lock. True: an
  // event about the reading is due (at most one a second and subject; the source renders and publishes it).
  bool landed(SubjectEntry& entry, const Observation& observation, bool stored, Monotonic admitted_at);

  // Tells screens of the observation, as landed() said.
  void publish_observed(const SubjectEntry& entry, const Observation& observation) const;

  // ── Time ──
  // What the looks of one transaction share: rules are read once, and subjects whose observed state changed are
  // collected for settle().
  struct Round {
    std::map<WorkspaceId, std::vector<Rule>> rules;
    std::map<WorkspaceId, std::vector<SubjectId>> changed;
  };
  // What is due of this subject at this moment: it fell silent, or a rule's deadline or cooldown ended. Returns whether
  // it is silent.
  Result<bool> look(Transaction& tx, SubjectEntry& entry, Round& round);
  Result<void> settle(Transaction& tx, Round& round);
  // Computes the states of the groups above the changed subjects anew, deepest first. Once a batch, at its end.
  Result<void> settle(Transaction& tx, WorkspaceId workspace, std::vector<SubjectId> changed);

  // ── People ──
  // A new subject: its first state, `pending`; with the first of its kind, the rules that a workspace then begins with
  // (default_rules_of), unless it has one about that kind alone. After the row was inserted.
  Result<void> added(Transaction& tx, const Subject& subject);
  // Tags, labels, teams, groups or `paused_at` changed. Ends the incidents and states of rules that were about the
  // subject and no longer are; a pause calms everything and the state becomes unknown, its end makes it `pending`.
  Result<void> subject_changed(Transaction& tx, const Subject& before, const Subject& after,
                               const std::string& actor_name);
  // The source switched the subject off or on again (agents: disabled). Like a pause.
  Result<void> switched(Transaction& tx, const Subject& subject, bool off, const std::string& actor_name);
  // What a source measures has changed: ends what rules about the metrics in `gone` hold open.
  Result<void> not_measured(Transaction& tx, const Subject& subject, std::span<const Metric> gone,
                            const std::string& actor_name);
  // Ends all that is open about it. Before SubjectStore::remove.
  Result<void> removed(Transaction& tx, const Subject& subject, const std::string& actor_name);
  // A removed subject stands again, with its rows: takes it into memory. What was observed of it is old, so it is
  // `pending` until something is observed again, and silence counts from now at the earliest.
  Result<void> came_back(Transaction& tx, const Subject& subject);
  // A group's health rule or members changed.
  Result<void> group_changed(Transaction& tx, const Group& group);
  // `after` absent: deleted.
  Result<void> rule_changed(Transaction& tx, const Rule& before, const std::optional<Rule>& after,
                            const std::string& actor_name);

  // ── Parts ──
  // The number of a part, which is made where it is new. Nothing: the subject has kPartsMax already; that is logged.
  Result<std::optional<PartNumber>> part(Transaction& tx, SubjectEntry& entry, std::string_view text);
  Result<void> part_gone(Transaction& tx, SubjectEntry& entry, PartNumber part);

  // ── Events that other systems say (core/monitors/sources) ──
  // Opens an incident; the one that stands already where the event has one.
  Result<Incident> open_event(Transaction& tx, const Subject& subject, const SaidEvent& said);
  // False: it has ended already, or is gone.
  Result<bool> resolve_event(Transaction& tx, WorkspaceId workspace, IncidentId id, Resolution resolution,
                             const std::string& actor_name);

  // ── Drills (core/watch/rule_drill.cpp) ──
  // An incident of the rule that is marked as a drill. It has a part of its own, so it stands in no real one's way. Conflict:
  // one is open of this rule and subject.
  Result<Incident> open_drill(Transaction& tx, const Rule& rule, const Subject& subject, const std::string& by);
  Result<void> end_drill(Transaction& tx, const Incident& drill, const std::string& by);

  // ── Who is told ──
  // The recipients that the rule would tell now: enabled, with consent.
  Result<std::vector<Recipient>> recipients_of(Snapshot& snapshot, const Rule& rule) const;
  // The same of one subject: where the rule names nobody, those that the subject's groups and tags name; where these name
  // nobody who can be told, those that receive by default.
  Result<std::vector<Recipient>> recipients_of(Snapshot& snapshot, const Rule& rule, const Subject& subject) const;

  const Parts& parts() const { return parts_; }

 private:
  // A subject while its rules are judged inside a transaction.
  struct Look {
    const Subject& subject;
    const ObservedState& observed;
    const Values* values = nullptr;            // measured now, or, where time passed, the newest ones; nullptr: none
    const Observation* observation = nullptr;  // nullptr: time passed
    bool after_gap = false;
    seconds silent_for{0};
  };
  // What memory says of a subject whose time has come.
  struct Due {
    bool is_judged = false;
    bool is_silent = false;
    seconds silent_for{0};
    Instant silent_since, last_seen_at;
    std::optional<Values> values;  // only where it has parts
  };

  static Reading reading_of(const SubjectEntry& entry, const Observation& observation);
  Due due_of(SubjectEntry& entry) const;
  void plan(SubjectId subject) const;

  Result<ObservedState> observed_of(Snapshot& snapshot, const Subject& subject) const;
  // Changes `observed` to the new state, and writes it with a row of the record.
  Result<void> enter(Transaction& tx, ObservedState& observed, State state, StateReason reason, std::string detail,
                     Instant at);
  void remember(Transaction& tx, const ObservedState& observed);

  Result<void> judge_rules(Transaction& tx, const Look& look, const std::vector<Rule>& rules);
  Result<void> judge_rule(Transaction& tx, const Look& look, const Rule& rule, const Part& part,
                          const RuleState& state);
  static std::string summary_of(const Look& look, const Rule& rule, const Part& part, const Seen& seen);
  // Computes a group's state anew. Returns from when the new one holds; nothing: it is the same.
  Result<std::optional<Instant>> compute(Transaction& tx, WorkspaceId workspace, GroupId group, Instant at,
                                         Round& round);
  Result<void> settle(Transaction& tx, WorkspaceId workspace, std::vector<SubjectId> changed, Round& round);
  Result<const std::vector<Rule>*> rules_of(Snapshot& snapshot, WorkspaceId workspace, Round& round) const;

  // The rules with which a workspace begins when it gets its first subject of this kind.
  Result<void> begin_kind(Transaction& tx, WorkspaceId workspace, SubjectKind kind);

  Result<void> end_all(Transaction& tx, const Subject& subject, Resolution resolution, const std::string& actor_name);
  Result<void> stop(Transaction& tx, const Subject& subject, StateReason why);
  Result<void> resume(Transaction& tx, const Subject& subject, StateReason stopped_by);

  Result<void> open(Transaction& tx, const Rule& rule, const Subject& subject, RuleState next,
                    const std::string& part_text, const std::string& summary);
  Result<void> resolve(Transaction& tx, const RuleState& before, RuleState next, Resolution resolution,
                       const std::string& actor_name);
  Result<void> resolve_incident(Transaction& tx, Incident incident, Resolution resolution,
                                const std::string& actor_name);
  // core/watch/watch_events.cpp
  Result<void> end_events(Transaction& tx, const Subject& subject, Resolution resolution,
                          const std::string& actor_name);
  Result<void> add_said(Transaction& tx, const Incident& incident, const std::string& kind, const std::string& by,
                        const std::string& text);
  void count_event(Transaction& tx, SubjectId subject, int by);
  // Ends what is pending or open for a reason that lies outside the engine.
  Result<void> end(Transaction& tx, const RuleState& state, Resolution resolution, const std::string& actor_name);
  Result<void> save_state(Transaction& tx, const RuleState& state);
  Result<std::string> sentence_of(Snapshot& snapshot, const Rule& rule) const;
  void publish(Transaction& tx, EventName name, const Incident& incident) const;
  void publish_subject(WorkspaceId workspace, SubjectId subject) const;

  Parts parts_;
  Instant engine_base_;
  Monotonic engine_start_;
};

}  // namespace connlog
