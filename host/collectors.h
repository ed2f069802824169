// What a host says about itself: the values of one heartbeat from /proc and statvfs, and its identity. Reading fails
// soft: a file that is missing or strange gives "not available" for that value, never an error, because the heartbeat
// itself must go out. The root directory is a parameter, so that tests bring a host of their own.
//
// A Collector keeps the CPU counters of the previous sample; one thread may use it. The free functions are for any
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/frame.h"

namespace connlog {

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  // to an ordinary user: space that is kept for root counts as used
};

struct HostAccess {
  std::string root;  // "" on a real host: files are <root>/proc/stat, <root>/etc/machine-id, …
  // The space of the file system mounted at a path (as in mountinfo). False: the space cannot be found out.
  std::function<bool(const std::string& mount_point, DiskSpace& out)> disk_space;

  static HostAccess real();
};

class Collector {
 public:
  explicit Collector(HostAccess host) : host_(std::move(host)) {}

  // CPU is the mean, and the busiest core's, since the previous call; the first call has none. Metrics that are off are
  // absent.
  wire::Frame collect(const wire::MetricToggles& metrics);

 private:
  struct CpuTimes {
    std::uint64_t busy = 0, total = 0;  // in clock ticks since boot; waiting for a disk is not busy
  };
  using CpuSample = std::map<std::string, CpuTimes, std::less<>>;  // "cpu" and "cpu0", "cpu1", …

  CpuSample read_cpu() const;
  void collect_cpu(wire::Frame& frame);
  void collect_memory(wire::Frame& frame) const;
  void collect_disks(wire::Frame& frame) const;

  HostAccess host_;
  CpuSample previous_cpu_;
};

// Lower-case hex SHA-256 of "connlog-machine-id|" and the trimmed machine id. /var/lib/dbus/machine-id is asked only
// when /etc/machine-id cannot be read: an empty one gives no id at all. Empty when there is none (agent-protocol §2.2).
std::string read_machine_id(const HostAccess& host);

// Logical CPUs; 0 when unknown.
std::int64_t read_core_count(const HostAccess& host);

// The host name as the kernel knows it; empty when unknown.
std::string read_hostname(const HostAccess& host);

// Mount points whose space counts, each block device once (agent-protocol §4.2). `mountinfo` is the text of
// /proc/self/mountinfo. Pseudo file systems, snaps, containers' layers and network file systems are left out.
std::vector<std::string> real_mount_points(std::string_view mountinfo);

}  // namespace connlog
