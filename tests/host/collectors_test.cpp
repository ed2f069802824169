// The collectors over a host made of files, and once over the real one.

#include "host/collectors.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include <filesystem>
#include <fstream>
#include <map>

using namespace connlog;

namespace {

struct FakeHost {
  std::filesystem::path root;
  std::map<std::string, DiskSpace> disks;
  Monotonic now{1'000'000};

  FakeHost() {
    std::string name = (std::filesystem::temp_directory_path() / "connlog-host-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root = name;
  }
  ~FakeHost() { std::filesystem::remove_all(root); }

  void put(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  HostAccess access() {
    return {.root = root.string(),
            .disk_space =
                [this](const std::string& mount_point, DiskSpace& out) {
                  const auto found = disks.find(mount_point);
                  if (found != disks.end()) out = found->second;
                  return found != disks.end();
                },
            .now = [this] { return now; }};
  }
};

constexpr std::uint64_t kMib = 1024 * 1024;

}  // namespace

TEST_CASE("CPU is what happened between two heartbeats, and there is none at first") {
  FakeHost host;
  //                          user nice system idle iowait irq softirq steal guest guest_nice
  host.put("proc/stat",
           "cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\nintr 1 2 3\n");
  Collector collector(host.access());
  CHECK(collector.collect({}).cpu_x100 == std::nullopt);
  CHECK(collector.collect({}).cpu_x100 == std::nullopt);  // no tick has passed

  // 200 ticks: 50 of work, 50 waiting for the disk, which is idleness; one core did all of it.
  host.put(
      "proc/stat",
      "cpu  140 0 110 900 50 0 0 0 90 0\ncpu0 90 0 60 400 0 0 0 0 0 0\ncpu1 50 0 50 500 50 0 0 0 0 0\nintr 1 2 3\n");
  const wire::Frame reading = collector.collect({});
  CHECK(reading.cpu_x100 == 2'500);
  CHECK(reading.cpu_peak_x100 == 10'000);
  CHECK(read_core_count(host.access()) == 2);

  host.put("proc/stat", "cpu  1 0 1 1 0 0 0 0 0 0\n");  // counters that fell
  CHECK(collector.collect({}).cpu_x100 == std::nullopt);
  host.put("proc/stat", "cpu  2 0 1 2 0 0 0 0 0 0\n");  // no cores listed: the peak is the mean
  const wire::Frame meagre = collector.collect({});
  CHECK(meagre.cpu_x100 == 5'000);
  CHECK(meagre.cpu_peak_x100 == 5'000);
}

TEST_CASE("memory used is what is not available") {
  FakeHost host;
  host.put("proc/meminfo",
           "MemTotal:        8126464 kB\nMemFree:          100000 kB\nMemAvailable:    4931584 kB\nBuffers: 1 kB\n");
  const wire::Frame reading = Collector(host.access()).collect({});
  CHECK(reading.memory_total_mib == 7'936);
  CHECK(reading.memory_used_mib == 3'120);
  host.put("proc/meminfo", "MemTotal: 2048 kB\nMemFree: 512 kB\nBuffers: 256 kB\nCached: 256 kB\n");  // an old kernel
  CHECK(Collector(host.access()).collect({}).memory_used_mib == 1);
}

TEST_CASE("ZFS's cache is not memory in use, as far as it gives way") {
  FakeHost host;
  const auto used_with = [&](const std::string& arc) {
    host.put("proc/spl/kstat/zfs/arcstats", "13 1 0x01 147 39984 1 2\nname type data\n" + arc);
    return Collector(host.access()).collect({}).memory_used_mib;
  };
  host.put("proc/meminfo", "MemTotal: 67108864 kB\nMemAvailable: 5242880 kB\n");  // 64 and 5 GiB
  CHECK(used_with("c_min 4 2147483648\nc_max 4 64424509440\nsize 4 53687091200\n") == 11 * 1024);
  CHECK(used_with("size 4 1073741824\nc_min 4 2147483648\n") == 59 * 1024);  // at its minimum: nothing gives way
  CHECK(used_with("size 4 99999999999999\nc_min 4 0\n") == 0);               // more than there is
  CHECK(used_with("c_min 4 1\n") == 59 * 1024);                              // no size
  CHECK(used_with("nonsense") == 59 * 1024);

  // A container whose /proc/meminfo is its own: the cache is the machine's, and not in its numbers.
  host.put("proc/self/mountinfo", "40 30 0:44 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n");
  CHECK(used_with("c_min 4 2147483648\nsize 4 53687091200\n") == 59 * 1024);
}

TEST_CASE("in a container memory is that of its limit, in both versions of cgroups") {
  FakeHost host;
  host.put("proc/meminfo", "MemTotal: 67108864 kB\nMemAvailable: 5242880 kB\n");
  const auto memory = [&] {
    const wire::Frame frame = Collector(host.access()).collect({});
    return std::pair(frame.memory_used_mib.value_or(-1), frame.memory_total_mib.value_or(-1));
  };
  const auto whole_machine = std::pair<std::int64_t, std::int64_t>(59 * 1024, 64 * 1024);
  CHECK(memory() == whole_machine);

  SUBCASE("version 2, with a name space of its own") {
    host.put("proc/self/cgroup", "0::/\n");
    host.put("sys/fs/cgroup/memory.max", "2147483648\n");
    host.put("sys/fs/cgroup/memory.current", "1610612736\n");
    host.put("sys/fs/cgroup/memory.stat", "anon 5\nfile 7\ninactive_file 536870912\nactive_file 3\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(1024, 2048));
    host.put("sys/fs/cgroup/memory.max", "max\n");
    CHECK(memory() == whole_machine);
    host.put("sys/fs/cgroup/memory.max", "999999999999999\n");  // above what there is
    CHECK(memory() == whole_machine);
  }
  SUBCASE("version 2, seen by the host's names: the container's limit and those around it hold") {
    host.put("proc/self/cgroup", "0::/system.slice/docker-0123abc.scope/init.scope\n");
    host.put("sys/fs/cgroup/system.slice/docker-0123abc.scope/memory.max", "1073741824\n");
    host.put("sys/fs/cgroup/system.slice/docker-0123abc.scope/memory.current", "536870912\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(512, 1024));
    host.put("sys/fs/cgroup/system.slice/memory.max", "536870912\n");
    host.put("sys/fs/cgroup/system.slice/memory.current", "268435456\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(256, 512));
  }
  SUBCASE("the limit of the agent's own service is not the host's memory, nor is it inside a container") {
    host.put("proc/self/cgroup", "0::/system.slice/connlog-agent.service\n");
    host.put("sys/fs/cgroup/system.slice/connlog-agent.service/memory.max", "67108864\n");
    host.put("sys/fs/cgroup/system.slice/connlog-agent.service/memory.current", "6710886\n");
    CHECK(memory() == whole_machine);
    host.put("proc/self/cgroup", "0::/lxc.payload.web/system.slice/connlog-agent.service\n");
    host.put("sys/fs/cgroup/lxc.payload.web/system.slice/connlog-agent.service/memory.max", "67108864\n");
    host.put("sys/fs/cgroup/lxc.payload.web/system.slice/connlog-agent.service/memory.current", "6710886\n");
    CHECK(memory() == whole_machine);
    host.put("sys/fs/cgroup/lxc.payload.web/memory.max", "1073741824\n");
    host.put("sys/fs/cgroup/lxc.payload.web/memory.current", "1048576\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(1, 1024));
  }
  SUBCASE("version 2, seen by the host's names, of an engine that is not known: what process 1 shares with the agent") {
    host.put("proc/self/cgroup", "0::/jobs/17/agent\n");
    host.put("sys/fs/cgroup/jobs/17/memory.max", "1073741824\n");
    host.put("sys/fs/cgroup/jobs/17/memory.current", "1048576\n");
    CHECK(memory() == whole_machine);
    host.put("proc/1/cgroup", "0::/jobs/17\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(1, 1024));
    host.put("proc/1/cgroup", "0::/jobs/1\n");
    CHECK(memory() == whole_machine);
    host.put("proc/1/cgroup", "0::/init.scope\n");
    CHECK(memory() == whole_machine);
  }
  SUBCASE("version 1") {
    host.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    host.put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1610612736\n");
    host.put("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 536870912\n");
    CHECK(memory() == whole_machine);
    host.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n");
    CHECK(memory() == std::pair<std::int64_t, std::int64_t>(1024, 2048));
  }
}

TEST_CASE("in a container CPU is the part of its limit that it used, in both versions of cgroups") {
  FakeHost host;
  host.put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 0 1 8 0 0 0 0\ncpu1 1 0 1 8 0 0 0 0\ncpu2 1 0 1 8\n");
  const bool is_v2 = [&] {
    bool second = false;
    SUBCASE("version 2") {
      second = true;
    }
    SUBCASE("version 1") {
      second = false;
    }
    return second;
  }();
  const auto used = [&](std::int64_t micros) {
    if (is_v2) {
      host.put("sys/fs/cgroup/cpu.max", "150000 100000\n");
      host.put("sys/fs/cgroup/cpu.stat", "usage_usec " + std::to_string(micros) + "\nuser_usec 1\n");
    } else {
      host.put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
      host.put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
      host.put("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", std::to_string(micros * 1'000) + "\n");
    }
  };
  used(5'000'000);
  Collector collector(host.access());
  CHECK(collector.collect({}).cpu_x100 == std::nullopt);
  CHECK(read_core_count(host.access()) == 2);
  used(5'000'000 + 7'500'000);
  host.now = host.now + seconds(10);
  const wire::Frame half = collector.collect({});
  CHECK(half.cpu_x100 == 5'000);  // 7.5 s of 15
  CHECK(half.cpu_peak_x100 == 5'000);
  used(99'000'000);
  host.now = host.now + seconds(10);
  CHECK(collector.collect({}).cpu_x100 == 10'000);  // never above all
  used(1);
  host.now = host.now + seconds(10);
  CHECK(collector.collect({}).cpu_x100 == std::nullopt);  // another container in its place
}

TEST_CASE("the reported disk is the fullest, as df counts it") {
  FakeHost host;
  host.put("proc/self/mountinfo",
           "26 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw\n"
           "28 26 254:16 / /data\\040disk rw shared:1 - xfs /dev/vdb rw\n"
           "30 26 0:40 / /home rw - btrfs /dev/vdc rw\n");
  host.disks = {{"/", {60 * kMib, 40 * kMib}}, {"/data disk", {1'900 * kMib, 100 * kMib}}};  // /home cannot be asked
  const wire::Frame reading = Collector(host.access()).collect({});
  CHECK(reading.disk_total_mib == 2'000);
  CHECK(reading.disk_used_mib == 1'900);
}

TEST_CASE("load and uptime are read as they stand") {
  FakeHost host;
  host.put("proc/uptime", "86461.97 150000.00\n");
  host.put("proc/loadavg", "1.07 0.50 0.25 1/234 5678\n");
  const wire::Frame reading = Collector(host.access()).collect({});
  CHECK(reading.uptime_seconds == 86'461);
  CHECK(reading.load_x100 == 107);
}

TEST_CASE("metrics that are off, and a host that tells nothing, give no values") {
  FakeHost host;
  const wire::Frame nothing = Collector(host.access()).collect({});
  CHECK(nothing.uptime_seconds == std::nullopt);
  CHECK(nothing.cpu_x100 == std::nullopt);
  CHECK(nothing.memory_total_mib == std::nullopt);
  CHECK(nothing.disk_total_mib == std::nullopt);
  CHECK(nothing.load_x100 == std::nullopt);

  host.put("proc/meminfo", "MemTotal: 2048 kB\nMemAvailable: 1024 kB\n");
  host.put("proc/loadavg", "1.07 0.50 0.25 1/234 5678\n");
  const wire::Frame off =
      Collector(host.access()).collect({.cpu = false, .memory = false, .disk = false, .load = false});
  CHECK(off.memory_total_mib == std::nullopt);
  CHECK(off.load_x100 == std::nullopt);
}

TEST_CASE("the machine id is hashed, trimmed, and falls back only when it cannot be read") {
  FakeHost host;
  CHECK(read_machine_id(host.access()).empty());
  host.put("var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n");
  const std::string expected = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";
  CHECK(read_machine_id(host.access()) == expected);
  host.put("etc/machine-id", "  0123456789abcdef0123456789abcdef \n");
  CHECK(read_machine_id(host.access()) == expected);
  host.put("etc/machine-id", "\n");
  CHECK(read_machine_id(host.access()).empty());  // readable but empty: no fallback
  for (const char* none : {"uninitialized\n", "00000000000000000000000000000000\n", "0\n",
                           "00000000-0000-0000-0000-000000000000", "ffffffffffffffffffffffffffffffff"}) {
    CAPTURE(none);
    host.put("etc/machine-id", none);  // what images and first boots leave there
    CHECK(read_machine_id(host.access()).empty());
  }
}

TEST_CASE("the real host has an uptime, memory, cores and, at the second look, a CPU") {
  Collector collector(HostAccess::real());
  const wire::Frame first = collector.collect({});
  struct sysinfo info;
  REQUIRE(sysinfo(&info) == 0);
  REQUIRE(first.uptime_seconds.has_value());
  CHECK(std::abs(*first.uptime_seconds - info.uptime) < 60);
  CHECK(first.memory_total_mib > 0);
  REQUIRE(first.memory_used_mib.has_value());
  CHECK(first.memory_used_mib <= first.memory_total_mib);
  REQUIRE(first.load_x100.has_value());
  CHECK(*first.load_x100 >= 0);
  CHECK(read_core_count(HostAccess::real()) >= 1);
}
