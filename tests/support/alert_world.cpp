#include "tests/support/alert_world.h"

#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <set>

#include "core/wire/protocol.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/watch/subject_entry.h"
#include "tests/support/seen_acts.h"

namespace connlog {
namespace {

template <typename T>
T granted(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "alert world: %s (%s)\n", result.error().message.c_str(), result.error().cause.c_str());
    std::abort();
  }
  return std::move(result).value();
}

void granted(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "alert world: %s (%s)\n", result.error().message.c_str(), result.error().cause.c_str());
  std::abort();
}

void put(std::array<std::uint8_t, 32>& frame, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t i = 0; i < size; ++i) frame[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

// Written down here a second time, on purpose: a mistake in core/wire/protocol must not pass its own tests.
std::array<std::uint8_t, 32> frame_of(const Vitals& vitals) {
  std::array<std::uint8_t, 32> frame{};
  const auto percent = [](double value) { return value < 0 ? 0xFFFFu : static_cast<std::uint64_t>(value * 100 + 0.5); };
  put(frame, 0, 8, vitals.uptime);
  put(frame, 8, 2, percent(vitals.cpu));
  put(frame, 10, 2, percent(vitals.cpu_peak));
  put(frame, 12, 4, vitals.memory_used);
  put(frame, 16, 4, vitals.memory_total);
  put(frame, 20, 4, vitals.disk_used);
  put(frame, 24, 4, vitals.disk_total);
  put(frame, 28, 2, static_cast<std::uint64_t>(vitals.load * 100 + 0.5));
  put(frame, 30, 2, static_cast<std::uint64_t>(vitals.load * 100 + 0.5));
  return frame;
}

AlertWorld::AlertWorld(bool limit_heartbeats) : limit_heartbeats_(limit_heartbeats) {
  subscription_ = bus.subscribe([this](const Event& event) { events.push_back(event); });
  start();
  owner = storage.add_user();
  Actor setup;
  setup.kind = Actor::Kind::user;
  setup.user = owner.id;
  setup.name = owner.name;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    workspace = TRY(services->access.workspaces().create(tx, setup, "Main", owner.id, owner.name, owner.mail));
    return {};
  }));
  recipient = storage
                  .read<std::vector<Recipient>>(
                      [&](Snapshot& snapshot) { return storage->recipients().list(snapshot, workspace.id); })
                  .front();
  silence_rule_id_ = silence_rule().id;
  group_messages(false);
}

void AlertWorld::group_messages(bool on) {
  TellingSettings settings;
  settings.workspace = workspace.id;
  if (!on) settings.group_wait_seconds = settings.group_every_seconds = 0;
  granted(in_transaction([&](Transaction& tx) { return storage->telling_settings().put(tx, settings); }));
}

AlertWorld::~AlertWorld() {
  storage->close();
}

void AlertWorld::start() {
  faulty_stores.target = &storage.stores();
  faulty_readings.target = &storage->readings();
  rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{storage.stores(), storage->trust().sealed_texts,
                                                              storage->audit(), storage.keys, storage.random});
  services = std::make_unique<ApplianceServices>(ServiceParts{.store = *storage,
                                                              .keys = storage.keys,
                                                              .rotation = *rotation,
                                                              .events = bus,
                                                              .clock = storage.clock,
                                                              .random = storage.random,
                                                              .public_url = "https://monitor.example.org:8443",
                                                              .stores_of_heartbeats = &faulty_stores,
                                                              .readings = &faulty_readings,
                                                              .wake_outbox = [this] { ++woken; },
                                                              .limit_heartbeats = limit_heartbeats_});
  granted(services->open());
  granted(services->load());
  services->listening();
}

void AlertWorld::restart(microseconds down) {
  services->stop();
  storage->close();  // answers what waits, through the services
  services.reset();
  storage.close();
  clock.advance(down);
  granted(storage.open());
  start();
}

Actor AlertWorld::actor() const {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = owner.id;
  actor.workspace = workspace.id;
  actor.role = Role::owner;
  actor.name = owner.name;
  actor.address = "192.0.2.1";
  return actor;
}

TestAgent AlertWorld::add_agent(const std::string& name, const std::vector<std::string>& tags,
                                std::int64_t interval_seconds) {
  TestAgent made;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    NewAgent wanted;
    wanted.name = name;
    wanted.tags = tags;
    wanted.interval_seconds = interval_seconds;
    wanted.authorised = true;
    AgentWithToken added = TRY(services->agents.add(tx, actor(), wanted));
    made.agent = added.agent;
    made.subject = added.subject;
    made.authorization = "Bearer " + std::string(added.token.reveal());
    return {};
  }));
  return made;
}

Rule AlertWorld::add_rule(Rule rule) {
  if (rule.name.empty()) rule.name = "a rule";
  Rule added;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    added = TRY(services->rules.add(tx, actor(), rule));
    return {};
  }));
  return added;
}

Rule AlertWorld::default_rule(Metric metric) {
  for (const Rule& rule : storage.read<std::vector<Rule>>(
           [&](Snapshot& snapshot) { return storage->rules().list(snapshot, workspace.id); })) {
    if (rule.kind == RuleKind::metric && rule.metric == metric) return rule;
  }
  std::abort();
}

Rule AlertWorld::silence_rule() {
  for (const Rule& rule : storage.read<std::vector<Rule>>(
           [&](Snapshot& snapshot) { return storage->rules().list(snapshot, workspace.id); })) {
    if (rule.kind == RuleKind::silence) return rule;
  }
  std::abort();
}

Agent AlertWorld::change(const TestAgent& agent, const AgentChange& change) {
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(services->agents.change(tx, actor(), agent.agent.id, change));
    return {};
  }));
  return live(agent).agent;
}

Subject AlertWorld::change(SubjectId subject, const SubjectChange& change) {
  Subject changed;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    changed = TRY(services->subjects.change(tx, actor(), subject, change, 0));
    return {};
  }));
  return changed;
}

Subject AlertWorld::label(const TestAgent& agent, const std::vector<Label>& labels) {
  SubjectChange wanted;
  wanted.labels = labels;
  return change(agent.id(), wanted);
}

void AlertWorld::pause(SubjectId subject) {
  SubjectChange wanted;
  wanted.paused = true;
  change(subject, wanted);
}

void AlertWorld::resume(SubjectId subject) {
  SubjectChange wanted;
  wanted.paused = false;
  change(subject, wanted);
}

Agent AlertWorld::set_disabled(const TestAgent& agent, bool disabled) {
  AgentChange wanted;
  wanted.disabled = disabled;
  return change(agent, wanted);
}

Rule AlertWorld::change(const Rule& rule) {
  Rule changed;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    changed = TRY(services->rules.change(tx, actor(), rule.id, rule, 0));
    return {};
  }));
  return changed;
}

void AlertWorld::remove(const TestAgent& agent) {
  granted(in_transaction([&](Transaction& tx) { return services->agents.remove(tx, actor(), agent.agent.id); }));
}

void AlertWorld::remove(const Group& group) {
  granted(in_transaction([&](Transaction& tx) { return services->subjects.remove(tx, actor(), group.id); }));
}

void AlertWorld::remove(const Rule& rule) {
  granted(in_transaction([&](Transaction& tx) { return services->rules.remove(tx, actor(), rule.id); }));
}

Group AlertWorld::add_group(const std::string& name, const std::vector<SubjectId>& members, Health health,
                            std::int64_t amount) {
  Group made;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    NewSubject wanted;
    wanted.name = name;
    const GroupChange settings{.health = health, .amount = amount, .members = members};
    const auto added = TRY(services->subjects.add_group(tx, actor(), wanted, settings));
    made = added.second;
    return {};
  }));
  return made;
}

Group AlertWorld::change(const Group& group, const GroupChange& change) {
  Group changed;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    changed = TRY(services->subjects.change_group(tx, actor(), group.id, change));
    return {};
  }));
  return changed;
}

Rule AlertWorld::state_rule(State state, seconds lasting, const RuleTarget& target) {
  Rule rule;
  rule.name = "a state";
  rule.kind = RuleKind::state;
  rule.state = state;
  rule.target = target;
  rule.duration_seconds = lasting.count();
  rule.cooldown_seconds = 0;
  return rule;
}

SubjectEntry& AlertWorld::entry(SubjectId subject) {
  SubjectEntry* found = services->subject_directory.impl().by_id(subject);
  if (found == nullptr) std::abort();
  return *found;
}

void AlertWorld::observe(SubjectId subject, Observation observation) {
  SubjectEntry& about = entry(subject);
  const Monotonic now = clock.monotonic();
  observation.at = clock.now();
  bool after_gap = false;
  {
    const std::lock_guard lock(about.mutex);
    after_gap = services->watch.ends_a_gap(about, now);
    Watch::hear(about, now);
  }
  granted(in_transaction(
      [&](Transaction& tx) { return services->watch.observe(tx, about, observation, after_gap); }));
  services->watch.landed(about, observation, true, now);
}

std::optional<PartNumber> AlertWorld::part_if_room(SubjectId subject, const std::string& text) {
  std::optional<PartNumber> number;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    number = TRY(services->watch.part(tx, entry(subject), text));
    return {};
  }));
  return number;
}

PartNumber AlertWorld::part(SubjectId subject, const std::string& text) {
  const std::optional<PartNumber> number = part_if_room(subject, text);
  if (!number) std::abort();
  return *number;
}

void AlertWorld::part_gone(SubjectId subject, PartNumber part) {
  granted(in_transaction([&](Transaction& tx) { return services->watch.part_gone(tx, entry(subject), part); }));
}

Beat AlertWorld::beat(const TestAgent& agent, const Vitals& vitals) {
  Beat beat;
  beat.authorization = agent.authorization;
  std::array<std::uint8_t, 16> id{};
  storage.random.fill(id);
  beat.request_id = to_hex(id);
  beat.machine_id = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";
  const auto frame = frame_of(vitals);
  beat.body.assign(frame.begin(), frame.end());
  if (const auto known = services->agent_directory.find(agent.agent.workspace, agent.agent.id)) {
    beat.config_version = std::to_string(known->agent.config_version);
  }
  return beat;
}

AgentReply AlertWorld::send(const Beat& beat) {
  HeartbeatInput input;
  input.authorization = beat.authorization;
  input.agent_version = beat.agent_version;
  input.protocol_version = beat.protocol_version;
  input.config_version = beat.config_version;
  input.os = beat.os;
  input.arch = beat.arch;
  input.hostname = beat.hostname;
  input.machine_id = beat.machine_id;
  input.cpu_core_count = beat.cpu_core_count;
  input.request_id = beat.request_id;
  input.has_quick_action_headers = beat.has_quick_action_headers;
  input.body = beat.body;
  input.address = beat.address;
  auto answer = std::make_shared<std::promise<AgentReply>>();
  std::future<AgentReply> answered = answer->get_future();
  services->ingest.heartbeat(input, [answer](AgentReply reply) { answer->set_value(std::move(reply)); });
  return answered.get();
}

AgentReply AlertWorld::heartbeat(const TestAgent& agent, const Vitals& vitals) {
  AgentReply reply = send(beat(agent, vitals));
  if (reply.status != 200) {
    std::fprintf(stderr, "alert world: heartbeat answered with %d %s\n", reply.status, reply.body.c_str());
    std::abort();
  }
  return reply;
}

void AlertWorld::beat_for(const TestAgent& agent, microseconds span, const Vitals& vitals, microseconds every) {
  for (microseconds passed{0}; passed < span; passed += every) {
    heartbeat(agent, vitals);
    pass(every);
  }
}

void AlertWorld::pass(microseconds span) {
  while (span > microseconds(0)) {
    const microseconds step = std::min<microseconds>(span, seconds(1));
    clock.advance(step);
    span -= step;
    services->scheduler.run_once();
  }
}

LiveAgent AlertWorld::live(const TestAgent& agent) {
  const auto found = services->agent_directory.find(workspace.id, agent.agent.id);
  if (!found) std::abort();
  return *found;
}

LiveSubject AlertWorld::group_live(const Group& group) {
  const auto found = services->subject_directory.find(workspace.id, group.id);
  if (!found) std::abort();
  return *found;
}

ObservedState AlertWorld::stored_state(SubjectId subject) {
  const auto found = storage.read<std::optional<ObservedState>>(
      [&](Snapshot& snapshot) { return storage->subjects().state(snapshot, workspace.id, subject); });
  if (!found) std::abort();
  return *found;
}

std::vector<StateChange> AlertWorld::state_changes(SubjectId subject) {
  return storage.read<std::vector<StateChange>>([&](Snapshot& snapshot) {
    return storage->subjects().changes(snapshot, workspace.id, subject, Instant{1}, Instant{INT64_MAX / 2});
  });
}

std::vector<Incident> AlertWorld::incidents(IncidentStore::Filter::State state) {
  return storage.read<std::vector<Incident>>([&](Snapshot& snapshot) {
    IncidentStore::Filter filter;
    filter.state = state;
    filter.limit = 200;
    return storage->incidents().list(snapshot, workspace.id, filter);
  });
}

std::vector<LoggedDelivery> AlertWorld::deliveries(const Incident& incident) {
  return storage.read<std::vector<LoggedDelivery>>(
      [&](Snapshot& snapshot) { return storage->outbox().of_incident(snapshot, workspace.id, incident.id); });
}

std::vector<Notification> AlertWorld::notifications(const Incident& incident) {
  std::vector<Notification> rows;
  for (LoggedDelivery& delivery : deliveries(incident)) rows.push_back(std::move(delivery.notification));
  return rows;
}

int AlertWorld::outbox(Announcement::Kind kind) {
  std::set<NotificationId> rows;  // one may tell of several incidents
  for (const Incident& incident : incidents()) {
    for (const LoggedDelivery& delivery : deliveries(incident)) {
      if (delivery.announcement.kind == kind) rows.insert(delivery.notification.id);
    }
  }
  return static_cast<int>(rows.size());
}

std::vector<IncidentEvent> AlertWorld::timeline(const Incident& incident) {
  return storage.read<std::vector<IncidentEvent>>(
      [&](Snapshot& snapshot) { return storage->incidents().events(snapshot, workspace.id, incident.id); });
}

std::vector<MachineEvent> AlertWorld::machine_events(const TestAgent& agent) {
  return storage.read<std::vector<MachineEvent>>([&](Snapshot& snapshot) {
    return storage->agents().machine_events(snapshot, workspace.id, agent.agent.id, 100);
  });
}

std::vector<Reading> AlertWorld::readings(const TestAgent& agent) {
  return storage.read<std::vector<Reading>>([&](Snapshot& snapshot) {
    return storage->readings().range(snapshot, workspace.id, agent.id(), Instant{1}, Instant{INT64_MAX / 2});
  });
}

std::vector<std::string> AlertWorld::audit_acts() {
  return SeenActs().names(storage);
}

}  // namespace connlog
