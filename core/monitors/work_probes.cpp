// Probes: what agents found of the monitors that they are assigned. Each probe's results are confirmed for themselves; k of n
// settled verdicts that are fresh decide.
#include <algorithm>

#include "core/base/text.h"
#include "core/monitors/check_values.h"
#include "core/monitors/probe_quorum.h"
#include "core/monitors/work_inside.h"

namespace connlog {
namespace {

constexpr microseconds kHandIn = seconds(20);  // an agent hands results in each 10 s
constexpr seconds kAgeMost{600};
constexpr std::size_t kPartBytesMax = 200;

microseconds fresh_for(const EffectiveTiming& timing) {
  return microseconds(seconds(timing.interval_seconds.value)) * 2 + kHandIn;
}

}  // namespace

// Asked before a lock is held: the agents are subjects with locks of their own.
MonitorWork::Impl::Names MonitorWork::Impl::names_of_probes(MonitorEntry& entry) const {
  std::vector<AgentId> probes;
  {
    const std::lock_guard lock(entry.mutex);
    probes = entry.row.probes;
  }
  Names names;
  for (const AgentId& agent : probes) {
    const auto row = parts.directory.subjects().row(entry.subject.workspace.id, agent);
    names[agent] = row ? row->name : agent.text();
  }
  return names;
}

std::vector<ProbeVoice> MonitorWork::Impl::voices_of(const MonitorEntry& entry, const Names& names,
                                                     Monotonic now) const {
  std::vector<ProbeVoice> voices;
  const microseconds fresh = fresh_for(entry.timing);
  for (const AgentId& agent : entry.row.probes) {
    ProbeVoice voice;
    const auto name = names.find(agent);
    voice.name = name == names.end() ? agent.text() : name->second;
    const auto seen = entry.probe_seen.find(agent);
    if (seen != entry.probe_seen.end() && now - seen->second.heard <= fresh) {
      voice.says = seen->second.confirmation.settled;
      if (const auto last = entry.by_probe.find(agent); last != entry.by_probe.end()) voice.text = last->second.text;
    }
    voices.push_back(std::move(voice));
  }
  return voices;
}

// Needs both locks.
void MonitorWork::Impl::fill_from_probes(Flight& flight, const std::string& name, const CheckResult& result,
                                         const Quorum& quorum) {
  MonitorEntry& entry = flight.entry;
  SubjectEntry& subject = entry.subject;
  Observation& observation = flight.observation;
  Confirmation& all = entry.confirmation;
  flight.admitted_at = parts.clock.monotonic();
  observation.at = result.at;
  // That too few can look is no recovery.
  const bool stays_down = all.settled == CheckVerdict::down && quorum.verdict == CheckVerdict::unknown;
  const bool is_early = quorum.verdict == CheckVerdict::unknown && !all.settled &&
                        flight.admitted_at - presence.now().since < fresh_for(entry.timing);
  if (!stays_down && !is_early && all.settled != quorum.verdict) {
    flight.settles = true;
    all.settled = quorum.verdict;
  }
  observation.state = all.settled ? state_of(*all.settled) : State::pending;
  observation.reason = !all.settled                              ? subject.reason
                       : *all.settled == CheckVerdict::unknown ? StateReason::unchecked
                                                               : StateReason::source;
  const std::string part = cut("from " + name, kPartBytesMax);
  ValuesBuilder values;
  add_values(values, result);
  if (const PartNumber known = subject.part_number(part); known != 0) {
    add_values(values, result, known);
  } else if (subject.parts.size() < kPartsMax) {
    flight.new_part = part;
    flight.of_probe = result;
  }
  observation.values = values.build();
  choose_way(flight, quorum.text);
}

bool MonitorWork::Impl::take_from_probe(MonitorEntry& entry, AgentId agent, CheckResult result) {
  const Instant wall = parts.clock.now();
  const Monotonic now = parts.clock.monotonic();
  result.text = told_text(result.text);
  result.excerpt.clear();
  result.at = std::clamp(result.at, wall - kAgeMost, wall);
  auto flight = std::make_unique<Flight>(entry);
  Names names = names_of_probes(entry);
  {
    const std::lock_guard lock(entry.mutex);
    const bool is_assigned = !entry.gone && entry.row.probe_mode == ProbeMode::each &&
                             std::ranges::binary_search(entry.row.probes, agent);
    if (!is_assigned) return false;
    const std::lock_guard subject_lock(entry.subject.mutex);
    if (!SubjectDirectory::Impl::is_judged(entry.subject)) return true;
    if (!parts.directory.subjects().impl().is_storing()) return true;
    count(result);
    follow_state(entry.confirmation, entry.subject);
    flight->before = entry.confirmation;
    MonitorEntry::ProbeSeen& seen = entry.probe_seen[agent];
    ConfirmBy by = confirm_by(entry.timing);
    if (!safeguards.confirms) by.retries = 0;
    static_cast<void>(confirm(seen.confirmation, result, by));
    seen.heard = now;
    entry.by_probe[agent] = result;
    entry.spark[entry.spark_next] = spark_of(result);
    entry.spark_next = (entry.spark_next + 1) % entry.spark.size();
    entry.last = result;
    const Quorum quorum = quorum_of(voices_of(entry, names, now), entry.row.probes_needed);
    fill_from_probes(*flight, names[agent], result, quorum);
  }
  send(std::move(flight));
  return true;
}

bool MonitorWork::Impl::was_assigned(AgentId agent, MonitorId monitor) const {
  const auto found = formerly.find({agent, monitor});
  return found != formerly.end() && found->second > parts.clock.monotonic();
}

// Probes that fell silent: fewer fresh results than are needed may agree now.
void MonitorWork::Impl::look_at_probes(std::vector<Conclusion>& out) {
  std::vector<MonitorId> ids;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, to] : assigned) ids.push_back(id);
  }
  const Monotonic now = parts.clock.monotonic();
  for (const MonitorId& id : ids) {
    MonitorEntry* entry = parts.directory.by_id(id);
    if (entry == nullptr) continue;
    const Names names = names_of_probes(*entry);
    const std::lock_guard lock(entry->mutex);
    if (entry->gone || entry->row.probe_mode != ProbeMode::each) continue;
    if (now - presence.now().since < fresh_for(entry->timing)) continue;  // they have this time to report first
    const std::lock_guard subject_lock(entry->subject.mutex);
    if (entry->subject.in_flight > 0 || !SubjectDirectory::Impl::is_judged(entry->subject)) continue;
    follow_state(entry->confirmation, entry->subject);
    const auto& settled = entry->confirmation.settled;
    if (settled == CheckVerdict::down || settled == CheckVerdict::unknown) continue;
    if (!settled && parts.clock.now() - entry->subject.since < fresh_for(entry->timing)) continue;  // new
    const Quorum quorum = quorum_of(voices_of(*entry, names, now), entry->row.probes_needed);
    if (quorum.verdict != CheckVerdict::unknown) continue;
    Conclusion conclusion{.entry = entry, .settles = CheckVerdict::unknown};
    conclusion.observation.at = parts.clock.now();
    conclusion.observation.state = State::unknown;
    conclusion.observation.reason = StateReason::unchecked;
    conclusion.observation.details.emplace_back(0, quorum.text);
    conclusion.observation.is_reading = false;
    ++entry->subject.in_flight;
    out.push_back(std::move(conclusion));
  }
}

// ── The door ──

std::vector<MonitorId> MonitorWork::probe_results(AgentId agent, std::span<const ProbeResult> results) {
  std::vector<MonitorId> unknown;
  if (in_recovery(impl_->parts.recovery)) return unknown;
  for (const ProbeResult& each : results) {
    MonitorEntry* entry = impl_->parts.directory.by_id(each.monitor);
    if (entry != nullptr && impl_->take_from_probe(*entry, agent, each.result)) continue;
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->was_assigned(agent, each.monitor)) unknown.push_back(each.monitor);
  }
  return unknown;
}

std::vector<MonitorWork::Assignment> MonitorWork::assigned(AgentId agent) const {
  std::vector<MonitorId> ids;
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& [id, to] : impl_->assigned) {
      if (std::ranges::binary_search(to.agents, agent)) ids.push_back(id);
    }
  }
  std::vector<Assignment> out;
  if (in_recovery(impl_->parts.recovery)) return out;
  for (const MonitorId& id : ids) {
    MonitorEntry* entry = impl_->parts.directory.by_id(id);
    if (entry == nullptr) continue;
    auto spec = impl_->spec_for(*entry, nullptr);  // where it may go, the agent's host says
    if (!spec) continue;
    seconds interval{0};
    {
      const std::lock_guard lock(entry->mutex);
      if (entry->gone) continue;
      interval = seconds(entry->timing.interval_seconds.value);
    }
    out.push_back({.monitor = id, .spec = *std::move(spec), .interval = interval});
  }
  return out;
}

std::int64_t MonitorWork::assignment_version(AgentId agent) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->versions.find(agent);
  return found == impl_->versions.end() ? impl_->first_version : found->second;
}

}  // namespace connlog
