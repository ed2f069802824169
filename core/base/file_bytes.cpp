#include "core/base/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/io_cause.h"

namespace connlog {
namespace {

Error cannot(const std::string& name, const char* what, int error) {
  return Error{ErrorCode::unavailable, fmt::format("{} {}: {}.", name, what, io_cause(error))};
}

}  // namespace

Result<std::unique_ptr<FileSource>> FileSource::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer must not hold us
  if (file < 0) return cannot(path.string(), "cannot be opened", errno);
  auto source = std::make_unique<FileSource>(file, path.string());
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return cannot(path.string(), "cannot be opened", errno);
  if (!S_ISREG(facts.st_mode)) return Error{ErrorCode::unavailable, path.string() + " is no regular file."};
  source->bytes_ = facts.st_size;
  return source;
}

FileSource::~FileSource() {
  if (descriptor_ > 2) ::close(descriptor_);
}

Result<std::size_t> FileSource::read(std::span<std::uint8_t> into) {
  while (true) {
    const ssize_t got = ::read(descriptor_, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    has_failed_ = true;
    return cannot(name_, "cannot be read", errno);
  }
}

Result<std::unique_ptr<FileSink>> FileSink::make(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 && errno == EEXIST) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} exists already. Name a new file: nothing is overwritten.", path.string())};
  }
  if (file < 0) return cannot(path.string(), "cannot be made", errno);
  return std::make_unique<FileSink>(file, path.string());
}

FileSink::~FileSink() {
  if (descriptor_ > 2) ::close(descriptor_);
}

Result<void> FileSink::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return cannot(name_, "cannot be written", wrote == 0 ? ENOSPC : errno);
    bytes_ += wrote;
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  write_back_.wrote(descriptor_, bytes_);
  return {};
}

Result<void> FileSink::sync() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) return cannot(name_, "cannot be synced", errno);
  return {};
}

}  // namespace connlog
