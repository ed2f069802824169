#include "host/host_access.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

namespace connlog {
namespace {

constexpr std::size_t kFileBytesMax = 4 * 1024 * 1024;  // /proc/stat of a large machine, mountinfo of a busy one

std::optional<std::string> read_whole(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 16 * 1024> buffer;
  std::size_t count;
  while (text.size() < kFileBytesMax && (count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    text.append(buffer.data(), count);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

bool ask_statvfs(const std::string& mount_point, DiskSpace& out) {
  struct statvfs space;
  if (statvfs(mount_point.c_str(), &space) != 0) return false;
  const std::uint64_t block = space.f_frsize != 0 ? space.f_frsize : space.f_bsize;
  const std::uint64_t all = space.f_blocks;
  out.used_bytes = block * (all - std::min<std::uint64_t>(space.f_bfree, all));
  out.available_bytes = block * std::min<std::uint64_t>(space.f_bavail, all);
  return true;
}

}  // namespace

std::optional<std::string> HostAccess::read(const std::string& path) const {
  return read_file ? read_file(path) : read_whole(root + path);
}

Monotonic HostAccess::monotonic() const {
  return now ? now() : SystemClock().monotonic();
}

HostAccess HostAccess::real() {
  return {.root = "", .disk_space = ask_statvfs};
}

}  // namespace connlog
