#include "core/watch/agent_directory.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <unordered_map>

#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

// An agent without a configuration sends a heartbeat every 60 s (agent-protocol §5). Assumed while the interval in
// force is unknown.
constexpr std::int64_t kFallbackIntervalSeconds = 60;

AgentState state_of(const AgentEntry& entry, Monotonic not_storing_since) {
  if (entry.agent.disabled || !entry.workspace.enabled.load(std::memory_order_relaxed)) return AgentState::disabled;
  if (!entry.agent.first_seen_at.is_set()) return AgentState::pending;
  const bool is_silent = entry.agent.offline_since.is_set();
  if (not_storing_since.micros != 0) {
    const bool was_heard = entry.heard_here && entry.heard >= not_storing_since;
    return is_silent && !was_heard ? AgentState::down : AgentState::unknown;
  }
  if (is_silent) return AgentState::down;
  return entry.open_incidents > 0 ? AgentState::warning : AgentState::up;
}

// Counts the open incidents of the rules in `entry.rules`. These are all: when a rule leaves that list, the alert
// runner ends its incident in the same transaction.
void count_open_incidents(AgentEntry& entry) {
  entry.open_incidents =
      static_cast<int>(std::count_if(entry.rules.begin(), entry.rules.end(), [](const ActiveRule& active) {
        return active.state.phase == RuleState::Phase::open;
      }));
}

LiveAgent copy_of(const AgentEntry& entry, Monotonic not_storing_since) {
  return {.agent = entry.agent,
          .state = state_of(entry, not_storing_since),
          .last_seen_at = entry.last_seen_at,
          .newest = entry.newest,
          .open_incidents = entry.open_incidents};
}

}  // namespace

microseconds silence_window(const AgentEntry& entry) {
  const std::int64_t interval = entry.agent.interval_in_force_seconds > 0
                                    ? entry.agent.interval_in_force_seconds
                                    : std::max(entry.agent.interval_seconds, kFallbackIntervalSeconds);
  return seconds(interval * (entry.agent.missed_threshold + 1));
}

// ── Finding ──

struct AgentDirectory::Impl::DigestShard {
  mutable std::mutex mutex;
  std::unordered_map<TokenDigest, AgentEntry*, DigestHash> entries;
};

struct AgentDirectory::Impl::IdShard {
  mutable std::mutex mutex;
  std::unordered_map<AgentId, std::unique_ptr<AgentEntry>> entries;  // never erased: a tombstone gets 410 for ever
};

AgentDirectory::Impl::Impl() : by_digest_(new DigestShard[kShards]), by_id_(new IdShard[kShards]) {}
AgentDirectory::Impl::~Impl() = default;

std::size_t AgentDirectory::Impl::DigestHash::operator()(const TokenDigest& digest) const {
  std::size_t head;  // a keyed digest: every part of it is as good as random
  std::memcpy(&head, digest.data(), sizeof head);
  return head;
}

AgentDirectory::Impl::DigestShard& AgentDirectory::Impl::shard_of(const TokenDigest& digest) const {
  return by_digest_[digest[31] % kShards];
}

AgentDirectory::Impl::IdShard& AgentDirectory::Impl::shard_of(AgentId id) const {
  return by_id_[id.bytes[15] % kShards];
}

AgentEntry* AgentDirectory::Impl::by_digest(const TokenDigest& digest) const {
  const DigestShard& shard = shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(digest);
  return found == shard.entries.end() ? nullptr : found->second;
}

AgentEntry* AgentDirectory::Impl::by_id(AgentId id) const {
  const IdShard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(id);
  return found == shard.entries.end() ? nullptr : found->second.get();
}

WorkspaceLive& AgentDirectory::Impl::workspace(WorkspaceId id) {
  const std::lock_guard lock(workspaces_mutex_);
  auto& slot = workspaces_[id];
  if (!slot) slot = std::make_unique<WorkspaceLive>(id);
  return *slot;
}

std::vector<AgentEntry*> AgentDirectory::Impl::entries(WorkspaceId id) {
  WorkspaceLive& live = workspace(id);
  const std::lock_guard lock(live.mutex);
  return live.agents;
}

std::vector<AgentEntry*> AgentDirectory::Impl::all() {
  std::vector<WorkspaceLive*> workspaces;
  {
    const std::lock_guard lock(workspaces_mutex_);
    for (const auto& [id, live] : workspaces_) workspaces.push_back(live.get());
  }
  std::vector<AgentEntry*> found;
  for (WorkspaceLive* live : workspaces) {
    const std::lock_guard lock(live->mutex);
    found.insert(found.end(), live->agents.begin(), live->agents.end());
  }
  return found;
}

// ── Changing ──

void AgentDirectory::Impl::refresh_rules(AgentEntry& entry, const RuleList& rules) {
  std::vector<ActiveRule> active;
  for (const auto& rule : rules) {
    if (!rule->enabled || !targets(*rule, entry.agent)) continue;
    ActiveRule fresh{.rule = rule, .state = {}};
    for (const ActiveRule& before : entry.rules) {
      if (before.rule->id == rule->id) fresh.state = before.state;
    }
    fresh.state.rule = rule->id;
    fresh.state.agent = entry.id;
    fresh.state.workspace = entry.workspace.id;
    active.push_back(std::move(fresh));
  }
  entry.rules = std::move(active);
  count_open_incidents(entry);
}

AgentEntry* AgentDirectory::Impl::put(const Agent& agent) {
  WorkspaceLive& live = workspace(agent.workspace);
  AgentEntry* entry = nullptr;
  bool is_new = false;
  {
    IdShard& shard = shard_of(agent.id);
    const std::lock_guard lock(shard.mutex);
    auto& slot = shard.entries[agent.id];
    is_new = !slot;
    if (is_new) {
      slot = std::make_unique<AgentEntry>(agent.id, live);
      slot->agent = agent;  // under the lock: no other thread may find the entry empty
      slot->last_seen_at = agent.last_seen_at;
    }
    entry = slot.get();
  }
  TokenDigest before{};
  {
    const std::lock_guard workspace_lock(live.mutex);
    if (is_new) live.agents.push_back(entry);
    const std::lock_guard lock(entry->mutex);
    before = entry->agent.token_digest;
    entry->agent = agent;
    refresh_rules(*entry, live.rules);
    plan_look(*entry);
  }
  if (!is_new && before != agent.token_digest) {
    DigestShard& shard = shard_of(before);
    const std::lock_guard lock(shard.mutex);
    shard.entries.erase(before);
  }
  if (is_new || before != agent.token_digest) {
    DigestShard& shard = shard_of(agent.token_digest);
    const std::lock_guard lock(shard.mutex);
    shard.entries[agent.token_digest] = entry;
  }
  return entry;
}

void AgentDirectory::Impl::put_workspace(const Workspace& row) {
  WorkspaceLive& live = workspace(row.id);
  live.enabled.store(row.enabled, std::memory_order_relaxed);
  live.machine_policy.store(row.machine_policy, std::memory_order_relaxed);
}

void AgentDirectory::Impl::put_rule(const Rule& rule) {
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
  for (AgentEntry* entry : live.agents) {
    const std::lock_guard lock(entry->mutex);
    refresh_rules(*entry, live.rules);
  }
}

void AgentDirectory::Impl::remove_rule(WorkspaceId workspace_id, RuleId rule) {
  WorkspaceLive& live = workspace(workspace_id);
  const std::lock_guard workspace_lock(live.mutex);
  std::erase_if(live.rules, [&](const auto& old) { return old->id == rule; });
  for (AgentEntry* entry : live.agents) {
    const std::lock_guard lock(entry->mutex);
    refresh_rules(*entry, live.rules);
  }
}

void AgentDirectory::Impl::set_state(const RuleState& state) {
  AgentEntry* entry = by_id(state.agent);
  if (entry == nullptr) return;
  const std::lock_guard lock(entry->mutex);
  for (ActiveRule& active : entry->rules) {
    if (active.rule->id == state.rule) active.state = state;
  }
  count_open_incidents(*entry);
}

// ── Who is due ──

bool AgentDirectory::Impl::can_fall_silent(const AgentEntry& entry) {
  return entry.agent.first_seen_at.is_set() && !entry.agent.disabled && !entry.agent.removed_at.is_set() &&
         entry.workspace.enabled.load(std::memory_order_relaxed);
}

Monotonic AgentDirectory::Impl::silence_deadline(const AgentEntry& entry) const {
  Monotonic from{listening_.load(std::memory_order_acquire)};
  if (entry.heard_here) from = std::max(from, entry.heard);
  return std::max(from, entry.silence_from) + silence_window(entry);
}

void AgentDirectory::Impl::look_at(AgentEntry& entry, Monotonic at) {
  if (entry.queued_for != 0 && entry.queued_for <= at.micros) return;
  entry.queued_for = at.micros;
  const std::lock_guard lock(due_mutex_);
  looks_.push_back({at.micros, &entry});
  std::push_heap(looks_.begin(), looks_.end(), std::greater<>());
}

void AgentDirectory::Impl::plan_look(AgentEntry& entry) {
  if (!is_listening() || !can_fall_silent(entry)) return;
  if (entry.agent.offline_since.is_set()) return;  // known to be silent; a new rule plans its own look by look_at
  look_at(entry, silence_deadline(entry));
}

void AgentDirectory::Impl::listening_since(Monotonic now) {
  listening_.store(std::max<std::int64_t>(now.micros, 1), std::memory_order_release);
  for (AgentEntry* entry : all()) {
    const std::lock_guard lock(entry->mutex);
    // Agents that were silent before the last stop are judged once more: a cooldown may have ended meanwhile.
    if (can_fall_silent(*entry)) look_at(*entry, silence_deadline(*entry));
  }
}

void AgentDirectory::Impl::storing_stopped(Monotonic now) {
  not_storing_since_.store(std::max<std::int64_t>(now.micros, 1), std::memory_order_release);
}

void AgentDirectory::Impl::storing_again(Monotonic now) {
  if (not_storing_since_.exchange(0, std::memory_order_acq_rel) == 0) return;
  if (is_listening()) listening_since(now);
}

void AgentDirectory::Impl::look_at_silent_ones(WorkspaceId workspace_id, Monotonic now) {
  if (!is_listening()) return;
  for (AgentEntry* entry : entries(workspace_id)) {
    const std::lock_guard lock(entry->mutex);
    if (entry->agent.offline_since.is_set() && can_fall_silent(*entry)) look_at(*entry, now);
  }
}

std::vector<AgentEntry*> AgentDirectory::Impl::take_due(Monotonic now, std::size_t limit) {
  std::vector<AgentEntry*> due;
  while (due.size() < limit) {
    Look look{};
    {
      const std::lock_guard lock(due_mutex_);
      if (looks_.empty() || looks_.front().at > now.micros) break;
      look = looks_.front();
      std::pop_heap(looks_.begin(), looks_.end(), std::greater<>());
      looks_.pop_back();
    }
    AgentEntry& entry = *look.entry;
    const std::lock_guard lock(entry.mutex);
    if (entry.queued_for != look.at) continue;  // outdated: an earlier look was planned afterwards
    entry.queued_for = 0;
    if (!can_fall_silent(entry)) continue;
    const Monotonic deadline = silence_deadline(entry);
    if (deadline > now) {
      look_at(entry, deadline);  // it was heard in the meantime
    } else {
      due.push_back(&entry);
    }
  }
  return due;
}

std::optional<Monotonic> AgentDirectory::Impl::next_look() const {
  const std::lock_guard lock(due_mutex_);
  if (looks_.empty()) return std::nullopt;
  return Monotonic{looks_.front().at};
}

// ── For screens ──

AgentDirectory::AgentDirectory() : impl_(std::make_unique<Impl>()) {}
AgentDirectory::~AgentDirectory() = default;

std::optional<LiveAgent> AgentDirectory::find(WorkspaceId workspace, AgentId id) const {
  AgentEntry* entry = impl_->by_id(id);
  if (entry == nullptr || entry->workspace.id != workspace) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (entry->agent.removed_at.is_set()) return std::nullopt;
  return copy_of(*entry, impl_->not_storing_since());
}

std::optional<TeamId> AgentDirectory::team_of(WorkspaceId workspace, AgentId id) const {
  AgentEntry* entry = impl_->by_id(id);
  if (entry == nullptr || entry->workspace.id != workspace) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  return entry->agent.team;
}

std::vector<LiveAgent> AgentDirectory::list(WorkspaceId workspace) const {
  std::vector<LiveAgent> agents;
  const Monotonic not_storing_since = impl_->not_storing_since();
  for (AgentEntry* entry : impl_->entries(workspace)) {
    const std::lock_guard lock(entry->mutex);
    if (!entry->agent.removed_at.is_set()) agents.push_back(copy_of(*entry, not_storing_since));
  }
  std::sort(agents.begin(), agents.end(), [](const LiveAgent& a, const LiveAgent& b) {
    return a.agent.name != b.agent.name ? a.agent.name < b.agent.name : a.agent.id < b.agent.id;
  });
  return agents;
}

void AgentDirectory::put(const Agent& agent) {
  impl_->put(agent);
}

}  // namespace connlog
