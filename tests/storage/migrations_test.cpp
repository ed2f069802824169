// From one schema to the next: all or nothing, a copy before, and never backwards.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

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

}  // namespace

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
