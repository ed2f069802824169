// From one schema to the next: all or nothing, a copy before, and never backwards.

#include "storage/migrations.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "storage/database.h"
#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

std::vector<EmbeddedMigration> with(std::vector<EmbeddedMigration> more) {
  std::vector<EmbeddedMigration> all(embedded_migrations().begin(), embedded_migrations().end());
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Result<void> open_with(TestStorage& test, const fs::path& directory, const std::vector<EmbeddedMigration>& migrations) {
  auto held = TRY(storage::DataDirectory::open(directory));
  storage::StorageOptions settings;
  settings.migrations = migrations;
  const auto opened = storage::Storage::open(std::move(held), test.keys, settings, test.clock, test.random);
  if (opened) return {};
  return opened.error();
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const EmbeddedMigration kGood{9001, "9001_good", "CREATE TABLE extra (n BIGINT); INSERT INTO extra (n) VALUES (1);"};
const EmbeddedMigration kBad{9002, "9002_bad", "CREATE TABLE more (n BIGINT); INSERT INTO nowhere (n) VALUES (1);"};

// A database that took the first step alone, as the appliances before the care of their own data have it.
struct FirstStepAlone {
  FirstStepAlone() : keys(Keyring::from_database_key(Key{1, 2, 3})) {
    auto held = storage::DataDirectory::open(directory.path());
    REQUIRE(held);
    const auto connection = storage::open_database(
        *held, file(), storage::OpenAs{.migrations = embedded_migrations().first(1), .clock = clock});
    REQUIRE(connection);
    REQUIRE((*connection)->execute("INSERT INTO setting (key, value) VALUES ('kept', 'yes'); "
                                   "PRAGMA wal_checkpoint(TRUNCATE)"));
    REQUIRE(version() == 1);
  }

  fs::path path() const { return directory.path() / "connlog.db"; }
  storage::OpenFile file() const { return {path().string(), keys.database_key()}; }
  std::unique_ptr<storage::Connection> connect() const {
    auto connection = storage::open_beside(file(), storage::Connection::Access::read_write);
    REQUIRE(connection);
    return std::move(*connection);
  }
  std::int64_t version() const { return storage::schema_version(*connect()).value(); }
  std::int64_t kept() const { return connect()->number("SELECT COUNT(*) FROM setting WHERE value = 'yes'").value(); }

  Result<void> start() {
    auto held = TRY(storage::DataDirectory::open(directory.path()));
    const auto opened = storage::Storage::open(std::move(held), keys, {}, clock, random);
    if (opened) return {};
    return opened.error();
  }
  void put_back(const std::string& bytes) const {
    for (const char* beside : {"-wal", "-shm"}) fs::remove(path().string() + beside);
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
  }
  // As far as the schema, in a process of its own that is killed as it comes to its n-th statement. True: killed.
  bool upgrade_killed_at(std::int64_t nth) const {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      set_log_level(LogLevel::error);
      const auto connection = connect();
      const auto count_down = [](unsigned, void* left, void*, void*) {
        if (--*static_cast<std::int64_t*>(left) == 0) ::raise(SIGKILL);
        return 0;
      };
      sqlite3_trace_v2(connection->handle(), SQLITE_TRACE_STMT, count_down, &nth);
      const storage::MigrationPlan plan{embedded_migrations(), path(), directory.path() / "backups"};
      ::_exit(storage::migrate(*connection, plan, clock.now()) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) return true;
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    return false;
  }

  TemporaryDirectory directory;
  FakeClock clock;
  SeededRandom random;
  Keyring keys;
};

}  // namespace

TEST_CASE("an appliance of the first step is upgraded by its start, after a copy that opens as it was") {
  FirstStepAlone old;
  const std::string before = content(old.path());
  REQUIRE(old.start());
  CHECK(old.version() == embedded_migrations().back().number);
  CHECK(old.kept() == 1);
  CHECK(old.connect()->number("SELECT COUNT(*) FROM backup").value() == 0);
  CHECK(old.connect()->number("SELECT COUNT(*) FROM pragma_foreign_key_check").value() == 0);
  const fs::path copy =
      old.directory.path() / "backups" /
      fmt::format("connlog-schema-0001-before-{:04}.db", embedded_migrations().back().number);
  CHECK(content(copy) == before);
  old.put_back(content(copy));
  CHECK(old.version() == 1);
  CHECK(old.kept() == 1);
}

TEST_CASE("a kill at any statement of an upgrade leaves the old schema or the new one, and the next start goes on") {
  FirstStepAlone old;
  const std::string before = content(old.path());
  const auto newest = static_cast<std::int64_t>(embedded_migrations().back().number);
  int killed = 0;
  for (std::int64_t nth = 1;; ++nth) {
    CAPTURE(nth);
    const bool was_killed = old.upgrade_killed_at(nth);
    const std::int64_t version = old.version();
    CHECK((version == 1 || version == newest));
    CHECK((was_killed || version == newest));
    CHECK(old.kept() == 1);
    REQUIRE(old.start());
    CHECK(old.version() == newest);
    CHECK(old.kept() == 1);
    if (!was_killed) break;
    ++killed;
    old.put_back(before);
  }
  CHECK(killed >= 15);  // each statement of the step
}

TEST_CASE("of the copies that upgrades made the newest alone is kept, and nothing else is removed") {
  FirstStepAlone old;
  const fs::path backups = old.directory.path() / "backups";
  fs::create_directory(backups);
  std::ofstream(backups / "connlog-schema-0000-before-0001.db") << "an earlier one";
  std::ofstream(backups / "connlog-1a2b3c4d-20260101T020000Z-x.clb") << "a backup";
  std::ofstream(backups / "notes.db") << "of a person";
  REQUIRE(old.start());
  CHECK_FALSE(fs::exists(backups / "connlog-schema-0000-before-0001.db"));
  CHECK(fs::exists(backups / "connlog-1a2b3c4d-20260101T020000Z-x.clb"));
  CHECK(fs::exists(backups / "notes.db"));
}

TEST_CASE("the embedded migrations are numbered without a gap") {
  std::int64_t expected = 1;
  for (const EmbeddedMigration& migration : embedded_migrations()) CHECK(migration.number == expected++);
  CHECK(expected > 1);
}

TEST_CASE("before the first step on an existing database the file is copied, and the copy opens") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  test.close();
  REQUIRE(open_with(test, test.directory.path(), with({kGood})));
  const fs::path copy = test.directory.path() / "backups" /
                        fmt::format("connlog-schema-{:04}-before-9001.db", embedded_migrations().back().number);
  REQUIRE(fs::exists(copy));
  CHECK(fs::status(copy).permissions() == fs::perms(0600));

  TemporaryDirectory old;
  fs::copy_file(copy, old.path() / "connlog.db");
  auto held = storage::DataDirectory::open(old.path());
  auto opened = storage::Storage::open(std::move(*held), test.keys, {}, test.clock, test.random);
  REQUIRE(opened);
  CHECK((*opened)->facts()->schema_version == embedded_migrations().back().number);
  CHECK((*opened)->stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto found = TRY((*opened)->workspaces().find(snapshot, workspace.id));
    CHECK(found.has_value());
    return {};
  }));
}

TEST_CASE("a new database needs no copy") {
  TestStorage test;
  CHECK(!fs::exists(test.directory.path() / "backups"));
}

TEST_CASE("a step that fails takes the others of its run with it") {
  TestStorage test;
  test.close();
  const Result<void> failed = open_with(test, test.directory.path(), with({kGood, kBad}));
  REQUIRE(!failed);
  // Neither table is there: the good step alone still applies.
  CHECK(open_with(test, test.directory.path(), with({kGood})));
  CHECK(!open_with(test, test.directory.path(), with({kGood, kBad})));
}

TEST_CASE("a database of a newer connlog is refused and left untouched") {
  TestStorage test;
  test.close();
  REQUIRE(open_with(test, test.directory.path(), with({kGood})));
  const std::string before = content(test.directory.path() / "connlog.db");
  const Result<void> refused = test.open();
  REQUIRE(!refused);
  CHECK(refused.error().message.find("newer connlog") != std::string::npos);
  CHECK(content(test.directory.path() / "connlog.db") == before);
}

TEST_CASE("a step that was changed after it was taken is refused") {
  TestStorage test;
  test.close();
  REQUIRE(open_with(test, test.directory.path(), with({kGood})));
  EmbeddedMigration changed = kGood;
  changed.sql = "CREATE TABLE extra (n BIGINT, m BIGINT)";
  const Result<void> refused = open_with(test, test.directory.path(), with({changed}));
  REQUIRE(!refused);
  CHECK(refused.error().message.find("9001_good") != std::string::npos);
}

TEST_CASE("a step may make a table anew: the rows that refer to it stay, and refer to the new one") {
  const EmbeddedMigration family{9001, "9001_family",
                                 "CREATE TABLE parent (n BIGINT PRIMARY KEY NOT NULL CHECK (n < 5)); "
                                 "CREATE TABLE child (n BIGINT NOT NULL REFERENCES parent (n) ON DELETE CASCADE); "
                                 "INSERT INTO parent (n) VALUES (1), (2); INSERT INTO child (n) VALUES (1), (2), (2);"};
  const EmbeddedMigration anew{9002, "9002_anew",
                               "CREATE TABLE new_parent (n BIGINT PRIMARY KEY NOT NULL); "
                               "INSERT INTO new_parent (n) SELECT n FROM parent; DROP TABLE parent; "
                               "ALTER TABLE new_parent RENAME TO parent;"};
  TestStorage test;
  test.close();
  REQUIRE(open_with(test, test.directory.path(), with({family})));
  REQUIRE(open_with(test, test.directory.path(), with({family, anew})));
  const auto connection =
      storage::open_beside({(test.directory.path() / "connlog.db").string(), test.keys.database_key()},
                           storage::Connection::Access::read_write);
  REQUIRE(connection);
  CHECK((*connection)->number("SELECT COUNT(*) FROM child").value() == 3);
  CHECK((*connection)->execute("INSERT INTO parent (n) VALUES (7); INSERT INTO child (n) VALUES (7)"));
  CHECK_FALSE((*connection)->execute("INSERT INTO child (n) VALUES (8)"));
  CHECK((*connection)->execute("DELETE FROM parent WHERE n = 2"));
  CHECK((*connection)->number("SELECT COUNT(*) FROM child").value() == 2);
}

TEST_CASE("a step after which a row refers to nothing is undone and named") {
  const EmbeddedMigration orphan{9001, "9001_orphan",
                                 "CREATE TABLE parent (n BIGINT PRIMARY KEY NOT NULL); "
                                 "CREATE TABLE child (n BIGINT NOT NULL REFERENCES parent (n)); "
                                 "INSERT INTO child (n) VALUES (1);"};
  TestStorage test;
  test.close();
  const Result<void> refused = open_with(test, test.directory.path(), with({orphan}));
  REQUIRE(!refused);
  CHECK_MESSAGE(refused.error().message.find("rows of the table child") != std::string::npos, refused.error().message);
  CHECK(test.open());  // the old schema
}

TEST_CASE("where the copy cannot be written nothing is migrated") {
  TestStorage test;
  test.close();
  std::ofstream(test.directory.path() / "backups") << "a file in the directory's place";
  REQUIRE(!open_with(test, test.directory.path(), with({kGood})));
  CHECK(test.open());  // still the old schema
}
