// How the collectors reach the host: its files, the space of its file systems, and a clock. The root directory and the
// calls are parameters, so that tests bring a host of their own and isolated_access.h can stand between. Reading fails
// soft: a file that is missing or strange is "not available", never an error, because the heartbeat itself must go out.
// Any thread, as far as the functions inside allow it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/clock.h"

namespace connlog {

// As statvfs tells it. Blocks that are reserved for root are in neither used_bytes nor available_bytes.
struct DiskSpace {
  std::uint64_t used_bytes = 0;
  std::uint64_t available_bytes = 0;  // to an ordinary user

  std::uint64_t counted_bytes() const { return used_bytes + available_bytes; }  // what `df` takes its percentage of
  friend bool operator==(const DiskSpace&, const DiskSpace&) = default;
};

struct HostAccess {
  std::string root;  // "" on a real host: files are <root>/proc/stat, <root>/etc/machine-id, …
  // The space of the file system mounted at a path (as in mountinfo). False: the space cannot be found out.
  std::function<bool(const std::string& mount_point, DiskSpace& out)> disk_space;
  // Reads a file whole, by its path on a real host ("/proc/stat"), up to 4 MiB of it. Empty: plain reads below `root`.
  std::function<std::optional<std::string>(const std::string& path)> read_file = {};
  // For rates between two collections. Empty: the system's monotonic clock.
  std::function<Monotonic()> now = {};
  // Called when a collection begins. May be empty.
  std::function<void()> begin = {};

  std::optional<std::string> read(const std::string& path) const;
  Monotonic monotonic() const;

  static HostAccess real();
};

}  // namespace connlog
