// The store of monitors: what goes in comes back, with secrets, probes and ping addresses, and in one workspace alone; what
// groups and tags set; kept answers and hosts; and the record of many monitors in one query.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/storage/hostile_texts.h"
#include "tests/storage/store_checks.h"
#include "tests/storage/subject_world.h"

using namespace connlog;

namespace {

struct MonitorWorld : SubjectWorld {
  Monitor monitor(const std::string& name = "site") {
    Subject subject = this->subject(name);
    subject.kind = SubjectKind::monitor;
    test.write([&](Transaction& tx) -> Result<void> {
      subject.number = TRY(test->subjects().insert(tx, subject));
      return {};
    });
    Monitor made;
    made.id = MonitorId::of(subject.id);
    made.workspace = workspace.id;
    made.kind = "http";
    made.fields.set("url", std::string("https://example.org"));
    made.created_at = test.clock.now();
    return made;
  }
  Monitor added(const std::string& name = "site") {
    const Monitor made = monitor(name);
    test.write([&](Transaction& tx) { return test->monitors().insert(tx, made); });
    return made;
  }
  Monitor stored(const Monitor& of) {
    return found<Monitor>(test, [&](Snapshot& s) { return test->monitors().find(s, of.workspace, of.id); });
  }
};

void check_same(const Monitor& back, const Monitor& wanted) {
  CHECK(back.id == wanted.id);
  CHECK(back.workspace == wanted.workspace);
  CHECK(back.kind == wanted.kind);
  CHECK(back.fields == wanted.fields);
  CHECK(back.own.interval_seconds == wanted.own.interval_seconds);
  CHECK(back.own.retries == wanted.own.retries);
  CHECK(back.own.retry_interval_seconds == wanted.own.retry_interval_seconds);
  CHECK(back.own.time_limit_ms == wanted.own.time_limit_ms);
  CHECK(back.own.recover_after == wanted.own.recover_after);
  CHECK(back.slow_after_ms == wanted.slow_after_ms);
  CHECK(back.certificate_days == wanted.certificate_days);
  CHECK(back.invert == wanted.invert);
  CHECK(back.probe_mode == wanted.probe_mode);
  CHECK(back.probes == wanted.probes);
  CHECK(back.probes_needed == wanted.probes_needed);
  CHECK(back.created_at == wanted.created_at);
  REQUIRE(back.sealed.size() == wanted.sealed.size());
  for (std::size_t i = 0; i < back.sealed.size(); ++i) {
    CHECK(back.sealed[i].field == wanted.sealed[i].field);
    CHECK(back.sealed[i].sealed == wanted.sealed[i].sealed);
  }
  REQUIRE(back.ping.has_value() == wanted.ping.has_value());
  if (!back.ping) return;
  CHECK(back.ping->uuid_digest == wanted.ping->uuid_digest);
  CHECK(back.ping->token_digest == wanted.ping->token_digest);
  CHECK(back.ping->sealed_uuid == wanted.ping->sealed_uuid);
  CHECK(back.ping->sealed_token == wanted.ping->sealed_token);
  CHECK(back.ping->slug == wanted.ping->slug);
}

}  // namespace

TEST_CASE("monitors take any text and keep every field, secrets, probes and addresses") {
  MonitorWorld world;
  const Agent agent = world.test.add_agent(world.workspace);
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Monitor monitor = world.added("site");
    if (is_utf8(text)) monitor.fields.set("keyword", text);
    monitor.sealed = {{"password", text}, {"token", "s2:0:x:y"}};
    monitor.own.interval_seconds = 30;
    monitor.own.retries = 0;
    monitor.slow_after_ms = 900;
    monitor.certificate_days = 0;
    monitor.invert = true;
    monitor.probe_mode = ProbeMode::each;
    monitor.probes = {agent.id};
    PingAddress address;
    world.test.random.fill(address.uuid_digest);
    world.test.random.fill(address.token_digest);
    address.sealed_uuid = text;
    address.sealed_token = "t";
    address.slug = "nightly";
    monitor.ping = address;
    world.test.write([&](Transaction& tx) { return world.test->monitors().update(tx, monitor); });
    check_same(world.stored(monitor), monitor);
    monitor.sealed.clear();
    monitor.probes.clear();
    monitor.own = {};
    world.test.write([&](Transaction& tx) { return world.test->monitors().update(tx, monitor); });
    check_same(world.stored(monitor), monitor);
  }
  const auto all = world.test.read<std::vector<Monitor>>([&](Snapshot& s) { return world.test->monitors().all(s); });
  const auto listed = world.test.read<std::vector<Monitor>>(
      [&](Snapshot& s) { return world.test->monitors().list(s, world.workspace.id); });
  REQUIRE(all.size() == listed.size());
  for (std::size_t i = 0; i < all.size(); ++i) check_same(all[i], listed[i]);
  check_unharmed(world.test, 1);
}

TEST_CASE("a monitor is found, changed and removed in its own workspace alone") {
  MonitorWorld world;
  Monitor monitor = world.added();
  monitor.workspace = world.test.add_workspace("other").id;
  CHECK(refused(world.test, [&](Transaction& tx) { return world.test->monitors().update(tx, monitor); }) ==
        ErrorCode::not_found);
  CHECK(refused(world.test, [&](Transaction& tx) {
          return world.test->monitors().remove(tx, monitor.workspace, monitor.id);
        }) == ErrorCode::not_found);
  CHECK_FALSE(world.test.read<std::optional<Monitor>>(
      [&](Snapshot& s) { return world.test->monitors().find(s, monitor.workspace, monitor.id); }));
}

TEST_CASE("a monitor that is put aside leaves its secrets, and one that is removed leaves none") {
  MonitorWorld world;
  for (const bool aside : {true, false}) {
    Monitor monitor = world.monitor();
    monitor.sealed = {{"password", "s2:0:x:y"}};
    world.test.write([&](Transaction& tx) { return world.test->monitors().insert(tx, monitor); });
    world.test.write([&](Transaction& tx) {
      return aside ? world.test->monitors().put_aside(tx, monitor.workspace, monitor.id)
                   : world.test->monitors().remove(tx, monitor.workspace, monitor.id);
    });
    CHECK(world.count("SELECT COUNT(*) FROM sealed_field WHERE owner_kind = 'monitor'") == 1);
    CHECK(world.count("SELECT COUNT(*) FROM monitor") == 0);
  }
}

TEST_CASE("what groups and tags set is written over, goes with its group, and an empty one is none") {
  MonitorWorld world;
  const Group group = world.test.add_group(world.workspace);
  const Recipient recipient = world.test.add_recipient(world.workspace);
  CheckDefaults defaults;
  defaults.workspace = world.workspace.id;
  defaults.of = group.id.text();
  defaults.timing.interval_seconds = 20;
  defaults.recipients = {recipient.id};
  CheckDefaults of_tag;
  of_tag.workspace = world.workspace.id;
  of_tag.scope = CheckDefaults::Scope::tag;
  of_tag.of = "web";
  of_tag.timing.retries = 0;
  const auto put = [&](const CheckDefaults& each) {
    world.test.write([&](Transaction& tx) { return world.test->monitors().put_defaults(tx, each); });
  };
  const auto stored = [&] {
    return world.test.read<std::vector<CheckDefaults>>(
        [&](Snapshot& s) { return world.test->monitors().defaults(s, world.workspace.id); });
  };
  put(defaults);
  put(of_tag);
  defaults.timing.interval_seconds = 25;
  put(defaults);
  auto now = stored();
  REQUIRE(now.size() == 2);
  CHECK(now[0].timing.interval_seconds == 25);
  CHECK(now[0].recipients == defaults.recipients);
  CHECK(now[1].timing.retries == 0);
  CHECK_FALSE(now[1].timing.interval_seconds.has_value());
  of_tag.timing = {};
  put(of_tag);
  CHECK(stored().size() == 1);
  world.test.write([&](Transaction& tx) -> Result<void> {
    const auto subject = TRY(world.test->subjects().find(tx, world.workspace.id, group.id));
    return world.test->subjects().remove(tx, *subject, world.test.clock.now());
  });
  CHECK(stored().empty());
}

TEST_CASE("answers are kept newest first, go by their age, and hosts are confirmed once") {
  MonitorWorld world;
  const Monitor monitor = world.added();
  const Instant start = world.test.clock.now();
  for (int i = 0; i < 3; ++i) {
    const KeptAnswer answer{monitor.id, monitor.workspace, start + seconds(i), "s2:0:monitor.answer:" + std::to_string(i)};
    world.test.write([&](Transaction& tx) { return world.test->monitors().keep_answer(tx, answer); });
  }
  const auto answers = [&] {
    return world.test.read<std::vector<KeptAnswer>>(
        [&](Snapshot& s) { return world.test->monitors().answers(s, monitor.workspace, monitor.id, 10); });
  };
  REQUIRE(answers().size() == 3);
  CHECK(answers()[0].at == start + seconds(2));
  std::int64_t deleted = 0;
  world.test.write([&](Transaction& tx) -> Result<void> {
    deleted = TRY(world.test->monitors().delete_answers_before(tx, start + seconds(2), 1));
    return {};
  });
  CHECK(deleted == 1);
  CHECK(answers().size() == 2);

  const auto confirmed = [&](const std::string& host) {
    return world.test.read<bool>(
        [&](Snapshot& s) { return world.test->monitors().is_host_confirmed(s, world.workspace.id, host); });
  };
  CHECK_FALSE(confirmed("www.example.org"));
  for (int i = 0; i < 2; ++i) {
    world.test.write([&](Transaction& tx) {
      return world.test->monitors().confirm_host(tx, world.workspace.id, "www.example.org", "Ann", start);
    });
  }
  CHECK(confirmed("www.example.org"));
  CHECK_FALSE(confirmed("example.org"));
}

TEST_CASE("the record of more monitors than one query asks for comes as it comes one by one") {
  MonitorWorld world;
  std::vector<MonitorId> ids;
  const Instant from = world.test.clock.now();
  for (std::size_t i = 0; i < kMonitorsAtOnce + 3; ++i) {
    const Monitor monitor = world.added("m" + std::to_string(i));
    ids.push_back(monitor.id);
    const Subject subject = world.test.subject(world.workspace.id, monitor.id);
    world.put_state(subject, State::up, StateReason::source, from - seconds(100));
    world.put_state(subject, State::down, StateReason::source, from - seconds(50));
    if (i % 2 == 0) world.put_state(subject, State::up, StateReason::source, from + seconds(10));
  }
  const Instant to = from + seconds(100);
  const auto together = world.test.read<std::vector<StateChange>>(
      [&](Snapshot& s) { return world.test->monitors().changes(s, world.workspace.id, ids, from, to); });
  for (const MonitorId& id : ids) {
    const auto alone = world.test.read<std::vector<StateChange>>(
        [&](Snapshot& s) { return world.test->subjects().changes(s, world.workspace.id, id, from, to); });
    std::vector<StateChange> mine;
    for (const StateChange& change : together) {
      if (change.subject == SubjectId::of(id)) mine.push_back(change);
    }
    REQUIRE(mine.size() == alone.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      CHECK(mine[i].at == alone[i].at);
      CHECK(mine[i].state == alone[i].state);
    }
  }
}
