// For armv7 alone. The libstdc++.a of Debian's armhf asks for the state of a file by the stat64 and lstat64 whose
// instants have 32 bits. They fail with EOVERFLOW where a file was last changed after January 2038, and
// std::filesystem::exists then throws. The link of an armv7 executable sends these two calls here instead (`--wrap` in
// cmake/CompileOptions.cmake). Here the kernel is asked by statx, and instants that do not fit become the last one that
// does: connlog reads no instant through std::filesystem.
#if defined(__arm__)

// The structure must be the one that libstdc++.a was compiled with.
#undef _TIME_BITS
#undef _FILE_OFFSET_BITS

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdint>

namespace {

timespec capped(const statx_timestamp& at) {
  timespec out{};
  out.tv_sec = static_cast<time_t>(std::clamp<std::int64_t>(at.tv_sec, INT32_MIN, INT32_MAX));
  out.tv_nsec = static_cast<long>(at.tv_nsec);
  return out;
}

int state_of(const char* path, int flags, struct stat64* out) {
  struct statx facts {};
  if (::statx(AT_FDCWD, path, flags, STATX_BASIC_STATS, &facts) != 0) return -1;
  *out = {};
  out->st_dev = makedev(facts.stx_dev_major, facts.stx_dev_minor);
  out->st_ino = facts.stx_ino;
  out->st_mode = facts.stx_mode;
  out->st_nlink = facts.stx_nlink;
  out->st_uid = facts.stx_uid;
  out->st_gid = facts.stx_gid;
  out->st_rdev = makedev(facts.stx_rdev_major, facts.stx_rdev_minor);
  out->st_size = static_cast<off64_t>(facts.stx_size);
  out->st_blksize = static_cast<blksize_t>(facts.stx_blksize);
  out->st_blocks = static_cast<blkcnt64_t>(facts.stx_blocks);
  out->st_atim = capped(facts.stx_atime);
  out->st_mtim = capped(facts.stx_mtime);
  out->st_ctim = capped(facts.stx_ctime);
  return 0;
}

}  // namespace

extern "C" int __wrap_stat64(const char* path, struct stat64* out) {
  return state_of(path, 0, out);
}
extern "C" int __wrap_lstat64(const char* path, struct stat64* out) {
  return state_of(path, AT_SYMLINK_NOFOLLOW, out);
}

#endif
