// Every store: what goes in comes back, whatever the texts are; one workspace does not see another's; what must be
// unique is.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/storage/hostile_texts.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

template <typename T>
T found(TestStorage& test, const std::function<Result<std::optional<T>>(Snapshot&)>& work) {
  const auto value = test.read<std::optional<T>>(work);
  REQUIRE(value.has_value());
  return *value;
}

ErrorCode refused(TestStorage& test, const Stores::Work& work) {
  const Result<void> done = test.stores().write(work);
  REQUIRE(!done);
  return done.error().code;
}

// Nothing was dropped, and nobody's rows went missing.
void check_unharmed(TestStorage& test, std::size_t workspaces) {
  CHECK(test.read<std::vector<Workspace>>([&](Snapshot& s) { return test->workspaces().all(s); }).size() == workspaces);
  CHECK(test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().all(s); }).size() >= 1);
  CHECK(test->facts()->schema_version == embedded_migrations().back().number);
}

}  // namespace

TEST_CASE("workspaces and memberships take any text and keep roles apart") {
  TestStorage test;
  test.add_agent(test.add_workspace("first"));
  const User ada = test.add_user();
  std::size_t count = 1;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Workspace workspace;
    workspace.id = WorkspaceId::make(test.clock.now(), test.random);
    workspace.slug = text + std::to_string(count);
    workspace.name = text;
    workspace.machine_policy = MachinePolicy::refuse;
    workspace.enabled = false;
    workspace.created_at = test.clock.now();
    workspace.version = 7;
    test.write([&](Transaction& tx) -> Result<void> {
      TRY(test->workspaces().insert(tx, workspace));
      return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::operator_, test.clock.now()});
    });
    ++count;
    const Workspace back =
        found<Workspace>(test, [&](Snapshot& s) { return test->workspaces().find(s, workspace.id); });
    CHECK(back.slug == workspace.slug);
    CHECK(back.name == text);
    CHECK(back.machine_policy == MachinePolicy::refuse);
    CHECK(!back.enabled);
    CHECK(back.created_at == workspace.created_at);
    CHECK(back.version == 7);
    workspace.name = text + "2";
    workspace.version = 8;
    test.write([&](Transaction& tx) { return test->workspaces().update(tx, workspace); });
    CHECK(found<Workspace>(test, [&](Snapshot& s) { return test->workspaces().find(s, workspace.id); }).name ==
          text + "2");
  }
  CHECK(test.read<std::vector<Workspace>>([&](Snapshot& s) { return test->workspaces().of_user(s, ada.id); }).size() ==
        count - 1);
  check_unharmed(test, count);
}

TEST_CASE("a membership is put once and changed by putting it again") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const User ada = test.add_user(), eve = test.add_user("eve@example.org");
  const Instant since = test.clock.now();
  test.write([&](Transaction& tx) {
    return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::viewer, since});
  });
  test.write([&](Transaction& tx) {
    return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::owner, since + 1h});
  });
  const auto membership =
      found<Membership>(test, [&](Snapshot& s) { return test->workspaces().membership(s, workspace.id, ada.id); });
  CHECK(membership.role == Role::owner);
  CHECK(membership.since == since);
  CHECK(!test.read<std::optional<Membership>>(
      [&](Snapshot& s) { return test->workspaces().membership(s, workspace.id, eve.id); }));
}

TEST_CASE("two workspaces cannot have one slug, two users not one mail address, two agents not one token") {
  TestStorage test;
  Workspace workspace = test.add_workspace();
  const User user = test.add_user();
  Agent agent = test.add_agent(workspace);
  workspace.id = WorkspaceId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->workspaces().insert(tx, workspace); }) ==
        ErrorCode::conflict);
  User twin = user;
  twin.id = UserId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->users().insert(tx, twin); }) == ErrorCode::conflict);
  agent.id = AgentId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().insert(tx, agent); }) == ErrorCode::conflict);
}

TEST_CASE("users take any text and are found by id and mail") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  int n = 0;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    User user;
    user.id = UserId::make(test.clock.now(), test.random);
    user.name = user.mail = user.password_hash = text;
    user.mail_key = text + std::to_string(n++);
    user.appliance_administrator = n % 2 == 0;
    user.enabled = n % 3 == 0;
    user.created_at = test.clock.now();
    user.last_login_at = test.clock.now() + 1s;
    test.write([&](Transaction& tx) { return test->users().insert(tx, user); });
    const User back = found<User>(test, [&](Snapshot& s) { return test->users().find_by_mail(s, user.mail_key); });
    CHECK(back.id == user.id);
    CHECK(back.name == text);
    CHECK(back.mail == text);
    CHECK(back.password_hash == text);
    CHECK(back.appliance_administrator == user.appliance_administrator);
    CHECK(back.enabled == user.enabled);
    CHECK(back.created_at == user.created_at);
    CHECK(back.last_login_at == user.last_login_at);
    user.name = "new";
    user.last_login_at = test.clock.now() + 2s;
    test.write([&](Transaction& tx) { return test->users().update(tx, user); });
    CHECK(found<User>(test, [&](Snapshot& s) { return test->users().find(s, user.id); }).last_login_at ==
          user.last_login_at);
  }
  CHECK(test.read<std::int64_t>([&](Snapshot& s) { return test->users().count(s); }) == n);
  // A condition that is always true finds nobody.
  CHECK(!test.read<std::optional<User>>([&](Snapshot& s) { return test->users().find_by_mail(s, "x' OR '1'='1"); }));
  check_unharmed(test, 1);
}

TEST_CASE("sessions are found by digest, touched, and removed by id, user and age") {
  TestStorage test;
  const User ada = test.add_user(), eve = test.add_user("eve@example.org");
  const auto add = [&](const User& user, const std::string& text) {
    Session session;
    session.id = SessionId::make(test.clock.now(), test.random);
    session.user = user.id;
    test.random.fill(session.token_digest);
    session.address = session.user_agent = text;
    session.created_at = session.last_seen_at = test.clock.now();
    session.expires_at = test.clock.now() + 24h;
    test.write([&](Transaction& tx) { return test->sessions().insert(tx, session); });
    return session;
  };
  const auto there = [&](const Session& session) {
    return test.read<std::optional<Session>>(
        [&](Snapshot& s) { return test->sessions().find(s, session.token_digest); });
  };
  for (const std::string& text : kHostileTexts) {
    const Session session = add(eve, text);
    const auto back = there(session);
    REQUIRE(back);
    CHECK(back->id == session.id);
    CHECK(back->user == eve.id);
    CHECK(back->address == text);
    CHECK(back->user_agent == text);
    CHECK(back->expires_at == session.expires_at);
  }
  const Session one = add(ada, "a"), two = add(ada, "b"), three = add(ada, "c");
  CHECK(test.read<std::vector<Session>>([&](Snapshot& s) { return test->sessions().of_user(s, ada.id); }).size() == 3);
  test.write([&](Transaction& tx) { return test->sessions().touch(tx, one.id, test.clock.now() + 1h); });
  CHECK(there(one)->last_seen_at == test.clock.now() + 1h);
  test.write([&](Transaction& tx) { return test->sessions().remove(tx, two.id); });
  CHECK(!there(two));
  // Idle: only the one that was touched stays. Expired: that too goes.
  test.write([&](Transaction& tx) { return test->sessions().remove_expired(tx, test.clock.now(), test.clock.now()); });
  CHECK(there(one));
  CHECK(!there(three));
  test.write([&](Transaction& tx) { return test->sessions().remove_expired(tx, one.expires_at, {}); });
  CHECK(!there(one));
  const Session last = add(ada, "d");
  test.write([&](Transaction& tx) { return test->sessions().remove_of_user(tx, ada.id); });
  CHECK(!there(last));
}

TEST_CASE("a single-use link is open until it is used") {
  TestStorage test;
  SingleUseLink link;
  test.random.fill(link.token_digest);
  link.purpose = "setup";
  link.created_at = test.clock.now();
  test.write([&](Transaction& tx) { return test->sessions().put_link(tx, link); });
  CHECK(found<SingleUseLink>(test, [&](Snapshot& s) { return test->sessions().open_link(s, "setup"); }).token_digest ==
        link.token_digest);
  CHECK(!test.read<std::optional<SingleUseLink>>(
      [&](Snapshot& s) { return test->sessions().open_link(s, "setup' OR 1=1 --"); }));
  link.used_at = test.clock.now() + 1s;
  test.write([&](Transaction& tx) { return test->sessions().put_link(tx, link); });
  CHECK(!test.read<std::optional<SingleUseLink>>([&](Snapshot& s) { return test->sessions().open_link(s, "setup"); }));
  CHECK(found<SingleUseLink>(test, [&](Snapshot& s) {
          return test->sessions().find_link(s, link.token_digest);
        }).used_at == link.used_at);
}

TEST_CASE("agents take any text, keep every field, and stay as tombstones") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  std::size_t n = 0;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Agent agent;
    agent.id = AgentId::make(test.clock.now(), test.random);
    agent.workspace = workspace.id;
    agent.tags = {text, "linux", text};
    test.random.fill(agent.token_digest);
    agent.name = agent.token_hint = agent.agent_version = agent.hostname = agent.os = agent.arch = text;
    agent.machine_id = agent.pending_machine_id = text;
    agent.interval_seconds = 11;
    agent.missed_threshold = 4;
    agent.metrics = {false, true, false, true};
    agent.config_version = 4'000'000'000;
    agent.disabled = true;
    agent.core_count = 8;
    agent.interval_in_force_seconds = 12;
    agent.created_at = {1};
    agent.removed_at = n % 2 == 0 ? Instant{2} : Instant{};
    agent.first_seen_at = {3};
    agent.last_seen_at = {4};
    agent.offline_since = {5};
    test.write([&](Transaction& tx) { return test->agents().insert(tx, agent); });
    ++n;
    const auto check = [&] {
      const Agent back =
          found<Agent>(test, [&](Snapshot& s) { return test->agents().find(s, workspace.id, agent.id); });
      CHECK(back.name == agent.name);
      CHECK(back.tags == agent.tags);
      CHECK(back.token_digest == agent.token_digest);
      CHECK(back.token_hint == agent.token_hint);
      CHECK(back.interval_seconds == agent.interval_seconds);
      CHECK(back.missed_threshold == agent.missed_threshold);
      CHECK(back.metrics == agent.metrics);
      CHECK(back.config_version == agent.config_version);
      CHECK(back.disabled == agent.disabled);
      CHECK(back.agent_version == agent.agent_version);
      CHECK(back.hostname == agent.hostname);
      CHECK(back.os == agent.os);
      CHECK(back.arch == agent.arch);
      CHECK(back.core_count == agent.core_count);
      CHECK(back.interval_in_force_seconds == agent.interval_in_force_seconds);
      CHECK(back.machine_id == agent.machine_id);
      CHECK(back.pending_machine_id == agent.pending_machine_id);
      CHECK(back.created_at == agent.created_at);
      CHECK(back.removed_at == agent.removed_at);
      CHECK(back.first_seen_at == agent.first_seen_at);
      CHECK(back.last_seen_at == agent.last_seen_at);
      CHECK(back.offline_since == agent.offline_since);
    };
    check();
    agent.tags = {"other"};
    agent.metrics = {true, false, true, false};
    agent.disabled = false;
    agent.interval_seconds = 60;
    agent.interval_in_force_seconds = 60;
    test.random.fill(agent.token_digest);
    agent.hostname = text + text;
    agent.offline_since = {6};
    test.write([&](Transaction& tx) { return test->agents().update(tx, agent); });
    check();
  }
  const auto all = test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().all(s); });
  CHECK(all.size() == n);
  for (const Agent& agent : all) CHECK(agent.tags == std::vector<std::string>{"other"});
  const auto listed = test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().list(s, workspace.id); });
  CHECK(listed.size() == n / 2);
  for (std::size_t i = 1; i < listed.size(); ++i) CHECK(listed[i - 1].name <= listed[i].name);
  check_unharmed(test, 1);
}

TEST_CASE("a machine's history comes newest first") {
  TestStorage test;
  const Agent agent = test.add_agent(test.add_workspace());
  std::vector<std::string> kinds;
  for (const std::string& text : kHostileTexts) {
    test.write([&](Transaction& tx) {
      return test->agents().add_machine_event(tx, {agent.id, agent.workspace, test.clock.now(), text, text, text});
    });
    kinds.insert(kinds.begin(), text);
  }
  const auto events = test.read<std::vector<MachineEvent>>(
      [&](Snapshot& s) { return test->agents().machine_events(s, agent.workspace, agent.id, 100); });
  REQUIRE(events.size() == kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CHECK(events[i].kind == kinds[i]);
    CHECK(events[i].machine_id == kinds[i]);
    CHECK(events[i].actor_name == kinds[i]);
  }
  CHECK(test.read<std::vector<MachineEvent>>(
                [&](Snapshot& s) { return test->agents().machine_events(s, agent.workspace, agent.id, 2); })
            .size() == 2);
}

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
    rule.name = rule.target.tag = text;
    rule.kind = RuleKind::metric;
    rule.target.kind = RuleTarget::Kind::agent;
    rule.target.agent = agent.id;
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
      CHECK(back.target.tag == rule.target.tag);
      CHECK(back.target.agent == rule.target.agent);
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
    rule.kind = RuleKind::silence;
    rule.target = {RuleTarget::Kind::all, "", {}};
    rule.recipients = {first.id};
    rule.version = 4;
    test.write([&](Transaction& tx) { return test->rules().update(tx, rule); });
    check();
  }
  CHECK(test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().list(s, workspace.id); }).size() == n);
  const auto all = test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().all(s); });
  CHECK(all.size() == n);
  CHECK(all[0].recipients == std::vector<RecipientId>{first.id});

  // A recipient that is removed is told no more; a rule that is removed takes its states along.
  test.write([&](Transaction& tx) { return test->recipients().remove(tx, workspace.id, first.id); });
  CHECK(found<Rule>(test, [&](Snapshot& s) {
          return test->rules().find(s, workspace.id, all[0].id);
        }).recipients.empty());
  RuleState state;
  state.rule = all[0].id;
  state.agent = agent.id;
  state.workspace = workspace.id;
  test.write([&](Transaction& tx) { return test->incidents().put_state(tx, state); });
  test.write([&](Transaction& tx) { return test->rules().remove(tx, workspace.id, all[0].id); });
  CHECK(test.read<std::vector<RuleState>>([&](Snapshot& s) { return test->incidents().all_states(s); }).empty());
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().remove(tx, workspace.id, all[0].id); }) ==
        ErrorCode::not_found);
  check_unharmed(test, 1);
}

TEST_CASE("one incident at a time is open for a rule and an agent") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Rule rule = test.add_rule(workspace);
  Incident incident = test.open_incident(rule, agent);
  Incident second = incident;
  second.id = IncidentId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().insert(tx, second); }) == ErrorCode::conflict);
  CHECK(found<IncidentId>(test, [&](Snapshot& s) {
          return test->incidents().open_of(s, workspace.id, rule.id, agent.id);
        }) == incident.id);
  incident.resolved_at = test.clock.now() + 1min;
  incident.resolution = "recovered";
  test.write([&](Transaction& tx) { return test->incidents().update(tx, incident); });
  CHECK(!test.read<std::optional<IncidentId>>(
      [&](Snapshot& s) { return test->incidents().open_of(s, workspace.id, rule.id, agent.id); }));
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
    incident.agent_name = incident.rule_sentence = incident.summary = incident.acknowledged_by = incident.resolution =
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
    CHECK(back.agent == agent.id);
    CHECK(back.agent_name == text);
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
  filter.agent = AgentId::make(test.clock.now(), test.random);
  CHECK(list(workspace, filter).empty());
  filter = {};
  filter.rule = rule.id;
  filter.agent = agent.id;
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

TEST_CASE("a rule's state is put, changed, and found by rule and agent") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Rule rule = test.add_rule(workspace);
  const Incident incident = test.open_incident(rule, agent);
  RuleState state;
  state.rule = rule.id;
  state.agent = agent.id;
  state.workspace = workspace.id;
  state.phase = RuleState::Phase::pending;
  state.since = {1};
  state.deadline = {2};
  test.write([&](Transaction& tx) { return test->incidents().put_state(tx, state); });
  state.phase = RuleState::Phase::open;
  state.cooldown_until = {3};
  state.incident = incident.id;
  test.write([&](Transaction& tx) { return test->incidents().put_state(tx, state); });
  const RuleState back =
      found<RuleState>(test, [&](Snapshot& s) { return test->incidents().state(s, workspace.id, rule.id, agent.id); });
  CHECK(back.phase == RuleState::Phase::open);
  CHECK(back.since == Instant{1});
  CHECK(back.deadline == Instant{2});
  CHECK(back.cooldown_until == Instant{3});
  CHECK(back.incident == incident.id);
  CHECK(test.read<std::vector<RuleState>>([&](Snapshot& s) { return test->incidents().all_states(s); }).size() == 1);
  test.write([&](Transaction& tx) { return test->incidents().remove_states(tx, workspace.id, rule.id); });
  CHECK(!test.read<std::optional<RuleState>>(
      [&](Snapshot& s) { return test->incidents().state(s, workspace.id, rule.id, agent.id); }));
}

TEST_CASE("recipients take any text and are changed and removed inside their workspace alone") {
  TestStorage test;
  const Workspace workspace = test.add_workspace(), other = test.add_workspace("other");
  test.add_agent(workspace);
  std::size_t n = 0;
  Recipient last;
  for (const std::string& text : kHostileTexts) {
    Recipient recipient;
    recipient.id = RecipientId::make(test.clock.now(), test.random);
    recipient.workspace = workspace.id;
    recipient.name = recipient.shown = recipient.target = recipient.last_test_answer = text;
    recipient.channel = "of a later version";
    recipient.fields.set("text", FieldValue(text));
    recipient.fields.set("number", FieldValue(std::int64_t{7}));
    recipient.fields.set("flag", FieldValue(true));
    recipient.sealed = {{"other", text + "2"}, {"token", text}};
    recipient.receives_by_default = false;
    recipient.enabled = false;
    recipient.created_at = {1};
    recipient.last_tested_at = {2};
    recipient.version = 6;
    test.write([&](Transaction& tx) { return test->recipients().insert(tx, recipient); });
    ++n;
    const Recipient back =
        found<Recipient>(test, [&](Snapshot& s) { return test->recipients().find(s, workspace.id, recipient.id); });
    CHECK(back.name == text);
    CHECK(back.shown == text);
    CHECK(back.target == text);
    if (is_utf8(text)) CHECK(back.fields == recipient.fields);  // what comes in is checked for that
    REQUIRE(back.sealed.size() == 2);
    CHECK(back.sealed[0].sealed == text + "2");
    CHECK(back.sealed[1].field == "token");
    CHECK(back.sealed[1].sealed == text);
    CHECK(back.last_test_answer == text);
    CHECK(back.channel == "of a later version");
    CHECK(!back.receives_by_default);
    CHECK(!back.enabled);
    CHECK(back.created_at == Instant{1});
    CHECK(back.last_tested_at == Instant{2});
    CHECK(back.version == 6);
    last = back;
  }
  last.name = "new";
  last.sealed = {{"token", "another"}};
  test.write([&](Transaction& tx) { return test->recipients().update(tx, last); });
  CHECK(found<Recipient>(test, [&](Snapshot& s) { return test->recipients().find(s, workspace.id, last.id); }).name ==
        "new");
  CHECK(
      test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, workspace.id); }).size() ==
      n);
  CHECK(test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, other.id); }).empty());
  const auto secrets = [&] {
    std::size_t count = 0;
    for (const Recipient& each :
         test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, workspace.id); })) {
      count += each.sealed.size();
      if (each.id == last.id) CHECK(each.sealed.at(0).sealed == "another");
    }
    return count;
  };
  CHECK(secrets() == 2 * (n - 1) + 1);
  test.write([&](Transaction& tx) { return test->recipients().remove(tx, workspace.id, last.id); });
  CHECK(secrets() == 2 * (n - 1));
  check_unharmed(test, 2);
}

TEST_CASE("the outbox leases what is due, oldest first, once, until the lease runs out") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Incident incident = test.open_incident(test.add_rule(workspace), agent);
  const Recipient recipient = test.add_recipient(workspace);
  std::vector<Notification> sent;
  for (const std::string& text : kHostileTexts) {
    test.clock.advance(1s);
    Notification notification;
    notification.id = NotificationId::make(test.clock.now(), test.random);
    notification.workspace = workspace.id;
    notification.incident = incident.id;
    notification.recipient = recipient.id;
    notification.shown = notification.message_id = notification.last_error = text;
    notification.created_at = notification.next_attempt_at = test.clock.now();
    test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
    sent.push_back(notification);
  }
  const auto due = [&] { return test.read<Instant>([&](Snapshot& s) { return test->outbox().next_due(s); }); };
  CHECK(due() == sent[0].next_attempt_at);
  const auto lease = [&](int limit) {
    std::vector<Notification> out;
    test.write([&](Transaction& tx) -> Result<void> {
      out = TRY(test->outbox().lease(tx, test.clock.now(), test.clock.now() + 1min, limit));
      return {};
    });
    return out;
  };
  const auto first = lease(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].id == sent[0].id);
  CHECK(first[1].id == sent[1].id);
  CHECK(first[0].state == Notification::State::leased);
  CHECK(first[0].attempts == 1);
  CHECK(first[1].shown == kHostileTexts[1]);
  CHECK(first[1].message_id == kHostileTexts[1]);
  const auto rest = lease(100);
  CHECK(rest.size() == sent.size() - 2);
  CHECK(lease(100).empty());
  CHECK(due() == test.clock.now() + 1min);

  // The worker died: the lease runs out.
  test.clock.advance(1min);
  const auto again = lease(1);
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == sent[0].id);
  CHECK(again[0].attempts == 2);

  Notification done = again[0];
  done.state = Notification::State::sent;
  done.sent_at = test.clock.now();
  test.write([&](Transaction& tx) { return test->outbox().update(tx, done); });
  const auto of_incident = test.read<std::vector<Notification>>(
      [&](Snapshot& s) { return test->outbox().of_incident(s, workspace.id, incident.id); });
  REQUIRE(of_incident.size() == sent.size());
  CHECK(of_incident[0].state == Notification::State::sent);
  CHECK(of_incident[0].sent_at == done.sent_at);
  CHECK(test.read<std::vector<Notification>>(
                [&](Snapshot& s) { return test->outbox().list(s, workspace.id, Notification::State::sent, 50); })
            .size() == 1);
  CHECK(test.read<std::vector<Notification>>(
                [&](Snapshot& s) { return test->outbox().list(s, workspace.id, std::nullopt, 3); })
            .size() == 3);
  check_unharmed(test, 1);
}

TEST_CASE("nothing waits in an empty outbox, and a test belongs to no incident") {
  TestStorage test;
  CHECK(!test.read<Instant>([&](Snapshot& s) { return test->outbox().next_due(s); }).is_set());
  const Workspace workspace = test.add_workspace();
  Notification notification;
  notification.id = NotificationId::make(test.clock.now(), test.random);
  notification.workspace = workspace.id;
  notification.recipient = test.add_recipient(workspace).id;
  notification.kind = Notification::Kind::test;
  notification.channel = "webhook";
  notification.target = "hooks.example.org:443";
  test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
  const auto listed = test.read<std::vector<Notification>>(
      [&](Snapshot& s) { return test->outbox().list(s, workspace.id, Notification::State::queued, 50); });
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].incident.is_nil());
  CHECK(listed[0].kind == Notification::Kind::test);
  CHECK(listed[0].channel == "webhook");
  CHECK(listed[0].target == "hooks.example.org:443");
}

TEST_CASE("a recovery finds the message that told of the opening, unless that was given up") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Incident incident = test.open_incident(test.add_rule(workspace), test.add_agent(workspace));
  const Recipient ada = test.add_recipient(workspace), eve = test.add_recipient(workspace, "eve@example.org");
  Notification notification;
  notification.id = NotificationId::make(test.clock.now(), test.random);
  notification.workspace = workspace.id;
  notification.incident = incident.id;
  notification.recipient = ada.id;
  notification.message_id = "<opening@connlog>";
  test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
  const auto opening = [&](const Recipient& who) {
    return test.read<std::optional<std::string>>(
        [&](Snapshot& s) { return test->outbox().opening_message_id(s, workspace.id, incident.id, who.id); });
  };
  CHECK(opening(ada) == "<opening@connlog>");
  CHECK(opening(eve) == std::nullopt);
  notification.state = Notification::State::failed;
  test.write([&](Transaction& tx) { return test->outbox().update(tx, notification); });
  CHECK(opening(ada) == std::nullopt);
}

TEST_CASE("settings take any key and any value") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  for (const std::string& key : kHostileTexts)
    test.write([&](Transaction& tx) { return test->settings().put(tx, key, "old"); });
  for (const std::string& key : kHostileTexts)
    test.write([&](Transaction& tx) { return test->settings().put(tx, key, key + "!"); });
  for (const std::string& key : kHostileTexts) {
    const bool same = found<std::string>(test, [&](Snapshot& s) { return test->settings().get(s, key); }) == key + "!";
    CHECK(same);
  }
  CHECK(!test.read<std::optional<std::string>>([&](Snapshot& s) { return test->settings().get(s, "' OR 1=1 --"); }));
  check_unharmed(test, 1);
}

TEST_CASE("an idempotency key belongs to one user in one workspace, once, for a while") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  IdempotencyRecord record;
  record.workspace = WorkspaceId::make(test.clock.now(), test.random);
  record.user = UserId::make(test.clock.now(), test.random);
  record.status = 201;
  for (const std::string& text : kHostileTexts) {
    record.key = record.body = text;
    test.random.fill(record.request_digest);
    record.created_at = test.clock.now();
    test.clock.advance(1s);
    test.write([&](Transaction& tx) { return test->idempotency().insert(tx, record); });
    const auto back = found<IdempotencyRecord>(
        test, [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, record.user, text); });
    CHECK(back.body == text);
    CHECK(back.status == 201);
    CHECK(back.request_digest == record.request_digest);
    CHECK(back.created_at == record.created_at);
    CHECK(refused(test, [&](Transaction& tx) { return test->idempotency().insert(tx, record); }) ==
          ErrorCode::conflict);
    // The same key of another user, and for the appliance, is another key.
    CHECK(!test.read<std::optional<IdempotencyRecord>>(
        [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, UserId{}, text); }));
    CHECK(!test.read<std::optional<IdempotencyRecord>>(
        [&](Snapshot& s) { return test->idempotency().find(s, WorkspaceId{}, record.user, text); }));
  }
  std::int64_t gone = 0;
  test.write([&](Transaction& tx) -> Result<void> {
    gone = TRY(test->idempotency().remove_before(tx, record.created_at, 5));
    return {};
  });
  CHECK(gone == 5);
  test.write([&](Transaction& tx) -> Result<void> {
    gone = TRY(test->idempotency().remove_before(tx, record.created_at, 1'000));
    return {};
  });
  CHECK(gone == static_cast<std::int64_t>(std::size(kHostileTexts)) - 6);
  CHECK(test.read<std::optional<IdempotencyRecord>>(
      [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, record.user, record.key); }));
}

TEST_CASE("no store reaches across the border between two workspaces") {
  TestStorage test;
  const Workspace ours = test.add_workspace("ours"), theirs = test.add_workspace("theirs");
  Agent agent = test.add_agent(ours);
  Rule rule = test.add_rule(ours);
  Recipient recipient = test.add_recipient(ours);
  Incident incident = test.open_incident(rule, agent);
  const auto none = [&](const auto& value) { CHECK(!value.has_value()); };
  none(test.read<std::optional<Agent>>([&](Snapshot& s) { return test->agents().find(s, theirs.id, agent.id); }));
  none(test.read<std::optional<Rule>>([&](Snapshot& s) { return test->rules().find(s, theirs.id, rule.id); }));
  none(test.read<std::optional<Recipient>>(
      [&](Snapshot& s) { return test->recipients().find(s, theirs.id, recipient.id); }));
  none(test.read<std::optional<Incident>>(
      [&](Snapshot& s) { return test->incidents().find(s, theirs.id, incident.id); }));
  none(test.read<std::optional<IncidentId>>(
      [&](Snapshot& s) { return test->incidents().open_of(s, theirs.id, rule.id, agent.id); }));
  CHECK(test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<IncidentEvent>>(
                [&](Snapshot& s) { return test->incidents().events(s, theirs.id, incident.id); })
            .empty());

  agent.workspace = rule.workspace = recipient.workspace = incident.workspace = theirs.id;
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().update(tx, rule); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->recipients().update(tx, recipient); }) ==
        ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().update(tx, incident); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().remove(tx, theirs.id, rule.id); }) ==
        ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->recipients().remove(tx, theirs.id, recipient.id); }) ==
        ErrorCode::not_found);

  // Nor can a row of one be made to point at a row of the other.
  RuleState state;
  state.workspace = theirs.id;
  state.rule = rule.id;
  state.agent = agent.id;
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().put_state(tx, state); }) == ErrorCode::conflict);
  incident.id = IncidentId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().insert(tx, incident); }) == ErrorCode::conflict);
  Rule foreign = test.add_rule(theirs);
  foreign.recipients = {recipient.id};
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().update(tx, foreign); }) == ErrorCode::conflict);
}
