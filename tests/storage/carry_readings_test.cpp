// The old log of readings becomes the new one: every column, every absence, every link.
#include <doctest/doctest.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/watch/values.h"
#include "storage/database.h"
#include "storage/development/carry_readings.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

struct NewRow {
  std::int64_t sequence = 0, skew = 0, subject = 0, back = 0;
  std::vector<std::uint8_t> key;
  Values values;
};

// A database whose log is still the old one, with the new one beside it.
struct OldLog {
  TestStorage test;
  std::unique_ptr<storage::Connection> connection;

  OldLog() {
    const Workspace workspace = test.add_workspace();
    test.add_agent(workspace, "a");
    test.add_agent(workspace, "b");
    test.close();
    const storage::OpenFile file{(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
    auto opened = storage::open_beside(file, storage::Connection::Access::read_write);
    REQUIRE(opened);
    connection = std::move(*opened);
    run("UPDATE agent_fact SET core_count = 8 WHERE id = (SELECT id FROM subject WHERE name = 'a'); "
        "DROP TABLE reading_log; "
        "CREATE TABLE old_reading_log (sequence INTEGER PRIMARY KEY, skew BIGINT NOT NULL, agent_number BIGINT NOT NULL, "
        "back BIGINT NOT NULL, request_id BLOB, uptime_seconds BIGINT, cpu_x100 BIGINT, cpu_peak_x100 BIGINT, "
        "memory_used_mib BIGINT, memory_total_mib BIGINT, disk_used_mib BIGINT, disk_total_mib BIGINT, load_x100 BIGINT); "
        "CREATE TABLE reading_log (sequence INTEGER PRIMARY KEY, skew BIGINT NOT NULL, subject_number BIGINT NOT NULL, "
        "back BIGINT NOT NULL, key BLOB, vals BLOB NOT NULL)");
  }

  void run(std::string_view script) { REQUIRE(connection->execute(script)); }

  std::vector<NewRow> rows() {
    auto select = connection->prepare(
        "SELECT sequence, skew, subject_number, back, key, vals FROM reading_log ORDER BY sequence");
    REQUIRE(select);
    auto found = storage::all(*select, [](storage::Row& row) {
      NewRow out;
      out.sequence = row.integer();
      out.skew = row.integer();
      out.subject = row.integer();
      out.back = row.integer();
      const auto key = row.blob();
      out.key.assign(key.begin(), key.end());
      const Result<Values> values = Values::decode(row.blob());
      REQUIRE(values);
      out.values = *values;
      return out;
    });
    REQUIRE(found);
    return *found;
  }
};

}  // namespace

TEST_CASE("readings of the old log are carried over as they were, with the cores of their agent") {
  OldLog log;
  log.run(
      "INSERT INTO old_reading_log VALUES "
      "(1000, 0, (SELECT number FROM subject WHERE name = 'a'), 0, x'0102030405060708090a0b0c0d0e0f1011', 86461, 1250, 4875, 3120, "
      "7936, 51200, 160000, 42), "
      "(2000, -5, (SELECT number FROM subject WHERE name = 'a'), 1000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
      "(3000, 0, (SELECT number FROM subject WHERE name = 'b'), 0, NULL, NULL, 0, NULL, 4294967297, NULL, NULL, NULL, 0), "
      "(4000, 0, 999999, 0, NULL, 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
  REQUIRE(storage::carry_readings(*log.connection));
  const std::vector<NewRow> rows = log.rows();
  REQUIRE(rows.size() == 4);

  ValuesBuilder first;
  first.set(Metric::cores, 8);
  first.set(Metric::uptime, 86'461);
  first.set(Metric::cpu_percent, 1'250);
  first.set(Metric::cpu_peak_percent, 4'875);
  first.set(Metric::memory_used, 3'120);
  first.set(Metric::memory_total, 7'936);
  first.set(Metric::disk_used, 51'200);
  first.set(Metric::disk_total, 160'000);
  first.set(Metric::load_1m, 42);
  CHECK(rows[0].sequence == 1'000);
  CHECK(rows[0].skew == 0);
  CHECK(rows[0].back == 0);
  CHECK(rows[0].key.size() == 17);
  CHECK(rows[0].key[16] == 0x11);
  CHECK(rows[0].values == first.build());

  ValuesBuilder second;
  second.set(Metric::cores, 8);
  CHECK(rows[1].skew == -5);
  CHECK(rows[1].subject == rows[0].subject);
  CHECK(rows[1].back == 1'000);
  CHECK(rows[1].key.empty());
  CHECK(rows[1].values == second.build());

  ValuesBuilder third;  // an agent whose cores are not known
  third.set(Metric::cpu_percent, 0);
  third.set(Metric::memory_used, 4'294'967'297);
  third.set(Metric::load_1m, 0);
  CHECK(rows[2].subject != rows[0].subject);
  CHECK(rows[2].values == third.build());

  ValuesBuilder fourth;  // an agent that is gone
  fourth.set(Metric::uptime, 5);
  CHECK(rows[3].subject == 999'999);
  CHECK(rows[3].values == fourth.build());
}

TEST_CASE("an empty log is carried over, and a long one row by row") {
  OldLog log;
  REQUIRE(storage::carry_readings(*log.connection));
  CHECK(log.rows().empty());
  log.run(
      "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
      "INSERT INTO old_reading_log SELECT i * 10, 0, 1, CASE WHEN i = 1 THEN 0 ELSE 10 END, NULL, i, i % 10000, NULL, NULL, "
      "NULL, NULL, NULL, NULL FROM c");
  REQUIRE(storage::carry_readings(*log.connection));
  const std::vector<NewRow> rows = log.rows();
  REQUIRE(rows.size() == 20'000);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].sequence == static_cast<std::int64_t>(i + 1) * 10);
    REQUIRE(rows[i].values.get(Metric::uptime) == static_cast<std::int64_t>(i + 1));
  }
}
