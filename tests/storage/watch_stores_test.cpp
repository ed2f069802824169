// The stores of rules, incidents and what the engine remembers: what goes in comes back, whatever the texts are; what must
// be unique is; what ended long ago goes with all that belongs to it.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/connection.h"
#include "tests/storage/hostile_texts.h"
#include "tests/storage/store_checks.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

TEST_CASE("rules keep every field and whom they tell, in order") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Recipient first = test.add_recipient(workspace, "a@example.org"),
                  second = test.add_recipient(workspace, "b@example.org");
  std::size_t n = 0;
  for (const std::string& text : kHostileTexts) {
    Rule rule;
    rule.id = RuleId::make(test.clock.now(), test.random);
    rule.workspace = workspace.id;
    rule.name = rule.target.text = rule.part = text;
    rule.kind = RuleKind::metric;
    rule.target.kind = RuleTarget::Kind::subject;
    rule.target.subject = agent.id;
    rule.state = State::degraded;
    rule.metric = Metric::load_per_core;
    rule.comparison = Comparison::below;
    rule.threshold_x100 = 401;
    rule.hysteresis_x100 = 0;
    rule.duration_seconds = 61;
    rule.cooldown_seconds = 62;
    rule.severity = Severity::warning;
    rule.enabled = false;
    rule.recipients = {second.id, first.id};
    rule.created_at = {9};
    rule.version = 3;
    test.write([&](Transaction& tx) { return test->rules().insert(tx, rule); });
    ++n;
    const auto check = [&] {
      const Rule back = found<Rule>(test, [&](Snapshot& s) { return test->rules().find(s, workspace.id, rule.id); });
      CHECK(back.name == rule.name);
      CHECK(back.kind == rule.kind);
      CHECK(back.target.kind == rule.target.kind);
      CHECK(back.target.text == rule.target.text);
      CHECK(back.target.subject == rule.target.subject);
      CHECK(back.part == rule.part);
      CHECK(back.state == rule.state);
      CHECK(back.metric == rule.metric);
      CHECK(back.comparison == rule.comparison);
      CHECK(back.threshold_x100 == rule.threshold_x100);
      CHECK(back.hysteresis_x100 == rule.hysteresis_x100);
      CHECK(back.duration_seconds == rule.duration_seconds);
      CHECK(back.cooldown_seconds == rule.cooldown_seconds);
      CHECK(back.severity == rule.severity);
      CHECK(back.enabled == rule.enabled);
      CHECK(back.recipients == rule.recipients);
      CHECK(back.created_at == rule.created_at);
      CHECK(back.version == rule.version);
    };
    check();
    rule.kind = RuleKind::state;
    rule.target = {n % 2 == 0 ? RuleTarget::Kind::all : RuleTarget::Kind::label, n % 2 == 0 ? "" : "env=prod", {}};
    rule.state = State::unknown;
    rule.part = kEachPart;
    rule.recipients = {first.id};
    rule.version = 4;
    test.write([&](Transaction& tx) { return test->rules().update(tx, rule); });
    check();
  }
  CHECK(test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().list(s, workspace.id); }).size() == n);
  auto all = test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().all(s); });
  std::erase_if(all, [](const Rule& rule) { return rule.workspace == appliance_workspace(); });
  CHECK(all.size() == n);
  CHECK(all[0].recipients == std::vector<RecipientId>{first.id});

  // A recipient that is removed is told no more; a rule that is removed takes its states along.
  test.write([&](Transaction& tx) { return test->recipients().remove(tx, workspace.id, first.id); });
  CHECK(found<Rule>(test, [&](Snapshot& s) {
          return test->rules().find(s, workspace.id, all[0].id);
        }).recipients.empty());
  RuleState state;
  state.rule = all[0].id;
  state.subject = agent.id;
  state.workspace = workspace.id;
  state.phase = RuleState::Phase::pending;
  test.write([&](Transaction& tx) { return test->incidents().put_state(tx, state, test.clock.now()); });
  test.write([&](Transaction& tx) { return test->rules().remove(tx, workspace.id, all[0].id); });
  CHECK(test.read<std::vector<RuleState>>([&](Snapshot& s) { return test->incidents().all_states(s); }).empty());
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().remove(tx, workspace.id, all[0].id); }) ==
        ErrorCode::not_found);
  check_unharmed(test, 1);
}


TEST_CASE("one incident at a time is open for a rule, a subject and a part") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Rule rule = test.add_rule(workspace);
  Incident incident = test.open_incident(rule, agent);
  Incident second = incident;
  second.id = IncidentId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().insert(tx, second); }) == ErrorCode::conflict);
  const auto open_of = [&](PartNumber part) {
    return test.read<std::optional<IncidentId>>(
        [&](Snapshot& s) { return test->incidents().open_of(s, workspace.id, rule.id, agent.id, part); });
  };
  CHECK(open_of(0) == incident.id);
  CHECK(open_of(1) == std::nullopt);
  Incident of_part = second;
  of_part.id = IncidentId::make(test.clock.now(), test.random);
  of_part.part = 1;
  of_part.part_text = "/home";
  CHECK(test.stores().write([&](Transaction& tx) { return test->incidents().insert(tx, of_part); }));
  CHECK(open_of(1) == of_part.id);
  incident.resolved_at = test.clock.now() + 1min;
  incident.resolution = "recovered";
  test.write([&](Transaction& tx) { return test->incidents().update(tx, incident); });
  CHECK(open_of(0) == std::nullopt);
  CHECK(test.stores().write([&](Transaction& tx) { return test->incidents().insert(tx, second); }));
}


TEST_CASE("incidents and timelines take any text and are listed newest first, by what is asked") {
  TestStorage test;
  const Workspace workspace = test.add_workspace(), other = test.add_workspace("other");
  const Agent agent = test.add_agent(workspace);
  const Rule rule = test.add_rule(workspace);
  std::vector<Incident> incidents;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    test.clock.advance(1min);
    Incident incident = test.open_incident(rule, agent);
    incident.subject_name = incident.rule_sentence = incident.summary = incident.acknowledged_by = incident.resolution =
        text;
    incident.severity = Severity::warning;
    incident.acknowledged_at = test.clock.now() + 1s;
    incident.resolved_at = test.clock.now() + 2s;
    incident.version = 5;
    IncidentEvent event;
    event.id = IncidentEventId::make(test.clock.now(), test.random);
    event.incident = incident.id;
    event.workspace = workspace.id;
    event.at = test.clock.now();
    event.kind = event.actor_name = event.text = text;
    test.write([&](Transaction& tx) -> Result<void> {
      TRY(test->incidents().update(tx, incident));
      return test->incidents().add_event(tx, event);
    });
    const Incident back =
        found<Incident>(test, [&](Snapshot& s) { return test->incidents().find(s, workspace.id, incident.id); });
    CHECK(back.rule == rule.id);
    CHECK(back.subject == SubjectId(agent.id));
    CHECK(back.subject_kind == SubjectKind::agent);
    CHECK(back.subject_name == text);
    CHECK(back.rule_sentence == text);
    CHECK(back.summary == text);
    CHECK(back.acknowledged_by == text);
    CHECK(back.resolution == text);
    CHECK(back.severity == Severity::warning);
    CHECK(back.kind == RuleKind::silence);
    CHECK(back.opened_at == incident.opened_at);
    CHECK(back.acknowledged_at == incident.acknowledged_at);
    CHECK(back.resolved_at == incident.resolved_at);
    CHECK(back.version == 5);
    const auto events = test.read<std::vector<IncidentEvent>>(
        [&](Snapshot& s) { return test->incidents().events(s, workspace.id, incident.id); });
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == event.id);
    CHECK(events[0].kind == text);
    CHECK(events[0].actor_name == text);
    CHECK(events[0].text == text);
    incidents.push_back(back);
  }
  test.clock.advance(1min);
  const Incident open = test.open_incident(rule, agent);

  using Filter = IncidentStore::Filter;
  const auto list = [&](const Workspace& in, const Filter& filter) {
    return test.read<std::vector<Incident>>([&](Snapshot& s) { return test->incidents().list(s, in.id, filter); });
  };
  Filter filter;
  filter.limit = 200;
  const auto everything = list(workspace, filter);
  REQUIRE(everything.size() == incidents.size() + 1);
  CHECK(everything[0].id == open.id);
  CHECK(everything.back().id == incidents[0].id);
  CHECK(list(other, filter).empty());
  filter.state = Filter::State::open;
  CHECK(list(workspace, filter).size() == 1);
  filter.state = Filter::State::resolved;
  CHECK(list(workspace, filter).size() == incidents.size());
  filter.limit = 3;
  filter.after = incidents[5].id;
  const auto page = list(workspace, filter);
  REQUIRE(page.size() == 3);
  CHECK(page[0].id == incidents[4].id);
  CHECK(page[2].id == incidents[2].id);
  filter = {};
  filter.opened_since = open.opened_at;
  CHECK(list(workspace, filter).size() == 1);
  filter = {};
  filter.subject = SubjectId::make(test.clock.now(), test.random);
  CHECK(list(workspace, filter).empty());
  filter = {};
  filter.rule = rule.id;
  filter.subject = agent.id;
  CHECK(list(workspace, filter).size() == incidents.size() + 1);
  check_unharmed(test, 2);
}


TEST_CASE("a timeline is in the order in which it was written, also within one instant") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Incident incident = test.open_incident(test.add_rule(workspace), agent);
  std::vector<std::string> written;
  for (int i = 0; i < 40; ++i) {
    written.push_back("event " + std::to_string(i));
    if (i == 20) test.clock.step_wall_clock(-seconds(5));
    test.write([&](Transaction& tx) {
      return test->incidents().add_event(tx, {.id = IncidentEventId::make(test.clock.now(), test.random),
                                              .incident = incident.id,
                                              .workspace = workspace.id,
                                              .at = test.clock.now(),
                                              .kind = "commented",
                                              .actor_name = "Ada",
                                              .text = written.back()});
    });
  }
  const auto events = test.read<std::vector<IncidentEvent>>(
      [&](Snapshot& s) { return test->incidents().events(s, workspace.id, incident.id); });
  std::vector<std::string> read;
  for (const IncidentEvent& event : events) read.push_back(event.text);
  CHECK(read == written);
}


TEST_CASE("an incident of a part and of a group keeps what it is about") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Group rack = test.add_group(workspace);
  Incident incident = test.open_incident(test.add_rule(workspace), workspace.id, rack.id);
  incident.resolved_at = test.clock.now();
  test.write([&](Transaction& tx) { return test->incidents().update(tx, incident); });
  incident.id = IncidentId::make(test.clock.now(), test.random);
  incident.kind = RuleKind::state;
  incident.part = 4'000'000'000;
  for (const std::string& text : kHostileTexts) {
    incident.id = IncidentId::make(test.clock.now(), test.random);
    incident.part_text = text;
    test.write([&](Transaction& tx) { return test->incidents().insert(tx, incident); });
    const Incident back =
        found<Incident>(test, [&](Snapshot& s) { return test->incidents().find(s, workspace.id, incident.id); });
    CHECK(back.subject == SubjectId(rack.id));
    CHECK(back.subject_kind == SubjectKind::group);
    CHECK(back.subject_name == "rack-4");
    CHECK(back.kind == RuleKind::state);
    CHECK(back.part == 4'000'000'000);
    CHECK(back.part_text == text);
  }
}

TEST_CASE("a person of limited sight finds the incidents of every subject that one of their teams sees") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const User ada = test.add_user();
  const Rule rule = test.add_rule(workspace);
  Team mine, others;
  for (Team* team : {&mine, &others}) {
    team->id = TeamId::make(test.clock.now(), test.random);
    team->workspace = workspace.id;
    team->name = team == &mine ? "Mine" : "Others";
  }
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::viewer, {1}}));
    TRY(test->teams().insert(tx, mine));
    TRY(test->teams().insert(tx, others));
    return test->teams().put_member(tx, {mine.id, workspace.id, ada.id, false, {1}});
  });
  std::vector<IncidentId> seen;
  const std::vector<std::vector<TeamId>> teams_of_each{{}, {others.id}, {others.id, mine.id}, {mine.id}};
  for (const std::vector<TeamId>& teams : teams_of_each) {
    const Agent agent = test.add_agent(workspace);
    Subject subject = test.subject(workspace.id, agent.id);
    subject.teams = teams;
    test.write([&](Transaction& tx) { return test->subjects().update(tx, subject); });
    const Incident incident = test.open_incident(rule, agent);
    if (std::find(teams.begin(), teams.end(), mine.id) != teams.end()) seen.push_back(incident.id);
  }
  IncidentStore::Filter filter;
  filter.seen_by = ada.id;
  std::vector<IncidentId> listed;
  for (const Incident& each : test.read<std::vector<Incident>>(
           [&](Snapshot& s) { return test->incidents().list(s, workspace.id, filter); })) {
    listed.insert(listed.begin(), each.id);
  }
  std::sort(seen.begin(), seen.end());
  CHECK(listed == seen);
  const Team back = found<Team>(test, [&](Snapshot& s) { return test->teams().team(s, workspace.id, mine.id); });
  CHECK(back.subjects == 2);
  CHECK(back.members == 1);
}

TEST_CASE("a rule's state is put, changed, and found by subject and by rule, for each part") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace), other = test.add_agent(workspace, "db-2");
  const Rule rule = test.add_rule(workspace);
  const Incident incident = test.open_incident(rule, agent);
  RuleState state;
  state.rule = rule.id;
  state.subject = agent.id;
  state.workspace = workspace.id;
  state.phase = RuleState::Phase::pending;
  state.since = {1};
  state.deadline = {2};
  const auto put = [&](const RuleState& changed, Instant now) {
    test.write([&](Transaction& tx) { return test->incidents().put_state(tx, changed, now); });
  };
  put(state, {1});
  state.phase = RuleState::Phase::open;
  state.cooldown_until = {3};
  state.incident = incident.id;
  put(state, {1});
  RuleState of_part = state;
  of_part.part = 7;
  of_part.incident = {};
  put(of_part, {1});
  RuleState of_other = of_part;
  of_other.subject = other.id;
  put(of_other, {1});
  const auto states_of = [&](SubjectId subject) {
    return test.read<std::vector<RuleState>>(
        [&](Snapshot& s) { return test->incidents().states_of(s, workspace.id, subject); });
  };
  const auto states = states_of(agent.id);
  REQUIRE(states.size() == 2);
  CHECK(states[0].part == 0);
  CHECK(states[0].rule == rule.id);
  CHECK(states[0].subject == SubjectId(agent.id));
  CHECK(states[0].workspace == workspace.id);
  CHECK(states[0].phase == RuleState::Phase::open);
  CHECK(states[0].since == Instant{1});
  CHECK(states[0].deadline == Instant{2});
  CHECK(states[0].cooldown_until == Instant{3});
  CHECK(states[0].incident == incident.id);
  CHECK(states[1].part == 7);
  CHECK(states[1].incident.is_nil());
  CHECK(states_of(other.id).size() == 1);
  CHECK(test.read<std::vector<RuleState>>([&](Snapshot& s) { return test->incidents().all_states(s); }).size() == 3);
  CHECK(test.read<std::vector<RuleState>>(
                [&](Snapshot& s) { return test->incidents().states_of_rule(s, workspace.id, rule.id); })
            .size() == 3);
  test.write([&](Transaction& tx) { return test->incidents().remove_states(tx, workspace.id, rule.id); });
  CHECK(states_of(agent.id).empty());
  CHECK(states_of(other.id).empty());
}

TEST_CASE("a state that is ok is kept only while it cools down") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  RuleState state;
  state.rule = test.add_rule(workspace).id;
  state.subject = test.add_agent(workspace).id;
  state.workspace = workspace.id;
  const auto count_after = [&](Instant now) {
    test.write([&](Transaction& tx) { return test->incidents().put_state(tx, state, now); });
    return test.read<std::vector<RuleState>>([&](Snapshot& s) { return test->incidents().all_states(s); }).size();
  };
  CHECK(count_after({10}) == 0);
  state.phase = RuleState::Phase::pending;
  CHECK(count_after({10}) == 1);
  state.phase = RuleState::Phase::ok;
  state.cooldown_until = {20};
  CHECK(count_after({19}) == 1);
  CHECK(count_after({20}) == 0);
}

TEST_CASE("what ended long ago is deleted with its timeline and what was told of it, and open incidents stay") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Recipient recipient = test.add_recipient(workspace);
  const Rule rule = test.add_rule(workspace);
  const auto tell = [&](const Announcement& announcement) {
    Notification notification;
    notification.id = NotificationId::make(test.clock.now(), test.random);
    notification.workspace = workspace.id;
    notification.announcement = announcement.id;
    notification.recipient = recipient.id;
    test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
  };
  std::vector<Incident> incidents;
  for (int i = 0; i < 4; ++i) {
    incidents.push_back(test.open_incident(rule, agent));
    Incident& incident = incidents.back();
    tell(test.announce(incident));
    test.write([&](Transaction& tx) {
      return test->incidents().add_event(tx, {.id = IncidentEventId::make(test.clock.now(), test.random),
                                              .incident = incident.id,
                                              .workspace = workspace.id,
                                              .at = test.clock.now(),
                                              .kind = "opened",
                                              .actor_name = "",
                                              .text = ""});
    });
    if (i == 3) break;
    test.clock.advance(24h);
    incident.resolved_at = test.clock.now();
    incident.resolution = "recovered";
    test.write([&](Transaction& tx) { return test->incidents().update(tx, incident); });
  }
  // One announcement tells of the first and of the one that is open.
  Announcement of_two;
  of_two.id = AnnouncementId::make(test.clock.now(), test.random);
  of_two.workspace = workspace.id;
  of_two.kind = Announcement::Kind::incident_resolved;
  of_two.incidents = {incidents[0].id, incidents[3].id};
  test.write([&](Transaction& tx) { return test->announcements().insert(tx, of_two); });
  tell(of_two);

  const auto count = [&](const std::string& table) {
    return test.read<std::int64_t>([&](Snapshot& s) { return storage::at(s).number("SELECT COUNT(*) FROM " + table); });
  };
  const auto slice = [&](Instant before, std::int64_t limit) {
    std::int64_t deleted = 0;
    test.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(test->incidents().delete_before(tx, before, limit));
      return {};
    });
    return deleted;
  };
  CHECK(slice(incidents[0].resolved_at, 10) == 0);
  CHECK(slice(test.clock.now() + 24h, 2) == 2);  // the oldest first
  CHECK(count("incident") == 2);
  CHECK(count("incident_event") == 2);
  CHECK(count("announcement") == 3);
  CHECK(count("notification") == 3);
  CHECK(count("announcement_incident") == 3);
  CHECK(slice(test.clock.now() + 24h, 2) == 1);
  CHECK(slice(test.clock.now() + 24h, 2) == 0);
  CHECK(test.read<std::optional<Incident>>(
      [&](Snapshot& s) { return test->incidents().find(s, workspace.id, incidents[3].id); }));
  CHECK(found<Announcement>(test, [&](Snapshot& s) {
          return test->announcements().find(s, workspace.id, of_two.id);
        }).incidents == std::vector<IncidentId>{incidents[3].id});
  CHECK(test.subject(workspace.id, agent.id).name == "db-1");  // it was not removed
}
