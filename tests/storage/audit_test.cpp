// The audit log: a gapless chain that shows each kind of tampering.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "storage/connection.h"
#include "storage/database.h"
#include "tests/storage/hostile_texts.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

Actor ada(WorkspaceId workspace) {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.workspace = workspace;
  actor.name = "Ada";
  actor.address = "192.0.2.7";
  return actor;
}

void append(TestStorage& test, const Actor& actor, const std::string& act, const std::string& subject = "s",
            const std::string& details = "") {
  test.write([&](Transaction& tx) { return test->audit().append(tx, actor, act, subject, details); });
}

AuditVerdict verdict(TestStorage& test) {
  return test.read<AuditVerdict>([&](Snapshot& s) { return test->audit().verify(s); });
}

// Somebody who has the database's key, but not ours to derive the chain's from, and edits the file by hand.
Result<void> tamper(TestStorage& test, const std::string& sql) {
  storage::OpenFile file{(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
  auto connection = TRY(storage::open_beside(file, storage::Connection::Access::read_write));
  return connection->execute(sql);
}
const std::string kWithoutTriggers =
    "DROP TRIGGER audit_entry_is_not_changed; DROP TRIGGER audit_entry_is_not_removed; ";

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
    const auto entries =
        test.read<std::vector<AuditEntry>>([&](Snapshot& s) { return test->audit().list(s, workspace.id, 0, 1); });
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].sequence == n);
    CHECK(entries[0].actor_kind == "user");
    CHECK(entries[0].actor_name == text);
    CHECK(entries[0].address == text);
    CHECK(entries[0].act == text);
    CHECK(entries[0].subject == text);
    CHECK(entries[0].details == text);
    CHECK(entries[0].at == test.clock.now());
  }
  CHECK(verdict(test).rows == n);
  CHECK(verdict(test).first_broken == 0);
}

TEST_CASE("a workspace sees its own acts, page by page, and nobody else's") {
  TestStorage test;
  const Workspace ours = test.add_workspace("ours"), theirs = test.add_workspace("theirs");
  for (int i = 0; i < 5; ++i) {
    append(test, ada(ours.id), "ours");
    append(test, ada(theirs.id), "theirs");
    append(test, Actor{}, "appliance");
  }
  const auto list = [&](WorkspaceId workspace, std::int64_t before, int limit) {
    return test.read<std::vector<AuditEntry>>(
        [&](Snapshot& s) { return test->audit().list(s, workspace, before, limit); });
  };
  const auto first = list(ours.id, 0, 3);
  REQUIRE(first.size() == 3);
  CHECK(first[0].sequence == 13);
  for (const AuditEntry& entry : first) CHECK(entry.act == "ours");
  const auto second = list(ours.id, first.back().sequence, 3);
  REQUIRE(second.size() == 2);
  CHECK(second.back().sequence == 1);
  CHECK(list(WorkspaceId{}, 0, 100).size() == 5);
}

TEST_CASE("an act that is rolled back leaves no gap") {
  TestStorage test;
  append(test, Actor{}, "one");
  CHECK(!test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(test->audit().append(tx, Actor{}, "never", "s", ""));
    return Error{ErrorCode::conflict, "no"};
  }));
  append(test, Actor{}, "two");
  CHECK(verdict(test).rows == 2);
  CHECK(verdict(test).first_broken == 0);
}

TEST_CASE("rows of the log cannot be changed or removed by a statement") {
  TestStorage test;
  append(test, Actor{}, "one");
  CHECK(!tamper(test, "UPDATE audit_entry SET act = 'other'"));
  CHECK(!tamper(test, "DELETE FROM audit_entry"));
  CHECK(verdict(test).rows == 1);
}

TEST_CASE("a row that was changed, removed, moved or added by hand shows, in each of its fields") {
  const std::vector<std::string> changes = {
      "UPDATE audit_entry SET act = 'other' WHERE sequence = 3",
      "UPDATE audit_entry SET subject = 'other' WHERE sequence = 3",
      "UPDATE audit_entry SET details = 'other' WHERE sequence = 3",
      "UPDATE audit_entry SET actor_name = 'Eve' WHERE sequence = 3",
      "UPDATE audit_entry SET actor_kind = 'agent' WHERE sequence = 3",
      "UPDATE audit_entry SET address = '192.0.2.8' WHERE sequence = 3",
      "UPDATE audit_entry SET at = at + 1 WHERE sequence = 3",
      "UPDATE audit_entry SET workspace_id = zeroblob(16) WHERE sequence = 3",
      "UPDATE audit_entry SET id = zeroblob(16) WHERE sequence = 3",
      // From one field into the next, so that the whole text stays the same.
      "UPDATE audit_entry SET act = act || substr(subject, 1, 1), subject = substr(subject, 2) WHERE sequence = 3",
      "DELETE FROM audit_entry WHERE sequence = 3",
      "DELETE FROM audit_entry WHERE sequence = 3; UPDATE audit_entry SET sequence = sequence - 1 WHERE sequence > 3",
      "UPDATE audit_entry SET sequence = -1 + 100 WHERE sequence = 3; UPDATE audit_entry SET sequence = 3 WHERE sequence = 4; "
      "UPDATE audit_entry SET sequence = 4 WHERE sequence = 99",
  };
  for (const std::string& change : changes) {
    CAPTURE(change);
    TestStorage test;
    const Workspace workspace = test.add_workspace();
    for (int i = 0; i < 5; ++i) append(test, ada(workspace.id), "agent.added", "db-" + std::to_string(i), "details");
    CHECK(verdict(test).first_broken == 0);
    REQUIRE(tamper(test, kWithoutTriggers + change));
    CHECK(verdict(test).first_broken == 3);
  }
}

TEST_CASE("a cut tail shows against a head that was kept outside") {
  TestStorage test;
  append(test, Actor{}, "one");
  const auto kept_then = verdict(test).head;
  append(test, Actor{}, "two");
  const auto head = verdict(test).head;
  CHECK(head != kept_then);
  REQUIRE(tamper(test, kWithoutTriggers + "DELETE FROM audit_entry WHERE sequence = 2"));
  CHECK(verdict(test).first_broken == 0);
  CHECK(verdict(test).head != head);
}
