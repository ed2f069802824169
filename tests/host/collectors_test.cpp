// The collectors over a host made of files, and once over the real one.

#include "host/collectors.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include <filesystem>
#include <fstream>

using namespace connlog;

namespace {

struct FakeHost {
  std::filesystem::path root;
  std::map<std::string, DiskSpace> disks;

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
  HostAccess access() const {
    return {.root = root.string(), .disk_space = [this](const std::string& mount_point, DiskSpace& out) {
              const auto found = disks.find(mount_point);
              if (found != disks.end()) out = found->second;
              return found != disks.end();
            }};
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

TEST_CASE("each block device's space counts once, and only real ones'") {
  const std::string mountinfo =
      "26 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw\n"
      "27 26 254:0 /srv /bind rw - ext4 /dev/vda1 rw\n"
      "28 26 254:16 / /data\\040disk rw shared:1 - xfs /dev/vdb rw\n"
      "29 26 254:16 /x /srv/x rw master:2 - xfs /dev/disk/by-label/data rw\n"
      "30 26 0:40 / /home rw - btrfs /dev/vdc rw\n"
      "31 26 0:41 /sub /var rw - btrfs /dev/vdc rw\n"
      "32 26 0:50 / /tank rw - zfs tank rw\n"
      "33 26 0:51 / /tank/home rw - zfs tank/home rw\n"
      "34 26 0:22 / /dev/shm rw - tmpfs tmpfs rw\n"
      "35 26 0:60 / /mnt/nas rw - nfs4 nas:/export rw\n"
      "36 26 0:61 / /mnt/ssh rw - fuse.sshfs host:/ rw\n"
      "37 26 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro\n"
      "38 26 7:2 / /media/cd ro - iso9660 /dev/sr0 ro\n"
      "39 26 254:32 / /var/lib/docker/volumes/a rw - ext4 /dev/vdd rw\n"
      "40 26 254:48 / /run/media/usb rw - vfat /dev/vde rw\n"
      "41 26 0:70 / /merged rw - overlay overlay rw\n"
      "garbage\n";
  CHECK(real_mount_points(mountinfo) == std::vector<std::string>{"/", "/data disk", "/home", "/tank"});

  FakeHost host;
  host.put("proc/self/mountinfo", mountinfo);
  host.disks = {{"/", {100 * kMib, 40 * kMib}},
                {"/data disk", {1'000 * kMib, 900 * kMib}}};  // the others cannot be asked
  const wire::Frame reading = Collector(host.access()).collect({});
  CHECK(reading.disk_total_mib == 1'100);
  CHECK(reading.disk_used_mib == 160);
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
