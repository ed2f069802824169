#include "core/agents/agent_directory.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace connlog {
namespace {

constexpr std::size_t kShards = 64;

// How far back request ids are read. A retry comes within seconds; the newest id of each agent is read in any case.
constexpr microseconds kRequestIdSpan = seconds(120);

struct DigestHash {
  std::size_t operator()(const TokenDigest& digest) const {
    std::size_t head;  // a keyed digest: every part of it is as good as random
    std::memcpy(&head, digest.data(), sizeof head);
    return head;
  }
};

struct DigestShard {
  mutable std::mutex mutex;
  std::unordered_map<TokenDigest, AgentEntry*, DigestHash> entries;
  std::unordered_set<TokenDigest, DigestHash> gone, unreadable;
};

struct IdShard {
  mutable std::mutex mutex;
  std::unordered_map<AgentId, std::unique_ptr<AgentEntry>> entries;  // never erased: a heartbeat under way refers to it
};

}  // namespace

struct AgentDirectory::Impl {
  std::array<DigestShard, kShards> by_digest;
  std::array<IdShard, kShards> by_id;

  DigestShard& shard_of(const TokenDigest& digest) { return by_digest[digest[31] % kShards]; }
  IdShard& shard_of(AgentId id) { return by_id[id.bytes[15] % kShards]; }

  // Takes the digest out of those that are known; `gone`: it is remembered as that of a removed agent.
  void forget(const TokenDigest& digest, bool gone) {
    DigestShard& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    shard.entries.erase(digest);
    if (gone) shard.gone.insert(digest);
  }
};

AgentDirectory::AgentDirectory(SubjectDirectory& subjects) : subjects_(subjects), impl_(std::make_unique<Impl>()) {}
AgentDirectory::~AgentDirectory() = default;

// ── Finding ──

AgentEntry* AgentDirectory::by_digest(const TokenDigest& digest) const {
  const DigestShard& shard = impl_->shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(digest);
  return found == shard.entries.end() ? nullptr : found->second;
}

bool AgentDirectory::is_gone(const TokenDigest& digest) const {
  const DigestShard& shard = impl_->shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  return shard.gone.contains(digest);
}

bool AgentDirectory::is_unreadable(const TokenDigest& digest) const {
  const DigestShard& shard = impl_->shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  return shard.unreadable.contains(digest);
}

void AgentDirectory::remember_unreadable(const TokenDigest& digest) {
  DigestShard& shard = impl_->shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  shard.unreadable.insert(digest);
}

AgentEntry* AgentDirectory::by_id(AgentId id) const {
  const IdShard& shard = impl_->shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(id);
  return found == shard.entries.end() ? nullptr : found->second.get();
}

std::vector<AgentEntry*> AgentDirectory::all() const {
  std::vector<AgentEntry*> found;
  for (const IdShard& shard : impl_->by_id) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [id, entry] : shard.entries) found.push_back(entry.get());
  }
  return found;
}

std::optional<LiveAgent> AgentDirectory::with_agent(LiveSubject subject) const {
  AgentEntry* entry = by_id(AgentId::of(subject.id()));
  if (entry == nullptr) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) return std::nullopt;
  return LiveAgent{std::move(subject), entry->agent};
}

std::optional<LiveAgent> AgentDirectory::find(WorkspaceId workspace, AgentId id) const {
  auto subject = subjects_.find(workspace, id);
  if (!subject) return std::nullopt;
  return with_agent(*std::move(subject));
}

std::vector<LiveAgent> AgentDirectory::list(WorkspaceId workspace) const {
  std::vector<LiveAgent> agents;
  for (LiveSubject& subject : subjects_.list(workspace)) {
    if (subject.row->kind != SubjectKind::agent) continue;
    if (auto live = with_agent(std::move(subject))) agents.push_back(*std::move(live));
  }
  return agents;
}

// ── Changing ──

void AgentDirectory::put(const Agent& agent) {
  SubjectDirectory::Impl& subjects = subjects_.impl();
  SubjectEntry* subject = subjects.by_id(agent.id);
  if (subject == nullptr) return;  // its row was left out: without a subject there is nothing to report about
  AgentEntry* entry = nullptr;
  bool is_new = false;
  {
    IdShard& shard = impl_->shard_of(agent.id);
    const std::lock_guard lock(shard.mutex);
    auto& slot = shard.entries[agent.id];
    is_new = !slot;
    if (is_new) {
      slot = std::make_unique<AgentEntry>(agent.id, *subject);
      slot->agent = agent;  // under the lock: no other thread may find the entry empty
    }
    entry = slot.get();
  }
  TokenDigest before{};
  {
    const std::lock_guard lock(entry->mutex);
    before = entry->agent.token_digest;
    entry->agent = agent;
    // What the watch needs of it: how long it may be silent, and whether it is switched off.
    const std::lock_guard subject_lock(subject->mutex);
    subject->window = silence_window(agent);
    subject->is_off = agent.disabled;
    const bool is_silent = subject->state == State::down && subject->reason == StateReason::silent;
    if (subjects.is_listening() && !is_silent && SubjectDirectory::Impl::can_fall_silent(*subject))
      subjects.look_at(*subject, subjects.silence_deadline(*subject));
  }
  if (!is_new && before != agent.token_digest) impl_->forget(before, false);
  if (is_new || before != agent.token_digest) {
    DigestShard& shard = impl_->shard_of(agent.token_digest);
    const std::lock_guard lock(shard.mutex);
    shard.entries[agent.token_digest] = entry;
  }
}

void AgentDirectory::remove(const Agent& agent) {
  if (AgentEntry* entry = by_id(agent.id)) {
    const std::lock_guard lock(entry->mutex);
    entry->gone = true;
  }
  impl_->forget(agent.token_digest, true);
}

void AgentDirectory::bring_back(const Agent& agent, Monotonic silence_from) {
  if (SubjectEntry* subject = subjects_.impl().by_id(agent.id)) {
    const std::lock_guard lock(subject->mutex);
    subject->silence_from = std::max(subject->silence_from, silence_from);
  }
  if (AgentEntry* entry = by_id(agent.id)) {
    const std::lock_guard lock(entry->mutex);
    entry->gone = false;
    entry->limit.forget();
    entry->agent.token_digest = {};  // so that put() takes the digest up again
  }
  {
    DigestShard& shard = impl_->shard_of(agent.token_digest);
    const std::lock_guard lock(shard.mutex);
    shard.gone.erase(agent.token_digest);
  }
  put(agent);
}

void AgentDirectory::remember_gone(const TokenDigest& digest) {
  impl_->forget(digest, true);
}

// ── At start ──

Result<void> load_agents(Snapshot& snapshot, AgentDirectory& directory, const AgentStores& stores, Instant now) {
  const auto agents = TRY(stores.agents.all(snapshot));
  for (const Agent& agent : agents) {
    if (directory.subjects().impl().by_id(agent.id) == nullptr) directory.remember_unreadable(agent.token_digest);
    directory.put(agent);
  }
  const auto gone = TRY(stores.agents.gone(snapshot));
  for (const TokenDigest& digest : gone) directory.remember_gone(digest);
  // Oldest first, so that the newest are the last to be forgotten.
  TRY(stores.readings.each_since(snapshot, now - kRequestIdSpan, [&](const Reading& reading) {
    AgentEntry* entry = directory.by_id(AgentId::of(reading.subject));
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->request_ids.remember(reading.key);
  }));
  // The newest of each agent, however old it is: its subject has it.
  for (AgentEntry* entry : directory.all()) {
    const std::lock_guard lock(entry->mutex);
    const std::lock_guard subject_lock(entry->subject.mutex);
    if (entry->subject.newest) entry->request_ids.remember(entry->subject.newest->key);
  }
  return {};
}

}  // namespace connlog
