// A host whose file systems hang, and an agent that does not: real helper processes, with an access layer that waits for
// ever where a real one would.

#include "host/isolated_access.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "host/collectors.h"

using namespace connlog;
using std::chrono::steady_clock;

namespace {

struct HangingHost {
  std::filesystem::path root;

  HangingHost() {
    std::string name = (std::filesystem::temp_directory_path() / "connlog-hangs-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root = name;
    put("proc/uptime", "500.00 1.00\n");
    put("proc/meminfo", "MemTotal: 2048 kB\nMemAvailable: 1024 kB\n");
    put("proc/loadavg", "1.07 0.50 0.25 1/234 5678\n");
    put("proc/self/mountinfo",
        "26 1 8:1 / / rw - ext4 /dev/sda1 rw\n27 26 8:2 / /dead rw - ext4 /dev/sdb1 rw\n"
        "28 26 8:3 / /good rw - ext4 /dev/sdc1 rw\n");
  }
  ~HangingHost() { std::filesystem::remove_all(root); }

  void put(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  // Opening it waits for ever: nobody writes.
  void put_hanging(const std::string& path) const {
    std::filesystem::create_directories((root / path).parent_path());
    std::filesystem::remove(root / path);
    REQUIRE(mkfifo((root / path).c_str(), 0600) == 0);
  }
  // A mount point hangs while the file named like it stands in <root>/hangs.
  HostAccess access() const {
    return {.root = root.string(), .disk_space = [root = root](const std::string& mount_point, DiskSpace& out) {
              while (std::filesystem::exists(root / "hangs" / mount_point.substr(1))) usleep(1'000);
              out = {.used_bytes = mount_point == "/good" ? 900u << 20 : 100u << 20, .available_bytes = 1'000u << 20};
              return true;
            }};
  }
};

const IsolatedAccess::Limits kQuick{.call = milliseconds(150),
                                    .collection = milliseconds(1'000),
                                    .retry_after = {seconds(0), seconds(0)},
                                    .stuck_max = 3};

milliseconds time_of(const std::function<void()>& work) {
  const auto began = steady_clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
}

}  // namespace

TEST_CASE("read through a helper, a host says the same as read directly") {
  HangingHost host;
  IsolatedAccess isolated(host.access(), kQuick);
  const wire::Frame through = Collector(isolated.access()).collect({});
  const wire::Frame direct = Collector(host.access()).collect({});
  CHECK(through.uptime_seconds == direct.uptime_seconds);
  CHECK(through.memory_total_mib == 2);
  CHECK(through.load_x100 == 107);
  CHECK(through.disk_used_mib == 900);
  CHECK(isolated.stuck() == 0);
  CHECK_FALSE(isolated.access().read("/proc/no such file"));
}

TEST_CASE("a large file comes through whole, and an empty one as empty") {
  HangingHost host;
  const std::string large(3'000'000, 'x');
  host.put("proc/large", large);
  host.put("proc/empty", "");
  IsolatedAccess isolated(host.access());
  CHECK(isolated.access().read("/proc/large") == large);
  CHECK(isolated.access().read("/proc/empty") == "");
}

TEST_CASE("a disk that hangs costs its own value alone, and the heartbeat its limit at most") {
  HangingHost host;
  host.put("hangs/dead", "");
  IsolatedAccess isolated(host.access(), kQuick);
  Collector collector(isolated.access());
  for (int heartbeat = 0; heartbeat < 5; ++heartbeat) {
    CAPTURE(heartbeat);
    wire::Frame frame;
    CHECK(time_of([&] { frame = collector.collect({}); }) < milliseconds(2'000));
    CHECK(frame.uptime_seconds == 500);
    CHECK(frame.memory_used_mib == 1);
    CHECK(frame.disk_used_mib == 900);  // of /good, behind the one that hangs
    CHECK(isolated.stuck() <= 2);       // what was killed a moment ago may not have ended yet
  }
  std::filesystem::remove(host.root / "hangs/dead");
  std::this_thread::sleep_for(kQuick.collection + milliseconds(100));  // what hung is not asked twice in one collection
  DiskSpace space;
  HostAccess access = isolated.access();
  access.begin();
  CHECK(access.disk_space("/dead", space));  // alive again
  CHECK(isolated.stuck() == 0);
}

TEST_CASE("a file of /proc that hangs, as lxcfs can, costs its own value alone") {
  HangingHost host;
  host.put_hanging("proc/loadavg");
  IsolatedAccess isolated(host.access(), kQuick);
  Collector collector(isolated.access());
  wire::Frame frame;
  CHECK(time_of([&] { frame = collector.collect({}); }) < milliseconds(2'000));
  CHECK(frame.load_x100 == std::nullopt);
  CHECK(frame.uptime_seconds == 500);
  CHECK(frame.memory_total_mib == 2);
  CHECK(frame.disk_used_mib == 900);
  host.put_hanging("etc/machine-id");
  HostAccess access = isolated.access();
  access.begin();
  CHECK(time_of([&] { CHECK(read_machine_id(access).empty()); }) < milliseconds(1'000));
}

TEST_CASE("when everything hangs, a collection still ends in its time, without values") {
  HangingHost host;
  for (const char* name : {"uptime", "stat", "meminfo", "loadavg", "self/mountinfo", "self/cgroup"})
    host.put_hanging(std::string("proc/") + name);
  IsolatedAccess isolated(host.access(), kQuick);
  Collector collector(isolated.access());
  for (int heartbeat = 0; heartbeat < 3; ++heartbeat) {
    wire::Frame frame;
    CHECK(time_of([&] { frame = collector.collect({}); }) < milliseconds(2'000));
    CHECK(frame.uptime_seconds == std::nullopt);
    CHECK(isolated.stuck() <= 3);
  }
}

TEST_CASE("what hung is not asked again before its time") {
  HangingHost host;
  host.put("hangs/dead", "");
  IsolatedAccess::Limits limits = kQuick;
  limits.retry_after = {seconds(0), seconds(3'600)};
  IsolatedAccess isolated(host.access(), limits);
  HostAccess access = isolated.access();
  DiskSpace space;
  const auto ask = [&] {
    access.begin();
    return time_of([&] { CHECK_FALSE(access.disk_space("/dead", space)); });
  };
  CHECK(ask() >= milliseconds(140));
  access.begin();
  std::this_thread::sleep_for(kQuick.collection);  // the next collection
  CHECK(ask() >= milliseconds(140));
  CHECK(ask() < milliseconds(100));
}

TEST_CASE("the end of the agent does not wait for a helper that hangs, and takes it along") {
  HangingHost host;
  host.put("hangs/dead", "");
  pid_t helper = 0;
  {
    int pair[2];
    REQUIRE(pipe(pair) == 0);
    HostAccess access = host.access();
    access.disk_space = [pair](const std::string&, DiskSpace&) -> bool {
      // The helper closed the agent's descriptors, so it tells its number by a file's name.
      for (;;) pause();
    };
    access.read_file = [](const std::string&) { return std::optional<std::string>(std::to_string(getpid())); };
    IsolatedAccess isolated(std::move(access), kQuick);
    HostAccess through = isolated.access();
    helper = std::stoi(through.read("/number").value_or("0"));
    REQUIRE(helper > 0);
    CHECK(helper != getpid());
    close(pair[0]);
    close(pair[1]);
    CHECK(time_of([&] {
            DiskSpace space;
            CHECK_FALSE(through.disk_space("/dead", space));
          }) < milliseconds(1'000));
  }
  bool ended = false;
  for (int i = 0; i < 200 && !ended; ++i) {
    ended = kill(helper, 0) != 0 || waitpid(helper, nullptr, WNOHANG) == helper;
    usleep(10'000);
  }
  CHECK(ended);
}

TEST_CASE("a helper that somebody killed is replaced, and nothing is lost") {
  HangingHost host;
  HostAccess access = host.access();
  access.read_file = [](const std::string&) { return std::optional<std::string>(std::to_string(getpid())); };
  IsolatedAccess isolated(std::move(access), kQuick);
  HostAccess through = isolated.access();
  const pid_t first = std::stoi(through.read("/a").value_or("0"));
  REQUIRE(first > 0);
  kill(first, SIGKILL);
  const pid_t second = std::stoi(through.read("/a").value_or("0"));
  CHECK(second > 0);
  CHECK(second != first);
}

TEST_CASE("a helper holds none of the agent's descriptors") {
  HangingHost host;
  int pair[2];
  REQUIRE(pipe(pair) == 0);
  HostAccess access = host.access();
  access.read_file = [fd = pair[1]](const std::string&) {
    return std::optional<std::string>(fcntl(fd, F_GETFD) < 0 ? "closed" : "open");
  };
  IsolatedAccess isolated(std::move(access), kQuick);
  CHECK(isolated.access().read("/a") == "closed");
  close(pair[0]);
  close(pair[1]);
}
