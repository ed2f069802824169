#include "core/watch/subject_directory.h"

#include <algorithm>
#include <unordered_map>

#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

bool is_removed(const SubjectEntry& entry) {
  return entry.row->removed_at.is_set();
}

ShownState shown_of(const SubjectEntry& entry, Monotonic not_storing_since) {
  if (entry.is_off || entry.row->paused_at.is_set() || is_calm(entry.reason) ||
      !entry.workspace.enabled.load(std::memory_order_relaxed))
    return ShownState::paused;
  if (entry.state == State::pending && !entry.first_seen_at.is_set()) return ShownState::pending;
  if (not_storing_since.micros != 0) {
    const bool was_heard = entry.heard_here && entry.heard >= not_storing_since;
    return SubjectDirectory::Impl::is_known_silent(entry) && !was_heard ? ShownState::down : ShownState::unknown;
  }
  switch (entry.state) {
    case State::pending:
      return ShownState::pending;
    case State::up:
      return entry.open_incidents > 0 ? ShownState::degraded : ShownState::up;
    case State::degraded:
      return ShownState::degraded;
    case State::down:
      return ShownState::down;
    case State::unknown:
      break;
  }
  return ShownState::unknown;
}

void count_open_incidents(SubjectEntry& entry) {
  entry.open_incidents =
      entry.open_events +
      static_cast<int>(std::count_if(entry.states.begin(), entry.states.end(),
                                     [](const RuleState& state) { return state.phase == RuleState::Phase::open; }));
}

LiveSubject copy_of(const SubjectEntry& entry, Monotonic not_storing_since) {
  return {.row = entry.row,
          .observed = {.subject = entry.id,
                       .workspace = entry.workspace.id,
                       .state = entry.state,
                       .reason = entry.reason,
                       .detail = entry.detail,
                       .since = entry.since,
                       .first_seen_at = entry.first_seen_at,
                       .last_seen_at = entry.last_seen_at},
          .shown = shown_of(entry, not_storing_since),
          .last_seen_at = entry.last_seen_at,
          .newest = entry.newest,
          .open_incidents = entry.open_incidents};
}

}  // namespace

// ── One entry ──

const RuleState* SubjectEntry::kept_state(const Rule& rule, PartNumber part) const {
  for (const RuleState& kept : states) {
    if (kept.rule == rule.id && kept.part == part) return &kept;
  }
  return nullptr;
}

RuleState SubjectEntry::state_of(const Rule& rule, PartNumber part) const {
  if (const RuleState* kept = kept_state(rule, part)) return *kept;
  RuleState fresh;
  fresh.rule = rule.id;
  fresh.subject = id;
  fresh.part = part;
  fresh.workspace = workspace.id;
  return fresh;
}

PartNumber SubjectEntry::part_number(std::string_view text) const {
  for (const Part& part : parts) {
    if (part.text == text) return part.number;
  }
  return 0;
}

// ── Finding ──

struct SubjectDirectory::Impl::IdShard {
  mutable std::mutex mutex;
  std::unordered_map<SubjectId, std::unique_ptr<SubjectEntry>> entries;  // never erased: others hold pointers
};

SubjectDirectory::Impl::Impl() : by_id_(new IdShard[kShards]) {}
SubjectDirectory::Impl::~Impl() = default;

SubjectDirectory::Impl::IdShard& SubjectDirectory::Impl::shard_of(SubjectId id) const {
  return by_id_[id.bytes[15] % kShards];
}

SubjectEntry* SubjectDirectory::Impl::by_id(SubjectId id) const {
  const IdShard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(id);
  return found == shard.entries.end() ? nullptr : found->second.get();
}

WorkspaceLive& SubjectDirectory::Impl::workspace(WorkspaceId id) {
  const std::lock_guard lock(workspaces_mutex_);
  auto& slot = workspaces_[id];
  if (!slot) slot = std::make_unique<WorkspaceLive>(id);
  return *slot;
}

std::vector<SubjectEntry*> SubjectDirectory::Impl::entries(WorkspaceId id) {
  WorkspaceLive& live = workspace(id);
  const std::lock_guard lock(live.mutex);
  return live.subjects;
}

std::vector<SubjectEntry*> SubjectDirectory::Impl::all() {
  std::vector<WorkspaceLive*> workspaces;
  {
    const std::lock_guard lock(workspaces_mutex_);
    for (const auto& [id, live] : workspaces_) workspaces.push_back(live.get());
  }
  std::vector<SubjectEntry*> found;
  for (WorkspaceLive* live : workspaces) {
    const std::lock_guard lock(live->mutex);
    found.insert(found.end(), live->subjects.begin(), live->subjects.end());
  }
  return found;
}

// ── Changing ──

void SubjectDirectory::Impl::refresh_rules(SubjectEntry& entry, const RuleList& rules) {
  RuleList active;
  for (const auto& rule : rules) {
    if (rule->enabled && targets(*rule, *entry.row)) active.push_back(rule);
  }
  active.shrink_to_fit();
  entry.rules = std::move(active);
  std::erase_if(entry.states, [&](const RuleState& state) {
    return std::none_of(rules.begin(), rules.end(), [&](const auto& rule) { return rule->id == state.rule; });
  });
  count_open_incidents(entry);
}

SubjectEntry* SubjectDirectory::Impl::put(const Subject& subject) {
  WorkspaceLive& live = workspace(subject.workspace);
  const auto row = std::make_shared<const Subject>(subject);
  SubjectEntry* entry = nullptr;
  bool is_new = false;
  {
    IdShard& shard = shard_of(subject.id);
    const std::lock_guard lock(shard.mutex);
    auto& slot = shard.entries[subject.id];
    is_new = !slot;
    if (is_new) {
      slot = std::make_unique<SubjectEntry>(subject.id, live);
      slot->row = row;  // under the lock: no other thread may find the entry empty
      slot->is_put_aside = row->paused_at.is_set() || row->removed_at.is_set();
    }
    entry = slot.get();
  }
  const std::lock_guard workspace_lock(live.mutex);
  if (is_new) live.subjects.push_back(entry);
  const std::lock_guard lock(entry->mutex);
  entry->row = row;
  entry->is_put_aside = row->paused_at.is_set() || row->removed_at.is_set();
  if (subject.removed_at.is_set()) {
    entry->states = {};
    entry->parts = {};
    entry->newest.reset();
    entry->open_events = 0;
  }
  refresh_rules(*entry, live.rules);
  if (can_fall_silent(*entry) && !is_known_silent(*entry)) look_at(*entry, silence_deadline(*entry));
  return entry;
}

void SubjectDirectory::Impl::forget(SubjectId subject) {
  SubjectEntry* entry = by_id(subject);
  if (entry == nullptr) return;
  const std::lock_guard workspace_lock(entry->workspace.mutex);
  std::erase(entry->workspace.subjects, entry);
  const std::lock_guard lock(entry->mutex);
  if (!is_removed(*entry)) {
    auto gone = std::make_shared<Subject>();
    gone->id = entry->id;
    gone->workspace = entry->workspace.id;
    gone->kind = entry->row->kind;
    gone->name = entry->row->name;
    gone->created_at = entry->row->created_at;
    gone->removed_at = Instant{std::max<std::int64_t>(entry->row->created_at.micros, 1)};
    entry->row = std::move(gone);
    entry->is_put_aside = true;
  }
  entry->rules = {};
  entry->states = {};
  entry->parts = {};
  entry->newest.reset();
  entry->open_events = 0;
  entry->open_incidents = 0;
}

void SubjectDirectory::Impl::put_workspace(const Workspace& row) {
  WorkspaceLive& live = workspace(row.id);
  live.enabled.store(row.enabled, std::memory_order_relaxed);
  live.machine_policy.store(row.machine_policy, std::memory_order_relaxed);
}

void SubjectDirectory::Impl::put_rule(const Rule& rule) {
  WorkspaceLive& live = workspace(rule.workspace);
  const std::lock_guard workspace_lock(live.mutex);
  auto fresh = std::make_shared<const Rule>(rule);
  const auto at =
      std::find_if(live.rules.begin(), live.rules.end(), [&](const auto& old) { return old->id == rule.id; });
  if (at == live.rules.end()) {
    live.rules.push_back(std::move(fresh));
  } else {
    *at = std::move(fresh);
  }
  for (SubjectEntry* entry : live.subjects) {
    const std::lock_guard lock(entry->mutex);
    refresh_rules(*entry, live.rules);
  }
}

void SubjectDirectory::Impl::remove_rule(WorkspaceId workspace_id, RuleId rule) {
  WorkspaceLive& live = workspace(workspace_id);
  const std::lock_guard workspace_lock(live.mutex);
  std::erase_if(live.rules, [&](const auto& old) { return old->id == rule; });
  for (SubjectEntry* entry : live.subjects) {
    const std::lock_guard lock(entry->mutex);
    refresh_rules(*entry, live.rules);
  }
}

void SubjectDirectory::Impl::set_state(const RuleState& state) {
  SubjectEntry* entry = by_id(state.subject);
  if (entry == nullptr) return;
  const std::lock_guard lock(entry->mutex);
  std::erase_if(entry->states, [&](const RuleState& old) { return old.rule == state.rule && old.part == state.part; });
  const bool is_kept = state.phase != RuleState::Phase::ok || state.cooldown_until.is_set();
  if (is_kept && !is_removed(*entry)) entry->states.push_back(state);
  if (entry->states.empty()) entry->states.shrink_to_fit();
  count_open_incidents(*entry);
}

void SubjectDirectory::Impl::set_observed(const ObservedState& state) {
  SubjectEntry* entry = by_id(state.subject);
  if (entry == nullptr) return;
  const std::lock_guard lock(entry->mutex);
  entry->state = state.state;
  entry->reason = state.reason;
  entry->detail = state.detail;
  entry->since = state.since;
  entry->first_seen_at = state.first_seen_at;
  if (!entry->last_seen_at.is_set()) entry->last_seen_at = state.last_seen_at;
}

void SubjectDirectory::Impl::set_parts(SubjectId subject, std::vector<Part> parts) {
  SubjectEntry* entry = by_id(subject);
  if (entry == nullptr) return;
  const std::lock_guard lock(entry->mutex);
  entry->parts = std::move(parts);
}

void SubjectDirectory::Impl::count_event(SubjectId subject, int by) {
  SubjectEntry* entry = by_id(subject);
  if (entry == nullptr) return;
  const std::lock_guard lock(entry->mutex);
  if (is_removed(*entry)) return;
  entry->open_events = std::max(0, entry->open_events + by);
  count_open_incidents(*entry);
}

// ── For screens ──

SubjectDirectory::SubjectDirectory() : impl_(std::make_unique<Impl>()) {}
SubjectDirectory::~SubjectDirectory() = default;

std::optional<LiveSubject> SubjectDirectory::find(WorkspaceId workspace, SubjectId id) const {
  SubjectEntry* entry = impl_->by_id(id);
  if (entry == nullptr || entry->workspace.id != workspace) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (is_removed(*entry)) return std::nullopt;
  return copy_of(*entry, impl_->not_storing_since());
}

std::shared_ptr<const Subject> SubjectDirectory::row(WorkspaceId workspace, SubjectId id) const {
  SubjectEntry* entry = impl_->by_id(id);
  if (entry == nullptr || entry->workspace.id != workspace) return nullptr;
  const std::lock_guard lock(entry->mutex);
  return entry->row;
}

std::vector<LiveSubject> SubjectDirectory::list(WorkspaceId workspace) const {
  std::vector<LiveSubject> subjects;
  const Monotonic not_storing_since = impl_->not_storing_since();
  const std::vector<SubjectEntry*> entries = impl_->entries(workspace);
  subjects.reserve(entries.size());
  for (SubjectEntry* entry : entries) {
    const std::lock_guard lock(entry->mutex);
    if (!is_removed(*entry)) subjects.push_back(copy_of(*entry, not_storing_since));
  }
  std::sort(subjects.begin(), subjects.end(), [](const LiveSubject& a, const LiveSubject& b) {
    return a.row->name != b.row->name ? a.row->name < b.row->name : a.id() < b.id();
  });
  return subjects;
}

std::size_t SubjectDirectory::count(WorkspaceId workspace, SubjectKind kind) const {
  std::size_t found = 0;
  for (SubjectEntry* entry : impl_->entries(workspace)) {
    const std::lock_guard lock(entry->mutex);
    found += entry->row->kind == kind && !is_removed(*entry) ? 1 : 0;
  }
  return found;
}

void SubjectDirectory::put(const Subject& subject) {
  impl_->put(subject);
  if (on_put_) on_put_(subject);
}

}  // namespace connlog
