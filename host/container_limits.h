// What a container may use of its host: the limits of its cgroup, versions 1 and 2. Inside a container /proc tells about
// the whole machine, which is not what the workload has. The limits of the agent's own service (MemoryMax= of its unit)
// are none of a container and are never looked at. Reads through HostAccess; fails soft. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "host/host_access.h"

namespace connlog {

struct ContainerLimits {
  std::optional<std::uint64_t> memory_bytes;       // the limit
  std::optional<std::uint64_t> memory_used_bytes;  // without file pages that give way; with memory_bytes only
  std::optional<std::int64_t> cpus_x100;           // 150: one and a half CPUs
  std::optional<std::uint64_t> cpu_used_micros;    // CPU time since the container's start; with cpus_x100 only
};

// Where there is no container, or no limit, nothing is set.
ContainerLimits read_container_limits(const HostAccess& host);

}  // namespace connlog
