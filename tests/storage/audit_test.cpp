// The trails: gapless chains that show each kind of tampering.

#include "core/audit/audit.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/audit/trail.h"
#include "storage/connection.h"
#include "storage/database.h"
#include "storage/audit/trail_chain.h"
#include "tests/storage/hostile_texts.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

Actor ada(WorkspaceId workspace) {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user.bytes[0] = 7;
  actor.workspace = workspace;
  actor.name = "Ada";
  actor.address = "192.0.2.7";
  return actor;
}

void append(TestStorage& test, const Actor& actor, const std::string& act, const std::string& object = "s",
            const std::string& details = "") {
  test.write([&](Transaction& tx) { return test->audit().append(tx, actor, act, object, details); });
}

TrailReport verified(TestStorage& test, const std::vector<KnownHead>& outside = {}) {
  auto report = test->trails().verify(test.stores(), outside);
  REQUIRE(report);
  return *report;
}

TrailPage page(TestStorage& test, const TrailScope& scope, const TrailFilter& filter = {},
               const std::string& before = "", int limit = 100) {
  return test.read<TrailPage>(
      [&](Snapshot& snapshot) { return test->trails().page(snapshot, scope, filter, before, limit); });
}

// Somebody who has the database's key and edits the file by hand.
Result<void> tamper(TestStorage& test, const std::string& sql) {
  storage::OpenFile file{(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
  auto connection = TRY(storage::open_beside(file, storage::Connection::Access::read_write));
  return connection->execute(sql);
}
const std::string kWithoutTriggers =
    "DROP TRIGGER trail_entry_is_not_changed; DROP TRIGGER trail_entry_is_not_removed; "
    "DROP TRIGGER trail_entry_comes_last; ";

}  // namespace

TEST_CASE("acts are kept as they were told, whatever the texts, numbered without a gap") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  std::int64_t n = 0;
  for (const std::string& text : kHostileTexts) {
    Actor actor = ada(workspace.id);
    actor.name = actor.address = text;
    append(test, actor, text, text, text);
    ++n;
    const auto entries = page(test, {Trail::workspace, workspace.id, {}}, {}, "", 1).entries;
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].sequence == n);
    CHECK(entries[0].actor_kind == "user");
    CHECK(entries[0].actor_id == Uuid(actor.user));
    CHECK(entries[0].actor_name == text);
    CHECK(entries[0].address == text);
    CHECK(entries[0].act == text);
    CHECK(entries[0].object == text);
    CHECK(entries[0].details == text);
    CHECK(entries[0].at == test.clock.now());
  }
  CHECK(verified(test).rows == n);
  CHECK(verified(test).sound());
}

TEST_CASE("each act goes into its own trail, and a security event names whom it concerns") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const User user = test.add_user();
  append(test, ada(workspace.id), "agent.added");
  append(test, Actor{}, "mail_settings.changed");
  test.write([&](Transaction& tx) {
    return test->audit().append_security(tx, Actor{}, workspace.id, user.id, "session.refused", "ada@example.org");
  });
  CHECK(page(test, {Trail::workspace, workspace.id, {}}).entries.at(0).act == "agent.added");
  CHECK(page(test, {Trail::appliance, {}, {}}).entries.at(0).act == "mail_settings.changed");
  CHECK(page(test, {Trail::security, workspace.id, {}}).entries.at(0).act == "session.refused");
  CHECK(page(test, {Trail::security, {}, user.id}).entries.at(0).user == user.id);
  for (const Trail trail : kTrails) CHECK(test->trails().heads().of(trail).sequence == 1);
  CHECK(verified(test).rows == 3);
}

TEST_CASE("a workspace sees its own acts, page by page, and nobody else's") {
  TestStorage test;
  const Workspace ours = test.add_workspace("ours"), theirs = test.add_workspace("theirs");
  for (int i = 0; i < 5; ++i) {
    append(test, ada(ours.id), "ours");
    append(test, ada(theirs.id), "theirs");
    append(test, Actor{}, "appliance");
  }
  const TrailScope scope{Trail::workspace, ours.id, {}};
  const TrailPage first = page(test, scope, {}, "", 3);
  REQUIRE(first.entries.size() == 3);
  CHECK(first.entries[0].sequence == 9);
  for (const TrailEntry& entry : first.entries) CHECK(entry.act == "ours");
  const TrailPage second = page(test, scope, {}, first.next, 3);
  REQUIRE(second.entries.size() == 2);
  CHECK(second.entries.back().sequence == 1);
  CHECK(second.next == "");
  CHECK(page(test, {Trail::appliance, {}, {}}).entries.size() == 5);
  CHECK(page(test, {Trail::workspace, WorkspaceId{}, {}}).entries.empty());
}

TEST_CASE("entries are found by actor, act, time and text, and by whose they are") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const TrailScope scope{Trail::workspace, workspace.id, {}};
  Actor bob = ada(workspace.id);
  bob.name = "Bob";
  bob.user.bytes[0] = 8;
  append(test, ada(workspace.id), "agent.added", "db-1", "with tag Production");
  test.clock.advance(std::chrono::hours(1));
  const Instant later = test.clock.now();
  append(test, bob, "agent.removed", "db-2");
  append(test, bob, "agentless.act", "db-3");
  const auto found = [&](const TrailFilter& filter) { return page(test, scope, filter).entries.size(); };
  CHECK(found({.actor = "bob"}) == 2);
  CHECK(found({.actor = "192.0.2"}) == 3);
  CHECK(found({.act = "agent"}) == 2);
  CHECK(found({.act = "agent.added"}) == 1);
  CHECK(found({.text = "production"}) == 1);
  CHECK(found({.text = "%"}) == 0);
  CHECK(found({.from = later}) == 2);
  CHECK(found({.to = later}) == 1);
  CHECK(found({.own = bob.user}) == 2);
  CHECK(found({.actor = "bob", .text = "db-3"}) == 1);
}

TEST_CASE("an act that is rolled back leaves no gap and moves no head") {
  TestStorage test;
  append(test, Actor{}, "one");
  const TrailHeads before = test->trails().heads();
  CHECK(!test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(test->audit().append(tx, Actor{}, "never", "s", ""));
    return Error{ErrorCode::conflict, "no"};
  }));
  CHECK(test->trails().heads() == before);
  append(test, Actor{}, "two");
  CHECK(verified(test).rows == 2);
  CHECK(verified(test).sound());
  CHECK(verified(test).heads == test->trails().heads());
  const TrailHeads after = test->trails().heads();
  test.restart();
  CHECK(test->trails().heads() == after);
}

TEST_CASE("rows of the trails cannot be changed, removed, added with a gap or covered up by a statement") {
  TestStorage test;
  append(test, Actor{}, "one");
  append(test, Actor{}, "two");
  for (
      const char* sql :
      {"UPDATE trail_entry SET act = 'other'", "DELETE FROM trail_entry", "DELETE FROM trail_entry WHERE sequence = 2",
       "INSERT INTO trail_entry SELECT trail, 9, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, "
       "subject, details, chain FROM trail_entry WHERE sequence = 2",
       "UPDATE trail_checkpoint SET sequence = 1", "DELETE FROM trail_checkpoint",
       "INSERT INTO audit_entry VALUES (1, randomblob(16), zeroblob(16), 1, 'user', '', '', 'a', '', '', zeroblob(32))"}) {
    CAPTURE(sql);
    CHECK(!tamper(test, sql));
  }
  CHECK(verified(test).rows == 2);
}

TEST_CASE("a row that was changed, removed, moved or added by hand shows, in each of its fields") {
  const std::vector<std::string> changes = {
      "UPDATE trail_entry SET act = 'other' WHERE sequence = 3",
      "UPDATE trail_entry SET subject = 'other' WHERE sequence = 3",
      "UPDATE trail_entry SET details = 'other' WHERE sequence = 3",
      "UPDATE trail_entry SET actor_name = 'Eve' WHERE sequence = 3",
      "UPDATE trail_entry SET actor_kind = 'agent' WHERE sequence = 3",
      "UPDATE trail_entry SET actor_id = zeroblob(16) WHERE sequence = 3",
      "UPDATE trail_entry SET address = '192.0.2.8' WHERE sequence = 3",
      "UPDATE trail_entry SET at = at + 1 WHERE sequence = 3",
      "UPDATE trail_entry SET workspace_id = zeroblob(16) WHERE sequence = 3",
      "UPDATE trail_entry SET user_id = randomblob(16) WHERE sequence = 3",
      "UPDATE trail_entry SET chain = zeroblob(32) WHERE sequence = 3",
      "UPDATE trail_entry SET trail = 'security' WHERE sequence = 3",
      // From one field into the next, so that the whole text stays the same.
      "UPDATE trail_entry SET act = act || substr(subject, 1, 1), subject = substr(subject, 2) WHERE sequence = 3",
      "DELETE FROM trail_entry WHERE sequence = 3",
      "DELETE FROM trail_entry WHERE sequence = 3; UPDATE trail_entry SET sequence = sequence - 1 WHERE sequence > 3",
      "UPDATE trail_entry SET sequence = 99 WHERE sequence = 3; UPDATE trail_entry SET sequence = 3 WHERE sequence = 4; "
      "UPDATE trail_entry SET sequence = 4 WHERE sequence = 99",
  };
  for (const std::string& change : changes) {
    CAPTURE(change);
    TestStorage test;
    const Workspace workspace = test.add_workspace();
    for (int i = 0; i < 5; ++i) append(test, ada(workspace.id), "agent.added", "db-" + std::to_string(i), "details");
    CHECK(verified(test).sound());
    REQUIRE(tamper(test, kWithoutTriggers + change));
    const TrailReport report = verified(test);
    REQUIRE(!report.sound());
    CHECK(report.findings[0].trail == "workspace");
    CHECK(report.findings[0].sequence == 3);
  }
}

TEST_CASE("a cut tail and a whole that was written anew show against a head that was kept outside") {
  TestStorage test;
  append(test, Actor{}, "one");
  append(test, Actor{}, "two");
  const std::vector<KnownHead> kept = known_heads(test->trails().heads(), "the anchor");
  append(test, Actor{}, "three");
  CHECK(verified(test, kept).sound());  // a head that lags is right
  REQUIRE(tamper(test, kWithoutTriggers + "DELETE FROM trail_entry WHERE sequence >= 2"));
  CHECK(verified(test).sound());
  TrailReport report = verified(test, kept);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].kind == TrailFinding::Kind::cut);
  CHECK(!verified(test, {{"", 0, kept[0].chain, "the head you gave"}}).sound());

  // With the key of the chain the rows can be written anew so that every one fits: the head tells.
  test.restart();
  append(test, Actor{}, "another two");
  append(test, Actor{}, "another three");
  CHECK(verified(test).sound());
  report = verified(test, kept);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].kind == TrailFinding::Kind::rewritten);
  CHECK(report.findings[0].sequence == 2);
}

TEST_CASE("retention takes the oldest rows of one trail, and verifying goes on from a signed checkpoint") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  for (int i = 0; i < 6; ++i) {
    append(test, ada(workspace.id), "agent.added", std::to_string(i));
    append(test, Actor{}, "mail_settings.changed");
    test.clock.advance(std::chrono::hours(24));
  }
  const std::vector<KnownHead> kept = known_heads(test->trails().heads(), "the anchor");
  const Instant before = test.clock.now() - std::chrono::hours(24 * 3);
  std::int64_t removed = 0;
  const auto prune = [&](Instant older, std::int64_t limit) {
    test.write([&](Transaction& tx) -> Result<void> {
      removed = TRY(test->trails().prune(tx, Trail::workspace, older, limit));
      return {};
    });
  };
  prune(before, 2);  // in slices
  CHECK(removed == 2);
  prune(before, 2);
  CHECK(removed == 1);
  prune(before, 2);
  CHECK(removed == 0);
  CHECK(page(test, {Trail::workspace, workspace.id, {}}).entries.size() == 3);
  CHECK(page(test, {Trail::appliance, {}, {}}).entries.size() == 6);
  CHECK(verified(test, kept).sound());
  // Verifying tells what was taken, and up to where.
  const TrailReport told = verified(test, kept);
  REQUIRE(told.taken.size() == 1);
  CHECK(told.taken[0].trail == "workspace");
  CHECK(told.taken[0].rows == 3);
  CHECK(told.taken[0].at == test.clock.now());
  CHECK(told.taken[0].oldest_kept == before);
  append(test, ada(workspace.id), "agent.added", "later");
  CHECK(verified(test, kept).sound());
  CHECK(test->trails().heads().of(Trail::workspace).sequence == 7);

  SUBCASE("the whole trail may go and its numbers go on") {
    prune(test.clock.now() + std::chrono::hours(24), 1'000);
    CHECK(removed == 4);
    append(test, ada(workspace.id), "agent.added");
    CHECK(test->trails().heads().of(Trail::workspace).sequence == 8);
    CHECK(verified(test, kept).sound());
  }
  SUBCASE("a checkpoint that somebody else made is none") {
    REQUIRE(tamper(test,
                   "INSERT INTO trail_checkpoint SELECT trail, sequence, chain, at, randomblob(32) FROM trail_entry "
                   "WHERE trail = 'workspace' AND sequence = 5; DELETE FROM trail_entry WHERE trail = 'workspace' AND "
                   "sequence <= 5"));
    const TrailReport report = verified(test, kept);
    REQUIRE(!report.sound());
    CHECK(report.findings[0].kind == TrailFinding::Kind::checkpoint);
  }
  SUBCASE("without its checkpoint the gap shows") {
    REQUIRE(
        tamper(test, "DROP TRIGGER trail_checkpoint_is_not_removed; DELETE FROM trail_checkpoint WHERE sequence > 0"));
    CHECK(!verified(test, kept).sound());
  }
}

TEST_CASE("a checkpoint's signature is of its trail, its row, the row's value and its time") {
  const Key key{1};
  const ChainValue chain{7};
  const auto right = storage::checkpoint_signature(key, "security", 12, chain, Instant{5});
  CHECK(storage::checkpoint_signature(key, "security", 12, chain, Instant{5}) == right);
  CHECK(storage::checkpoint_signature(key, "workspace", 12, chain, Instant{5}) != right);
  CHECK(storage::checkpoint_signature(key, "security", 13, chain, Instant{5}) != right);
  CHECK(storage::checkpoint_signature(key, "security", 12, ChainValue{8}, Instant{5}) != right);
  CHECK(storage::checkpoint_signature(key, "security", 12, chain, Instant{6}) != right);
  CHECK(storage::checkpoint_signature(Key{2}, "security", 12, chain, Instant{5}) != right);
}
