// The log of readings: appended in order, read along each subject's own chain, found again after a restart.

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

struct World {
  TestStorage test;
  Workspace workspace = test.add_workspace();
  Agent a = test.add_agent(workspace, "a"), b = test.add_agent(workspace, "b");

  template <typename Of>  // an agent or a subject
  Reading reading(const Of& agent, std::optional<std::int64_t> cpu = {}) {
    Reading r;
    r.workspace = agent.workspace;
    r.subject = agent.id;
    r.at = test.clock.now();
    ValuesBuilder values;
    values.set(Metric::cpu_percent, cpu);
    r.values = values.build();
    return r;
  }
  template <typename Of>
  void append(const Of& agent, std::optional<std::int64_t> cpu = {}) {
    test.write([&](Transaction& tx) { return test->readings().append(tx, reading(agent, cpu)); });
  }
  template <typename Of>
  std::vector<std::int64_t> cpus(const Of& agent, Instant from = {}, Instant to = {INT64_MAX}) {
    std::vector<std::int64_t> out;
    for (const Reading& r : test.read<std::vector<Reading>>(
             [&](Snapshot& s) { return test->readings().range(s, agent.workspace, agent.id, from, to); })) {
      out.push_back(r.values.get(Metric::cpu_percent).value_or(-1));
    }
    return out;
  }
};

using List = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("each value of a reading comes back, and one that was not sent stays absent") {
  World world;
  Reading full = world.reading(world.a, 4'250);
  for (std::size_t i = 0; i < full.key.size(); ++i) full.key[i] = static_cast<std::uint8_t>(i + 1);
  ValuesBuilder values(full.values);
  values.set(Metric::cores, 8);
  values.set(Metric::uptime, 123'456);
  values.set(Metric::cpu_peak_percent, 9'999);
  values.set(Metric::memory_used, 3'000);
  values.set(Metric::memory_total, 7'900);
  values.set(Metric::disk_used, 50'000);
  values.set(Metric::disk_total, 120'000);
  values.set(Metric::load_1m, 0);
  values.set(Metric{31}, -40);           // a metric that this version does not know
  values.set(Metric{2'000'000}, 5, 77);  // one with a part
  values.set_named(78, 0.5);
  full.values = values.build();
  world.test.write([&](Transaction& tx) { return world.test->readings().append(tx, full); });
  world.test.clock.advance(10s);
  world.append(world.a);
  const auto kept = world.test.read<std::vector<Reading>>(
      [&](Snapshot& s) { return world.test->readings().range(s, world.workspace.id, world.a.id, {}, {INT64_MAX}); });
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].workspace == full.workspace);
  CHECK(kept[0].subject == full.subject);
  CHECK(kept[0].at == full.at);
  CHECK(kept[0].key == full.key);
  CHECK(kept[0].values == full.values);
  CHECK(kept[0].values.get(Metric::cpu_percent) == 4'250);
  CHECK(kept[0].values.get(Metric::load_1m) == 0);
  CHECK(kept[0].values.get(Metric{31}) == -40);
  CHECK(kept[0].values.get(Metric{2'000'000}, 77) == 5);
  CHECK(kept[1].values.get(Metric::cpu_percent) == std::nullopt);
  CHECK(kept[1].values == Values());
  CHECK(kept[1].key == std::array<std::uint8_t, 17>{});
}

TEST_CASE("a range holds one agent's readings, oldest first, from its first instant to before its last") {
  World world;
  const Instant start = world.test.clock.now();
  for (int i = 0; i < 6; ++i) {
    world.append(world.a, i);
    world.append(world.b, 100 + i);
    world.test.clock.advance(10s);
  }
  CHECK(world.cpus(world.a) == List{0, 1, 2, 3, 4, 5});
  CHECK(world.cpus(world.b) == List{100, 101, 102, 103, 104, 105});
  CHECK(world.cpus(world.a, start + 10s, start + 40s) == List{1, 2, 3});
  CHECK(world.cpus(world.a, start + 60s) == List{});
}

TEST_CASE("pages hold each of a subject's readings once, newest first, whatever others and retention do in between") {
  World world;
  for (int i = 0; i < 7; ++i) {
    world.append(world.a, i);
    world.append(world.b, 100 + i);
    world.test.clock.advance(10s);
  }
  const auto page = [&](WorkspaceId workspace, std::int64_t begin, int limit) {
    return world.test.read<ReadingPage>(
        [&](Snapshot& s) { return world.test->readings().page(s, workspace, world.a.id, begin, limit); });
  };
  for (const int limit : {1, 2, 3, 7, 8}) {
    CAPTURE(limit);
    List all;
    std::int64_t begin = 0;
    do {
      const ReadingPage got = page(world.workspace.id, begin, limit);
      CHECK(got.readings.size() <= static_cast<std::size_t>(limit));
      for (const Reading& reading : got.readings) all.push_back(reading.values.get(Metric::cpu_percent).value_or(-1));
      begin = got.next;
    } while (begin != 0);
    CHECK(all == List{6, 5, 4, 3, 2, 1, 0});
  }
  const Workspace other = world.test.add_workspace("other");
  CHECK(page(other.id, 0, 10).readings.empty());

  const ReadingPage first = page(world.workspace.id, 0, 3);
  REQUIRE(first.next != 0);
  world.append(world.a, 7);  // newer than the page: not in the next one
  world.test.write([&](Transaction& tx) -> Result<void> {
    const std::int64_t gone = TRY(world.test->readings().delete_before(tx, world.test.clock.now() - 35s, 1'000));
    CHECK(gone == 8);  // 0 to 3 of both
    return {};
  });
  const ReadingPage rest = page(world.workspace.id, first.next, 3);
  CHECK(rest.readings.empty());
  CHECK(rest.next == 0);
}

TEST_CASE("a range asks with the workspace: another's agent has no readings") {
  World world;
  world.append(world.a, 1);
  const Workspace other = world.test.add_workspace("other");
  const auto none = world.test.read<std::vector<Reading>>(
      [&](Snapshot& s) { return world.test->readings().range(s, other.id, world.a.id, {}, {INT64_MAX}); });
  CHECK(none.empty());
}

TEST_CASE("readings of the same microsecond, and a clock that steps back, lose nothing") {
  World world;
  world.append(world.a, 1);
  world.append(world.a, 2);
  world.test.clock.step_wall_clock(-1h);
  const Instant back = world.test.clock.now();
  world.append(world.a, 3);
  world.test.clock.advance(10s);
  world.append(world.a, 4);
  CHECK(world.cpus(world.a) == List{1, 2, 3, 4});
  CHECK(world.cpus(world.a, back, back + 1min) == List{3, 4});
  world.test.restart();
  world.append(world.a, 5);
  CHECK(world.cpus(world.a) == List{1, 2, 3, 4, 5});
}

TEST_CASE("what a closure appended is forgotten with it, and the chain goes on behind it") {
  World world;
  world.append(world.a, 1);
  world.test.clock.advance(10s);
  CHECK(!world.test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->readings().append(tx, world.reading(world.a, 2)));
    return Error{ErrorCode::conflict, "no"};
  }));
  world.test.clock.advance(10s);
  world.append(world.a, 3);
  CHECK(world.cpus(world.a) == List{1, 3});
}

TEST_CASE("a subject whose closure failed can be added again, and its readings are its own") {
  World world;
  Subject late;
  late.id = SubjectId::make(world.test.clock.now(), world.test.random);
  late.workspace = world.workspace.id;
  late.name = "late";
  const auto insert = [&](Transaction& tx) -> Result<void> {
    TRY(world.test->subjects().insert(tx, late));
    return {};
  };
  CHECK(!world.test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(insert(tx));
    TRY(world.test->readings().append(tx, world.reading(late, 1)));
    return Error{ErrorCode::conflict, "no"};
  }));
  const Agent other = world.test.add_agent(world.workspace, "other");  // takes the number that is free again
  world.test.write(insert);
  world.append(other, 10);
  world.append(late, 20);
  CHECK(world.cpus(other) == List{10});
  CHECK(world.cpus(late) == List{20});
}

TEST_CASE("what is still written of a removed subject is read by nobody, not by its successor and not after a restart") {
  World world;
  world.append(world.a, 1);
  const Subject removed = world.test.subject(world.workspace.id, world.a.id);
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->agents().remove(tx, world.a));
    return world.test->subjects().remove(tx, removed, world.test.clock.now());
  });
  world.test.clock.advance(10s);
  world.append(world.a, 2);  // it was on its way
  const Agent next = world.test.add_agent(world.workspace, "next");
  world.append(next, 3);
  for (const bool again : {false, true}) {
    CAPTURE(again);
    if (again) world.test.restart();
    CHECK(world.cpus(world.a) == List{});
    CHECK(world.cpus(next) == List{3});
    List since;
    CHECK(world.test->read_at_start([&](Snapshot& s) {
      return world.test->readings().each_since(s, {}, [&](const Reading& r) {
        since.push_back(r.values.get(Metric::cpu_percent).value_or(-1));
      });
    }));
    CHECK(since == List{3});
  }
}

TEST_CASE("a snapshot finds its own newest reading while newer ones are committed") {
  World world;
  world.append(world.a, 1);
  CHECK(world.test.stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto first = TRY(world.test->settings().get(snapshot, "k"));  // the snapshot begins here
    CHECK(!first);
    world.test.clock.advance(10s);
    world.append(world.a, 2);
    const auto kept = TRY(world.test->readings().range(snapshot, world.workspace.id, world.a.id, {}, {INT64_MAX}));
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].values.get(Metric::cpu_percent) == 1);
    return {};
  }));
}

TEST_CASE("the start finds the newest of each agent and everything since an instant") {
  World world;
  world.append(world.a, 1);
  world.test.clock.advance(10s);
  const Instant middle = world.test.clock.now();
  world.append(world.b, 2);
  world.test.clock.advance(10s);
  world.append(world.a, 3);
  for (const bool again : {false, true}) {
    CAPTURE(again);
    if (again) world.test.restart();
    const auto newest =
        world.test.read<std::vector<Reading>>([&](Snapshot& s) { return world.test->readings().newest_of_each(s); });
    REQUIRE(newest.size() == 2);
    for (const Reading& r : newest) CHECK(r.values.get(Metric::cpu_percent) == (r.subject == SubjectId(world.a.id) ? 3 : 2));
    List since;
    CHECK(world.test->read_at_start([&](Snapshot& s) {
      return world.test->readings().each_since(s, middle, [&](const Reading& r) {
        since.push_back(r.values.get(Metric::cpu_percent).value_or(-1));
      });
    }));
    CHECK(since == List{2, 3});
  }
}

TEST_CASE("heads are saved every ten minutes, and a start that follows a crash reads on from there") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace), silent = test.add_agent(workspace, "silent");
  const auto append = [&](const Agent& who) {
    Reading r;
    r.workspace = workspace.id;
    r.subject = who.id;
    r.at = test.clock.now();
    test.write([&](Transaction& tx) { return test->readings().append(tx, r); });
  };
  append(silent);
  for (int i = 0; i < 30; ++i) {
    test.clock.advance(60s);
    append(agent);
  }
  // A copy taken now is what a crash leaves: nothing was saved on the way out.
  TemporaryDirectory crashed;
  for (const char* name : {"connlog.db", "connlog.db-wal"})
    std::filesystem::copy_file(test.directory.path() / name, crashed.path() / name);
  auto held = storage::DataDirectory::open(crashed.path());
  auto opened = storage::Storage::open(std::move(*held), test.keys, {}, test.clock, test.random);
  REQUIRE(opened);
  CHECK((*opened)->stores().read([&](Snapshot& s) -> Result<void> {
    const auto newest = TRY((*opened)->readings().newest_of_each(s));
    CHECK(newest.size() == 2);
    const auto all = TRY((*opened)->readings().range(s, workspace.id, agent.id, {}, {INT64_MAX}));
    CHECK(all.size() == 30);
    return {};
  }));
}

TEST_CASE("retention takes the oldest rows, in slices, and leaves the rest") {
  World world;
  const Instant start = world.test.clock.now();
  for (int i = 0; i < 10; ++i) {
    world.append(world.a, i);
    world.test.clock.advance(1h);
  }
  const auto slice = [&](std::int64_t limit) {
    std::int64_t gone = 0;
    world.test.write([&](Transaction& tx) -> Result<void> {
      gone = TRY(world.test->readings().delete_before(tx, start + 7h, limit));
      return {};
    });
    return gone;
  };
  CHECK(slice(5) == 5);
  CHECK(world.cpus(world.a) == List{5, 6, 7, 8, 9});
  CHECK(slice(5) == 2);
  CHECK(slice(5) == 0);
  CHECK(world.cpus(world.a) == List{7, 8, 9});
  world.append(world.a, 10);
  CHECK(world.cpus(world.a) == List{7, 8, 9, 10});
}

TEST_CASE("an agent of which nothing is kept has no newest reading, and starts a new chain") {
  World world;
  world.append(world.a, 1);
  world.test.clock.advance(24h);
  world.test.write([&](Transaction& tx) -> Result<void> {
    const auto gone = TRY(world.test->readings().delete_before(tx, world.test.clock.now(), 100));
    CHECK(gone == 1);
    return {};
  });
  world.test.restart();
  CHECK(world.test.read<std::vector<Reading>>([&](Snapshot& s) { return world.test->readings().newest_of_each(s); })
            .empty());
  CHECK(world.cpus(world.a).empty());
  world.append(world.a, 2);
  CHECK(world.cpus(world.a) == List{2});
}

namespace {

storage::OpenFile file_of(TestStorage& test) {
  return {(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
}

}  // namespace

TEST_CASE("a row whose values are damaged anywhere is a reading without values, and stops neither a start nor a range") {
  World world;
  const Instant start = world.test.clock.now();
  Reading whole = world.reading(world.a, 4'250);
  whole.key[0] = 1;
  const auto bytes = whole.values.bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    world.test.write([&](Transaction& tx) { return world.test->readings().append(tx, whole); });
    world.test.clock.advance(10s);
    whole.at = world.test.clock.now();
  }
  world.append(world.a, 1);
  world.test.close();
  {
    auto connection = storage::open_beside(file_of(world.test), storage::Connection::Access::read_write);
    REQUIRE(connection);
    // The first row is cut to nothing, the second after its first byte, and so on.
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      auto cut = (*connection)->prepare(
          "UPDATE reading_log SET vals = substr(vals, 1, :size) WHERE sequence = "
          "(SELECT sequence FROM reading_log ORDER BY sequence LIMIT 1 OFFSET :row)");
      REQUIRE(cut);
      CHECK(cut->integer(":size", static_cast<std::int64_t>(size)).integer(":row", static_cast<std::int64_t>(size)).run());
    }
  }
  REQUIRE(world.test.open());
  List expected(bytes.size(), -1);
  expected.push_back(1);
  CHECK(world.cpus(world.a) == expected);
  std::size_t at_start = 0;
  CHECK(world.test->read_at_start([&](Snapshot& s) {
    return world.test->readings().each_since(s, start, [&](const Reading& r) { at_start += r.subject == SubjectId(world.a.id); });
  }));
  CHECK(at_start == bytes.size() + 1);
}
