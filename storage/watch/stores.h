// The stores of core/watch, in SQL: subjects with their observed states and parts; groups; rules and their recipients;
// incidents with their timelines; what the engine remembers of each rule, subject and part; and the log of readings,
// beside what reading_log.h keeps in memory. Stateless: any thread, with the snapshot or transaction that it was given;
// readings are submitted and appended through the writer.
#pragma once

#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "storage/unknown_words.h"
#include "storage/watch/reading_log.h"
#include "storage/writer.h"

namespace connlog::storage {

inline constexpr WordColumn<SubjectKind> kSubjectKind{"subject", "kind", "version"};
inline constexpr WordColumn<State> kSubjectState{"subject_state", "state"};  // follows from observations
inline constexpr WordColumn<StateReason> kSubjectStateReason{"subject_state", "reason"};
inline constexpr WordColumn<State> kStateChangeState{"state_change", "state"};  // rows are never changed
inline constexpr WordColumn<StateReason> kStateChangeReason{"state_change", "reason"};
inline constexpr WordColumn<Health> kGroupHealth{"subject_group", "health", "health"};
inline constexpr WordColumn<RuleKind> kRuleKind{"rule", "kind", "version"};
inline constexpr WordColumn<RuleTarget::Kind> kRuleTarget{"rule", "target_kind", "version"};
// The kinds of subject, and the empty word where a rule is about every kind.
inline constexpr int kAnySubjectKind = -1;
inline constexpr auto kOnlyKindWords = [] {
  constexpr auto kKinds = values_of<SubjectKind>();
  std::array<Word, kKinds.size() + 1> words{};
  words[0] = {kAnySubjectKind, ""};
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    words[i + 1] = {static_cast<int>(kKinds[i]), words_of<SubjectKind>()[i].text};
  return words;
}();
inline constexpr AnyWordColumn kRuleOnlyKind{"rule", "subject_kind", "version", kOnlyKindWords};
inline constexpr AnyWordColumn kRuleMetric{"rule", "metric", "version", kMetricWords};
inline constexpr WordColumn<Comparison> kRuleComparison{"rule", "comparison", "version"};
inline constexpr WordColumn<State> kRuleOnState{"rule", "state", "version"};
inline constexpr WordColumn<Severity> kRuleSeverity{"rule", "severity", "version"};
inline constexpr WordColumn<SubjectKind> kIncidentSubjectKind{"incident", "subject_kind", "version"};
inline constexpr WordColumn<RuleKind> kIncidentKind{"incident", "kind", "version"};
inline constexpr WordColumn<Severity> kIncidentSeverity{"incident", "severity", "version"};
inline constexpr WordColumn<RuleState::Phase> kRuleStatePhase{"rule_state", "phase"};  // the engine's own memory

class SqlSubjectStore final : public SubjectStore {
 public:
  Result<std::vector<Subject>> all(Snapshot&) const override;
  Result<std::optional<Subject>> find(Snapshot&, WorkspaceId, SubjectId) const override;
  Result<std::optional<Subject>> find_by_key(Snapshot&, WorkspaceId, std::string_view key) const override;
  Result<std::vector<Subject>> list(Snapshot&, WorkspaceId) const override;
  Result<std::int64_t> insert(Transaction&, const Subject&) override;
  Result<void> update(Transaction&, const Subject&) override;
  Result<void> remove(Transaction&, const Subject&, Instant now) override;

  Result<std::vector<ObservedState>> all_states(Snapshot&) const override;
  Result<std::optional<ObservedState>> state(Snapshot&, WorkspaceId, SubjectId) const override;
  Result<void> put_state(Transaction&, const ObservedState&) override;
  Result<std::vector<StateChange>> changes(Snapshot&, WorkspaceId, SubjectId, Instant from, Instant to) const override;
  Result<std::int64_t> delete_changes_before(Transaction&, Instant before, std::int64_t limit) override;

  Result<std::vector<std::pair<SubjectId, Part>>> all_parts(Snapshot&) const override;
  Result<std::vector<Part>> parts(Snapshot&, WorkspaceId, SubjectId) const override;
  Result<void> put_part(Transaction&, WorkspaceId, SubjectId, const Part&) override;
  Result<void> remove_part(Transaction&, WorkspaceId, SubjectId, PartNumber) override;
};

class SqlGroupStore final : public GroupStore {
 public:
  Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const override;
  Result<std::vector<GroupId>> groups_of(Snapshot&, WorkspaceId, SubjectId member) const override;
  Result<MemberCounts> counts(Snapshot&, WorkspaceId, GroupId) const override;
  Result<void> put(Transaction&, const Group&) override;
  Result<std::int64_t> rules_about(Snapshot&, WorkspaceId, SubjectId) const override;
};

class SqlIncidentStore final : public IncidentStore {
 public:
  Result<std::optional<Incident>> find(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::vector<Incident>> list(Snapshot&, WorkspaceId, const Filter&) const override;
  Result<std::optional<IncidentId>> open_of(Snapshot&, WorkspaceId, RuleId, SubjectId, PartNumber) const override;
  Result<std::vector<Incident>> open_drills(Snapshot&) const override;
  Result<void> insert(Transaction&, const Incident&) override;
  Result<void> update(Transaction&, const Incident&) override;
  Result<void> add_event(Transaction&, const IncidentEvent&) override;
  Result<std::vector<IncidentEvent>> events(Snapshot&, WorkspaceId, IncidentId) const override;

  Result<std::vector<RuleState>> all_states(Snapshot&) const override;
  Result<std::vector<RuleState>> states_of(Snapshot&, WorkspaceId, SubjectId) const override;
  Result<std::vector<RuleState>> states_of_rule(Snapshot&, WorkspaceId, RuleId) const override;
  Result<void> put_state(Transaction&, const RuleState&, Instant now) override;
  Result<void> remove_states(Transaction&, WorkspaceId, RuleId) override;
  Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) override;
};

class SqlReadingStore final : public ReadingStore {
 public:
  SqlReadingStore(ReadingLog& log, Writer& writer) : log_(log), writer_(writer) {}

  void submit(const Reading&, Stores::Completion done) override;
  Result<void> append(Transaction&, const Reading&) override;
  Result<std::vector<Reading>> range(Snapshot&, WorkspaceId, SubjectId, Instant from, Instant to) const override;
  Result<ReadingPage> page(Snapshot&, WorkspaceId, SubjectId, std::int64_t begin, int limit) const override;
  Result<void> each_since(Snapshot&, Instant from, const std::function<void(const Reading&)>&) const override;
  Result<std::vector<Reading>> newest_of_each(Snapshot&) const override;
  Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) override;

 private:
  ReadingLog& log_;
  Writer& writer_;
};

class SqlRuleStore final : public RuleStore {
 public:
  Result<std::vector<Rule>> all(Snapshot&) const override;
  Result<std::vector<Rule>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Rule>> find(Snapshot&, WorkspaceId, RuleId) const override;
  Result<void> insert(Transaction&, const Rule&) override;
  Result<void> update(Transaction&, const Rule&) override;
  Result<void> remove(Transaction&, WorkspaceId, RuleId) override;
};

// Deletes the rows of removed subjects to which no incident refers any more, and keeps their numbers in gone_subject. Of
// one subject; nothing happens to any other.
Result<void> forget_removed_subject(Connection&, WorkspaceId, SubjectId);

}  // namespace connlog::storage
