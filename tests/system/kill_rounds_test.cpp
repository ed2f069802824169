// What was acknowledged is in the file, however the program ends. The real program is killed (SIGKILL) in the middle of
// writing, fifty times over the same data directory, while agents send; after each death the file is opened with its
// own key and every acknowledged request id is looked up in it.

#include <doctest/doctest.h>
#include <signal.h>

#include <set>

#include "tests/support/load_generator.h"
#include "tests/support/seeded_appliance.h"
#include "tests/support/seeded_random.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;

TEST_CASE("fifty times killed while agents send, the file opens and lacks nothing that was acknowledged") {
  constexpr int kRounds = 50;
  constexpr int kAgentsARound = 300;
  constexpr int kConnections = 40;
  TemporaryDirectory directory;
  const auto data = directory.path() / "data";
  // Each round has agents of its own, so that none is early for its interval.
  const auto seeded = seed_appliance(data, {.agents = kRounds * kAgentsARound, .interval_seconds = 300});
  REQUIRE_MESSAGE(seeded, seeded.error().message);

  SeededRandom dice(50);
  std::set<std::string> acknowledged;
  int killed_while_sending = 0;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
    const auto load = LoadGenerator::open({.port = server.http_port()}, kConnections);
    REQUIRE_MESSAGE(load, load.error().message);
    // The death comes with an acknowledgement, so requests of all other connections are at every stage of their way.
    const int last = 1 + static_cast<int>(dice.below(kAgentsARound - 2 * kConnections));
    int heard = 0;
    const LoadReport report = (*load)->run(round * kAgentsARound, kAgentsARound, 30, [&](int, const std::string& id) {
      acknowledged.insert(id);
      if (++heard == last) server.process().signal(SIGKILL);
      return true;  // what was answered before the death still arrives, and counts
    });
    CHECK(server.process().wait(std::chrono::seconds(10)) == 128 + SIGKILL);
    CHECK(heard >= last);
    if (report.accepted < kAgentsARound) ++killed_while_sending;

    const auto stored = stored_request_ids(data);
    REQUIRE_MESSAGE(stored, stored.error().message);
    std::size_t missing = 0;
    for (const std::string& id : acknowledged) missing += stored->count(id) == 0 ? 1 : 0;
    REQUIRE(missing == 0);
  }
  CHECK(killed_while_sending == kRounds);  // otherwise the test would have killed an idle program
  MESSAGE(acknowledged.size(), " acknowledged heartbeats, all of them in the file");
}
