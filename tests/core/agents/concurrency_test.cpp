// Everybody at once: workers that receive, the scheduler that judges, people who change what is judged, screens that
// look. Under ThreadSanitizer (preset tsan) this is the test of every lock of the directory; without it, of the
// outcome.
#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "core/wire/protocol.h"
#include "tests/support/alert_world.h"

using namespace connlog;

TEST_CASE("workers, scheduler, people and screens at once lose nothing and count nothing twice") {
  constexpr int kAgents = 12;
  constexpr int kWorkers = 3;
  constexpr int kCycles = 120;
  AlertWorld world(false);
  std::vector<TestAgent> agents;
  for (int i = 0; i < kAgents; ++i)
    agents.push_back(world.add_agent("host-" + std::to_string(i), {i % 2 == 0 ? "even" : "odd"}));
  world.services->scheduler.start();

  std::mutex mutex;
  std::map<std::string, std::set<std::string>> acknowledged;  // by agent
  std::atomic<bool> over{false};
  std::atomic<int> refused{0};

  std::vector<std::thread> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&, worker] {
      for (int cycle = 0; cycle < kCycles; ++cycle) {
        // Each agent is served by all workers, as its connections come and go; some cycles are sent twice.
        const TestAgent& agent = agents[static_cast<std::size_t>((cycle + worker) % kAgents)];
        const Beat beat = world.beat(agent, Vitals::disk(cycle % 20 < 10 ? 95 : 50));
        for (int attempt = 0; attempt < (cycle % 5 == 0 ? 2 : 1); ++attempt) {
          const AgentReply reply = world.send(beat);
          if (reply.status != 200) {
            ++refused;
            continue;
          }
          const std::lock_guard lock(mutex);
          acknowledged[agent.agent.id.text()].insert(beat.request_id);
        }
        if (cycle % 7 == 0) world.services->ingest.config(agent.authorization);
      }
    });
  }
  std::thread time([&] {
    while (!over) {
      world.clock.advance(milliseconds(200));
      std::this_thread::yield();
    }
  });
  std::thread screens([&] {
    while (!over) {
      const AgentDirectory& directory = world.services->agent_directory;
      for (const LiveAgent& live : directory.list(world.workspace.id)) CHECK(!live.row->name.empty());
      directory.find(world.workspace.id, agents[0].agent.id);
      CHECK(world.services->scheduler.last_round().micros >= 0);
    }
  });
  std::thread people([&] {
    Rule disk = world.default_rule(Metric::disk_percent);
    for (int i = 0; i < 15; ++i) {
      disk.enabled = i % 3 != 0;
      disk.duration_seconds = i % 2;
      world.change(disk);
      AgentChange rename;
      rename.name = "renamed-" + std::to_string(i);
      rename.tags = std::vector<std::string>{"tag-" + std::to_string(i)};
      rename.interval_seconds = 10 + i;
      world.change(agents[1], rename);
      world.set_disabled(agents[2], i % 2 == 0);
      if (i % 2 == 0) {
        world.pause(agents[3].id());
      } else {
        world.resume(agents[3].id());
      }
    }
  });
  people.join();
  for (std::thread& worker : workers) worker.join();
  over = true;
  time.join();
  screens.join();
  world.services->stop();

  std::size_t total = 0;
  for (const TestAgent& agent : agents) {
    std::map<std::string, int> stored;
    for (const Reading& reading : world.readings(agent)) ++stored[wire::request_id_text(reading.key)];
    const auto& ids = acknowledged[agent.agent.id.text()];
    CHECK(stored.size() == ids.size());
    for (const std::string& id : ids) CHECK(stored[id] == 1);
    total += ids.size();
    const LiveAgent live = world.live(agent);
    int open = 0;
    for (const Incident& incident : world.open_incidents()) open += incident.subject == agent.id();
    CHECK(live.open_incidents == open);
  }
  CHECK(total + static_cast<std::size_t>(refused) >= static_cast<std::size_t>(kWorkers * kCycles));
  std::set<std::pair<std::string, std::string>> open;
  for (const Incident& incident : world.open_incidents())
    CHECK(open.emplace(incident.rule.text(), incident.subject.text()).second);
}
