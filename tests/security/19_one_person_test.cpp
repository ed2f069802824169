// Threat 19 from inside: one person, however often they log in or ask, takes neither the live events nor the workers
// from everybody else.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "storage/connection.h"
#include "storage/database.h"
#include "tests/support/test_app.h"
#include "web/api/live_events.h"

using namespace connlog;
using web::LiveEvents;

TEST_CASE("the streams of one person are limited over all of their sessions") {
  TestApp app;
  std::vector<TestStream> streams;
  for (std::size_t open = 0; open < LiveEvents::kStreamsOfUserMax;) {
    const Person again = app.browser_of(app.viewer.mail);
    for (std::size_t n = 0; n < LiveEvents::kStreamsOfSessionMax; ++n, ++open)
      streams.push_back(app.open_stream(again));
  }
  const Person again = app.browser_of(app.viewer.mail);
  CHECK(app.get("/api/v1/events", &again).status == 429);
  TestStream other = app.open_stream(app.member);
  CHECK(other.is_open());
}

namespace {

// A month of readings every ten seconds behind the newest, by hand: the API would take a month.
void add_a_month(TestApp& app) {
  storage::OpenFile file{(app.storage.directory.path() / "connlog.db").string(), app.storage.keys.database_key()};
  auto connection = storage::open_beside(file, storage::Connection::Access::read_write);
  REQUIRE(connection);
  REQUIRE((*connection)
              ->execute("CREATE TEMP TABLE newest AS SELECT MAX(sequence) AS s, subject_number AS a FROM reading_log; "
                        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 250000) "
                        "INSERT INTO reading_log SELECT s - i * 10000000, 0, a, CASE WHEN i = 250000 THEN 0 ELSE "
                        "10000000 END, NULL, CASE i % 3 WHEN 0 THEN x'0108D00F00' WHEN 1 THEN x'0108F00F00' ELSE "
                        "x'0108B01000' END FROM c, newest; "
                        "UPDATE reading_log SET back = 10000000 WHERE sequence = (SELECT s FROM newest)"));
}

}  // namespace

TEST_CASE("somebody who may only look does not hold all workers with one costly question") {
  TestApp app;
  app.populate();
  app.settle();
  add_a_month(app);
  const std::string preview =
      R"({"kind":"metric","target":{"kind":"all"},"metric":"cpu_percent","comparison":"above","threshold":10,)"
      R"("hysteresis":1,"duration_seconds":0,"cooldown_seconds":0})";
  std::atomic<int> answered{0}, refused{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      const int status = app.post("/api/v1/workspaces/{w}/rules/preview", preview, &app.viewer).status;
      if (status == 200) ++answered;
      if (status == 503) ++refused;
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(answered >= 1);
  CHECK(refused >= 1);
  CHECK(answered + refused == 4);
  CHECK(app.post("/api/v1/workspaces/{w}/rules/preview", preview, &app.viewer).status == 200);
}
