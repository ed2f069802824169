// The end of the process at any moment: whatever was acknowledged before it is in the file afterwards.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

constexpr int kRounds = 8;
constexpr int kClients = 32;

struct Acknowledged {
  std::uint64_t number;
};

// In the child: readings and closures from many clients; each acknowledgement goes into the pipe before the next
// request.
[[noreturn]] void write_until_killed(const std::filesystem::path& directory, const Keyring& keys, const Agent& agent,
                                     int pipe, std::uint64_t first) {
  static SystemClock clock;
  static SystemRandom random;
  auto held = storage::DataDirectory::open(directory);
  if (!held) ::_exit(2);
  storage::StorageOptions settings;
  settings.commit_window = milliseconds(0);
  auto opened = storage::Storage::open(std::move(*held), keys, settings, clock, random);
  if (!opened) ::_exit(3);
  storage::Storage& storage = **opened;
  std::atomic<std::uint64_t> next{first};
  std::function<void()> send = [&] {
    const std::uint64_t number = next++;
    const auto done = [&, number](Result<void> result) {
      if (!result) ::_exit(4);
      const Acknowledged line{number};
      if (::write(pipe, &line, sizeof line) != sizeof line) ::_exit(5);
      send();
    };
    if (number % 3 == 0) {
      storage.stores().submit(
          Urgency::at_once,
          [&storage, number](Transaction& tx) { return storage.settings().put(tx, std::to_string(number), "v"); },
          done);
      return;
    }
    Reading reading;
    reading.workspace = agent.workspace;
    reading.subject = agent.id;
    reading.at = clock.now();
    ValuesBuilder values;
    values.set(Metric::uptime, static_cast<std::int64_t>(number));
    reading.values = values.build();
    storage.readings().submit(reading, done);
  };
  for (int i = 0; i < kClients; ++i) send();
  for (;;) {
    if (!storage.checkpoint(storage::Storage::CheckpointWhen::now)) ::_exit(6);
    std::this_thread::yield();
  }
}

std::set<std::uint64_t> stored(TestStorage& test, const Agent& agent) {
  std::set<std::uint64_t> out;
  const auto readings = test.read<std::vector<Reading>>(
      [&](Snapshot& s) { return test->readings().range(s, agent.workspace, agent.id, {}, Instant{INT64_MAX}); });
  for (const Reading& reading : readings)
    out.insert(static_cast<std::uint64_t>(reading.values.get(Metric::uptime).value_or(0)));
  return out;
}

}  // namespace

TEST_CASE("kill -9 in the middle of writes loses nothing that was acknowledged") {
  TestStorage test;
  const Agent agent = test.add_agent(test.add_workspace());
  std::set<std::uint64_t> acknowledged;
  std::uint64_t first = 1;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    test.close();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(test.directory.path(), test.keys, agent, ends[1], first);
    }
    ::close(ends[1]);
    // After so many answers, wherever the others are by then.
    const std::size_t enough = 150 + 97 * static_cast<std::size_t>(round);
    std::size_t got = 0;
    Acknowledged line{};
    while (got < enough && ::read(ends[0], &line, sizeof line) == sizeof line) {
      acknowledged.insert(line.number);
      ++got;
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &line, sizeof line) == sizeof line) acknowledged.insert(line.number);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    CHECK(got == enough);
    first = *acknowledged.rbegin() + 10 * kClients;

    REQUIRE(test.open());
    const std::set<std::uint64_t> readings = stored(test, agent);
    std::size_t lost = 0;
    for (const std::uint64_t number : acknowledged) {
      const bool there = number % 3 == 0 ? test.read<std::optional<std::string>>([&](Snapshot& s) {
                                                 return test->settings().get(s, std::to_string(number));
                                               })
                                               .has_value()
                                         : readings.contains(number);
      lost += there ? 0 : 1;
    }
    CHECK(lost == 0);
  }
  CHECK(acknowledged.size() > 1'000);
}
