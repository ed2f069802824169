// Planning: which monitors the loop checks, which agents do, and how.
#include "core/monitors/monitor_work.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/monitors/work_inside.h"

namespace connlog {
namespace {

constexpr std::size_t kFormerlyMax = 4'096;

milliseconds interval_of(const EffectiveTiming& timing) {
  return seconds(timing.interval_seconds.value);
}

bool same_networks(const WorkspaceNetworks::Ranges& a, const WorkspaceNetworks::Ranges& b) {
  return a == b || (a && b && std::ranges::equal(*a, *b, [](const AddressRange& one, const AddressRange& other) {
                      return to_text(one) == to_text(other);
                    }));
}

}  // namespace

ConfirmBy confirm_by(const EffectiveTiming& timing) {
  return {.retries = timing.retries.value,
          .recover_after = timing.recover_after.value,
          .retry_interval = seconds(timing.retry_interval_seconds.value)};
}

// ── What is wanted ──

MonitorWork::Impl::Wanted MonitorWork::Impl::wanted(MonitorEntry& entry) const {
  const std::lock_guard lock(entry.mutex);
  if (entry.gone) return {};
  const CheckKind* kind = all_checks().find(entry.row.kind);
  if (kind == nullptr || kind->begin == nullptr) return {};
  const std::lock_guard subject_lock(entry.subject.mutex);
  if (!SubjectDirectory::Impl::is_judged(entry.subject)) return {};
  Wanted want;
  want.from_here = entry.row.probe_mode == ProbeMode::appliance;
  want.from_agents = entry.row.probe_mode == ProbeMode::each;
  want.is_urgent = entry.subject.state != State::up;
  if (want.from_agents) want.agents = entry.row.probes;
  return want;
}

Result<std::shared_ptr<const CheckSpec>> MonitorWork::Impl::spec_for(MonitorEntry& entry,
                                                                     std::shared_ptr<const ReachScope> scope) const {
  Monitor row;
  EffectiveTiming timing;
  {
    const std::lock_guard lock(entry.mutex);
    row = entry.row;
    timing = entry.timing;
  }
  return spec_of(row, timing, parts.keyring, std::move(scope));
}

void MonitorWork::Impl::plan(MonitorEntry& entry) {
  if (!is_listening) return;
  const std::lock_guard planned_alone(planning);
  const Wanted want = wanted(entry);
  plan_here(entry, want);
  assign(entry, want, true);
}

void MonitorWork::Impl::plan_here(MonitorEntry& entry, const Wanted& want) {
  if (!want.from_here) return unplan_here(entry.id);
  const WorkspaceNetworks::Ranges networks = parts.networks.of(entry.subject.workspace.id);
  auto scope = std::make_shared<ReachScope>();
  if (networks) scope->networks = *networks;
  auto spec = spec_for(entry, std::move(scope));
  {
    const std::lock_guard lock(mutex);
    planned[entry.id] = {networks};
  }
  if (!spec) {
    if (loop != nullptr) loop->remove(entry.id.bytes);
    static_cast<void>(take(entry, {.at = parts.clock.now(),
                                   .verdict = CheckVerdict::unknown,
                                   .reason = CheckReason::bad_settings,
                                   .source = FailureSource::ours,
                                   .text = spec.error().message}));
    return;
  }
  milliseconds interval{0};
  {
    const std::lock_guard lock(entry.mutex);
    interval = interval_of(entry.timing);
  }
  if (loop == nullptr) return;
  loop->put({.id = entry.id.bytes, .spec = *std::move(spec), .interval = interval, .is_urgent = want.is_urgent});
}

void MonitorWork::Impl::unplan_here(MonitorId id) {
  {
    const std::lock_guard lock(mutex);
    if (planned.erase(id) == 0) return;
  }
  if (loop != nullptr) loop->remove(id.bytes);
}

// ── Agents ──

void MonitorWork::Impl::assign(MonitorEntry& entry, const Wanted& want, bool is_changed) {
  microseconds grace{0};
  {
    const std::lock_guard lock(entry.mutex);
    grace = microseconds(interval_of(entry.timing)) * 2;
    std::erase_if(entry.by_probe, [&](const auto& each) { return !std::ranges::binary_search(want.agents, each.first); });
    std::erase_if(entry.probe_seen,
                  [&](const auto& each) { return !std::ranges::binary_search(want.agents, each.first); });
  }
  const Monotonic until = parts.clock.monotonic() + grace;
  const std::lock_guard lock(mutex);
  const auto found = assigned.find(entry.id);
  const std::vector<AgentId> before = found == assigned.end() ? std::vector<AgentId>() : found->second.agents;
  if (before.empty() && want.agents.empty()) return;
  if (!is_changed && before == want.agents) return;
  for (const AgentId& agent : before) {
    ++versions.try_emplace(agent, first_version).first->second;
    if (!std::ranges::binary_search(want.agents, agent) && formerly.size() < kFormerlyMax)
      formerly[{agent, entry.id}] = until;
  }
  for (const AgentId& agent : want.agents) {
    ++versions.try_emplace(agent, first_version).first->second;
    formerly.erase({agent, entry.id});
  }
  if (want.agents.empty()) {
    assigned.erase(entry.id);
  } else {
    assigned[entry.id] = {want.agents};
  }
}

// ── Everything ──

void MonitorWork::Impl::reconcile() {
  for (MonitorEntry* entry : parts.directory.all()) {
    const std::lock_guard planned_alone(planning);
    const Wanted want = wanted(*entry);
    WorkspaceNetworks::Ranges networks;
    bool is_planned = false;
    {
      const std::lock_guard lock(mutex);
      const auto found = planned.find(entry->id);
      is_planned = found != planned.end();
      if (is_planned) networks = found->second.networks;
    }
    const bool is_same = want.from_here == is_planned &&
                         (!is_planned || same_networks(networks, parts.networks.of(entry->subject.workspace.id)));
    if (!is_same) plan_here(*entry, want);
    assign(*entry, want, false);
  }
  const Monotonic now = parts.clock.monotonic();
  const std::lock_guard lock(mutex);
  std::erase_if(formerly, [now](const auto& each) { return each.second <= now; });
}

// ── The door ──

MonitorWork::MonitorWork(const Parts& parts) : impl_(std::make_unique<Impl>(parts)) {
  impl_->first_version = parts.clock.now().micros / 1'000;  // later than that of any earlier process
  parts.directory.on_change([impl = impl_.get()](MonitorEntry& entry) {
    impl->plan(entry);
    impl->plan_ping(entry);
  });
}
MonitorWork::~MonitorWork() = default;

void MonitorWork::uses(CheckLoop* loop) {
  impl_->loop = loop;
}

void MonitorWork::listening() {
  impl_->presence.began(impl_->parts.clock.now(), impl_->parts.clock.monotonic());
  impl_->is_listening = true;
  for (MonitorEntry* entry : impl_->parts.directory.all()) {
    impl_->plan(*entry);
    impl_->plan_ping(*entry);
  }
}

std::optional<milliseconds> MonitorWork::result(MonitorId monitor, CheckResult result) {
  if (in_recovery(impl_->parts.recovery)) return std::nullopt;
  MonitorEntry* entry = impl_->parts.directory.by_id(monitor);
  if (entry == nullptr) return std::nullopt;
  return impl_->take(*entry, std::move(result));
}

void MonitorWork::absence(const CheckLoop::Absence& absence) {
  const Impl& impl = *impl_;
  log_warning("checks_were_away", {{"seconds", absence.length / seconds(1)}});
  impl_->presence.was_absent(absence.length, impl.parts.clock.now(), impl.parts.clock.monotonic());
  if (!impl.safeguards.forgets_absence) return;
  for (MonitorEntry* entry : impl.parts.directory.all()) {
    {
      const std::lock_guard lock(entry->mutex);
      start_again(entry->confirmation);
      for (auto& [agent, seen] : entry->probe_seen) start_again(seen.confirmation);
    }
    impl_->plan_ping(*entry);
  }
}

void MonitorWork::storing_again(Monotonic from) {
  impl_->presence.was_not_storing(from, impl_->parts.clock.now(), impl_->parts.clock.monotonic());
}

Instant MonitorWork::present_since() const {
  const Clock& clock = impl_->parts.clock;
  return clock.now() - (clock.monotonic() - impl_->presence.now().since);
}

void MonitorWork::switch_off_for_test(const Safeguards& safeguards) {
  impl_->safeguards = safeguards;
}

void MonitorWork::plan_ping(MonitorEntry& entry) {
  impl_->plan_ping(entry);
}

int MonitorWork::tick() {
  Impl& impl = *impl_;
  if (!impl.is_listening || in_recovery(impl.parts.recovery)) return 0;
  if (!impl.parts.directory.subjects().impl().is_storing()) return 0;
  const Instant wall = impl.parts.clock.now();
  const Monotonic now = impl.parts.clock.monotonic();
  if (const auto step = impl.presence.step(wall, now)) {
    log_warning("wall_clock_stepped", {{"seconds", *step / seconds(1)}});
    impl.replan_schedules(wall, now);
  }
  impl.reconcile();
  std::vector<Impl::Conclusion> conclusions;
  for (MonitorEntry* entry : impl.due_pings(now)) impl.judge(*entry, conclusions);
  const int turned = static_cast<int>(conclusions.size());
  impl.look_at_probes(conclusions);
  impl.conclude(std::move(conclusions));
  return turned;
}

}  // namespace connlog
