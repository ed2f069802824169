// The store of agents: what goes in comes back, whatever the texts are; what people set and what heartbeats teach are
// written apart; a removed agent leaves its token's digest and nothing else.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "storage/connection.h"
#include "tests/storage/hostile_texts.h"
#include "tests/storage/store_checks.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

void check_same(TestStorage& test, const Agent& agent) {
  const Agent back =
      found<Agent>(test, [&](Snapshot& s) { return test->agents().find(s, agent.workspace, agent.id); });
  CHECK(back.id == agent.id);
  CHECK(back.workspace == agent.workspace);
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
}

std::int64_t count(TestStorage& test, const std::string& question) {
  return test.read<std::int64_t>([&](Snapshot& s) { return storage::at(s).number(question); });
}

// Rows that the work changed.
std::int64_t changes_of(TestStorage& test, const Stores::Work& work) {
  std::int64_t changed = 0;
  test.write([&](Transaction& tx) -> Result<void> {
    const std::int64_t before = TRY(storage::at(tx).number("SELECT total_changes()"));
    TRY(work(tx));
    const std::int64_t after = TRY(storage::at(tx).number("SELECT total_changes()"));
    changed = after - before;
    return {};
  });
  return changed;
}

}  // namespace

TEST_CASE("agents take any text and keep every field") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  std::size_t n = 0;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Agent agent = test.add_agent(workspace, text);
    ++n;
    agent.token_hint = agent.agent_version = agent.hostname = agent.os = agent.arch = text;
    agent.machine_id = agent.pending_machine_id = text;
    agent.interval_seconds = 11;
    agent.missed_threshold = 4;
    agent.metrics = {false, true, false, true};
    agent.config_version = 4'000'000'000;
    agent.disabled = true;
    agent.core_count = 8;
    agent.interval_in_force_seconds = 12;
    test.write([&](Transaction& tx) { return test->agents().update(tx, agent); });
    check_same(test, agent);
    agent.metrics = {true, false, true, false};
    agent.disabled = false;
    agent.interval_seconds = 60;
    agent.interval_in_force_seconds = 60;
    test.random.fill(agent.token_digest);
    agent.hostname = text + text;
    test.write([&](Transaction& tx) { return test->agents().update(tx, agent); });
    check_same(test, agent);
  }
  const auto all = test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().all(s); });
  CHECK(all.size() == n);
  const auto listed = test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().list(s, workspace.id); });
  REQUIRE(listed.size() == n);
  for (std::size_t i = 1; i < listed.size(); ++i) CHECK(listed[i - 1].id < listed[i].id);
  check_unharmed(test, 1);
}

TEST_CASE("each metric that can be switched has a place of its own") {
  TestStorage test;
  Agent agent = test.add_agent(test.add_workspace());
  for (int bits = 0; bits < 16; ++bits) {
    agent.metrics = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    test.write([&](Transaction& tx) { return test->agents().update(tx, agent); });
    check_same(test, agent);
    CHECK(count(test, "SELECT toggles FROM agent") == bits);
  }
}

TEST_CASE("what people set and what heartbeats teach are written apart, and only where they differ") {
  TestStorage test;
  Agent agent = test.add_agent(test.add_workspace());
  CHECK(changes_of(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == 0);
  agent.hostname = "db-1.example.org";
  CHECK(changes_of(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == 1);
  agent.interval_seconds = 20;
  CHECK(changes_of(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == 1);
  agent.interval_seconds = 30;
  agent.interval_in_force_seconds = 20;
  CHECK(changes_of(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == 2);
  check_same(test, agent);
}

TEST_CASE("a removed agent leaves the digest of its token, for ever, and the use of its enrolment key") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  Agent agent = test.add_agent(workspace), other = test.add_agent(workspace, "db-2");
  EnrolmentKey key;
  key.id = EnrolmentKeyId::make(test.clock.now(), test.random);
  key.workspace = workspace.id;
  key.uses_max = 10;
  test.random.fill(key.token_digest);
  Enrolment enrolment;
  enrolment.workspace = workspace.id;
  enrolment.key = key.id;
  test.random.fill(enrolment.request_digest);
  enrolment.agent = agent.id;
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->enrolment().insert(tx, key));
    TRY(test->enrolment().insert(tx, enrolment));
    return test->agents().add_machine_event(tx, {agent.id, agent.workspace, test.clock.now(), "bound", "m", ""});
  });
  const auto enrolled = [&] {
    return test
        .read<std::vector<EnrolledAgent>>([&](Snapshot& s) { return test->enrolment().agents(s, workspace.id, 10); })
        .size();
  };
  CHECK(enrolled() == 1);
  const Subject subject = test.subject(workspace.id, agent.id);
  const TokenDigest last_shown = agent.token_digest;
  test.random.fill(agent.token_digest);  // not the stored one
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->agents().remove(tx, agent));
    return test->subjects().remove(tx, subject, test.clock.now());
  });
  for (const bool again : {false, true}) {
    if (again) test.restart();
    CHECK(test.read<std::vector<TokenDigest>>([&](Snapshot& s) { return test->agents().gone(s); }) ==
          std::vector<TokenDigest>{last_shown});
    const auto left = test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().all(s); });
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == other.id);
  }
  CHECK(count(test, "SELECT COUNT(*) FROM agent_fact") == 1);
  CHECK(count(test, "SELECT COUNT(*) FROM machine_event") == 0);
  // That the key was used for it is still known, so that the same request does not bring it back.
  CHECK(enrolled() == 0);
  CHECK(found<Enrolment>(test, [&](Snapshot& s) {
          return test->enrolment().find(s, workspace.id, key.id, enrolment.request_digest);
        }).agent == agent.id);
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().remove(tx, agent); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == ErrorCode::not_found);
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
