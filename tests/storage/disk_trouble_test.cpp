// A disk that fails: nothing that was acknowledged is lost, nothing that failed is acknowledged, and it goes on
// afterwards.

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/faulty_vfs.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

storage::StorageOptions over(const FaultyVfs& vfs) {
  storage::StorageOptions settings;
  settings.vfs = vfs.name();
  return settings;
}

Result<void> put(TestStorage& test, const std::string& key) {
  return test.stores().write([&](Transaction& tx) { return test->settings().put(tx, key, std::string(2'000, 'v')); });
}

bool has(TestStorage& test, const std::string& key) {
  return test.read<std::optional<std::string>>([&](Snapshot& s) { return test->settings().get(s, key); }).has_value();
}

}  // namespace

TEST_CASE("whichever write or sync fails, what was acknowledged is there and the next write works") {
  using Fail = void (*)(FaultyVfs&, std::int64_t);
  const std::map<std::string, Fail> troubles = {
      {"disk full", [](FaultyVfs& vfs, std::int64_t nth) { vfs.fail_writes(nth, FaultyVfs::Trouble::disk_full); }},
      {"write error", [](FaultyVfs& vfs, std::int64_t nth) { vfs.fail_writes(nth, FaultyVfs::Trouble::io_error); }},
      {"sync error", [](FaultyVfs& vfs, std::int64_t nth) { vfs.fail_syncs(nth); }}};
  for (const auto& [name, fail] : troubles) {
    CAPTURE(name);
    FaultyVfs vfs;
    TestStorage test(over(vfs));
    std::set<std::string> acknowledged;
    int refused = 0;
    for (std::int64_t nth = 1; nth <= 12; ++nth) {
      CAPTURE(nth);
      fail(vfs, nth);
      for (int i = 0; i < 4; ++i) {
        const std::string key = std::to_string(nth) + "-" + std::to_string(i);
        const Result<void> done = put(test, key);
        if (done) {
          acknowledged.insert(key);
        } else {
          CHECK(done.error().code == ErrorCode::unavailable);
          ++refused;
        }
      }
      vfs.heal();
      const std::string healed = std::to_string(nth) + "-healed";
      REQUIRE(put(test, healed));
      acknowledged.insert(healed);
    }
    CHECK(refused >= 10);
    for (const std::string& key : acknowledged) CHECK(has(test, key));
    test.restart();
    for (const std::string& key : acknowledged) CHECK(has(test, key));
  }
}

TEST_CASE("a power cut at any moment loses nothing that was acknowledged") {
  FaultyVfs vfs;
  vfs.remember_what_is_durable();
  TestStorage test(over(vfs));
  const Agent agent = test.add_agent(test.add_workspace());
  Reading reading;
  reading.workspace = agent.workspace;
  reading.subject = agent.id;
  std::size_t readings = 0;
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    REQUIRE(put(test, "k" + std::to_string(round)));
    for (int i = 0; i < 3; ++i, ++readings) {
      reading.at = test.clock.now();
      test.clock.advance(seconds(10));
      REQUIRE(test.stores().write([&](Transaction& tx) { return test->readings().append(tx, reading); }));
    }
    if (round % 4 == 2) REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));

    // The other machine's disk: what had been synced at this moment, and no byte that was only written.
    TemporaryDirectory after;
    vfs.write_durable_files(after.path());
    auto held = storage::DataDirectory::open(after.path());
    REQUIRE(held);
    auto opened = storage::Storage::open(std::move(*held), test.keys, {}, test.clock, test.random);
    REQUIRE(opened);
    CHECK((*opened)->stores().read([&](Snapshot& snapshot) -> Result<void> {
      for (int i = 0; i <= round; ++i) {
        const auto found = TRY((*opened)->settings().get(snapshot, "k" + std::to_string(i)));
        CHECK(found.has_value());
      }
      const auto kept = TRY((*opened)->readings().range(snapshot, agent.workspace, agent.id, {}, test.clock.now()));
      CHECK(kept.size() == readings);
      return {};
    }));
  }
}

TEST_CASE("a full disk is said to be full") {
  FaultyVfs vfs;
  TestStorage test(over(vfs));
  vfs.fail_writes(1);
  const Result<void> done = put(test, "k");
  REQUIRE(!done);
  CHECK(done.error().message.find("disk is full") != std::string::npos);
  CHECK(done.error().retry_after_seconds > 0);
}

TEST_CASE("whatever the disk refuses for, the error names it, and the storage's health says since when") {
  using Trouble = FaultyVfs::Trouble;
  const std::vector<std::pair<Trouble, std::string>> causes = {
      {Trouble::disk_full, "no space left on the device"},
      {Trouble::io_error, "the device reports an I/O error"},
      {Trouble::quota, "the quota is used up"},
      {Trouble::read_only, "the file system is read-only"},
      {Trouble::permission, "permission denied"},
      {Trouble::file_size, "the limit of file sizes is reached"}};
  for (const auto& [trouble, words] : causes) {
    CAPTURE(words);
    FaultyVfs vfs;
    TestStorage test(over(vfs));
    REQUIRE(put(test, "before"));
    CHECK(test->health().has_stored());
    CHECK_FALSE(test->health().outage());
    const Instant since = test.clock.now();
    vfs.fail_writes(1, trouble);
    const Result<void> done = put(test, "k");
    REQUIRE(!done);
    CHECK(done.error().message.starts_with("Nothing can be stored: "));
    CHECK(done.error().message.find(words) != std::string::npos);
    CHECK(done.error().message.find("sqlite") == std::string::npos);
    CHECK(done.error().cause.starts_with(done.error().message.substr(23, 8)));  // the log has the words first

    test.clock.advance(seconds(90));
    CHECK_FALSE(test->probe());
    const auto outage = test->health().outage();
    REQUIRE(outage);
    CHECK(outage->since == since);
    CHECK(outage->cause.find(words) != std::string::npos);

    vfs.heal();
    CHECK(test->probe());
    CHECK_FALSE(test->health().outage());
  }
}

TEST_CASE("a closure that is refused for a reason of its own says nothing about the disk") {
  TestStorage test;
  CHECK_FALSE(test.stores().write([](Transaction&) -> Result<void> {
    return Error{ErrorCode::conflict, "Somebody else was first."};
  }));
  CHECK_FALSE(test->health().outage());
}

TEST_CASE("while the disk fails, a whole group is answered without trying it member by member") {
  FaultyVfs vfs;
  TestStorage test(over(vfs));
  const Agent agent = test.add_agent(test.add_workspace());
  Reading reading;
  reading.workspace = agent.workspace;
  reading.subject = agent.id;
  reading.at = test.clock.now();
  vfs.fail_writes(1, FaultyVfs::Trouble::io_error);
  int refused = 0;
  test.stores().submit(
      Urgency::at_once,
      [&](Transaction& tx) -> Result<void> {
        // More arrive while the group runs.
        for (int i = 0; i < 200; ++i) {
          test.stores().submit(
              Urgency::at_once, [&](Transaction& inner) { return test->settings().put(inner, "k", "v"); },
              [&](Result<void> result) { refused += result ? 0 : 1; });
        }
        return test->settings().put(tx, "first", "v");
      },
      [&](Result<void> result) { refused += result ? 0 : 1; });
  CHECK(!test.stores().write([&](Transaction& tx) { return test->settings().put(tx, "last", "v"); }));
  // That one may have joined the first group; this one stands behind all that the closure submitted.
  CHECK(!test.stores().write([&](Transaction& tx) { return test->settings().put(tx, "last", "v"); }));
  // The closure that submits ran more than once, as closures may; each submission was answered.
  CHECK(refused % 200 == 1);
  CHECK(vfs.failures < 40);
  vfs.heal();
  CHECK(test.stores().write([&](Transaction& tx) { return test->readings().append(tx, reading); }));
}

TEST_CASE("a failed commit leaves no reading behind in memory either") {
  FaultyVfs vfs;
  TestStorage test(over(vfs));
  const Agent agent = test.add_agent(test.add_workspace());
  Reading reading;
  reading.workspace = agent.workspace;
  reading.subject = agent.id;
  const auto append = [&] {
    reading.at = test.clock.now();
    test.clock.advance(seconds(10));
    return test.stores().write([&](Transaction& tx) { return test->readings().append(tx, reading); }).has_value();
  };
  const auto kept = [&] {
    return test
        .read<std::vector<Reading>>(
            [&](Snapshot& s) { return test->readings().range(s, agent.workspace, agent.id, {}, test.clock.now()); })
        .size();
  };
  CHECK(append());
  vfs.fail_syncs(1);
  CHECK(!append());
  vfs.heal();
  CHECK(kept() == 1);
  CHECK(append());
  CHECK(kept() == 2);
  test.restart();
  CHECK(kept() == 2);
  const auto newest = test.read<std::vector<Reading>>([&](Snapshot& s) { return test->readings().newest_of_each(s); });
  REQUIRE(newest.size() == 1);
  CHECK(newest[0].at == reading.at);
}

TEST_CASE("a checkpoint that fails loses nothing and is made up for") {
  FaultyVfs vfs;
  TestStorage test(over(vfs));
  for (int i = 0; i < 10; ++i) REQUIRE(put(test, "a" + std::to_string(i)));
  vfs.fail_writes(2, FaultyVfs::Trouble::io_error);
  CHECK(!test->checkpoint(storage::Storage::CheckpointWhen::now));
  vfs.heal();
  REQUIRE(put(test, "b"));
  CHECK(test->checkpoint(storage::Storage::CheckpointWhen::now));
  test.restart();
  CHECK(has(test, "a9"));
  CHECK(has(test, "b"));
}

TEST_CASE("a disk that fails at the end does not hide what was acknowledged") {
  FaultyVfs vfs;
  TestStorage test(over(vfs));
  REQUIRE(put(test, "k"));
  vfs.fail_writes(1, FaultyVfs::Trouble::io_error);
  vfs.fail_syncs(1);
  test.close();
  vfs.heal();
  REQUIRE(test.open());
  CHECK(has(test, "k"));
}
