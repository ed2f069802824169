#include "core/monitors/monitor_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/monitors/check_values.h"
#include "core/monitors/monitor_paste.h"
#include "core/monitors/pings.h"

namespace connlog {
namespace {

constexpr std::size_t kTokenCharacters = 32;
constexpr std::string_view kLettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kUuidField = "ping_uuid", kTokenField = "ping_token";
constexpr std::size_t kStateDetailMax = 300;

Error no_such_monitor() {
  return Error{ErrorCode::not_found, "There is no such monitor."};
}

// What an agent looks at is an act of its host, so it needs the right to edit the agent.
bool may_send(Snapshot& snapshot, const SubjectService& subjects, const Actor& actor, AgentId agent) {
  const auto found = subjects.find_to_edit(snapshot, actor, agent);
  return found && found->kind == SubjectKind::agent;
}

// Of the probes of another monitor those that the actor may choose; without any it is checked from here.
void keep_own_probes(Snapshot& snapshot, const SubjectService& subjects, const Actor& actor, Monitor& monitor) {
  std::erase_if(monitor.probes, [&](const AgentId& agent) { return !may_send(snapshot, subjects, actor, agent); });
  if (monitor.probes.empty()) monitor.probe_mode = ProbeMode::appliance;
  const auto left = static_cast<std::int64_t>(monitor.probes.size());
  monitor.probes_needed = std::max<std::int64_t>(1, std::min(monitor.probes_needed, left));
}

// What is said of an inverted monitor. Half good stays half good, and what nobody knows stays unknown.
State turned_round(State state) {
  if (state == State::up) return State::down;
  return state == State::down ? State::up : state;
}

// RFC 9562 §5.4: random, so that nothing of it can be guessed.
std::string make_uuid4(Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes);
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return to_text(uuid);
}

// Every character is as likely as any other: bytes beyond the last whole round of the alphabet are drawn again.
std::string make_push_token(Random& random) {
  constexpr std::size_t kUsable = 256 / kLettersAndDigits.size() * kLettersAndDigits.size();
  std::string token;
  while (token.size() < kTokenCharacters) {
    std::uint8_t byte = 0;
    random.fill({&byte, 1});
    if (byte < kUsable) token += kLettersAndDigits[byte % kLettersAndDigits.size()];
  }
  return token;
}

}  // namespace

// ── Finding ──

Result<MonitorAndSubject> MonitorService::find(Snapshot& snapshot, const Actor& actor, MonitorId id) const {
  auto subject = parts_.subjects.find(snapshot, actor, id);
  if (!subject && subject.error().code == ErrorCode::not_found) return no_such_monitor();
  MonitorAndSubject found;
  found.subject = TRY(std::move(subject));
  auto monitor = TRY(parts_.monitors.find(snapshot, actor.workspace, id));
  if (!monitor || found.subject.kind != SubjectKind::monitor) return no_such_monitor();
  found.monitor = *std::move(monitor);
  return found;
}

Result<MonitorAndSubject> MonitorService::find_to_edit(Snapshot& snapshot, const Actor& actor, MonitorId id) const {
  MonitorAndSubject found = TRY(find(snapshot, actor, id));
  TRY(parts_.subjects.check_may_edit(snapshot, actor, found.subject.teams));
  return found;
}

// Counts rows: those of an import, or of others in the same commit, are not in memory yet.
Result<void> MonitorService::check_room(Snapshot& snapshot, const Actor& actor) const {
  if (parts_.limits == nullptr) return {};
  const auto most = parts_.limits->value(Limit::monitors_per_workspace);
  const std::int64_t there = TRY(parts_.monitors.count(snapshot, actor.workspace));
  if (there < most) return {};
  return Error{
      ErrorCode::conflict,
      fmt::format("This workspace may have at most {} monitors. The administrator of the appliance can raise that.",
                  most)};
}

void MonitorService::put(Transaction& tx, const Monitor& monitor) {
  tx.after_commit([this, monitor] { parts_.directory.put(monitor); });
}

// ── Adding ──

ShownPingAddress MonitorService::make_address(Monitor& monitor) {
  if (!monitor.ping) monitor.ping.emplace();
  ShownPingAddress shown;
  shown.uuid = Secret(make_uuid4(parts_.random));
  shown.token = Secret(make_push_token(parts_.random));
  shown.slug = monitor.ping->slug;
  PingAddress& address = *monitor.ping;
  address.uuid_digest = digest_token(parts_.token_key, shown.uuid.reveal());
  address.token_digest = digest_token(parts_.token_key, shown.token.reveal());
  address.sealed_uuid = seal(parts_.keyring, monitor_secret_context(kUuidField), shown.uuid, parts_.random);
  address.sealed_token = seal(parts_.keyring, monitor_secret_context(kTokenField), shown.token, parts_.random);
  return shown;
}

// Both rows of a new one. `details` stands behind the name in the trail.
Result<MonitorAndSubject> MonitorService::insert(Transaction& tx, const Actor& actor, Monitor monitor, NewSubject wanted,
                                                 const std::string& details) {
  wanted.kind = SubjectKind::monitor;
  if (monitor.kind == kPushKind) {
    if (!monitor.ping) monitor.ping.emplace().slug = slug_of(wanted.name);
    make_address(monitor);
  }
  Subject subject = TRY(parts_.subjects.add(tx, actor, wanted, "monitor.added", details));
  monitor.id = MonitorId::of(subject.id);
  monitor.workspace = actor.workspace;
  monitor.created_at = subject.created_at;
  TRY(parts_.monitors.insert(tx, monitor));
  put(tx, monitor);
  return MonitorAndSubject{std::move(monitor), std::move(subject)};
}

Result<MonitorAndSubject> MonitorService::add(Transaction& tx, const Actor& actor, const NewMonitor& wanted) {
  TRY(check_room(tx, actor));
  const CheckKind* kind = TRY(kind_of(wanted.check));
  Monitor monitor;
  monitor.workspace = actor.workspace;
  monitor.kind = kind->word;
  TRY(apply(tx, actor, *kind, wanted.settings, monitor));
  TRY(confirm_host(tx, actor, *kind, monitor, wanted.settings.confirmed_host));
  NewSubject of = wanted;
  if (of.name.empty()) of.name = name_of_check(*kind, monitor.fields);
  const std::string shown = kind->shown(monitor.fields);
  return insert(tx, actor, std::move(monitor), std::move(of),
                fmt::format("({}{}{})", kind->word, shown.empty() ? "" : " ", shown));
}

Result<void> MonitorService::check_new(Snapshot& snapshot, const Actor& actor, const NewMonitor& wanted) const {
  const CheckKind* kind = TRY(kind_of(wanted.check));
  Monitor monitor;
  monitor.workspace = actor.workspace;
  monitor.kind = kind->word;
  TRY(apply(snapshot, actor, *kind, wanted.settings, monitor));
  const std::string host = TRY(host_to_confirm(snapshot, actor, *kind, monitor));
  if (!host.empty() && !wanted.settings.confirmed_host) return not_confirmed(host);
  return {};
}

Result<MonitorAndSubject> MonitorService::clone(Transaction& tx, const Actor& actor, MonitorId id,
                                                const std::string& name) {
  TRY(check_room(tx, actor));
  const MonitorAndSubject model = TRY(find_to_edit(tx, actor, id));
  NewSubject wanted;
  wanted.name = name;
  wanted.notes = model.subject.notes;
  wanted.runbook = model.subject.runbook;
  wanted.tags = model.subject.tags;
  wanted.labels = model.subject.labels;
  wanted.teams = model.subject.teams;
  // Groups that the actor does not see can be neither named nor left.
  for (const GroupId& group : model.subject.groups) {
    if (parts_.subjects.find(tx, actor, group)) wanted.groups.push_back(group);
  }
  Monitor monitor = model.monitor;
  monitor.id = {};
  keep_own_probes(tx, parts_.subjects, actor, monitor);
  if (monitor.ping) monitor.ping.emplace().slug = slug_of(name);
  return insert(tx, actor, std::move(monitor), std::move(wanted), fmt::format("(like {})", model.subject.name));
}

// ── Changing ──

Result<MonitorAndSubject> MonitorService::change(Transaction& tx, const Actor& actor, MonitorId id,
                                                 const MonitorChange& change, std::int64_t expected_version) {
  MonitorAndSubject known = TRY(find_to_edit(tx, actor, id));
  const CheckKind* kind = parts_.kinds.find(known.monitor.kind);
  const bool is_of_subject = change.settings.fields == nullptr;
  if (kind == nullptr && !is_of_subject) {
    return Error{ErrorCode::conflict, "This version of connlog does not know the kind of this monitor. It is left as "
                                      "it is: the version that wrote it can change it."};
  }
  std::string details;
  if (kind != nullptr) {
    const std::string host = folded(kind->target(known.monitor.fields).host);
    const FieldValues fields = known.monitor.fields;
    details = TRY(apply(tx, actor, *kind, change.settings, known.monitor));
    const bool may_send_all = known.monitor.fields == fields ||
                              std::ranges::all_of(known.monitor.probes, [&](const AgentId& agent) {
                                return may_send(tx, parts_.subjects, actor, agent);
                              });
    if (!may_send_all) {
      return Error{ErrorCode::forbidden, "It is checked from agents that you may not edit, so you cannot change what is "
                                         "checked. Somebody who may edit these agents can."};
    }
    if (folded(kind->target(known.monitor.fields).host) != host)
      TRY(confirm_host(tx, actor, *kind, known.monitor, change.settings.confirmed_host));
  }
  const bool was_paused = known.subject.paused_at.is_set();
  known.subject = TRY(parts_.subjects.change(tx, actor, id, change, expected_version, details));
  if (was_paused && !known.subject.paused_at.is_set()) TRY(resumed(tx, known.monitor));
  if (details.empty()) return known;
  TRY(parts_.monitors.update(tx, known.monitor));
  put(tx, known.monitor);
  return known;
}

// What a job had to do before the pause, nobody waits for any more.
Result<void> MonitorService::resumed(Transaction& tx, const Monitor& monitor) {
  MonitorEntry* entry = parts_.directory.by_id(monitor.id);
  if (entry == nullptr || !monitor.ping) return {};
  PingState before;
  {
    const std::lock_guard lock(entry->mutex);
    before = entry->ping;
  }
  const PingState state = after_resume(before);
  TRY(parts_.pings.put_state(tx, monitor.workspace, monitor.id, state));
  tx.after_commit([this, entry, monitor, before, state] {
    {
      const std::lock_guard lock(entry->mutex);
      // A ping that came meanwhile counts, and is on its way into the file behind this.
      const bool came = entry->ping.last_ping != before.last_ping || entry->ping.last_start != before.last_start;
      const std::int64_t pings = entry->ping.pings;
      if (!came) entry->ping = state;
      entry->ping.pings = pings;
    }
    parts_.directory.put(monitor);  // its deadlines are planned anew
  });
  return {};
}

Result<void> MonitorService::set_state(Transaction& tx, const Actor& actor, MonitorId id, State state,
                                       const std::string& detail) {
  const MonitorAndSubject known = TRY(find_to_edit(tx, actor, id));
  if (known.monitor.kind != kManualKind)
    return Error{ErrorCode::conflict, "Only the state of a monitor that is set by hand can be set."};
  if (state == State::pending) return invalid("state", "This must be one of: up, degraded, down, unknown.");
  if (known.subject.paused_at.is_set())
    return Error{ErrorCode::conflict, "It is paused: nothing is judged. End the pause first."};
  const std::string text = TRY(one_line("detail", "What is to be said of it", detail, 0, kStateDetailMax));
  MonitorEntry* entry = parts_.directory.by_id(id);
  if (entry == nullptr) return no_such_monitor();
  Observation observation;
  observation.at = parts_.clock.now();
  observation.state = known.monitor.invert ? turned_round(state) : state;
  observation.reason = StateReason::source;
  if (!text.empty()) observation.details.emplace_back(0, text);
  ValuesBuilder values;
  values.set(Metric::state, static_cast<std::int64_t>(*observation.state));
  observation.values = values.build();
  TRY(parts_.watch.observe(tx, entry->subject, observation, false));
  TRY(parts_.audit.append(tx, actor, "monitor.state_set", id.text(),
                          fmt::format("{}: {}{}{}", known.subject.name, to_text(state), text.empty() ? "" : ", ", text)));
  tx.after_commit([this, entry, observation, text] {
    parts_.watch.landed(entry->subject, observation, true, parts_.clock.monotonic());
    CheckResult last;
    last.at = observation.at;
    last.verdict = verdict_of(*observation.state).value_or(CheckVerdict::unknown);
    last.reason = last.verdict == CheckVerdict::down ? CheckReason::said_fail : CheckReason::ok;
    last.text = text;
    const std::lock_guard lock(entry->mutex);
    entry->last = std::move(last);
  });
  return {};
}

// ── Secrets ──

Result<ShownPingAddress> MonitorService::ping_address(Snapshot& snapshot, const Actor& actor, MonitorId id) const {
  const MonitorAndSubject known = TRY(find_to_edit(snapshot, actor, id));
  if (!known.monitor.ping) return Error{ErrorCode::not_found, "This monitor is not pinged, so it has no address."};
  const PingAddress& address = *known.monitor.ping;
  ShownPingAddress shown;
  shown.uuid = TRY(unseal(parts_.keyring, monitor_secret_context(kUuidField), address.sealed_uuid));
  shown.token = TRY(unseal(parts_.keyring, monitor_secret_context(kTokenField), address.sealed_token));
  shown.slug = address.slug;
  return shown;
}

Result<ShownPingAddress> MonitorService::renew_ping_address(Transaction& tx, const Actor& actor, MonitorId id) {
  MonitorAndSubject known = TRY(find_to_edit(tx, actor, id));
  if (!known.monitor.ping) return Error{ErrorCode::not_found, "This monitor is not pinged, so it has no address."};
  ShownPingAddress shown = make_address(known.monitor);
  TRY(parts_.monitors.update(tx, known.monitor));
  TRY(parts_.audit.append(tx, actor, "monitor.ping_address_renewed", id.text(), known.subject.name));
  put(tx, known.monitor);
  return shown;
}

Result<void> MonitorService::clear_secrets(Transaction& tx, const Actor& actor, MonitorId id) {
  MonitorAndSubject known = TRY(find_to_edit(tx, actor, id));
  std::string names;
  for (const SealedField& sealed : known.monitor.sealed) names += (names.empty() ? "" : ", ") + sealed.field;
  if (names.empty()) return Error{ErrorCode::not_found, "This monitor has no secrets (any more)."};
  known.monitor.sealed.clear();
  TRY(parts_.monitors.update(tx, known.monitor));
  TRY(parts_.audit.append(tx, actor, "monitor.secrets_cleared", id.text(), known.subject.name + ": " + names));
  put(tx, known.monitor);
  return {};
}

// ── Removing ──

Result<void> MonitorService::remove(Transaction& tx, const Actor& actor, MonitorId id) {
  const MonitorAndSubject known = TRY(find_to_edit(tx, actor, id));
  if (parts_.removed == nullptr) {
    TRY(parts_.monitors.remove(tx, actor.workspace, id));
  } else {
    TRY(parts_.removed->take(
        tx, removed_now(RemovedKind::monitor, id, known.subject.name, actor, parts_.clock, parts_.random)));
    TRY(parts_.monitors.put_aside(tx, actor.workspace, id));
  }
  TRY(parts_.subjects.remove(tx, actor, id));
  tx.after_commit([this, monitor = known.monitor] { parts_.directory.remove(monitor); });
  return {};
}

Result<std::vector<std::string>> MonitorService::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  TRY(check_room(tx, actor));
  std::vector<std::string> left_out = TRY(parts_.removed->put_back(tx, removed));
  const MonitorId id = MonitorId::of(removed.object);
  TRY(parts_.subjects.came_back(tx, actor, id));
  const auto monitor = TRY(parts_.monitors.find(tx, actor.workspace, id));
  if (!monitor) return no_such_monitor();
  PingState pinged;
  if (monitor->ping) {
    const auto states = TRY(parts_.pings.all_states(tx));
    for (const auto& [of, state] : states) {
      if (of == id) pinged = state;
    }
    left_out.emplace_back("Pings that came while it was removed were refused and are not in its list.");
  }
  tx.after_commit([this, monitor = *monitor, pinged] {
    parts_.directory.bring_back(monitor);
    MonitorEntry* entry = parts_.directory.by_id(monitor.id);
    if (entry == nullptr || !monitor.ping) return;
    const std::lock_guard lock(entry->mutex);
    entry->ping = pinged;
    entry->next_n = pinged.pings + 1;
  });
  return left_out;
}

Result<std::vector<std::string>> GroupsBack::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  std::vector<std::string> left_out = TRY(subjects_.put_back(tx, actor, removed));
  TRY(monitors_.group_came_back(tx, actor.workspace));
  return left_out;
}

}  // namespace connlog
