// The stores that the pipeline of messages uses, in memory, as fast as a simulation of many thousand days needs them. They keep
// what the stores of storage/ keep and answer as these do (tests/core/watch/telling proves the pipeline over the real ones). One
// thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/notify/notification.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/telling/telling_settings.h"
#include "core/watch/telling/telling_store.h"

namespace connlog::memory {

class MemoryTransaction final : public Transaction {
 public:
  void after_commit(std::function<void()> effect) override { effects_.push_back(std::move(effect)); }
  void commit() {
    for (const auto& effect : effects_) effect();
  }

 private:
  std::vector<std::function<void()>> effects_;
};

// Nothing fails here, so nothing is rolled back.
class MemoryStores final : public Stores {
 public:
  void submit(Urgency, Work work, Completion done) override { done(write(work)); }
  Result<void> write(const Work& work) override {
    MemoryTransaction tx;
    TRY(work(tx));
    tx.commit();
    return {};
  }
  Result<void> read(ReadWork work) const override {
    MemoryTransaction tx;
    return work(tx);
  }
};

struct MemoryRules final : RuleStore {
  std::vector<Rule> rules;
  Result<std::vector<Rule>> all(Snapshot&) const override { return rules; }
  Result<std::vector<Rule>> list(Snapshot&, WorkspaceId) const override { return rules; }
  Result<std::optional<Rule>> find(Snapshot&, WorkspaceId, RuleId id) const override {
    const auto found = std::ranges::find(rules, id, &Rule::id);
    return found == rules.end() ? std::nullopt : std::optional(*found);
  }
  Result<void> insert(Transaction&, const Rule&) override { return {}; }
  Result<void> update(Transaction&, const Rule&) override { return {}; }
  Result<void> remove(Transaction&, WorkspaceId, RuleId) override { return {}; }
};

struct MemorySubjects final : SubjectStore {
  std::map<SubjectId, Subject> rows;
  std::map<SubjectId, ObservedState> states;
  std::map<SubjectId, std::vector<StateChange>> record;  // the last hours

  Result<std::vector<Subject>> all(Snapshot&) const override { return std::vector<Subject>(); }
  Result<std::optional<Subject>> find(Snapshot&, WorkspaceId, SubjectId id) const override {
    const auto found = rows.find(id);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::optional<Subject>> find_by_key(Snapshot&, WorkspaceId, std::string_view) const override {
    return std::optional<Subject>();
  }
  Result<std::vector<Subject>> list(Snapshot&, WorkspaceId) const override { return std::vector<Subject>(); }
  Result<std::int64_t> insert(Transaction&, const Subject&) override { return std::int64_t{0}; }
  Result<void> update(Transaction&, const Subject&) override { return {}; }
  Result<void> remove(Transaction&, const Subject&, Instant) override { return {}; }
  Result<std::vector<ObservedState>> all_states(Snapshot&) const override { return std::vector<ObservedState>(); }
  Result<std::optional<ObservedState>> state(Snapshot&, WorkspaceId, SubjectId id) const override {
    const auto found = states.find(id);
    return found == states.end() ? std::nullopt : std::optional(found->second);
  }
  Result<void> put_state(Transaction&, const ObservedState& observed) override {
    constexpr std::size_t kKept = 64;
    states[observed.subject] = observed;
    auto& changes = record[observed.subject];
    StateChange change;
    change.subject = observed.subject;
    change.workspace = observed.workspace;
    change.at = observed.since;
    change.state = observed.state;
    change.reason = observed.reason;
    changes.push_back(change);
    if (changes.size() > kKept) changes.erase(changes.begin(), changes.begin() + kKept / 2);
    return {};
  }
  Result<std::vector<StateChange>> changes(Snapshot&, WorkspaceId, SubjectId id, Instant from,
                                           Instant to) const override {
    std::vector<StateChange> overlapping;
    const auto found = record.find(id);
    if (found == record.end()) return overlapping;
    std::optional<StateChange> before;
    for (const StateChange& change : found->second) {
      if (change.at >= to) continue;
      if (change.at > from) {
        overlapping.push_back(change);
      } else if (!before || change.at >= before->at) {
        before = change;
      }
    }
    std::ranges::stable_sort(overlapping, {}, &StateChange::at);
    if (before) overlapping.insert(overlapping.begin(), *before);
    return overlapping;
  }
  Result<std::int64_t> delete_changes_before(Transaction&, Instant, std::int64_t) override { return std::int64_t{0}; }
  Result<std::vector<std::pair<SubjectId, Part>>> all_parts(Snapshot&) const override {
    return std::vector<std::pair<SubjectId, Part>>();
  }
  Result<std::vector<Part>> parts(Snapshot&, WorkspaceId, SubjectId) const override { return std::vector<Part>(); }
  Result<void> put_part(Transaction&, WorkspaceId, SubjectId, const Part&) override { return {}; }
  Result<void> remove_part(Transaction&, WorkspaceId, SubjectId, PartNumber) override { return {}; }
};

struct MemoryGroups final : GroupStore {
  Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const override { return std::vector<Group>(); }
  Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const override { return std::optional<Group>(); }
  Result<std::vector<GroupId>> groups_of(Snapshot&, WorkspaceId, SubjectId) const override {
    return std::vector<GroupId>();
  }
  Result<MemberCounts> counts(Snapshot&, WorkspaceId, GroupId) const override { return MemberCounts{}; }
  Result<void> put(Transaction&, const Group&) override { return {}; }
  Result<std::int64_t> rules_about(Snapshot&, WorkspaceId, SubjectId) const override { return std::int64_t{0}; }
};

struct MemoryIncidents final : IncidentStore {
  std::map<IncidentId, Incident> open;  // and what ended within the last hours
  std::map<SubjectId, std::vector<RuleState>> states;

  Result<std::optional<Incident>> find(Snapshot&, WorkspaceId, IncidentId id) const override {
    const auto found = open.find(id);
    return found == open.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<Incident>> list(Snapshot&, WorkspaceId, const Filter& filter) const override {
    std::vector<Incident> some;
    for (const auto& [id, incident] : open) {
      if (filter.state == Filter::State::open && incident.resolved_at.is_set()) continue;
      if (!filter.subject || incident.subject == *filter.subject) some.push_back(incident);
    }
    return some;
  }
  Result<std::optional<IncidentId>> open_of(Snapshot&, WorkspaceId, RuleId, SubjectId, PartNumber) const override {
    return std::optional<IncidentId>();
  }
  Result<std::vector<Incident>> open_drills(Snapshot&) const override { return std::vector<Incident>(); }
  Result<void> insert(Transaction&, const Incident& incident) override { return update_row(incident); }
  Result<void> update(Transaction&, const Incident& incident) override { return update_row(incident); }
  Result<void> add_event(Transaction&, const IncidentEvent&) override { return {}; }
  Result<std::vector<IncidentEvent>> events(Snapshot&, WorkspaceId, IncidentId) const override {
    return std::vector<IncidentEvent>();
  }
  Result<std::vector<RuleState>> all_states(Snapshot&) const override { return std::vector<RuleState>(); }
  Result<std::vector<RuleState>> states_of(Snapshot&, WorkspaceId, SubjectId id) const override {
    const auto found = states.find(id);
    return found == states.end() ? std::vector<RuleState>() : found->second;
  }
  Result<std::vector<RuleState>> states_of_rule(Snapshot&, WorkspaceId, RuleId) const override {
    return std::vector<RuleState>();
  }
  Result<void> put_state(Transaction&, const RuleState&, Instant) override { return {}; }
  Result<void> remove_states(Transaction&, WorkspaceId, RuleId) override { return {}; }
  Result<std::int64_t> delete_before(Transaction&, Instant, std::int64_t) override { return std::int64_t{0}; }

 private:
  Result<void> update_row(const Incident& incident) {
    open[incident.id] = incident;
    return {};
  }
};

struct MemoryRecipients final : RecipientStore {
  std::vector<Recipient> rows;
  Result<std::vector<Recipient>> list(Snapshot&, WorkspaceId) const override { return rows; }
  Result<std::vector<Recipient>> weekly(Snapshot&) const override { return std::vector<Recipient>(); }
  Result<std::vector<Recipient>> of_kind(Snapshot&, std::string_view) const override {
    return std::vector<Recipient>();
  }
  Result<std::optional<Recipient>> find(Snapshot&, WorkspaceId, RecipientId id) const override {
    const auto found = std::ranges::find(rows, id, &Recipient::id);
    return found == rows.end() ? std::nullopt : std::optional(*found);
  }
  Result<void> insert(Transaction&, const Recipient&) override { return {}; }
  Result<void> update(Transaction&, const Recipient&) override { return {}; }
  Result<void> remove(Transaction&, WorkspaceId, RecipientId) override { return {}; }
  Result<void> put_aside(Transaction&, WorkspaceId, RecipientId) override { return {}; }
};

struct MemorySettings final : TellingSettingStore {
  TellingSettings settings;
  Result<TellingSettings> find(Snapshot&, WorkspaceId) const override { return settings; }
  Result<void> put(Transaction&, const TellingSettings& given) override {
    settings = given;
    return {};
  }
};

}  // namespace connlog::memory
