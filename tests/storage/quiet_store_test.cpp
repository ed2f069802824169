// The store of quiets: rows with their lines, what overlaps a stretch, what is over and may go.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "storage/connection.h"
#include "tests/storage/store_checks.h"
#include "tests/storage/subject_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

struct World : SubjectWorld {
  Quiet made(const std::string& name = "Kernel update") {
    Quiet quiet;
    quiet.id = QuietId::make(test.clock.now(), test.random);
    quiet.workspace = workspace.id;
    quiet.name = name;
    quiet.reason = "two\nlines";
    quiet.by = UserId::make(test.clock.now(), test.random);
    quiet.by_name = "Bo";
    quiet.starts_at = quiet.created_at = test.clock.now();
    quiet.ends_at = quiet.starts_at + 2h;
    return quiet;
  }
  Quiet put(const Quiet& quiet) {
    test.write([&](Transaction& tx) { return test->quiets().insert(tx, quiet); });
    return quiet;
  }
  std::vector<std::string> overlapping(Instant from, Instant to) {
    std::vector<std::string> names;
    for (const Quiet& each : test.read<std::vector<Quiet>>(
             [&](Snapshot& s) { return test->quiets().overlapping(s, workspace.id, from, to); }))
      names.push_back(each.name);
    return names;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a quiet keeps everything, its lines in their order, and is found in its workspace alone") {
  World world;
  Quiet quiet = world.made();
  quiet.kind = QuietKind::host;
  quiet.repeat = QuietRepeat::monthly;
  quiet.zone = "Europe/Berlin";
  quiet.schedule = "last-sun 02:00";
  quiet.duration_seconds = 3'600;
  quiet.by_host = world.add("db-1").id;
  quiet.is_wide = true;
  quiet.matchers.resize(3);
  quiet.matchers[0].subject = quiet.by_host;
  quiet.matchers[1].group = GroupId::make(world.test.clock.now(), world.test.random);
  quiet.matchers[1].tag = "production";
  quiet.matchers[2].label = "env=prod";
  quiet.matchers[2].rule = RuleId::make(world.test.clock.now(), world.test.random);
  quiet.matchers[2].severity = Severity::info;
  world.put(quiet);
  quiet.name = "Renamed";
  quiet.owners_told_at = world.test.clock.now();
  quiet.matchers.erase(quiet.matchers.begin());
  quiet.version = 2;
  world.test.write([&](Transaction& tx) { return world.test->quiets().update(tx, quiet); });
  const Quiet back =
      found<Quiet>(world.test, [&](Snapshot& s) { return world.test->quiets().find(s, world.workspace.id, quiet.id); });
  CHECK(back.kind == QuietKind::host);
  CHECK(back.name == "Renamed");
  CHECK(back.reason == "two\nlines");
  CHECK(back.repeat == QuietRepeat::monthly);
  CHECK(back.zone == "Europe/Berlin");
  CHECK(back.schedule == "last-sun 02:00");
  CHECK(back.duration_seconds == 3'600);
  CHECK(back.starts_at == quiet.starts_at);
  CHECK(back.ends_at == quiet.ends_at);
  CHECK_FALSE(back.ended_early_at.is_set());
  CHECK(back.by == quiet.by);
  CHECK(back.by_name == "Bo");
  CHECK(back.by_host == quiet.by_host);
  CHECK(back.is_wide);
  CHECK(back.owners_told_at == quiet.owners_told_at);
  CHECK(back.version == 2);
  REQUIRE(back.matchers.size() == 2);
  CHECK(back.matchers[0].group == quiet.matchers[0].group);
  CHECK(back.matchers[0].tag == "production");
  CHECK_FALSE(back.matchers[0].severity);
  CHECK(back.matchers[1].label == "env=prod");
  CHECK(back.matchers[1].rule == quiet.matchers[1].rule);
  CHECK(back.matchers[1].severity == Severity::info);

  const Workspace other = world.test.add_workspace("other");
  CHECK_FALSE(world.test.read<std::optional<Quiet>>(
      [&](Snapshot& s) { return world.test->quiets().find(s, other.id, quiet.id); }));
  Quiet foreign = quiet;
  foreign.workspace = other.id;
  CHECK(refused(world.test, [&](Transaction& tx) { return world.test->quiets().update(tx, foreign); }) ==
        ErrorCode::not_found);
}

TEST_CASE("what overlaps a stretch is found by its beginning and whichever of its ends comes first") {
  World world;
  const Instant now = world.test.clock.now();
  world.put(world.made("once"));
  Quiet ended = world.made("ended early");
  ended.ended_early_at = now + 1h;
  world.put(ended);
  Quiet endless = world.made("endless");
  endless.repeat = QuietRepeat::weekly;
  endless.starts_at = now + 1min;
  endless.ends_at = {};
  world.put(endless);
  CHECK(world.overlapping(now - 1h, now) == Names{});
  CHECK(world.overlapping(now - 1h, now + 1s).size() == 2);
  CHECK(world.overlapping(now + 90min, now + 91min) == Names{"once", "endless"});
  CHECK(world.overlapping(now + 2h, now + 300h) == Names{"endless"});
  const auto current = world.test.read<std::vector<Quiet>>(
      [&](Snapshot& s) { return world.test->quiets().all_current(s, now + 30min); });
  CHECK(current.size() == 2);
  const auto listed = [&](bool with_past) {
    return world.test
        .read<std::vector<Quiet>>(
            [&](Snapshot& s) { return world.test->quiets().list(s, world.workspace.id, with_past, 10); })
        .size();
  };
  CHECK(listed(false) == 2);
  CHECK(listed(true) == 3);
}

TEST_CASE("what is over for long goes with its lines, and what goes on stays") {
  World world;
  const Instant now = world.test.clock.now();
  Quiet once = world.made("once");
  once.matchers.resize(2);
  world.put(once);
  Quiet endless = world.made("endless");
  endless.repeat = QuietRepeat::weekly;
  endless.ends_at = {};
  endless.matchers.resize(1);
  world.put(endless);
  Quiet ended = endless;
  ended.id = QuietId::make(now, world.test.random);
  ended.ended_early_at = now + 1h;
  world.put(ended);
  const auto delete_before = [&](Instant before, std::int64_t limit) {
    std::int64_t deleted = 0;
    world.test.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(world.test->quiets().delete_before(tx, before, limit));
      return {};
    });
    return deleted;
  };
  CHECK(delete_before(now + 1h, 10) == 0);
  CHECK(delete_before(now + 300h, 1) == 1);
  CHECK(delete_before(now + 300h, 10) == 1);
  CHECK(world.overlapping(now, now + 300h) == Names{"endless"});
  CHECK(world.test.read<std::int64_t>([](Snapshot& s) -> Result<std::int64_t> {
    return storage::at(s).number("SELECT COUNT(*) FROM quiet_matcher");
  }) == 1);
}

TEST_CASE("a quiet of a kind that this version does not know is left out, and a line of such a severity too") {
  World world;
  Quiet quiet = world.made();
  quiet.matchers.resize(2);
  world.put(quiet);
  world.test.write([](Transaction& tx) {
    return storage::at(tx).execute("UPDATE quiet_matcher SET severity = 'fatal' WHERE position = 0");
  });
  CHECK(found<Quiet>(world.test, [&](Snapshot& s) {
          return world.test->quiets().find(s, world.workspace.id, quiet.id);
        }).matchers.size() == 1);
  world.test.write([](Transaction& tx) { return storage::at(tx).execute("UPDATE quiet SET kind = 'holiday'"); });
  CHECK(world.test
            .read<std::vector<Quiet>>(
                [&](Snapshot& s) { return world.test->quiets().all_current(s, world.test.clock.now()); })
            .empty());
}
