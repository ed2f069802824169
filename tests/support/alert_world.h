// A small world for stories about subjects and alerts: a real database in a temporary directory, the real services, a
// fake clock, seeded randomness, and verbs that read like the story. `restart(down)` stops everything, lets time pass,
// and starts again on the same file. One thread, but for the writer's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/appliance_services.h"
#include "core/base/events.h"
#include "tests/support/faulty_stores.h"
#include "tests/support/test_storage.h"

namespace connlog {

// The values of a frame, in the units of the wire; what a test does not name is an idle host.
struct Vitals {
  double cpu = 12.5, cpu_peak = 48.75;  // percent; below 0: not available
  std::uint32_t memory_used = 3'120, memory_total = 7'936;
  std::uint32_t disk_used = 51'200, disk_total = 160'000;
  double load = 0.42;
  std::uint64_t uptime = 86'461;

  static Vitals disk(double percent) {
    Vitals vitals;
    vitals.disk_total = 1'000'000;
    vitals.disk_used = static_cast<std::uint32_t>(percent * 10'000);
    return vitals;
  }
};
std::array<std::uint8_t, 32> frame_of(const Vitals& vitals);

struct TestAgent {
  Agent agent;
  Subject subject;            // as it was when it was added
  std::string authorization;  // "Bearer agent_…"

  SubjectId id() const { return subject.id; }
};

// What an agent sends; a test changes what its story is about.
struct Beat {
  std::string authorization;
  std::string agent_version = "1.19.0", protocol_version = "1", config_version = "1";
  std::string os = "linux", arch = "x86_64", hostname, machine_id, cpu_core_count = "4", request_id;
  bool has_quick_action_headers = true;
  std::vector<std::uint8_t> body;
  std::string address = "192.0.2.7";
};

class AlertWorld {
 public:
  explicit AlertWorld(bool limit_heartbeats = true);
  ~AlertWorld();

  // ── People ──
  Workspace workspace;
  User owner;
  Recipient recipient;  // receives by default
  Actor actor() const;
  // Ends the program when refused: for what the story takes for granted.
  TestAgent add_agent(const std::string& name = "db-1", const std::vector<std::string>& tags = {},
                      std::int64_t interval_seconds = 10);
  Rule add_rule(Rule rule);
  Rule default_rule(Metric metric);
  Rule silence_rule();
  RuleId silence_rule_id() const { return silence_rule_id_; }
  Agent change(const TestAgent& agent, const AgentChange& change);
  Agent set_disabled(const TestAgent& agent, bool disabled);
  Subject change(SubjectId subject, const SubjectChange& change);
  Subject label(const TestAgent& agent, const std::vector<Label>& labels);
  void pause(SubjectId subject);
  void resume(SubjectId subject);
  Rule change(const Rule& rule);
  void remove(const TestAgent& agent);
  void remove(const Group& group);
  void remove(const Rule& rule);

  // ── Groups ──
  Group add_group(const std::string& name, const std::vector<SubjectId>& members, Health health = Health::all,
                  std::int64_t amount = 1);
  Group change(const Group& group, const GroupChange& change);
  // "When … is <state> for …", about the target; without a cooldown.
  static Rule state_rule(State state, seconds lasting, const RuleTarget& target = {});
  // Whether a recipient's messages are grouped, as a workspace's are that set nothing. Off at the beginning: most stories are
  // about what is told, and this about when.
  void group_messages(bool on);
  // Runs `work` in a transaction and returns its result, also a refusal.
  Result<void> in_transaction(const Stores::Work& work) { return storage.stores().write(work); }

  // ── Agents ──
  Beat beat(const TestAgent& agent, const Vitals& vitals = {});
  AgentReply send(const Beat& beat);
  AgentReply heartbeat(const TestAgent& agent, const Vitals& vitals = {});  // expects 200
  // A heartbeat every `every` until `span` has passed; the scheduler looks each second.
  void beat_for(const TestAgent& agent, microseconds span, const Vitals& vitals = {}, microseconds every = seconds(10));

  // ── A source of the test's own ──
  // What a room that observes does: all in one transaction. `at` is set here.
  void observe(SubjectId subject, Observation observation);
  PartNumber part(SubjectId subject, const std::string& text);
  std::optional<PartNumber> part_if_room(SubjectId subject, const std::string& text);
  void part_gone(SubjectId subject, PartNumber part);

  // ── Time ──
  void pass(microseconds span);  // the scheduler looks each second
  void restart(microseconds down = microseconds(0));

  // ── What is seen ──
  LiveAgent live(const TestAgent& agent);
  LiveSubject group_live(const Group& group);
  ObservedState stored_state(SubjectId subject);
  std::vector<StateChange> state_changes(SubjectId subject);  // oldest first
  std::vector<Incident> incidents(IncidentStore::Filter::State state = IncidentStore::Filter::State::any);
  std::vector<Incident> open_incidents() { return incidents(IncidentStore::Filter::State::open); }
  std::vector<LoggedDelivery> deliveries(const Incident& incident);
  std::vector<Notification> notifications(const Incident& incident);
  int outbox(Announcement::Kind kind);  // rows of that kind, of all incidents
  std::vector<IncidentEvent> timeline(const Incident& incident);
  std::vector<MachineEvent> machine_events(const TestAgent& agent);
  std::vector<Reading> readings(const TestAgent& agent);
  std::vector<std::string> audit_acts();

  TestStorage storage;
  Dice dice{storage.random};  // what fails at the commit; nothing, until a test says so
  FaultyStores faulty_stores{dice};
  FaultyReadings faulty_readings{dice};
  EventBus bus;
  std::vector<Event> events;
  int woken = 0;  // the outbox, once for each announcement
  std::unique_ptr<KeyRotation> rotation;
  std::unique_ptr<ApplianceServices> services;
  FakeClock& clock = storage.clock;

 private:
  EventBus::Subscription subscription_;
  void start();
  SubjectEntry& entry(SubjectId subject);
  bool limit_heartbeats_;
  RuleId silence_rule_id_;
};

}  // namespace connlog
