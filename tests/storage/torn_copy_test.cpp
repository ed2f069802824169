// Copies that were taken while the appliance ran: whole ones open, torn ones are refused with a sentence that helps,
// and nothing in them is changed.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <string>

#include "storage/database.h"
#include "storage/soundness.h"
#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

const char* const kDatabase = "connlog.db";
const char* const kLog = "connlog.db-wal";

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What is there now, file by file.
struct Copy {
  explicit Copy(const TestStorage& test)
      : database(bytes_of(test.directory.path() / kDatabase)), log(bytes_of(test.directory.path() / kLog)) {}
  std::string database, log;
};

struct Opened {
  Result<void> result;
  bool untouched = false;
};

Opened open_copy(TestStorage& test, const std::string& database, const std::string& log, bool accept_damage = false) {
  TemporaryDirectory there;
  std::ofstream(there.path() / kDatabase, std::ios::binary) << database;
  if (!log.empty()) std::ofstream(there.path() / kLog, std::ios::binary) << log;
  Opened out;
  {
    auto held = storage::DataDirectory::open(there.path());
    REQUIRE(held);
    storage::StorageOptions options;
    options.accept_damage = accept_damage;
    const auto opened = storage::Storage::open(std::move(*held), test.keys, options, test.clock, test.random);
    if (!opened) out.result = opened.error();
  }
  out.untouched = bytes_of(there.path() / kDatabase) == database && bytes_of(there.path() / kLog) == log;
  return out;
}

void work(TestStorage& test, const std::string& name, int count) {
  for (int i = 0; i < count; ++i) test.add_workspace(name + std::to_string(i));
}

bool says(const Opened& opened, const std::string& words) {
  return !opened.result && opened.result.error().message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a whole copy opens: at any moment of the work, and before, between and after checkpoints") {
  TestStorage test;
  REQUIRE(test->keep_marks());
  for (int round = 0; round < 4; ++round) {
    work(test, "round" + std::to_string(round) + "-", 5);
    Copy copy(test);
    CHECK(open_copy(test, copy.database, copy.log).result);
    REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
    copy = Copy(test);
    CHECK(open_copy(test, copy.database, copy.log).result);
  }
  test.restart();
  const Copy stopped(test);
  CHECK(open_copy(test, stopped.database, stopped.log).result);
}

TEST_CASE("a file that is older than its log is refused, whether a checkpoint or a restart came between") {
  TestStorage test;
  REQUIRE(test->keep_marks());
  work(test, "first", 5);
  REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
  const Copy older(test);
  work(test, "second", 40);
  SUBCASE("a checkpoint") {
    REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
  }
  SUBCASE("a restart") {
    test.restart();
    REQUIRE(test->keep_marks());
  }
  work(test, "third", 5);
  const Copy newer(test);
  REQUIRE(open_copy(test, newer.database, newer.log).result);
  const Opened torn = open_copy(test, older.database, newer.log);
  CHECK(says(torn, "older than the log"));
  CHECK(says(torn, "torn copy"));
  CHECK(says(torn, "--accept-damaged-copy"));
  CHECK(torn.untouched);
}

TEST_CASE("a file that is newer than its log is refused") {
  TestStorage test;
  REQUIRE(test->keep_marks());
  REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
  work(test, "first", 5);
  const Copy older(test);
  work(test, "second", 40);
  REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
  REQUIRE(test->checkpoint(storage::Storage::CheckpointWhen::now));
  const Copy newer(test);
  const Opened torn = open_copy(test, newer.database, older.log);
  CHECK(says(torn, "newer than the log"));
  CHECK(torn.untouched);
}

TEST_CASE("a file that is cut short is refused") {
  TestStorage test;
  work(test, "some", 60);
  test.close();
  const std::string whole = bytes_of(test.directory.path() / kDatabase);
  const std::string half = whole.substr(0, whole.size() / 2 / 4'096 * 4'096);
  const Opened torn = open_copy(test, half, {});
  INFO((torn.result ? std::string("opened") : torn.result.error().message + torn.result.error().cause));
  CHECK(says(torn, "torn copy"));
  CHECK(torn.untouched);
}

TEST_CASE("a table that does not fit its index is refused, and opens as it is when a person says so") {
  TestStorage test;
  work(test, "some", 3);
  test.close();
  {
    const storage::OpenFile file{(test.directory.path() / kDatabase).string(), test.keys.database_key()};
    const auto connection = storage::open_beside(file, storage::Connection::Access::read_write);
    REQUIRE(connection);
    // The index of addresses forgets what it was made of: its rows are those of another column.
    REQUIRE((*connection)
                ->execute("CREATE TABLE torn (a INTEGER, b INTEGER); CREATE INDEX torn_a ON torn (a);"
                          "INSERT INTO torn VALUES (1, 10), (2, 20), (3, 30)"));
    sqlite3* const raw = (*connection)->handle();
    REQUIRE(sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr) == SQLITE_OK);
    REQUIRE((*connection)
                ->execute("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
                          "'CREATE INDEX torn_a ON torn (b)' WHERE name = 'torn_a'; "
                          "PRAGMA writable_schema = OFF; PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  const Copy copy(test);
  const Opened torn = open_copy(test, copy.database, copy.log);
  CHECK(says(torn, "the table torn does not fit its indexes"));
  CHECK(torn.untouched);
  CHECK(open_copy(test, copy.database, copy.log, true).result);
}

TEST_CASE("where an anchor lies, a missing or empty database is no first start") {
  for (const bool empty : {false, true}) {
    CAPTURE(empty);
    TemporaryDirectory there;
    TestStorage test;
    std::ofstream(there.path() / "audit.anchor") << "connlog audit anchor 1\n";
    if (empty) std::ofstream(there.path() / kDatabase).flush();
    auto held = storage::DataDirectory::open(there.path());
    REQUIRE(held);
    const auto opened = storage::Storage::open(std::move(*held), test.keys, {}, test.clock, test.random);
    REQUIRE(!opened);
    CHECK(opened.error().message.find("Restore a whole copy") != std::string::npos);
    CHECK(opened.error().message.find("To begin anew on purpose: mv ") != std::string::npos);
    CHECK(fs::exists(there.path() / kDatabase) == empty);
  }
}
