#include "core/base/io_cause.h"

#include <cerrno>
#include <cstring>

namespace connlog {
namespace {

constexpr IoCause kCauses[] = {
    {ENOSPC, "the disk is full (no space left on the device)", "Make room where the data directory lies."},
    {EDQUOT, "the quota is used up", "Raise the quota of connlog's user, or make room."},
    {EROFS, "the file system is read-only",
     "Look at the system's log for the reason, then mount the file system for writing again."},
    {EACCES, "permission denied", "Give connlog's user its data directory again (owner and mode)."},
    {EPERM, "permission denied", "Look for an immutable flag (lsattr) or a security module on the data directory."},
    {EIO, "the device reports an I/O error", "Look at the system's log, and replace the disk if it fails."},
    {EFBIG, "the limit of file sizes is reached", "Raise the limit of this process (LimitFSIZE=, ulimit -f)."},
    {ENOMEM, "no memory is left", "Give the machine, or the service, more memory."},
    {EMFILE, "this process may open no more files", "Raise the limit of open files (LimitNOFILE=, ulimit -n)."},
    {ENFILE, "this machine can open no more files", "Raise fs.file-max, or end what holds so many files."},
    {ENODEV, "the device is gone", "Attach the disk again, then restart connlog."},
    {ENXIO, "the device is gone", "Attach the disk again, then restart connlog."},
    {ESTALE, "the network file system has lost the file", "Mount it again, then restart connlog."},
    {ETIMEDOUT, "the storage does not answer", "Look at the disk, or at the network that it is behind."},
    {ENOTCONN, "the storage is not connected", "Mount it again, then restart connlog."},
};

}  // namespace

const IoCause* find_io_cause(int error) {
  for (const IoCause& each : kCauses) {
    if (each.error == error) return &each;
  }
  return nullptr;
}

std::string io_cause(int error) {
  if (const IoCause* known = find_io_cause(error)) return std::string(known->cause);
  return std::strerror(error);
}

}  // namespace connlog
