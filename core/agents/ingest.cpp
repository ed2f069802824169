#include "core/agents/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "core/agents/agent_config.h"
#include "core/agents/flight.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/wire/protocol.h"
#include "core/wire/trust.h"

namespace connlog {
namespace {

constexpr std::size_t kWaitersMax = 8;  // duplicates that wait for the same commit
constexpr microseconds kFailureLogGap = seconds(10);

AgentReply refuse(int status, std::string_view code, int retry_after_seconds = 0) {
  return {.status = status, .body = wire::render_error(code), .retry_after_seconds = retry_after_seconds};
}

// For faults of the appliance: after 503 the agent keeps its installation and its state, and tries again
// (agent-protocol §12.1).
AgentReply our_fault() {
  return refuse(503, wire::kErrorUnavailable);
}

bool has_control_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// `cores` 0: unknown.
Values values_of(const wire::Frame& frame, std::int64_t cores) {
  ValuesBuilder values;
  if (cores > 0) values.set(Metric::cores, cores);
  values.set(Metric::uptime, frame.uptime_seconds);
  values.set(Metric::cpu_percent, frame.cpu_x100);
  values.set(Metric::cpu_peak_percent, frame.cpu_peak_x100);
  values.set(Metric::memory_used, frame.memory_used_mib);
  values.set(Metric::memory_total, frame.memory_total_mib);
  values.set(Metric::disk_used, frame.disk_used_mib);
  values.set(Metric::disk_total, frame.disk_total_mib);
  values.set(Metric::load_1m, frame.load_x100);
  return values.build();
}

// No genuine agent sends control characters (agent-protocol §2.3); a client that does tries to break lines of logs or
// headers.
bool has_hostile_header(const HeartbeatInput& input) {
  for (const std::string_view text :
       {input.agent_version, input.protocol_version, input.config_version, input.os, input.arch, input.hostname,
        input.machine_id, input.cpu_core_count, input.request_id}) {
    if (has_control_byte(text)) return true;
  }
  return false;
}

// The diagnostic exists since 1.8.5, and since then the daemon always sends the X-Quick-Action headers (§4.1, §12.9).
bool daemon_sends_quick_action_headers(std::string_view version) {
  int part[3] = {0, 0, 0};
  int index = 0;
  for (const char c : version) {
    if (c == '.') {
      if (++index == 3) break;
    } else if (c >= '0' && c <= '9') {
      part[index] = std::min(part[index] * 10 + (c - '0'), 100'000);
    } else {
      break;
    }
  }
  return std::make_tuple(part[0], part[1], part[2]) >= std::make_tuple(1, 8, 5);
}

void read_facts(const HeartbeatInput& input, HeartbeatFacts& facts) {
  facts.config_version = wire::config_version(input.config_version).value_or(0);
  facts.agent_version = wire::agent_version(input.agent_version);
  facts.hostname = wire::hostname(input.hostname);
  facts.os = wire::system_word(input.os);
  facts.arch = wire::system_word(input.arch);
  facts.core_count = wire::cpu_core_count(input.cpu_core_count);
  facts.trust = wire::trust_words(input.trust);
  facts.machine_id = wire::machine_id(input.machine_id);
  facts.is_diagnostic = !input.has_quick_action_headers && daemon_sends_quick_action_headers(facts.agent_version);
}

// The interval that the agent runs, as far as its acknowledged version tells. Needs the entry's lock.
std::int64_t interval_in_force(const AgentEntry& entry, std::uint32_t version) {
  if (version == entry.agent.config_version) return entry.agent.interval_seconds;
  if (version == 0) return std::int64_t{60};  // its built-in fallback (§5)
  for (const auto& [offered_version, interval] : entry.offered) {
    if (offered_version == version) return interval;
  }
  return entry.agent.interval_in_force_seconds;  // an older version, which this process did not hand out
}

bool is_rejected(const AgentEntry& entry, const std::string& machine) {
  return std::find(entry.rejected_machines.begin(), entry.rejected_machines.end(), machine) !=
         entry.rejected_machines.end();
}

struct OfferedVerdict {
  MachineVerdict machine;
  bool is_other = false;
};

// Judges the machine from memory. Needs the entry's lock.
OfferedVerdict judge_offered(AgentEntry& entry, const OfferedMachine& offered) {
  OfferedVerdict verdict;
  if (offered.clone.empty() && !offered.machine_id.empty() && offered.machine_id == entry.agent.machine_id) {
    entry.missing_machine_noted = false;
    return verdict;
  }
  const std::string claimed = claimed_machine(entry.agent, offered);
  const MachinePolicy policy = entry.subject.workspace.machine_policy.load(std::memory_order_relaxed);
  verdict.machine =
      judge_machine(entry.agent, policy, offered, is_rejected(entry, claimed), entry.missing_machine_noted);
  verdict.is_other = is_another_machine(entry.agent, offered);
  return verdict;
}

// How a clone of the bound machine is called (Agent::pending_machine_id). The time of a boot is never computed twice the
// same, so a name that is in use already stays. Needs the entry's lock.
std::string clone_name(const AgentEntry& entry, std::string_view hostname, Instant boot) {
  constexpr std::int64_t kSameBootSeconds = 600;
  std::string name = entry.agent.machine_id + "+";
  if (!hostname.empty()) return name + "host:" + std::string(hostname);
  name += "boot:";
  const std::int64_t at = boot.micros / 1'000'000;
  const auto is_it = [&](const std::string& known) {
    std::int64_t known_at = 0;
    if (!known.starts_with(name)) return false;
    const auto [end, error] = std::from_chars(known.data() + name.size(), known.data() + known.size(), known_at);
    return error == std::errc() && std::abs(known_at - at) <= kSameBootSeconds;
  };
  if (is_it(entry.agent.pending_machine_id)) return entry.agent.pending_machine_id;
  for (const std::string& rejected : entry.rejected_machines) {
    if (is_it(rejected)) return rejected;
  }
  return name + std::to_string(at);
}

// Another host with the bound machine's id, by its boot and its host name (clone_watch.h): its name, or nothing. Needs
// the entry's lock.
std::string find_clone(AgentEntry& entry, const HeartbeatFacts& facts, std::optional<std::int64_t> uptime, Instant at,
                       Monotonic now) {
  if (facts.is_diagnostic || is_another_machine(entry.agent, facts.machine())) return {};
  if (!uptime || *uptime <= 0) return {};
  bool is_unsure = false;
  CloneWatch::Host& host = entry.clones.hear(now, *uptime, facts.hostname, is_unsure);
  if (!host.machine.empty()) return host.machine;
  if (!host.is_clone && !is_unsure && entry.agent.pending_machine_id.empty() && entry.rejected_machines.empty())
    return {};
  const Instant boot = at - seconds(std::min<std::int64_t>(*uptime, 4'000'000'000));
  std::string name = clone_name(entry, facts.hostname, boot);
  // Known from before a restart of the appliance.
  if (!facts.hostname.empty() && (name == entry.agent.pending_machine_id || is_rejected(entry, name)))
    host.is_clone = true;
  if (host.is_clone) return host.machine = std::move(name);
  return is_unsure ? name : std::string();
}

}  // namespace

bool would_learn(const Agent& row, const HeartbeatFacts& facts, bool is_other_machine) {
  if (is_other_machine) return false;
  if (!facts.agent_version.empty() && facts.agent_version != row.agent_version) return true;
  if (facts.core_count > 0 && facts.core_count != row.core_count) return true;
  if (!facts.hostname.empty()) return row.hostname != facts.hostname || row.os != facts.os || row.arch != facts.arch;
  return !facts.is_diagnostic && !(row.hostname.empty() && row.os.empty() && row.arch.empty());
}

void learn(Agent& row, const HeartbeatFacts& facts, bool is_other_machine) {
  if (is_other_machine) return;
  if (!facts.agent_version.empty()) row.agent_version = facts.agent_version;
  if (facts.core_count > 0) row.core_count = facts.core_count;
  if (!facts.hostname.empty()) {
    row.hostname = facts.hostname;
    row.os = facts.os;
    row.arch = facts.arch;
  } else if (!facts.is_diagnostic) {
    // The host no longer shares these values: the stored ones are erased (§2.3). A diagnostic never sends its host name
    // (§12.9), so it erases nothing.
    row.hostname.clear();
    row.os.clear();
    row.arch.clear();
  }
}

Ingest::Ingest(Parts parts) : parts_(std::move(parts)) {}

// Only wrong tokens are limited. A token cannot be guessed, so a right one never waits, however many wrong ones come
// from the same address. The same wrong token again is that of an agent whose token was rotated: it gets 401 for as
// long as it asks.
AgentReply Ingest::refuse_stranger(std::string_view address, const TokenDigest& token) const {
  if (parts_.attempts != nullptr && !address.empty()) {
    const std::string account = to_hex(token);
    const AttemptBy by{.address = address, .account = account};
    if (const auto admitted = parts_.attempts->admit(Attempt::agent_token, by); !admitted)
      return refuse(429, wire::kErrorRateLimited, admitted.error().retry_after_seconds);
    parts_.attempts->failed(Attempt::agent_token, by);
  }
  return refuse(401, wire::kErrorUnauthorized);
}

AgentEntry* Ingest::authenticate(std::string_view authorization, std::string_view address, AgentReply& refusal) const {
  const auto token = wire::bearer_token(authorization);
  if (!token) {
    refusal = refuse(401, wire::kErrorUnauthorized);
    return nullptr;
  }
  const TokenDigest digest = digest_token(parts_.token_key, *token);
  AgentEntry* entry = parts_.directory.by_digest(digest);
  if (entry == nullptr) {
    if (parts_.directory.is_unreadable(digest)) {
      refusal = our_fault();
      return nullptr;
    }
    // Only the token of a removed agent is ever answered 410.
    refusal = parts_.directory.is_gone(digest) ? refuse(410, wire::kErrorRemoved) : refuse_stranger(address, digest);
    return nullptr;
  }
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) {
    refusal = refuse(410, wire::kErrorRemoved);
  } else if (!entry->subject.workspace.enabled.load(std::memory_order_relaxed)) {
    refusal = refuse(423, wire::kErrorWorkspaceDisabled);
  } else if (entry->agent.disabled) {
    refusal = refuse(423, wire::kErrorDisabled);
  } else {
    return entry;
  }
  return nullptr;
}

void Ingest::heartbeat(const HeartbeatInput& input, Done done) {
  AgentReply refusal;
  AgentEntry* entry = authenticate(input.authorization, input.address, refusal);
  if (entry == nullptr) return done(std::move(refusal));
  if (!wire::is_protocol_version(input.protocol_version)) return done(refuse(400, wire::kErrorProtocol));
  const auto frame = wire::decode_frame(input.body, {});
  if (!frame) return done(refuse(400, wire::kErrorFrame));
  if (has_hostile_header(input)) return done(refuse(400, wire::kErrorHeader));

  auto flight = std::make_unique<Flight>(*entry);
  HeartbeatFacts& facts = flight->facts;
  read_facts(input, facts);
  if (facts.machine_id.empty() && !wire::is_no_machine_id(input.machine_id))
    return done(refuse(400, wire::kErrorHeader));
  flight->frame = *frame;
  flight->observation.key = wire::request_id(input.request_id);
  flight->observation.at = parts_.clock.now();
  flight->done = std::move(done);
  if (!facts.trust.empty() && !input.trust_to_tell.empty() && !wire::trusts(facts.trust, input.trust_to_tell))
    flight->good.trust = input.trust_to_tell;
  const Way way = judge(*flight);
  if (way == Way::wait) return;
  if (flight->reply.status == 200) flight->reply.body = wire::render_heartbeat_reply(flight->good);
  if (way == Way::answer) return flight->done(std::move(flight->reply));
  if (way == Way::quick) return submit_quick(std::move(flight));
  flight->address = input.address;
  submit_whole(std::move(flight));
}

// Nothing is called out to while the entry's lock is held: a refusal is left in the flight for the caller.
Ingest::Way Ingest::judge(Flight& flight) {
  AgentEntry& entry = flight.entry;
  HeartbeatFacts& facts = flight.facts;
  const RequestId& request_id = flight.observation.key;
  const Monotonic now = parts_.clock.monotonic();
  const auto refused = [&flight](AgentReply why) {
    flight.reply = std::move(why);
    return Way::answer;
  };
  const std::lock_guard lock(entry.mutex);
  flight.good.server_time = flight.observation.at;
  flight.good.expected_interval_seconds = entry.agent.interval_seconds;
  flight.good.config_outdated = facts.config_version != entry.agent.config_version;
  flight.good.latest_config_version = entry.agent.config_version;
  if (!facts.trust.empty() && entry.trust != facts.trust) entry.trust = facts.trust;

  // ── The same cycle again? ──
  switch (entry.request_ids.find(request_id)) {
    case RequestIds::Known::committed:
      return Way::answer;
    case RequestIds::Known::in_flight:
      if (entry.waiting.size() >= kWaitersMax) return refused(our_fault());
      entry.waiting.emplace_back(request_id, std::move(flight.done));
      return Way::wait;
    case RequestIds::Known::no:
      break;
  }

  // ── Whose machine? ──
  facts.clone = find_clone(entry, facts, flight.frame.uptime_seconds, flight.observation.at, now);
  const OfferedVerdict offered = judge_offered(entry, facts.machine());
  const MachineVerdict& machine = offered.machine;
  if (!machine.accepted && machine.event.empty()) {  // known, and recorded before
    return refused(refuse(403, wire::kErrorMachine));
  }
  flight.source = offered.is_other      ? HeartbeatSource::other_machine
                  : facts.is_diagnostic ? HeartbeatSource::diagnostic
                                        : HeartbeatSource::daemon;

  // ── Too soon? ──
  if (parts_.limit_heartbeats) {
    const int wait_seconds = entry.limit.admit(flight.source, now);
    if (wait_seconds > 0) {
      if (machine.accepted) {  // too early, but the agent is alive
        const std::lock_guard subject_lock(entry.subject.mutex);
        Watch::hear(entry.subject, now);
      }
      return refused(refuse(429, wire::kErrorRateLimited, wait_seconds));
    }
  }

  take_values(flight);
  flight.admitted_at = now;
  judge_observation(flight, machine);
  // From here on the heartbeat is under way: a duplicate waits for its answer.
  entry.acknowledged_version = facts.config_version;
  entry.request_ids.begin(request_id);
  return flight.is_whole ? Way::whole : Way::quick;
}

// What the heartbeat says. Needs the entry's lock.
void Ingest::take_values(Flight& flight) {
  const Agent& agent = flight.entry.agent;
  wire::Frame& frame = flight.frame;
  // The agent does not run the current configuration yet. The load may still be switched off there, and 0 then means
  // "not measured" (§4.2).
  const std::uint32_t version = flight.facts.config_version;
  const bool may_be_off = version != agent.config_version && version != 0;
  if (!agent.metrics.load || (may_be_off && frame.load_x100 == 0)) frame.load_x100.reset();
  const std::int64_t told = flight.facts.core_count;
  flight.observation.values = values_of(frame, told > 0 ? told : agent.core_count);
}

// Whole when it changes more than the log, at once when it changes a state. Silence counts anew from here. Needs the
// entry's lock.
void Ingest::judge_observation(Flight& flight, const MachineVerdict& machine) {
  const AgentEntry& entry = flight.entry;
  const Agent& agent = entry.agent;
  SubjectEntry& subject = entry.subject;
  const bool is_other = flight.source == HeartbeatSource::other_machine;
  flight.interval_in_force =
      is_other ? agent.interval_in_force_seconds : interval_in_force(entry, flight.facts.config_version);
  const bool learns =
      would_learn(agent, flight.facts, is_other) || flight.interval_in_force != agent.interval_in_force_seconds;

  const std::lock_guard subject_lock(subject.mutex);
  flight.after_gap = parts_.watch.ends_a_gap(subject, flight.admitted_at);
  const Effect effect = parts_.watch.judge(subject, flight.observation, flight.after_gap);
  flight.is_whole = learns || !machine.event.empty() || effect != Effect::none;
  flight.urgency = !machine.event.empty() || effect == Effect::incident ? Urgency::at_once : Urgency::may_wait;
  if (machine.accepted) Watch::hear(subject, flight.admitted_at);
  if (flight.is_whole) ++subject.in_flight;
}

void Ingest::submit_quick(std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();  // the completion runs exactly once and takes it back
  parts_.watch.submit(raw->entry.subject, raw->observation,
                      [this, raw](const Result<void>& outcome) { land(std::unique_ptr<Flight>(raw), outcome); });
}

void Ingest::submit_whole(std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();
  parts_.stores.submit(
      raw->urgency, [this, raw](Transaction& tx) { return write_whole(tx, *raw); },
      [this, raw](const Result<void>& outcome) { land(std::unique_ptr<Flight>(raw), outcome); });
}

void Ingest::land(std::unique_ptr<Flight> flight, const Result<void>& outcome) {
  AgentEntry& entry = flight->entry;
  const bool stored = outcome.has_value();
  if (!stored) flight->reply = our_fault();
  const bool accepted = flight->reply.status == 200;
  std::vector<Done> waiters;
  {
    const std::lock_guard lock(entry.mutex);
    const RequestId& id = flight->observation.key;
    if (accepted) {
      entry.request_ids.commit(id);
    } else {
      entry.request_ids.abort(id);
      if (!stored) entry.limit.take_back(flight->source, flight->admitted_at);
    }
    if (flight->is_whole) {
      const std::lock_guard subject_lock(entry.subject.mutex);
      --entry.subject.in_flight;
    }
    if (!entry.waiting.empty()) waiters = take_waiters(entry, id);
  }
  const bool due = parts_.watch.landed(entry.subject, flight->observation, accepted, flight->admitted_at);
  if (!stored) log_failure(outcome.error());
  for (const Done& waiter : waiters) waiter(flight->reply);
  if (accepted && (due || flight->row_changed) && parts_.bus.watched())
    parts_.watch.publish_observed(entry.subject, flight->observation);
  flight->done(std::move(flight->reply));
}

std::vector<Ingest::Done> Ingest::take_waiters(AgentEntry& entry, const RequestId& id) {
  std::vector<Done> waiters;
  for (auto& [waiting_for, waiter] : entry.waiting) {
    if (waiting_for == id) waiters.push_back(std::move(waiter));
  }
  std::erase_if(entry.waiting, [&](const auto& waiter) { return waiter.first == id; });
  return waiters;
}

// At most once in kFailureLogGap: a full disk must not also fill the log.
void Ingest::log_failure(const Error& error) {
  const std::int64_t now = parts_.clock.monotonic().micros;
  std::int64_t last = failure_logged_.load(std::memory_order_relaxed);
  if ((last == 0 || now - last > kFailureLogGap.count()) && failure_logged_.compare_exchange_strong(last, now))
    log_error("heartbeats_not_stored", {{"why", error.message}, {"cause", error.cause}});
}

AgentReply Ingest::config(std::string_view authorization, std::string_view address) {
  AgentReply refusal;
  AgentEntry* entry = authenticate(authorization, address, refusal);
  if (entry == nullptr) return refusal;
  AgentReply reply;
  std::int64_t longer_interval = 0;
  {
    const std::lock_guard lock(entry->mutex);
    const Agent& agent = entry->agent;
    reply.body = wire::render_config(config_of(agent));
    entry->offered[entry->offered_next] = {agent.config_version, agent.interval_seconds};
    entry->offered_next = (entry->offered_next + 1) % entry->offered.size();
    // The agent may run a longer interval from its next sleep on, before a heartbeat acknowledges it.
    if (agent.interval_in_force_seconds > 0 && agent.interval_seconds > agent.interval_in_force_seconds) {
      longer_interval = agent.interval_seconds;
      entry->agent.interval_in_force_seconds = longer_interval;
      const std::lock_guard subject_lock(entry->subject.mutex);
      parts_.watch.expect_within(entry->subject, silence_window(entry->agent));
    }
  }
  if (longer_interval > 0) {
    parts_.stores.submit(
        Urgency::may_wait,
        [this, entry, longer_interval](Transaction& tx) -> Result<void> {
          auto row = TRY(parts_.agents.find(tx, entry->subject.workspace.id, entry->id));
          if (!row || row->interval_in_force_seconds >= longer_interval) return {};
          row->interval_in_force_seconds = longer_interval;
          TRY(parts_.agents.update(tx, *row));
          tx.after_commit([this, changed = *row] { parts_.directory.put(changed); });
          return {};
        },
        [](const Result<void>& outcome) {
          // The entry in memory has the interval; only a restart right now would lose it.
          if (!outcome) log_warning("interval_not_stored", {{"why", outcome.error().message}});
        });
  }
  return reply;
}

std::optional<Ingest::Known> Ingest::whose(std::string_view authorization, std::string_view address,
                                            AgentReply& refusal) const {
  const AgentEntry* entry = authenticate(authorization, address, refusal);
  if (entry == nullptr) return std::nullopt;
  return Known{.workspace = entry->subject.workspace.id, .agent = entry->id};
}

AgentReply Ingest::endpoint_assignment(std::string_view authorization, std::string_view address) {
  AgentReply refusal;
  if (authenticate(authorization, address, refusal) == nullptr) return refusal;
  return {.status = 200, .body = wire::render_assignment(parts_.public_url), .retry_after_seconds = 0};
}

}  // namespace connlog
