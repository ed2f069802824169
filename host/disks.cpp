#include "host/disks.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>

#include "host/proc_text.h"

namespace connlog {
namespace {

using proc_text::next_line;
using proc_text::next_word;

constexpr std::uint64_t kMib = 1024 * 1024;
constexpr std::uint64_t kLargeBytes = 900 * kMib;  // what a partition of 1 GiB leaves to its file system
constexpr std::uint64_t kSystemBytes = 64 * kMib;
constexpr std::size_t kMountsMax = 256;  // asked for each heartbeat

template <std::size_t count>
bool is_one_of(const std::string_view (&list)[count], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

bool is_pseudo(std::string_view type) {
  static constexpr std::string_view kPseudo[] = {
      "bpf",      "binfmt_misc", "cgroup",     "cgroup2",    "configfs",  "debugfs",   "devpts",  "devtmpfs",
      "efivarfs", "erofs",       "hugetlbfs",  "iso9660",    "mqueue",    "nsfs",      "proc",    "pstore",
      "ramfs",    "rootfs",      "rpc_pipefs", "securityfs", "squashfs",  "sysfs",     "tmpfs",   "tracefs",
      "udf",      "aufs",        "cramfs",     "fusectl",    "selinuxfs", "composefs", "ecryptfs"};
  return is_one_of(kPseudo, type);
}

// What another machine or a daemon must answer for.
bool may_hang(std::string_view type) {
  static constexpr std::string_view kRemote[] = {
      "autofs", "nfs",    "nfs4",  "cifs",   "smb3",     "smbfs",  "9p",   "ceph",  "afs",   "lustre",    "glusterfs",
      "gfs",    "gfs2",   "ocfs2", "beegfs", "orangefs", "pvfs2",  "coda", "ncpfs", "davfs", "virtiofs",  "vboxsf",
      "prl_fs", "vmhgfs", "shfs",  "sshfs",  "mfs",      "wekafs", "gpfs", "panfs", "acfs",  "curlftpfs", "s3fs"};
  return type.starts_with("fuse") ? type != "fusectl" : is_one_of(kRemote, type);
}

// Their source need not be a device: "rpool/data", "ubi0:rootfs", "UUID=…".
bool is_local_disk(std::string_view type) {
  static constexpr std::string_view kLocal[] = {"zfs",  "btrfs",    "bcachefs", "ext2",  "ext3", "ext4",
                                                "xfs",  "f2fs",     "ubifs",    "jffs2", "jfs",  "nilfs2",
                                                "vfat", "reiserfs", "exfat",    "ntfs3"};
  return is_one_of(kLocal, type);
}

bool is_left_out(std::string_view mount_point) {
  static constexpr std::string_view kPrefixes[] = {"/snap/", "/var/lib/snapd/snap/", "/var/lib/docker/",
                                                   "/var/lib/containers/", "/run/"};
  // Single files that container engines mount from the disk of the container's host.
  static constexpr std::string_view kFiles[] = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
                                                "/dev/termination-log"};
  return is_one_of(kFiles, mount_point) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return mount_point.starts_with(prefix); });
}

// mountinfo writes blanks and backslashes as three octal digits.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const auto comma = options.find(',');
    if (options.substr(0, comma) == wanted) return true;
    options.remove_prefix(comma == std::string_view::npos ? options.size() : comma + 1);
  }
  return false;
}

struct Mount {
  std::string_view id, parent, device, root, type, source, super_options;
  std::string mount_point;
};

std::vector<Mount> parsed(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  while (!mountinfo.empty()) {
    std::string_view line = next_line(mountinfo);
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    std::string_view tail = line.substr(separator + 3);
    line = line.substr(0, separator);
    Mount mount;
    mount.type = next_word(tail);
    mount.source = next_word(tail);
    mount.super_options = next_word(tail);
    mount.id = next_word(line);
    mount.parent = next_word(line);
    mount.device = next_word(line);
    mount.root = next_word(line);
    mount.mount_point = unescaped(next_word(line));
    if (mount.mount_point.starts_with('/')) mounts.push_back(std::move(mount));
  }
  return mounts;
}

bool is_below(std::string_view path, std::string_view directory) {
  return directory != "/" && path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

// Looks at the tree of mounts: what a path really leads to.
class MountTree {
 public:
  explicit MountTree(const std::vector<Mount>& mounts) : mounts_(mounts) {
    for (const Mount& mount : mounts_) {
      by_id_.emplace(mount.id, &mount);
      if (mount.parent != mount.id) children_[mount.parent].push_back(&mount);
    }
  }

  // Whether the way to the mount point leads through a file system that may hang, or ends at another mount, which
  // covers this one.
  bool is_out_of_reach(const Mount& mount) const {
    const Mount* at = &mount;
    for (int depth = 0; depth < 64; ++depth) {
      if (const auto on_it = children_.find(at->id); on_it != children_.end()) {
        for (const Mount* child : on_it->second) {
          const bool covers = child->mount_point == at->mount_point || is_below(mount.mount_point, child->mount_point);
          if (covers && !leads_through(mount, *child)) return true;
        }
      }
      const auto parent = by_id_.find(at->parent);
      if (parent == by_id_.end() || parent->second == at) return false;
      at = parent->second;
      if (at->mount_point != "/" && may_hang(at->type)) return true;
    }
    return true;  // no tree is so deep
  }

 private:
  // Whether `ancestor` is the mount itself or one of those that it is mounted on.
  bool leads_through(const Mount& mount, const Mount& ancestor) const {
    const Mount* at = &mount;
    for (int depth = 0; depth < 64 && at != &ancestor; ++depth) {
      const auto parent = by_id_.find(at->parent);
      if (parent == by_id_.end() || parent->second == at) return false;
      at = parent->second;
    }
    return at == &ancestor;
  }

  const std::vector<Mount>& mounts_;
  std::unordered_map<std::string_view, const Mount*> by_id_;
  std::unordered_map<std::string_view, std::vector<const Mount*>> children_;
};

bool is_counted(const Mount& mount) {
  if (is_pseudo(mount.type) || may_hang(mount.type) || is_left_out(mount.mount_point)) return false;
  if (mount.type == "overlay") return mount.mount_point == "/";  // elsewhere its upper layer is a disk that counts
  // The file system itself, not this mount of it: in the agent's own unit ProtectSystem= makes all mounts read-only.
  if (has_option(mount.super_options, "ro")) return false;
  return mount.source.starts_with("/dev/") || is_local_disk(mount.type);
}

// Percentages without floating point: whether a is fuller than b.
bool is_fuller(const DiskSpace& a, const DiskSpace& b) {
  const auto x100 = [](const DiskSpace& space) {
    const std::uint64_t all = space.counted_bytes() / 1024;
    return all == 0 ? 0 : space.used_bytes / 1024 * 10'000 / all;
  };
  return x100(a) != x100(b) ? x100(a) > x100(b) : a.counted_bytes() > b.counted_bytes();
}

bool is_of_the_system(std::string_view name) {
  return name == "/boot" || name == "/var" || name == "/var/log";
}

}  // namespace

std::vector<CountedMount> counted_mounts(std::string_view mountinfo) {
  const std::vector<Mount> mounts = parsed(mountinfo);
  const MountTree tree(mounts);
  std::vector<CountedMount> found;
  std::set<std::string> seen;  // device and root: the same part of the same file system
  for (const Mount& mount : mounts) {
    if (found.size() >= kMountsMax) break;
    if (!is_counted(mount) || tree.is_out_of_reach(mount)) continue;
    std::string part = mount.type == "zfs" ? "zfs " + std::string(mount.source)
                                           : std::string(mount.device) + " " + std::string(mount.root);
    if (!seen.insert(std::move(part)).second) continue;
    found.push_back({.mount_point = mount.mount_point,
                     .type = std::string(mount.type),
                     .device = std::string(mount.device),
                     .source = std::string(mount.source)});
  }
  return found;
}

std::optional<ReportedDisk> fullest_disk(
    const std::vector<CountedMount>& mounts,
    const std::function<bool(const std::string& mount_point, DiskSpace& out)>& disk_space) {
  struct DataSet {
    std::string name;
    DiskSpace space;
  };
  std::vector<ReportedDisk> disks;
  std::map<std::string, std::vector<DataSet>, std::less<>> pools;
  for (const CountedMount& mount : mounts) {
    DiskSpace space;
    if (!disk_space(mount.mount_point, space) || space.counted_bytes() == 0) continue;
    if (mount.type == "zfs") {
      pools[mount.source.substr(0, mount.source.find('/'))].push_back({mount.mount_point, space});
    } else {
      disks.push_back({mount.mount_point, space});
    }
  }
  for (const auto& [pool, sets] : pools) {
    // A data set says what itself holds, and what the pool has left for it.
    DiskSpace whole;
    for (const DataSet& set : sets) {
      whole.used_bytes += set.space.used_bytes;
      whole.available_bytes = std::max(whole.available_bytes, set.space.available_bytes);
    }
    disks.push_back({sets.size() == 1 ? sets.front().name : "pool " + pool, whole});
    for (const DataSet& set : sets) {
      // Values are read one after another, so small differences are no quota.
      const bool has_quota = set.space.available_bytes < whole.available_bytes - whole.available_bytes / 20;
      if (has_quota) disks.push_back({set.name, set.space});
    }
  }
  const ReportedDisk* fullest = nullptr;
  const auto consider = [&](auto counts) {
    for (const ReportedDisk& disk : disks) {
      if (counts(disk) && (fullest == nullptr || is_fuller(disk.space, fullest->space))) fullest = &disk;
    }
  };
  consider([](const ReportedDisk& disk) {
    const std::uint64_t bytes = disk.space.counted_bytes();
    return bytes >= kLargeBytes || (bytes >= kSystemBytes && is_of_the_system(disk.name));
  });
  if (fullest == nullptr) consider([](const ReportedDisk&) { return true; });
  if (fullest == nullptr) return std::nullopt;
  return *fullest;
}

}  // namespace connlog
