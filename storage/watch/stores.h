// The stores of core/watch, in SQL: agents with the history of their machine binding; groups; rules and their
// recipients; incidents with their timelines; what the engine remembers of each rule and agent; and the log of
// readings, beside what reading_log.h keeps in memory. Stateless: any thread, with the snapshot or transaction that it
// was given; readings are submitted and appended through the writer.
#pragma once

#include "storage/unknown_words.h"
#include "core/watch/agent.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "storage/watch/reading_log.h"
#include "storage/writer.h"

namespace connlog::storage {

inline constexpr WordColumn<RuleKind> kRuleKind{"rule", "kind", "version"};
inline constexpr WordColumn<RuleTarget::Kind> kRuleTarget{"rule", "target_kind", "version"};
inline constexpr AnyWordColumn kRuleMetric{"rule", "metric", "version", kMetricWords};
inline constexpr WordColumn<Comparison> kRuleComparison{"rule", "comparison", "version"};
inline constexpr WordColumn<Severity> kRuleSeverity{"rule", "severity", "version"};
inline constexpr WordColumn<RuleKind> kIncidentKind{"incident", "kind", "version"};
inline constexpr WordColumn<Severity> kIncidentSeverity{"incident", "severity", "version"};
inline constexpr WordColumn<RuleState::Phase> kRuleStatePhase{"rule_state", "phase"};  // the engine's own memory

class SqlAgentStore final : public AgentStore {
 public:
  Result<std::vector<Agent>> all(Snapshot&) const override;
  Result<std::optional<Agent>> find(Snapshot&, WorkspaceId, AgentId) const override;
  Result<std::vector<Agent>> list(Snapshot&, WorkspaceId) const override;
  Result<void> insert(Transaction&, const Agent&) override;
  Result<void> update(Transaction&, const Agent&) override;
  Result<void> add_machine_event(Transaction&, const MachineEvent&) override;
  Result<std::vector<MachineEvent>> machine_events(Snapshot&, WorkspaceId, AgentId, int limit) const override;
};

class SqlGroupStore final : public GroupStore {
 public:
  Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const override;
  Result<void> insert(Transaction&, const Group&) override;
  Result<void> update(Transaction&, const Group&) override;
  Result<void> remove(Transaction&, WorkspaceId, GroupId) override;
};

class SqlIncidentStore final : public IncidentStore {
 public:
  Result<std::optional<Incident>> find(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::vector<Incident>> list(Snapshot&, WorkspaceId, const Filter&) const override;
  Result<std::optional<IncidentId>> open_of(Snapshot&, WorkspaceId, RuleId, AgentId) const override;
  Result<void> insert(Transaction&, const Incident&) override;
  Result<void> update(Transaction&, const Incident&) override;
  Result<void> add_event(Transaction&, const IncidentEvent&) override;
  Result<std::vector<IncidentEvent>> events(Snapshot&, WorkspaceId, IncidentId) const override;

  Result<std::vector<RuleState>> all_states(Snapshot&) const override;
  Result<std::optional<RuleState>> state(Snapshot&, WorkspaceId, RuleId, AgentId) const override;
  Result<void> put_state(Transaction&, const RuleState&) override;
  Result<void> remove_states(Transaction&, WorkspaceId, RuleId) override;
};

class SqlReadingStore final : public ReadingStore {
 public:
  SqlReadingStore(ReadingLog& log, Writer& writer) : log_(log), writer_(writer) {}

  void submit(const Reading&, Stores::Completion done) override;
  Result<void> append(Transaction&, const Reading&) override;
  Result<std::vector<Reading>> range(Snapshot&, WorkspaceId, AgentId, Instant from, Instant to) const override;
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

}  // namespace connlog::storage
