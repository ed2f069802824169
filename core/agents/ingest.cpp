#include "core/agents/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "core/agents/agent_config.h"
#include "core/wire/protocol.h"
#include "core/wire/trust.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/agents/flight.h"

namespace connlog {
namespace {

constexpr std::size_t kWaitersMax = 8;          // duplicates that wait for the same commit
constexpr microseconds kEventGap = seconds(1);  // between two live events of one agent, at least
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

HeartbeatFacts facts_of(const HeartbeatInput& input) {
  HeartbeatFacts facts;
  facts.config_version = wire::config_version(input.config_version).value_or(0);
  facts.agent_version = wire::agent_version(input.agent_version);
  facts.hostname = wire::hostname(input.hostname);
  facts.os = wire::system_word(input.os);
  facts.arch = wire::system_word(input.arch);
  facts.core_count = wire::cpu_core_count(input.cpu_core_count);
  facts.trust = wire::trust_words(input.trust);
  facts.is_diagnostic = !input.has_quick_action_headers && daemon_sends_quick_action_headers(facts.agent_version);
  facts.machine = {.machine_id = wire::machine_id(input.machine_id),
                   .hostname = facts.hostname,
                   .is_diagnostic = facts.is_diagnostic};
  return facts;
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
  verdict.machine = judge_machine(entry.agent, entry.workspace.machine_policy.load(std::memory_order_relaxed), offered,
                                  is_rejected(entry, claimed), entry.missing_machine_noted);
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
std::string find_clone(AgentEntry& entry, const HeartbeatFacts& facts, std::span<const std::uint8_t> body, Instant at,
                       Monotonic now) {
  if (facts.is_diagnostic || is_another_machine(entry.agent, facts.machine)) return {};
  const auto frame = wire::decode_frame(body, {});
  if (!frame || !frame->uptime_seconds || *frame->uptime_seconds <= 0) return {};
  bool is_unsure = false;
  CloneWatch::Host& host = entry.clones.hear(now, *frame->uptime_seconds, facts.hostname, is_unsure);
  if (!host.machine.empty()) return host.machine;
  if (!host.is_clone && !is_unsure && entry.agent.pending_machine_id.empty() && entry.rejected_machines.empty())
    return {};
  const Instant boot = at - seconds(std::min<std::int64_t>(*frame->uptime_seconds, 4'000'000'000));
  std::string name = clone_name(entry, facts.hostname, boot);
  // Known from before a restart of the appliance.
  if (!facts.hostname.empty() && (name == entry.agent.pending_machine_id || is_rejected(entry, name)))
    host.is_clone = true;
  if (host.is_clone) return host.machine = std::move(name);
  return is_unsure ? name : std::string();
}

// Needs the entry's lock.
void hear(AgentEntry& entry, Monotonic now) {
  entry.heard = now;
  entry.heard_here = true;
}

}  // namespace

bool would_learn(const Agent& row, const HeartbeatFacts& facts, bool is_other_machine) {
  if (!row.first_seen_at.is_set() || row.offline_since.is_set()) return true;
  if (is_other_machine) return false;
  if (!facts.agent_version.empty() && facts.agent_version != row.agent_version) return true;
  if (facts.core_count > 0 && facts.core_count != row.core_count) return true;
  if (!facts.hostname.empty()) return row.hostname != facts.hostname || row.os != facts.os || row.arch != facts.arch;
  return !facts.is_diagnostic && !(row.hostname.empty() && row.os.empty() && row.arch.empty());
}

void learn(Agent& row, const HeartbeatFacts& facts, bool is_other_machine, Instant now) {
  if (!row.first_seen_at.is_set()) row.first_seen_at = now;
  row.offline_since = {};
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
  AgentEntry* entry = parts_.directory.impl().by_digest(digest);
  if (entry == nullptr) {
    refusal = refuse_stranger(address, digest);
    return nullptr;
  }
  const std::lock_guard lock(entry->mutex);
  if (entry->agent.removed_at.is_set()) {
    refusal = refuse(410, wire::kErrorRemoved);  // only a tombstone is ever answered 410
  } else if (!entry->workspace.enabled.load(std::memory_order_relaxed)) {
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
  if (input.body.size() != wire::kFrameBytes) return done(refuse(400, wire::kErrorFrame));
  if (has_hostile_header(input)) return done(refuse(400, wire::kErrorHeader));

  auto flight = std::make_unique<Flight>(*entry);
  flight->facts = facts_of(input);
  if (flight->facts.machine.machine_id.empty() && !wire::is_no_machine_id(input.machine_id))
    return done(refuse(400, wire::kErrorHeader));
  flight->reading.request_id = wire::request_id(input.request_id);
  flight->reading.at = parts_.clock.now();
  flight->done = std::move(done);
  if (!flight->facts.trust.empty() && !input.trust_to_tell.empty() &&
      !wire::trusts(flight->facts.trust, input.trust_to_tell))
    flight->trust_to_tell = input.trust_to_tell;
  switch (judge(*flight, input.body)) {
    case Way::answer:
      return flight->done(std::move(flight->reply));
    case Way::wait:
      return;
    case Way::quick:
      return submit_quick(std::move(flight));
    case Way::whole:
      flight->address = input.address;
      return submit_whole(std::move(flight));
  }
}

// Nothing is called out to while the entry's lock is held: a refusal is left in the flight for the caller.
Ingest::Way Ingest::judge(Flight& flight, std::span<const std::uint8_t> body) {
  AgentEntry& entry = flight.entry;
  const HeartbeatFacts& facts = flight.facts;
  const RequestId& request_id = flight.reading.request_id;
  const Monotonic monotonic = parts_.clock.monotonic();
  const auto refused = [&flight](AgentReply why) {
    flight.reply = std::move(why);
    return Way::answer;
  };
  const std::lock_guard lock(entry.mutex);
  flight.reply.body =
      wire::render_heartbeat_reply({.server_time = flight.reading.at,
                                    .expected_interval_seconds = entry.agent.interval_seconds,
                                    .config_outdated = facts.config_version != entry.agent.config_version,
                                    .latest_config_version = entry.agent.config_version,
                                    .trust = flight.trust_to_tell});
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
  flight.facts.machine.clone = find_clone(entry, facts, body, flight.reading.at, monotonic);
  const OfferedVerdict offered = judge_offered(entry, facts.machine);
  const MachineVerdict& machine = offered.machine;
  if (!machine.accepted && machine.event.empty()) {  // known, and recorded before
    return refused(refuse(403, wire::kErrorMachine));
  }
  flight.source = offered.is_other      ? HeartbeatSource::other_machine
                  : facts.is_diagnostic ? HeartbeatSource::diagnostic
                                        : HeartbeatSource::daemon;

  // ── Too soon? ──
  if (parts_.limit_heartbeats) {
    const int wait_seconds = entry.limit.admit(flight.source, monotonic);
    if (wait_seconds > 0) {
      if (machine.accepted) hear(entry, monotonic);  // too early, but the agent is alive
      return refused(refuse(429, wire::kErrorRateLimited, wait_seconds));
    }
  }

  take_reading(flight, body);
  flight.after_gap = ends_a_gap(entry, monotonic);
  choose_way(flight, machine);
  // From here on the heartbeat is under way: a duplicate waits for its answer, and silence counts anew.
  if (machine.accepted) hear(entry, monotonic);
  entry.acknowledged_version = facts.config_version;
  entry.request_ids.begin(request_id);
  if (flight.is_whole) ++entry.engine_in_flight;
  flight.admitted_at = monotonic;
  return flight.is_whole ? Way::whole : Way::quick;
}

// What the heartbeat says. Needs the entry's lock.
void Ingest::take_reading(Flight& flight, std::span<const std::uint8_t> body) {
  const AgentEntry& entry = flight.entry;
  Reading& reading = flight.reading;
  reading.workspace = entry.workspace.id;
  reading.agent = entry.id;
  wire::Frame frame = wire::decode_frame(body, entry.agent.metrics).value_or(wire::Frame());
  // The agent does not run the current configuration yet. The load may still be switched off there, and 0 then means
  // "not measured" (§4.2).
  const std::uint32_t version = flight.facts.config_version;
  if (version != entry.agent.config_version && version != 0 && frame.load_x100 == 0) frame.load_x100.reset();
  const std::int64_t told = flight.facts.core_count;
  reading.values = values_of(frame, told > 0 ? told : entry.agent.core_count);
}

// Whether the agent was silent for longer than its window until `now`. Needs the entry's lock.
bool Ingest::ends_a_gap(const AgentEntry& entry, Monotonic now) const {
  const AgentDirectory::Impl& directory = parts_.directory.impl();
  const Monotonic heard_before =
      std::max(entry.heard_here ? entry.heard : Monotonic{0}, std::max(entry.silence_from, directory.listening()));
  return directory.is_listening() && now - heard_before > silence_window(entry);
}

// Whole when it changes more than the log, at once when it changes a state. Needs the entry's lock.
void Ingest::choose_way(Flight& flight, const MachineVerdict& machine) const {
  const AgentEntry& entry = flight.entry;
  const Agent& agent = entry.agent;
  const bool is_other = flight.source == HeartbeatSource::other_machine;
  flight.interval_in_force =
      is_other ? agent.interval_in_force_seconds : interval_in_force(entry, flight.facts.config_version);
  const bool learns =
      would_learn(agent, flight.facts, is_other) || flight.interval_in_force != agent.interval_in_force_seconds;
  const AlertRunner::Effect effect = parts_.runner.might_change(entry, flight.reading, flight.after_gap);
  const bool changes_state = !agent.first_seen_at.is_set() || agent.offline_since.is_set();
  flight.is_whole = learns || !machine.event.empty() || effect != AlertRunner::Effect::none;
  flight.urgency = changes_state || !machine.event.empty() || effect == AlertRunner::Effect::incident
                       ? Urgency::at_once
                       : Urgency::may_wait;
}

void Ingest::submit_quick(std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();  // the completion runs exactly once and takes it back
  parts_.readings.submit(raw->reading,
                         [this, raw](Result<void> outcome) { land(std::unique_ptr<Flight>(raw), outcome); });
}

void Ingest::submit_whole(std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();
  parts_.stores.submit(
      raw->urgency, [this, raw](Transaction& tx) { return write_whole(tx, *raw); },
      [this, raw](Result<void> outcome) { land(std::unique_ptr<Flight>(raw), outcome); });
}

void Ingest::land(std::unique_ptr<Flight> flight, const Result<void>& outcome) {
  AgentEntry& entry = flight->entry;
  const bool stored = outcome.has_value();
  if (!stored) flight->reply = our_fault();
  const bool accepted = flight->reply.status == 200;
  std::vector<Done> waiters;
  bool publish_now = false;
  {
    const std::lock_guard lock(entry.mutex);
    const RequestId& id = flight->reading.request_id;
    if (accepted) {
      entry.request_ids.commit(id);
      entry.newest = flight->reading;  // the last committed, not the latest: the wall clock may have stepped back
      entry.last_seen_at = flight->reading.at;
    } else {
      entry.request_ids.abort(id);
      if (!stored) entry.limit.take_back(flight->source, flight->admitted_at);
    }
    if (flight->is_whole) --entry.engine_in_flight;
    if (!entry.waiting.empty()) {
      for (auto& [waiting_for, waiter] : entry.waiting) {
        if (waiting_for == id) waiters.push_back(std::move(waiter));
      }
      std::erase_if(entry.waiting, [&](const auto& waiter) { return waiter.first == id; });
    }
    if (accepted) {
      parts_.directory.impl().plan_look(entry);
      const bool due = !entry.event_seen || flight->admitted_at - entry.event_published >= kEventGap;
      publish_now = parts_.bus.watched() && (due || flight->row_changed);
      if (publish_now) {
        entry.event_published = flight->admitted_at;
        entry.event_seen = true;
      }
    }
  }
  if (!stored) {
    // Logged at most once in kFailureLogGap: a full disk must not also fill the log.
    const std::int64_t now = parts_.clock.monotonic().micros;
    std::int64_t last = failure_logged_.load(std::memory_order_relaxed);
    if ((last == 0 || now - last > kFailureLogGap.count()) && failure_logged_.compare_exchange_strong(last, now)) {
      log_error("heartbeats_not_stored", {{"why", outcome.error().message}, {"cause", outcome.error().cause}});
    }
  }
  for (const Done& waiter : waiters) waiter(flight->reply);
  if (publish_now) publish(entry, flight->reading);
  flight->done(std::move(flight->reply));
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
    }
  }
  if (longer_interval > 0) {
    parts_.stores.submit(
        Urgency::may_wait,
        [this, entry, longer_interval](Transaction& tx) -> Result<void> {
          auto row = TRY(parts_.agents.find(tx, entry->workspace.id, entry->id));
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

AgentReply Ingest::endpoint_assignment(std::string_view authorization, std::string_view address) {
  AgentReply refusal;
  if (authenticate(authorization, address, refusal) == nullptr) return refusal;
  return {.status = 200, .body = wire::render_assignment(parts_.public_url), .retry_after_seconds = 0};
}

namespace {

// The members of "values", as the API shows them in the agent's "latest".
std::string values_text(const Values& values) {
  std::string out;
  for (const MetricRow& row : kMetricTable) {
    const std::optional<std::int64_t> value = value_of(row, values);
    if (!value) continue;
    fmt::format_to(std::back_inserter(out), R"({}{{"metric":"{}","part":"","value":{}}})", out.empty() ? "" : ",",
                   row.word, value_text(row, *value));
  }
  return out;
}

}  // namespace

void Ingest::publish(AgentEntry& entry, const Reading& reading) {
  const auto live = parts_.directory.find(entry.workspace.id, entry.id);
  if (!live) return;
  const std::string workspace = entry.workspace.id.text();
  const std::string agent = entry.id.text();
  const std::string at = to_iso8601(reading.at);
  std::string data = fmt::format(
      R"({{"workspace_id":"{}","agent_id":"{}","state":"{}","last_seen_at":"{}","latest":{{"at":"{}","values":[{}]}}}})",
      workspace, agent, to_text(live->state), at, at, values_text(reading.values));
  parts_.bus.publish({entry.workspace.id, EventScope::about(entry.id), EventName::agent_heartbeat, std::move(data)});
}

}  // namespace connlog
