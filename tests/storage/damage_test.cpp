// A page of the database that is damaged while the appliance runs: its table is named, what does not need it goes on,
// and a restore is offered.
#include "storage/damage.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <string>
#include <vector>

#include "storage/database.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

using Names = std::vector<std::string>;

// Of a table that no start reads.
void damage_first_page_of(TestStorage& test, const std::string& table) {
  const storage::OpenFile file{(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
  std::int64_t page = 0;
  {
    const auto connection = storage::open_beside(file, storage::Connection::Access::read_only);
    REQUIRE(connection);
    page = (*connection)->number("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'").value();
  }
  test.close();
  const int raw = ::open(file.path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(raw >= 0);
  REQUIRE(::pwrite(raw, "damage", 6, static_cast<off_t>((page - 1) * storage::kPageBytes + 2'000)) == 6);
  ::close(raw);
  REQUIRE(test.open());
}

bool says(const Result<void>& refused, const std::string& words) {
  return !refused && refused.error().message.find(words) != std::string::npos;
}

Result<void> add_letter(Transaction& tx) {
  return storage::at(tx).execute(
      "INSERT INTO letter VALUES (randomblob(16), NULL, 'k', 'n', 'a', 's', 't', '', '', 'm', 'queued', 0, 0, 0, 0, 0, "
      "0, '')");
}

}  // namespace

TEST_CASE("the tables of a statement are those after FROM, JOIN, INTO and UPDATE") {
  using storage::tables_in;
  CHECK(tables_in("SELECT a FROM rule WHERE b = 1") == Names{"rule"});
  CHECK(tables_in("SELECT a FROM main.rule AS r JOIN incident AS i ON i.rule_id = r.id") == Names{"rule", "incident"});
  CHECK(tables_in("INSERT INTO rule (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 2") == Names{"rule"});
  CHECK(tables_in("DELETE FROM letter WHERE id IN (SELECT id FROM letter LIMIT 1)") == Names{"letter"});
  CHECK(tables_in("WITH RECURSIVE chain AS (SELECT 1 FROM reading_log) SELECT * FROM chain") == Names{"reading_log"});
  CHECK(tables_in("SELECT COUNT(*) FROM \"subject\"") == Names{"subject"});
  CHECK(tables_in("PRAGMA wal_checkpoint(TRUNCATE)").empty());
  CHECK(tables_in("SELECT name FROM sqlite_schema").empty());
  CHECK(tables_in("COMMIT").empty());
  CHECK(tables_in("").empty());
}

TEST_CASE("reading a damaged table names it and offers a restore, and the same reader goes on with the others") {
  storage::StorageOptions one_reader;
  one_reader.readers = 1;
  TestStorage test(one_reader);
  test.add_workspace();
  damage_first_page_of(test, "letter");
  for (int round = 0; round < 2; ++round) {
    const auto read = test.stores().read([](Snapshot& snapshot) -> Result<void> {
      TRY(storage::at(snapshot).number("SELECT COUNT(text) FROM letter"));
      return {};
    });
    CHECK(says(read, "damaged in the table letter"));
    CHECK(says(read, "`connlog restore`"));
    CHECK(test.read<std::vector<Workspace>>([&](Snapshot& s) { return test->workspaces().all(s); }).size() >= 1);
  }
}

TEST_CASE("a write that needs a damaged table fails alone: its neighbours of the same commit are stored") {
  TestStorage test;
  damage_first_page_of(test, "letter");
  std::promise<void> go;
  auto gone = std::make_shared<std::promise<void>>();
  auto gate = go.get_future().share();
  std::vector<std::promise<Result<void>>> answers(4);
  const auto answer = [&answers](std::size_t i) {
    return [&answers, i](Result<void> result) { answers[i].set_value(std::move(result)); };
  };
  const auto put = [&test](const char* key) {
    return [&test, key](Transaction& tx) { return test->settings().put(tx, key, "v"); };
  };
  // While the first job waits, the others gather in one group.
  test.stores().submit(
      Urgency::at_once,
      [gate, gone](Transaction&) -> Result<void> {
        gone->set_value();
        gate.wait();
        return {};
      },
      answer(0));
  gone->get_future().wait();
  test.stores().submit(Urgency::at_once, put("one"), answer(1));
  test.stores().submit(Urgency::at_once, add_letter, answer(2));
  test.stores().submit(Urgency::at_once, put("two"), answer(3));
  go.set_value();
  std::vector<Result<void>> results;
  for (auto& each : answers) results.push_back(each.get_future().get());
  CHECK(results[0]);
  CHECK(results[1]);
  CHECK(says(results[2], "damaged in the table letter"));
  CHECK(results[3]);
  CHECK_FALSE(test->health().outage());  // the disk takes what it is given
  CHECK(test.read<std::optional<std::string>>([&](Snapshot& s) { return test->settings().get(s, "two"); }) == "v");
  CHECK(says(test.stores().write(add_letter), "damaged in the table letter"));
  CHECK(test.stores().write(put("three")));
}
