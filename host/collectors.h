// What a host says about itself: the values of one heartbeat from /proc, /sys and statvfs, and its identity. What can be
// read of it, and how long that may take, is host_access.h's and isolated_access.h's matter. Reading fails soft: a file
// that is missing or strange gives "not available" for that value, never an error. What the values mean: docs/agents.md.
//
// A Collector keeps the CPU counters of the previous sample; one thread may use it. The free functions are for any
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/wire/frame.h"
#include "host/container_limits.h"
#include "host/host_access.h"

namespace connlog {

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
  void limit_cpu(wire::Frame& frame, const ContainerLimits& limits);
  std::uint64_t yielding_arc_kib() const;
  void collect_memory(wire::Frame& frame, const ContainerLimits& limits) const;
  void collect_disks(wire::Frame& frame);

  struct LimitedCpu {
    Monotonic at;
    std::uint64_t used_micros = 0;
  };

  HostAccess host_;
  CpuSample previous_cpu_;
  std::optional<LimitedCpu> previous_limited_;
  std::string reported_disk_;  // its name, for the log
};

// Lower-case hex SHA-256 of "connlog-machine-id|" and the trimmed machine id. /var/lib/dbus/machine-id is asked only
// when /etc/machine-id cannot be read: an empty one, "uninitialized" and one of zeros give no id at all. Empty when there
// is none (agent-protocol §2.2).
std::string read_machine_id(const HostAccess& host);

// Logical CPUs, in a container with a limit the whole ones that it may use; 0 when unknown.
std::int64_t read_core_count(const HostAccess& host);

// The host name as the kernel knows it; empty when unknown.
std::string read_hostname(const HostAccess& host);

}  // namespace connlog
