// Which file systems of a host count, and which of them is reported (docs/agents.md). The frame of a heartbeat has room
// for one disk: it is the fullest one, so that a full /var does not hide behind a large, empty disk. Pure but for the
// calls of disk_space; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host_access.h"

namespace connlog {

struct CountedMount {
  std::string mount_point;
  std::string type;    // "ext4", "zfs", …
  std::string device;  // "254:1"; equal for mounts of one file system, but for btrfs and ZFS, where it is "0:…"
  std::string source;  // "/dev/vda1"; of ZFS the data set, "rpool/ROOT/debian"
};

// The mounts whose space counts, in the order of `mountinfo` (the text of /proc/self/mountinfo), without repetitions of
// the same part of the same file system. Left out are pseudo file systems, network file systems and FUSE of every kind
// (they are not disks of this host, and asking them may take for ever), what lies below one of those, what another mount
// covers, file systems that are read-only as a whole, snaps and containers' layers. An overlay counts only as the root of a container.
std::vector<CountedMount> counted_mounts(std::string_view mountinfo);

struct ReportedDisk {
  std::string name;  // mount point, or "pool <name>"
  DiskSpace space;
};

// The fullest of the host's file systems of at least 1 GiB (nominally: 900 MiB of space), of /boot, /var and /var/log at
// any size from 64 MiB, or, where there is none of these, of all. Data sets of a ZFS pool count as one disk, and apart
// where a quota leaves a data set less than the pool has. Nothing when no space can be found out.
std::optional<ReportedDisk> fullest_disk(
    const std::vector<CountedMount>& mounts,
    const std::function<bool(const std::string& mount_point, DiskSpace& out)>& disk_space);

}  // namespace connlog
