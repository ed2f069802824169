// From the nine development steps to the schema of the first release: everything is kept, what has no other form byte by
// byte, or nothing happens.

#include "storage/development/carry_over.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/migrations.h"
#include "storage/storage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/old_appliance.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

// Tables, indexes and triggers, however their text is laid out.
std::vector<std::string> schema_of(storage::Connection& connection) {
  std::vector<std::string> schema;
  const Rows rows =
      ask(connection, "SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_master ORDER BY type, name");
  for (const auto& row : rows) {
    std::string text = row[0] + " " + row[1] + " " + row[2] + ": ";
    for (const char c : row[3]) {
      if (c == '"') continue;
      const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
      if (!space || text.back() != ' ') text += space ? ' ' : c;
    }
    schema.push_back(text);
  }
  return schema;
}

std::vector<std::string> schema_of_new_appliance() {
  const TemporaryDirectory directory;
  const Keyring keys = development_keys();
  auto held = storage::DataDirectory::open(directory.path());
  REQUIRE(held);
  const storage::OpenFile file{held->database().string(), keys.database_key()};
  const FakeClock clock;
  const auto connection =
      storage::open_database(*held, file, storage::OpenAs{.migrations = embedded_migrations(), .clock = clock});
  REQUIRE(connection);
  return schema_of(**connection);
}

// What somebody who keeps the trails' heads has kept: the newest row of each.
std::vector<KnownHead> heads_of(storage::Connection& connection) {
  std::vector<KnownHead> heads;
  const Rows rows = ask(connection,
                        "SELECT 'first', sequence, hex(chain) FROM audit_entry "
                        "WHERE sequence = (SELECT MAX(sequence) FROM audit_entry) UNION ALL "
                        "SELECT trail, sequence, hex(chain) FROM trail_entry AS e "
                        "WHERE sequence = (SELECT MAX(sequence) FROM trail_entry WHERE trail = e.trail)");
  for (const auto& row : rows) {
    KnownHead head;
    head.trail = row[0];
    head.sequence = std::stoll(row[1]);
    for (std::size_t i = 0; i < head.chain.size(); ++i)
      head.chain[i] = static_cast<std::uint8_t>(std::stoi(row[2].substr(2 * i, 2), nullptr, 16));
    head.source = "the anchor";
    heads.push_back(head);
  }
  return heads;
}

// Columns whose values the new schema holds in another form; the others are copied as they are.
const std::map<std::string, std::set<std::string>> kRewritten = {
    {"recipient", {"channel", "address", "sealed_secret"}},
    {"notification", {"address", "incident_id", "kind"}},
    {"api_key", {"scopes"}},
    {"incident", {"agent_id", "agent_name", "resolution"}},
    {"reading_log",
     {"agent_number", "request_id", "uptime_seconds", "cpu_x100", "cpu_peak_x100", "memory_used_mib", "memory_total_mib", "disk_used_mib",
      "disk_total_mib", "load_x100"}}};

// Tables that have no successor of their own, or some rows more or less; reading_head is written anew at each end of the
// program, by the log.
constexpr const char* kOtherRows[] = {"agent", "agent_tag", "agent_team", "agent_group", "agent_group_member",
                                      "machine_event", "gone_agent", "rule", "rule_group", "rule_state",
                                      "workspace", "reading_head"};

Columns copied_columns(Columns columns) {
  for (const auto& [table, names] : kRewritten) {
    std::erase_if(columns.at(table), [&](const std::string& name) { return names.contains(name); });
  }
  for (const char* table : kOtherRows) columns.erase(table);
  return columns;
}

std::string refusal_of(const OldAppliance& old) {
  const auto opened = old.open();
  REQUIRE_FALSE(opened);
  return opened.error().message;
}

// A whole start, and its end.
void start(const OldAppliance& old) {
  const auto opened = old.open();
  REQUIRE_MESSAGE(opened, opened.error().message, opened.error().cause);
}

constexpr std::int64_t kNewest = 4;  // step of the schema that a new appliance has

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the old database of these tests has rows in every table, each nullable column with a value and without") {
  const OldAppliance old;
  const auto connection = old.connect();
  const Columns columns = columns_of(*connection);
  CHECK(columns.size() == 59);
  for (const auto& [table, names] : columns) {
    CAPTURE(table);
    CHECK(ask(*connection, "SELECT COUNT(*) FROM " + table)[0][0] != "0");
    const Rows nullable =
        ask(*connection, "SELECT name FROM pragma_table_info('" + table + "') WHERE \"notnull\" = 0 AND pk = 0");
    for (const auto& column : nullable) {
      CAPTURE(column[0]);
      const Rows counts = ask(*connection, "SELECT COUNT(*), COUNT(" + column[0] + ") FROM " + table);
      CHECK(counts[0][1] != "0");
      CHECK(counts[0][1] != counts[0][0]);
    }
  }
}

TEST_CASE("a database of the nine steps has afterwards the schema of a new appliance and every row as it was") {
  const OldAppliance old;
  const Content before = old.content(copied_columns(columns_of(*old.connect())));
  const std::string file_before = old.bytes();
  start(old);

  const auto connection = old.connect();
  CHECK(schema_of(*connection) == schema_of_new_appliance());
  const Columns columns = columns_of(*connection);
  CHECK(before.columns.size() == 59 - std::size(kOtherRows));
  for (const auto& [table, rows] : before.rows) {
    CAPTURE(table);
    CHECK(rows_of(*connection, table, before.columns.at(table)) == rows);
  }
  CHECK(ask(*connection, "PRAGMA foreign_key_check").empty());
  CHECK(ask(*connection, "PRAGMA integrity_check") == Rows{{"ok"}});
  CHECK(ask(*connection, "SELECT number, name FROM schema_migration") ==
        Rows{{"1", "0001_schema"}, {"2", "0002_care"}, {"3", "0003_monitors"}, {"4", "0004_quiet"}});

  std::ifstream copy(old.directory.path() / "backups" / "connlog-schema-0009-before-0004.db", std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(copy), {}) == file_before);
}

TEST_CASE("a carried database is not carried again") {
  const OldAppliance old;
  start(old);
  fs::remove_all(old.directory.path() / "backups");
  start(old);
  CHECK_FALSE(fs::exists(old.directory.path() / "backups"));
}

TEST_CASE("a timeline keeps its order, and what is written later comes last") {
  const OldAppliance old;
  const Rows before = ask(*old.connect(), "SELECT hex(id) FROM incident_event ORDER BY incident_id, at, id");
  REQUIRE(before.size() > 3);
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT hex(id) FROM incident_event ORDER BY incident_id, sequence") == before);
  CHECK(ask(*connection, "SELECT MIN(sequence), MAX(sequence) - COUNT(*) FROM incident_event GROUP BY incident_id") ==
        Rows{{"1", "0"}, {"1", "0"}});
}

TEST_CASE("the trails are sound afterwards with the heads of before, and rows that were cut off before are missed") {
  for (const bool cut : {false, true}) {
    CAPTURE(cut);
    const OldAppliance old;
    const std::vector<KnownHead> heads = heads_of(*old.connect());
    REQUIRE(heads.size() == 4);
    if (cut) {
      old.run(
          "DROP TRIGGER trail_entry_is_not_removed; "
          "DELETE FROM trail_entry WHERE trail = 'workspace' AND sequence = 4");
    }
    const auto store = old.open();
    REQUIRE(store);
    const auto report = (*store)->trails().verify((*store)->stores(), heads);
    REQUIRE(report);
    CHECK(report->sound() == !cut);
    CHECK(report->rows == (cut ? 7 : 8));
  }
}

TEST_CASE("a page of a trail goes on into the first log, and both still end by retention alone") {
  const OldAppliance old;
  const auto opened = old.open();
  REQUIRE(opened);
  storage::Storage& store = **opened;
  WorkspaceId workspace;
  CHECK(store.stores().write([&](Transaction& tx) -> Result<void> {
    const auto workspaces = TRY(store.workspaces().all(tx));
    for (const Workspace& each : workspaces) {
      if (each.slug == "main") workspace = each.id;
    }
    Actor actor;
    actor.workspace = workspace;
    return store.audit().append(tx, actor, "rule.changed", "Silence");
  }));
  std::string next, seen;
  do {
    CHECK(store.stores().read([&](Snapshot& snapshot) -> Result<void> {
      const TrailPage page = TRY(store.trails().page(snapshot, {Trail::workspace, workspace, {}}, {}, next, 1));
      for (const TrailEntry& entry : page.entries) seen += entry.act + " ";
      next = page.next;
      return {};
    }));
  } while (!next.empty());
  CHECK(seen == "rule.changed agent.changed agent.changed agent.added workspace.created ");
  std::int64_t removed = 0;
  CHECK(store.stores().write([&](Transaction& tx) -> Result<void> {
    removed = TRY(store.trails().prune_first_log(tx, Instant{INT64_MAX}, 2));
    return {};
  }));
  CHECK(removed == 2);
  for (const char* change : {"DELETE FROM trail_entry WHERE sequence = 3", "UPDATE trail_entry SET act = 'x'",
                             "DELETE FROM audit_entry WHERE sequence = 3", "UPDATE trail_checkpoint SET at = 1"}) {
    CAPTURE(change);
    CHECK_FALSE(store.stores().write([&](Transaction& tx) { return storage::at(tx).execute(change); }));
  }
  const auto report = store.trails().verify(store.stores(), {});
  REQUIRE(report);
  CHECK(report->sound());
}

TEST_CASE("another history than the nine steps is refused and the file left as it is") {
  const std::map<std::string, std::string> histories = {
      {"eight steps", "DELETE FROM schema_migration WHERE number = 9"},
      {"a gap", "DELETE FROM schema_migration WHERE number = 4"},
      {"ten steps", "INSERT INTO schema_migration VALUES (10, '0010_more', 'd', 1)"},
      {"another text", "UPDATE schema_migration SET digest = '00' WHERE number = 5"},
      {"another name", "UPDATE schema_migration SET name = '0003_more' WHERE number = 3"}};
  for (const auto& [name, change] : histories) {
    CAPTURE(name);
    const OldAppliance old;
    old.run(change);
    const std::string before = old.bytes();
    const std::string refusal = refusal_of(old);
    CHECK_MESSAGE(contains(refusal, "exactly the steps 0001_first_alert to 0009_secrets"), refusal);
    CHECK(old.bytes() == before);
    CHECK_FALSE(fs::exists(old.directory.path() / "backups"));
  }
}

TEST_CASE("without the room that carrying over needs the start is refused and nothing is written") {
  const OldAppliance old;
  const std::string before = old.bytes();
  auto held = storage::DataDirectory::open(old.directory.path());
  REQUIRE(held);
  const auto enough = storage::carry_over_due(*held, old.open_file());
  REQUIRE(enough);
  REQUIRE(enough->has_value());
  CHECK((*enough)->is_enough());
  CHECK((*enough)->needed_bytes == 4 * before.size());
  CHECK(contains((*enough)->sentence(), "The next start does it."));

  // A file of which most is a hole, larger than what is free.
  fs::resize_file(old.file(), before.size() + fs::space(old.directory.path()).available);
  const auto too_little = storage::carry_over_due(*held, old.open_file());
  REQUIRE(too_little);
  REQUIRE(too_little->has_value());
  CHECK_FALSE((*too_little)->is_enough());
  { const storage::DataDirectory released = std::move(*held); }
  const std::string refusal = refusal_of(old);
  CHECK_MESSAGE(contains(refusal, "Make room and start again"), refusal);
  CHECK_FALSE(fs::exists(old.directory.path() / "backups"));
  fs::resize_file(old.file(), before.size());
  CHECK(old.bytes() == before);
  start(old);
}

TEST_CASE(
    "a table that nobody knows, a missing row and a reference to nothing stop it, named, with everything as before") {
  SUBCASE("a table of somebody else's") {
    const OldAppliance old;
    old.run("CREATE TABLE notes (n BIGINT); INSERT INTO notes (n) VALUES (1)");
    const std::string before = old.bytes();
    const std::string refusal = refusal_of(old);
    CHECK_MESSAGE(contains(refusal, "notes"), refusal);
    CHECK(old.bytes() == before);
  }
  SUBCASE("a reference to nothing") {
    const OldAppliance old;
    old.run("PRAGMA foreign_keys = OFF; DELETE FROM agent WHERE name = 'old-1'; PRAGMA foreign_keys = ON");
    const std::string before = old.bytes();
    const auto connection = old.connect();
    const auto done = storage::migrate(*connection, old.plan(), old.clock.now());
    REQUIRE_FALSE(done);
    CHECK_MESSAGE(contains(done.error().message, "rows of subject that do not exist"), done.error().message);
    CHECK(connection->pragma("foreign_keys").value() == 1);
    CHECK_FALSE(connection->in_transaction());
    CHECK(old.bytes() == before);
  }
  SUBCASE("a row too many") {
    const OldAppliance old;
    const auto connection = old.connect();
    REQUIRE(connection->execute("PRAGMA foreign_keys = OFF; BEGIN"));
    const std::string schema =
        std::string(embedded_migrations().front().sql) + "INSERT INTO setting (key, value) VALUES ('k', 'v');";
    const auto done = storage::carry_over(*connection, schema);
    REQUIRE_FALSE(done);
    CHECK_MESSAGE(contains(done.error().message, "setting must have 1 rows and would have 2"), done.error().message);
  }
}

TEST_CASE("after carrying over foreign keys are on again and the log is empty") {
  const OldAppliance old;
  const auto connection = old.connect();
  REQUIRE(storage::migrate(*connection, old.plan(), old.clock.now()));
  CHECK(connection->pragma("foreign_keys").value() == 1);
  CHECK_FALSE(connection->execute("DELETE FROM app_user"));  // memberships refer to them
  CHECK(fs::file_size(old.file().string() + "-wal") == 0);
}

TEST_CASE("a kill at any statement leaves the old database or the new one, whole, and the next start goes on") {
  const OldAppliance old;
  const Content before = old.content(copied_columns(columns_of(*old.connect())));
  const std::string file_before = old.bytes();
  int left_old = 0, left_new = 0;
  for (std::int64_t nth = 1;; ++nth) {
    CAPTURE(nth);
    const bool killed = old.start_killed_at(nth);
    const std::int64_t version = old.version();
    REQUIRE((version == 9 || version == kNewest));
    if (version == 9) {
      REQUIRE(killed);
      CHECK(left_new == 0);
      CHECK(old.bytes() == file_before);
      if (++left_old % 50 != 0) continue;
      CHECK(old.content(before.columns) == before);
      start(old);
    } else if (killed) {
      ++left_new;
    }
    CHECK(old.version() == kNewest);
    CHECK(old.content(before.columns) == before);
    old.put_back(file_before);
    if (!killed) break;
  }
  CHECK(left_old > 300);
  CHECK(left_new > 0);
}

TEST_CASE("whichever write fails, the database is the old one or the new one, whole, and the next start goes on") {
  const OldAppliance old;
  const Content before = old.content(copied_columns(columns_of(*old.connect())));
  const std::string file_before = old.bytes();
  FaultyVfs disk;
  int failed = 0;
  for (std::int64_t nth = 1;; nth += 1 + nth / 8) {
    CAPTURE(nth);
    const std::int64_t failures = disk.failures;
    disk.fail_writes(nth);
    {
      const auto opened = old.open(disk.name());
      if (!opened) CHECK(opened.error().code == ErrorCode::unavailable);
    }
    const bool all_written = disk.failures == failures;
    disk.heal();
    if (all_written) break;
    ++failed;
    CHECK(old.content(before.columns) == before);
    start(old);
    CHECK(old.version() == kNewest);
    CHECK(old.content(before.columns) == before);
    old.put_back(file_before);
  }
  CHECK(failed > 10);
}
