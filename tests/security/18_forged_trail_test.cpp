// Threat 18, forged evidence: somebody who holds the database's key, but not the anchor's, writes into the file of a
// running appliance. Neither the next row nor retention may vouch for what they did.
#include <doctest/doctest.h>

#include <string>

#include "core/audit/anchor.h"
#include "core/audit/trail_check.h"
#include "storage/connection.h"
#include "storage/database.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

struct Watched {
  TestStorage test;
  int acts = 0;
  Anchor anchor{test.directory.path() / "audit.anchor", test.keys, test.stores(), test->trails(), test.clock};

  Watched() {
    REQUIRE(anchor.open());
    for (int i = 0; i < 6; ++i) append();
    anchor.keep();
    REQUIRE_FALSE(anchor.trouble());
  }
  void append(const std::string& act = "workspace.opened") {
    Actor actor;
    actor.name = "Mallory";
    const std::string object = "workspace " + std::to_string(++acts);  // no row is like another
    test.write([&](Transaction& tx) { return test->audit().append(tx, actor, act, object); });
  }
  void tamper(const std::string& sql) {
    storage::OpenFile file{(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
    auto connection = storage::open_beside(file, storage::Connection::Access::read_write);
    REQUIRE(connection);
    REQUIRE((*connection)
                ->execute("DROP TRIGGER IF EXISTS trail_entry_is_not_changed; DROP TRIGGER IF EXISTS "
                          "trail_entry_is_not_removed; DROP TRIGGER IF EXISTS trail_entry_comes_last; " +
                          sql));
  }
  bool sound() {
    auto report = check_trails(test.stores(), test->trails(), anchor, "");
    REQUIRE(report);
    return report->sound();
  }
};

}  // namespace

TEST_CASE("a tail that is cut off while connlog runs is not vouched for by the rows that come after it") {
  for (const int rows_after : {0, 1, 2, 3, 5}) {
    CAPTURE(rows_after);
    Watched w;
    w.tamper("DELETE FROM trail_entry WHERE trail = 'appliance' AND sequence > 4");
    for (int i = 0; i < rows_after; ++i) w.append();
    w.anchor.keep();
    CHECK(w.anchor.trouble());
    w.append();
    w.anchor.keep();
    CHECK_FALSE(w.sound());
  }
}

TEST_CASE("a row that is cut off before the anchor has named it shows, too") {
  for (const int rows_after : {0, 1, 2, 3}) {
    CAPTURE(rows_after);
    Watched w;
    w.append();
    w.tamper("DELETE FROM trail_entry WHERE trail = 'appliance' AND sequence > 6");
    for (int i = 0; i < rows_after; ++i) w.append();
    w.anchor.keep();
    CHECK(w.anchor.trouble());
  }
}

TEST_CASE("trails that were accepted as they are can be anchored again while connlog runs") {
  Watched w;
  w.tamper("DELETE FROM trail_entry WHERE trail = 'appliance' AND sequence > 4");
  w.anchor.keep();
  REQUIRE(w.anchor.trouble());
  w.append("audit.anchor_renewed");
  REQUIRE(w.anchor.renew());
  CHECK(w.sound());
  for (int i = 0; i < 4; ++i) {
    w.append();
    w.anchor.keep();
    CHECK_FALSE(w.anchor.trouble());
    CHECK(w.sound());
  }
  CHECK(w.anchor.read().heads.of(Trail::appliance).sequence == 9);
}

TEST_CASE("retention does not cut off for somebody who makes rows old by hand") {
  Watched w;
  const Instant before = w.test.clock.now() - std::chrono::days(30);
  const auto prune = [&] {
    std::int64_t removed = 0;
    w.test.write([&](Transaction& tx) -> Result<void> {
      removed = TRY(w.test->trails().prune(tx, Trail::appliance, before, 100));
      return {};
    });
    return removed;
  };
  w.tamper("UPDATE trail_entry SET at = 1 WHERE trail = 'appliance' AND sequence <= 4");
  CHECK(prune() == 0);
  CHECK_FALSE(w.sound());
  w.tamper("UPDATE trail_entry SET at = 1 WHERE trail = 'appliance'");
  CHECK(prune() == 0);
  CHECK_FALSE(w.sound());
}

TEST_CASE("what was damaged goes with a later row that is whole, once both are old") {
  Watched w;
  w.tamper("UPDATE trail_entry SET subject = 'x' WHERE trail = 'appliance' AND sequence = 2");
  w.test.clock.advance(std::chrono::days(40));
  w.append();
  std::int64_t removed = 0;
  w.test.write([&](Transaction& tx) -> Result<void> {
    removed = TRY(w.test->trails().prune(tx, Trail::appliance, w.test.clock.now() - std::chrono::days(30), 4));
    return {};
  });
  CHECK(removed == 4);
  CHECK(w.sound());
}
