#include "core/monitors/monitor_directory.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>
#include <utility>

namespace connlog {
namespace {

struct DigestHash {
  std::size_t operator()(const TokenDigest& digest) const {
    std::size_t head;  // a keyed digest: every part of it is as good as random
    std::memcpy(&head, digest.data(), sizeof head);
    return head;
  }
};

using Defaults = std::shared_ptr<const std::vector<CheckDefaults>>;
using ByDigest = std::unordered_map<TokenDigest, MonitorEntry*, DigestHash>;
using Slug = std::pair<WorkspaceId, std::string>;

std::shared_ptr<const Subject> row_of(SubjectEntry& subject) {
  const std::lock_guard lock(subject.mutex);
  return subject.row;
}

std::string shown_fields(const Monitor& monitor) {
  const CheckKind* kind = all_checks().find(monitor.kind);
  return kind == nullptr ? std::string() : kind->shown(monitor.fields);
}

bool same_value(const EffectiveValue& a, const EffectiveValue& b) {
  return a.value == b.value && a.from == b.from && a.of == b.of;
}

bool same(const EffectiveTiming& a, const EffectiveTiming& b) {
  return same_value(a.interval_seconds, b.interval_seconds) && same_value(a.retries, b.retries) &&
         same_value(a.retry_interval_seconds, b.retry_interval_seconds) &&
         same_value(a.time_limit_ms, b.time_limit_ms) && same_value(a.recover_after, b.recover_after);
}

// Oldest first. Needs the entry's lock.
std::vector<std::int32_t> spark_of(const MonitorEntry& entry) {
  std::vector<std::int32_t> spark;
  for (std::size_t i = 0; i < entry.spark.size(); ++i) {
    const std::int32_t value = entry.spark[(entry.spark_next + i) % entry.spark.size()];
    if (value != 0) spark.push_back(value);
  }
  return spark;
}

}  // namespace

struct MonitorDirectory::Impl {
  mutable std::mutex mutex;
  std::unordered_map<MonitorId, std::unique_ptr<MonitorEntry>> entries;  // never erased: a check under way refers to it
  std::map<WorkspaceId, std::set<MonitorEntry*>> of_workspace;           // without removed ones
  ByDigest by_uuid, by_token;
  std::map<Slug, std::vector<MonitorEntry*>> by_slug;
  std::map<WorkspaceId, Defaults> defaults;
  std::function<void(MonitorEntry&)> on_change;  // set once, before load

  Defaults defaults_of(WorkspaceId workspace) const {
    const std::lock_guard lock(mutex);
    const auto found = defaults.find(workspace);
    if (found != defaults.end()) return found->second;
    static const Defaults none = std::make_shared<const std::vector<CheckDefaults>>();
    return none;
  }

  std::vector<MonitorEntry*> entries_of(WorkspaceId workspace) const {
    const std::lock_guard lock(mutex);
    const auto found = of_workspace.find(workspace);
    if (found == of_workspace.end()) return {};
    return {found->second.begin(), found->second.end()};
  }

  void forget(const MonitorEntry* entry, WorkspaceId workspace, const PingAddress& address) {
    const std::lock_guard lock(mutex);
    by_uuid.erase(address.uuid_digest);
    by_token.erase(address.token_digest);
    const auto slug = by_slug.find(Slug(workspace, address.slug));
    if (slug == by_slug.end()) return;
    std::erase(slug->second, entry);
    if (slug->second.empty()) by_slug.erase(slug);
  }

  void remember(MonitorEntry* entry, WorkspaceId workspace, const PingAddress& address) {
    const std::lock_guard lock(mutex);
    by_uuid[address.uuid_digest] = entry;
    by_token[address.token_digest] = entry;
    auto& same_slug = by_slug[Slug(workspace, address.slug)];
    if (std::ranges::find(same_slug, entry) == same_slug.end()) same_slug.push_back(entry);
  }

  void changed(MonitorEntry& entry) const {
    if (on_change) on_change(entry);
  }

  // Computes the timing anew. True: it is another one now.
  static bool retime(MonitorEntry& entry, const Subject& subject, const std::vector<CheckDefaults>& defaults) {
    const std::lock_guard lock(entry.mutex);
    EffectiveTiming timing = effective_timing(entry.row.own, subject, defaults);
    if (entry.gone || same(timing, entry.timing)) return false;
    entry.timing = std::move(timing);
    return true;
  }
};

MonitorDirectory::MonitorDirectory(SubjectDirectory& subjects) : subjects_(subjects), impl_(std::make_unique<Impl>()) {
  subjects.on_put([this](const Subject& subject) {
    if (subject.kind == SubjectKind::monitor) subject_changed(subject);
    if (subject.kind == SubjectKind::agent && subject.removed_at.is_set())
      agent_removed(subject.workspace, AgentId::of(subject.id));
  });
}

MonitorDirectory::~MonitorDirectory() {
  subjects_.on_put({});
}

// ── Finding ──

MonitorEntry* MonitorDirectory::by_id(MonitorId id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->entries.find(id);
  return found == impl_->entries.end() ? nullptr : found->second.get();
}

MonitorEntry* MonitorDirectory::by_ping_uuid(const TokenDigest& digest) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_uuid.find(digest);
  return found == impl_->by_uuid.end() ? nullptr : found->second;
}

MonitorEntry* MonitorDirectory::by_ping_token(const TokenDigest& digest) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_token.find(digest);
  return found == impl_->by_token.end() ? nullptr : found->second;
}

std::vector<MonitorEntry*> MonitorDirectory::by_slug(WorkspaceId workspace, std::string_view slug) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_slug.find(Slug(workspace, std::string(slug)));
  return found == impl_->by_slug.end() ? std::vector<MonitorEntry*>() : found->second;
}

std::vector<MonitorEntry*> MonitorDirectory::all() const {
  std::vector<MonitorEntry*> found;
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [workspace, entries] : impl_->of_workspace) found.insert(found.end(), entries.begin(), entries.end());
  return found;
}

std::size_t MonitorDirectory::count(WorkspaceId workspace) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->of_workspace.find(workspace);
  return found == impl_->of_workspace.end() ? 0 : found->second.size();
}

std::optional<MonitorGlance> MonitorDirectory::glance(MonitorId id) const {
  MonitorEntry* entry = by_id(id);
  if (entry == nullptr) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) return std::nullopt;
  const std::size_t newest = (entry->spark_next + entry->spark.size() - 1) % entry->spark.size();
  return MonitorGlance{entry->row.kind, entry->shown, entry->spark[newest]};
}

std::optional<LiveMonitor> MonitorDirectory::find(WorkspaceId workspace, MonitorId id) const {
  auto subject = subjects_.find(workspace, id);
  MonitorEntry* entry = by_id(id);
  if (!subject || entry == nullptr) return std::nullopt;
  LiveMonitor live;
  static_cast<LiveSubject&>(live) = *std::move(subject);
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) return std::nullopt;
  live.monitor = entry->row;
  live.shown_fields = entry->shown;
  live.timing = entry->timing;
  live.last = entry->last;
  live.spark = spark_of(*entry);
  live.by_probe = entry->by_probe;
  live.ping = entry->ping;
  return live;
}

std::vector<LiveMonitor> MonitorDirectory::list(WorkspaceId workspace) const {
  std::vector<LiveMonitor> monitors;
  for (const LiveSubject& subject : subjects_.list(workspace)) {
    if (subject.row->kind != SubjectKind::monitor) continue;
    if (auto live = find(workspace, MonitorId::of(subject.id()))) monitors.push_back(*std::move(live));
  }
  return monitors;
}

std::vector<CheckDefaults> MonitorDirectory::defaults(WorkspaceId workspace) const {
  return *impl_->defaults_of(workspace);
}

// ── Changing ──

void MonitorDirectory::on_change(std::function<void(MonitorEntry&)> call) {
  impl_->on_change = std::move(call);
}

void MonitorDirectory::put(const Monitor& monitor) {
  SubjectEntry* subject = subjects_.impl().by_id(monitor.id);
  if (subject == nullptr) return;  // its row was left out: without a subject there is nothing to check
  const Defaults defaults = impl_->defaults_of(monitor.workspace);
  MonitorEntry* entry = nullptr;
  {
    const std::lock_guard lock(impl_->mutex);
    auto& slot = impl_->entries[monitor.id];
    if (!slot) {
      slot = std::make_unique<MonitorEntry>(monitor.id, *subject);
      slot->row = monitor;  // under the lock: no other thread may find the entry empty
      slot->row.ping.reset();
    }
    entry = slot.get();
    impl_->of_workspace[monitor.workspace].insert(entry);
  }
  const auto row = row_of(*subject);
  std::string shown = shown_fields(monitor);
  std::optional<PingAddress> before;
  {
    const std::lock_guard lock(entry->mutex);
    before = std::move(entry->row.ping);
    entry->row = monitor;
    entry->shown = std::move(shown);
    entry->timing = effective_timing(monitor.own, *row, *defaults);
    if (monitor.ping) entry->ping_settings = ping_settings(monitor.fields);
  }
  if (before) impl_->forget(entry, monitor.workspace, *before);
  if (monitor.ping) impl_->remember(entry, monitor.workspace, *monitor.ping);
  impl_->changed(*entry);
}

void MonitorDirectory::put_defaults(const CheckDefaults& defaults) {
  Defaults now;
  {
    const std::lock_guard lock(impl_->mutex);
    Defaults& slot = impl_->defaults[defaults.workspace];
    auto changed = slot == nullptr ? std::make_shared<std::vector<CheckDefaults>>()
                                   : std::make_shared<std::vector<CheckDefaults>>(*slot);
    std::erase_if(*changed, [&](const CheckDefaults& each) {
      return each.scope == defaults.scope && each.of == defaults.of;
    });
    if (!is_empty(defaults)) changed->push_back(defaults);
    slot = std::move(changed);
    now = slot;
  }
  for (MonitorEntry* entry : impl_->entries_of(defaults.workspace)) {
    const auto row = row_of(entry->subject);
    if (Impl::retime(*entry, *row, *now)) impl_->changed(*entry);
  }
}

// A pause begins or ends by it too, which the loop must know.
void MonitorDirectory::subject_changed(const Subject& subject) {
  MonitorEntry* entry = by_id(MonitorId::of(subject.id));
  if (entry == nullptr || subject.removed_at.is_set()) return;
  const Defaults defaults = impl_->defaults_of(subject.workspace);
  Impl::retime(*entry, subject, *defaults);
  {
    const std::lock_guard lock(entry->mutex);
    if (entry->gone) return;
  }
  impl_->changed(*entry);
}

// Its rows of monitor_probe went with it.
void MonitorDirectory::agent_removed(WorkspaceId workspace, AgentId agent) {
  for (MonitorEntry* entry : impl_->entries_of(workspace)) {
    {
      const std::lock_guard lock(entry->mutex);
      entry->by_probe.erase(agent);
      if (std::erase(entry->row.probes, agent) == 0) continue;
    }
    impl_->changed(*entry);
  }
}

void MonitorDirectory::remove(const Monitor& monitor) {
  MonitorEntry* entry = by_id(monitor.id);
  if (entry == nullptr) return;
  std::optional<PingAddress> address;
  {
    const std::lock_guard lock(entry->mutex);
    entry->gone = true;
    address = std::move(entry->row.ping);
    entry->row.ping.reset();
  }
  if (address) impl_->forget(entry, monitor.workspace, *address);
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->of_workspace[monitor.workspace].erase(entry);
  }
  impl_->changed(*entry);
}

void MonitorDirectory::bring_back(const Monitor& monitor) {
  if (MonitorEntry* entry = by_id(monitor.id)) {
    const std::lock_guard lock(entry->mutex);
    entry->gone = false;
    entry->confirmation = {};
  }
  put(monitor);
}

// ── At start ──

Result<void> load_monitors(Snapshot& snapshot, MonitorDirectory& directory, const MonitorStores& stores) {
  const auto defaults = TRY(stores.monitors.all_defaults(snapshot));
  for (const CheckDefaults& each : defaults) directory.put_defaults(each);
  const auto monitors = TRY(stores.monitors.all(snapshot));
  for (const Monitor& monitor : monitors) directory.put(monitor);
  const auto states = TRY(stores.pings.all_states(snapshot));
  for (const auto& [id, state] : states) {
    MonitorEntry* entry = directory.by_id(id);
    if (entry == nullptr) continue;
    const std::lock_guard lock(entry->mutex);
    entry->ping = state;
    entry->next_n = state.pings + 1;
  }
  return {};
}

}  // namespace connlog
