#include "core/monitors/pings.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "core/base/log.h"
#include "core/base/secret_shapes.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

using Answered = PingAnswer::Outcome;

constexpr seconds kDay{86'400};
constexpr seconds kLongestRun{72 * 3'600};
constexpr int kEarlierPings = 20;  // among which a run's start is looked for
constexpr std::size_t kSaidBytesMax = 250;
constexpr std::size_t kWaitersMax = 64;  // for the same new check

std::string lower(std::string_view text) {
  return folded(text);
}

std::optional<Uuid> uuid_of(std::string_view text) {
  Uuid uuid;
  if (!parse_uuid(text, uuid)) return std::nullopt;
  return uuid;
}

// Gatus' key of an endpoint is its group and its name, joined by an underscore.
bool is_named(const Monitor& monitor, std::string_view key) {
  if (!monitor.ping) return false;
  const std::string& slug = monitor.ping->slug;
  return key == slug || (key.size() > slug.size() && key.ends_with(slug) && key[key.size() - slug.size() - 1] == '_');
}

// What makes a call invalid whatever the check is: nothing is recorded then.
std::optional<PingAnswer::Outcome> wrong_in(const PingCall& call) {
  if (call.exit_status.value_or(0) > Pings::kExitMax) return PingAnswer::Outcome::bad_exit;
  if (call.rid && !uuid_of(*call.rid)) return PingAnswer::Outcome::bad_rid;
  return std::nullopt;
}

// "exit status 3", "disk full", or nothing.
std::string detail_of(const PingCall& call, const Ping& ping, bool is_inverted) {
  if (ping.kind != PingKind::fail) return {};
  if (!call.said.empty()) return fmt::format("it said: {}", cut(mask_secrets(harmless(call.said)), kSaidBytesMax));
  if (is_inverted) return "it said that it succeeded, which counts as a failure here";
  if (ping.exit_status.value_or(0) > 0) return fmt::format("it failed with exit status {}", *ping.exit_status);
  return "it said that it failed";
}

// Of a run whose start was closed by another ping: the newest earlier ping of the same run is its start. The check itself
// has no duration then.
Result<std::optional<microseconds>> duration_of(Snapshot& snapshot, const PingStore& store, const Ping& ping) {
  const std::vector<Ping> earlier =
      TRY(store.list(snapshot, ping.workspace, ping.monitor, ping.n, kEarlierPings));
  for (const Ping& each : earlier) {
    if (ping.at - each.at > kLongestRun) break;
    if (!each.rid || each.rid->bytes != ping.rid->bytes) continue;
    if (each.kind == PingKind::start) return std::optional(std::max(ping.at - each.at, microseconds(0)));
    if (each.kind == PingKind::success || each.kind == PingKind::fail) break;
  }
  return std::optional<microseconds>();
}

// Of an inverted monitor (Uptime Kuma's upside-down mode).
PingKind turned_round(PingKind kind) {
  if (kind == PingKind::success) return PingKind::fail;
  return kind == PingKind::fail ? PingKind::success : kind;
}

// Whether the ping changes more than the time of the last one.
bool changes_something(const PingState& before, PingKind kind, State observed, bool is_paused) {
  if (kind == PingKind::fail) return observed != State::down || before.is_new || is_paused;
  if (kind == PingKind::success)
    return observed != State::up || before.is_new || is_paused || before.last_start.is_set();
  return kind == PingKind::start && !before.last_start.is_set();
}

}  // namespace

// One ping between its judgement and its answer. One thread owns it at a time.
struct Pings::Flight {
  explicit Flight(MonitorEntry& of) : entry(of) {}

  MonitorEntry& entry;
  Ping ping;
  PingRequest request;
  PingState before, after;
  std::int64_t keep = 20;
  std::optional<Observation> observation;  // absent: it changes nothing that is observed
  Done done;
  PingAnswer answer;
  Monotonic admitted_at{};
  Urgency urgency = Urgency::may_wait;
  bool after_gap = false, is_whole = false, resumes = false, tells_address = false;
  bool is_counted = false;  // beyond what one check may store: its count is written, and nothing else of it
};

struct Pings::Inside {
  struct Made {
    Instant day;
    int count = 0;
    bool told = false;
  };
  std::mutex mutex;  // guards what follows
  std::map<WorkspaceId, Made> created;
  // Pings for a check that is being made: they come after it.
  std::map<std::pair<WorkspaceId, std::string>, std::vector<std::pair<PingCall, Done>>> waiting;
  std::map<MonitorId, Instant> address_told;
  std::atomic<std::uint64_t> not_stored{0};
};

Pings::Pings(Parts parts)
    : parts_(std::move(parts)),
      digest_key_(parts_.keyring.derive(key_purpose::kTokenDigest)),
      inside_(std::make_unique<Inside>()) {}

Pings::~Pings() = default;

std::uint64_t Pings::not_stored() const {
  return inside_->not_stored.load(std::memory_order_relaxed);
}

// ── Finding ──

// Only wrong addresses are limited. An address cannot be guessed, so a right one never waits. The same wrong one again is
// that of a job whose check was removed: it gets 404 for as long as it asks.
PingAnswer Pings::refuse_stranger(const PingCall& call) const {
  PingAnswer answer{.outcome = Answered::unknown};
  if (parts_.attempts == nullptr || call.address.empty()) return answer;
  const std::string account = to_hex(digest_token(digest_key_, call.key));
  const AttemptBy by{.address = call.address, .account = account};
  if (const auto admitted = parts_.attempts->admit(Attempt::ping_address, by); !admitted)
    return {.outcome = Answered::limited, .retry_after_seconds = admitted.error().retry_after_seconds};
  parts_.attempts->failed(Attempt::ping_address, by);
  return answer;
}

// Null: answered.
MonitorEntry* Pings::find(const PingCall& call, Done& done) {
  MonitorEntry* entry = nullptr;
  if (call.by == PingCall::By::uuid) {
    entry = parts_.directory.by_ping_uuid(digest_token(digest_key_, lower(call.key)));
  } else {
    entry = parts_.directory.by_ping_token(digest_token(digest_key_, call.key));
  }
  if (entry == nullptr) done(refuse_stranger(call));
  return entry;
}

void Pings::receive(PingCall call, Done done) {
  if (call.by == PingCall::By::slug) return by_slug(std::move(call), std::move(done));
  if (MonitorEntry* entry = find(call, done)) accept(*entry, std::move(call), std::move(done), false);
}

// A job that goes on with a dead key must not fill the trail.
bool Pings::may_tell_misuse(const KeyAtTheDoor& key) const {
  if (parts_.attempts == nullptr) return true;
  const std::string key_and_verdict = fmt::format("{}, {}", key.key->id.text(), to_text(key.verdict));
  return parts_.attempts->admit(Attempt::dead_key, {.address = key_and_verdict}).has_value();
}

void Pings::by_slug(PingCall call, Done done) {
  KeyAtTheDoor key;
  const auto looked = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    key = TRY(parts_.keys.look(snapshot, call.key, call.address, ApiKeyForm::ping));
    return {};
  });
  if (!looked) return done({.outcome = Answered::unavailable});
  if (key.verdict != KeyAtTheDoor::Verdict::welcome) {
    if (key.key && may_tell_misuse(key)) {
      parts_.stores.submit(
          Urgency::may_wait,
          [this, key, address = call.address](Transaction& tx) { return parts_.keys.note_misuse(tx, key, address); },
          [](const Result<void>&) {});
    }
    return done(refuse_stranger(call));
  }
  if (parts_.keys.should_note(*key.key)) {
    parts_.stores.submit(
        Urgency::may_wait,
        [this, id = key.key->id, address = call.address](Transaction& tx) {
          return parts_.keys.note_use(tx, id, address);
        },
        [](const Result<void>&) {});
  }
  const std::vector<MonitorEntry*> found = parts_.directory.by_slug(key.key->workspace, call.slug);
  if (found.size() > 1) return done({.outcome = Answered::ambiguous});
  if (found.size() == 1) return accept(*found.front(), std::move(call), std::move(done), false);
  const WorkspaceLive& workspace = parts_.directory.subjects().impl().workspace(key.key->workspace);
  const bool may_make = call.create && parts_.create && workspace.enabled.load(std::memory_order_relaxed);
  if (!may_make) return done({.outcome = Answered::not_found});
  if (const auto wrong = wrong_in(call)) return done({.outcome = *wrong});
  make(key, std::move(call), std::move(done));
}

// ── New checks ──

void Pings::make(const KeyAtTheDoor& key, PingCall call, Done done) {
  const WorkspaceId workspace = key.key->workspace;
  Actor actor = ApiKeys::actor_of(key, call.address);
  actor.workspace = workspace;
  const Instant now = parts_.clock.believed();
  bool is_told = false, is_limited = false;
  {
    const std::lock_guard lock(inside_->mutex);
    if (const auto under_way = inside_->waiting.find({workspace, call.slug}); under_way != inside_->waiting.end()) {
      if (under_way->second.size() < kWaitersMax) {
        under_way->second.emplace_back(std::move(call), std::move(done));
        return;
      }
      is_limited = true;
    } else {
      Inside::Made& made = inside_->created[workspace];
      if (!made.day.is_set() || now - made.day >= kDay || now < made.day) made = {.day = now};
      is_limited = made.count >= kCreatesADay;
      is_told = is_limited && std::exchange(made.told, true);
      if (!is_limited) {
        ++made.count;
        inside_->waiting.emplace(std::pair(workspace, call.slug), std::vector<std::pair<PingCall, Done>>());
      }
    }
  }
  if (is_limited) {
    if (!is_told) {
      parts_.stores.submit(
          Urgency::may_wait,
          [this, actor, workspace](Transaction& tx) {
            return parts_.audit.append_security(tx, actor, workspace, {}, "monitor.pings_create_limited", actor.name);
          },
          [](const Result<void>&) {});
    }
    return done({.outcome = Answered::limited, .retry_after_seconds = 3'600});
  }
  auto making = std::make_shared<Making>(Making{std::move(call), std::move(done)});
  parts_.stores.submit(
      Urgency::at_once,
      [this, actor, making](Transaction& tx) -> Result<void> {
        // Somebody else may have made it since: its row is there before memory has it.
        const auto known = TRY(parts_.pings.by_slug(tx, actor.workspace, making->call.slug));
        making->is_new = known.empty();
        if (!known.empty()) {
          making->monitor = known.front();
          return {};
        }
        making->monitor = TRY(parts_.create(tx, actor, making->call.slug));
        return {};
      },
      [this, workspace, making](const Result<void>& outcome) { made(workspace, outcome, std::move(*making)); });
}

void Pings::made(WorkspaceId workspace, const Result<void>& outcome, Making making) {
  std::vector<std::pair<PingCall, Done>> waiters;
  {
    const std::lock_guard lock(inside_->mutex);
    const auto under_way = inside_->waiting.find({workspace, making.call.slug});
    if (under_way != inside_->waiting.end()) {
      waiters = std::move(under_way->second);
      inside_->waiting.erase(under_way);
    }
  }
  MonitorEntry* entry = outcome ? parts_.directory.by_id(making.monitor) : nullptr;
  if (entry == nullptr) {
    Answered why = Answered::not_found;  // as many monitors as there may be
    if (!outcome && outcome.error().code == ErrorCode::unavailable) why = Answered::unavailable;
    making.done({.outcome = why});
    for (auto& [waiting, answer] : waiters) answer({.outcome = why});
    return;
  }
  accept(*entry, std::move(making.call), std::move(making.done), making.is_new);
  for (auto& [waiting, answer] : waiters) accept(*entry, std::move(waiting), std::move(answer), false);
}

// ── One ping ──

namespace {

// Answers a ping that is only counted, after the commit of the count. What is written is the state as it is by then, so
// that no order of two of them loses one.
template <typename Flight>
void count(Stores& stores, PingStore& pings, std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();  // the completion runs exactly once and takes it back
  stores.submit(
      Urgency::may_wait,
      [&pings, raw](Transaction& tx) {
        PingState now;
        {
          const std::lock_guard lock(raw->entry.mutex);
          now = raw->entry.ping;
        }
        return pings.put_state(tx, raw->entry.subject.workspace.id, raw->entry.id, now);
      },
      [raw](const Result<void>& outcome) {
        const std::unique_ptr<Flight> landed(raw);
        if (!outcome) landed->answer.outcome = Answered::unavailable;
        landed->done(landed->answer);
      });
}

}  // namespace

void Pings::accept(MonitorEntry& entry, PingCall call, Done done, bool is_new) {
  if (const auto wrong = wrong_in(call)) return done({.outcome = *wrong});
  auto flight = std::make_unique<Flight>(entry);
  flight->done = std::move(done);
  if (is_new) flight->answer.outcome = Answered::created;
  if (!judge(*flight, call)) {
    if (!flight->is_counted) return flight->done(flight->answer);
    return count(parts_.stores, parts_.pings, std::move(flight));
  }
  // Long bodies take their time, so the entry's lock is not held.
  flight->ping.body = body_to_keep(call.body, static_cast<std::size_t>(flight->answer.body_limit));
  Flight* raw = flight.release();  // the completion runs exactly once and takes it back
  parts_.stores.submit(
      raw->urgency, [this, raw](Transaction& tx) { return write(tx, *raw); },
      [this, raw](const Result<void>& outcome) { land(std::unique_ptr<Flight>(raw), outcome); });
}

// True: it may be stored. Needs the entry's lock.
bool Pings::may_store(MonitorEntry& entry, bool changes, Monotonic now) const {
  const Instant at{now.micros};
  if (entry.limited_from.is_set() && at > entry.limited_from) {
    const double passed = std::chrono::duration<double>(at - entry.limited_from).count();
    entry.limit_left = std::min(kBurst, entry.limit_left + passed * kPerSecond);
  }
  entry.limited_from = at;
  if (entry.limit_left < (changes ? 1 - kOverdraft : 1)) return false;
  entry.limit_left -= 1;
  return true;
}

// What the ping is, but for what it means. Needs the entry's lock.
void Pings::take_request(Flight& flight, const PingCall& call) const {
  const MonitorEntry& entry = flight.entry;
  Ping& ping = flight.ping;
  ping.monitor = entry.id;
  ping.workspace = entry.subject.workspace.id;
  ping.at = parts_.clock.now();
  ping.scheme = call.scheme;
  ping.method = cut(harmless(call.method), 20);
  ping.address = call.address;
  ping.user_agent = cut(harmless(call.user_agent), kUserAgentCharacters);
  ping.exit_status = call.exit_status;
  if (call.rid) ping.rid = uuid_of(*call.rid);

  PingRequest& request = flight.request;
  request.asked = call.asked;
  request.exit_status = call.exit_status;
  request.method = call.method;
  request.rid = ping.rid;
  request.is_preview = is_link_preview(call.user_agent, call.method);
}

// False: answered by what stands in the flight.
bool Pings::judge(Flight& flight, const PingCall& call) {
  MonitorEntry& entry = flight.entry;
  const bool is_push = call.by == PingCall::By::push || call.by == PingCall::By::gatus;
  const std::lock_guard lock(entry.mutex);
  const PingSettings& settings = entry.ping_settings;
  flight.answer.body_limit = settings.body_bytes;
  bool is_paused = false;
  State observed = State::pending;
  {
    const std::lock_guard subject_lock(entry.subject.mutex);
    is_paused = entry.subject.row->paused_at.is_set();
    observed = entry.subject.state;
  }
  if (entry.gone || entry.row.kind != kPushKind || !entry.subject.workspace.enabled.load(std::memory_order_relaxed) ||
      (is_push && is_paused) || (call.by == PingCall::By::gatus && !is_named(entry.row, call.slug))) {
    flight.answer.outcome = Answered::not_found;
    return false;
  }
  take_request(flight, call);
  flight.request.is_paused = is_paused;
  const std::string body = call.body.substr(0, static_cast<std::size_t>(settings.body_bytes));
  flight.request.body = body;
  Ping& ping = flight.ping;
  ping.kind = decided_kind(settings, flight.request);
  if (entry.row.invert) ping.kind = turned_round(ping.kind);
  // Uptime Kuma's retries: failures before the last one are pending.
  if (is_push && ping.kind == PingKind::fail && !entry.ping.is_down) {
    if (++entry.confirmation.count <= entry.row.own.retries.value_or(0)) ping.kind = PingKind::log;
  } else if (ping.kind == PingKind::success) {
    entry.confirmation.count = 0;
  }

  flight.before = entry.ping;
  const Monotonic now = parts_.clock.monotonic();
  if (!may_store(entry, changes_something(entry.ping, ping.kind, observed, is_paused), now)) {
    ++entry.ping.pings;
    inside_->not_stored.fetch_add(1, std::memory_order_relaxed);
    flight.is_counted = true;
    return false;
  }
  PingStep step = after_ping(settings, entry.ping, ping.kind, ping.rid, ping.at);
  ping.n = step.state.pings;
  ping.duration = step.duration;
  flight.keep = settings.keep;
  flight.resumes = is_paused && ping.kind != PingKind::ignored && ping.kind != PingKind::log &&
                   ping.kind != PingKind::start && !settings.manual_resume;

  std::vector<std::string>& addresses = step.state.addresses;
  const auto known = std::ranges::find(addresses, ping.address);
  if (known != addresses.end()) {
    std::rotate(known, known + 1, addresses.end());
  } else if (!ping.address.empty()) {
    ping.from_new_address = !addresses.empty();
    addresses.push_back(ping.address);
    if (addresses.size() > kAddressesKept) addresses.erase(addresses.begin());
  }
  flight.after = std::move(step.state);
  flight.admitted_at = now;
  judge_observation(flight, call);
  // From here on the ping is under way; the next one is judged by what this one makes.
  entry.ping = flight.after;
  return true;
}

// Needs the entry's lock.
void Pings::judge_observation(Flight& flight, const PingCall& call) {
  const Ping& ping = flight.ping;
  if (ping.kind != PingKind::success && ping.kind != PingKind::fail) return;
  const bool failed = ping.kind == PingKind::fail;
  Observation observation{.at = ping.at,
                          .state = failed ? State::down : State::up,
                          .reason = failed ? StateReason::source : StateReason::heard};
  ValuesBuilder values;
  if (call.response_ms_x100)
    values.set(Metric::response_ms, std::clamp<std::int64_t>(*call.response_ms_x100, 0, 360'000'000));
  if (ping.duration)
    values.set(Metric::run_seconds, std::clamp<std::int64_t>(*ping.duration / seconds(1), 0, 31'536'000));
  values.set(Metric::check_reason, static_cast<std::int64_t>(failed ? CheckReason::said_fail : CheckReason::ok));
  observation.values = values.build();
  std::string detail = detail_of(call, ping, flight.entry.row.invert);
  if (!detail.empty()) observation.details = {{0, std::move(detail)}};

  SubjectEntry& subject = flight.entry.subject;
  const std::lock_guard lock(subject.mutex);
  flight.after_gap = parts_.watch.ends_a_gap(subject, flight.admitted_at);
  const Effect effect = parts_.watch.judge(subject, observation, flight.after_gap);
  flight.is_whole = effect != Effect::none || flight.resumes;
  flight.urgency = effect == Effect::incident || flight.resumes ? Urgency::at_once : Urgency::may_wait;
  if (flight.is_whole) ++subject.in_flight;
  flight.observation = std::move(observation);
}

// The closure may run again, so it changes nothing outside the transaction.
Result<void> Pings::write(Transaction& tx, const Flight& flight) {
  SubjectEntry& subject = flight.entry.subject;
  const Ping& ping = flight.ping;
  if (ping.rid && !ping.duration && (ping.kind == PingKind::success || ping.kind == PingKind::fail)) {
    Ping ended = ping;
    ended.duration = TRY(duration_of(tx, parts_.pings, ping));
    TRY(parts_.pings.append(tx, ended, flight.after, flight.keep));
  } else {
    TRY(parts_.pings.append(tx, ping, flight.after, flight.keep));
  }
  if (ping.from_new_address) TRY(note_address(tx, flight));
  if (flight.resumes) {
    Actor actor;
    actor.workspace = ping.workspace;
    actor.name = "a ping";
    actor.address = ping.address;
    SubjectChange resumed;
    resumed.paused = false;
    TRY(parts_.subjects.change(tx, actor, ping.monitor, resumed, 0));
  }
  if (!flight.observation) return {};
  if (flight.is_whole) return parts_.watch.observe(tx, subject, *flight.observation, flight.after_gap);
  return parts_.watch.parts().readings.append(tx, {.workspace = ping.workspace,
                                                   .subject = ping.monitor,
                                                   .at = flight.observation->at,
                                                   .key = flight.observation->key,
                                                   .values = flight.observation->values});
}

// An event once a day and monitor: a job that moves about would fill the trail. The pings themselves say it each time.
Result<void> Pings::note_address(Transaction& tx, const Flight& flight) {
  const Ping& ping = flight.ping;
  {
    const std::lock_guard lock(inside_->mutex);
    const auto told = inside_->address_told.find(ping.monitor);
    if (told != inside_->address_told.end() && ping.at - told->second < kDay && ping.at >= told->second) return {};
  }
  tx.after_commit([this, monitor = ping.monitor, at = ping.at] {
    const std::lock_guard lock(inside_->mutex);
    inside_->address_told[monitor] = at;
  });
  Actor actor;
  actor.workspace = ping.workspace;
  actor.address = ping.address;
  const auto row = TRY(parts_.watch.parts().subjects.find(tx, ping.workspace, ping.monitor));
  actor.name = row ? row->name : "a monitor";
  return parts_.audit.append_security(tx, actor, ping.workspace, {}, "monitor.pinged_from_new_address",
                                      ping.monitor.text(), ping.user_agent);
}

void Pings::land(std::unique_ptr<Flight> flight, const Result<void>& outcome) {
  MonitorEntry& entry = flight->entry;
  const bool stored = outcome.has_value();
  if (!stored) {
    const bool is_gone = outcome.error().code == ErrorCode::not_found;
    flight->answer.outcome = is_gone ? Answered::not_found : Answered::unavailable;
    if (!is_gone && outcome.error().code != ErrorCode::unavailable)
      log_error("ping_not_stored", {{"why", outcome.error().message}, {"cause", outcome.error().cause}});
  }
  {
    const std::lock_guard lock(entry.mutex);
    // Where none came since, memory says again what is stored.
    if (!stored && entry.ping.pings == flight->after.pings) entry.ping = flight->before;
    if (!stored) entry.limit_left = std::min(kBurst, entry.limit_left + 1);
    if (flight->is_whole) {
      const std::lock_guard subject_lock(entry.subject.mutex);
      --entry.subject.in_flight;
    }
  }
  if (flight->observation) parts_.watch.landed(entry.subject, *flight->observation, stored, flight->admitted_at);
  if (stored && parts_.planned && flight->ping.kind != PingKind::log && flight->ping.kind != PingKind::ignored)
    parts_.planned(entry);
  flight->done(std::move(flight->answer));
}

}  // namespace connlog
