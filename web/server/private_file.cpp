#include "web/server/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/base/io_cause.h"

namespace connlog::web {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPrivateBytes = 64 * 1024;

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int fd;
};

Error trouble(const fs::path& path, std::string_view what, int why) {
  return Error{ErrorCode::unavailable,
               fmt::format("The file {} cannot be {}: {}.", path.string(), what, io_cause(why))};
}

// Reads one byte more than allowed, to see whether the file is too long.
Result<std::string> read_whole(int fd, const fs::path& path, std::size_t max_bytes) {
  std::string text(max_bytes + 1, '\0');
  std::size_t used = 0;
  while (used < text.size()) {
    const ssize_t got = ::read(fd, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble(path, "read", errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  if (used > max_bytes)
    return Error{ErrorCode::too_large,
                 fmt::format("The file {} is larger than it can be ({} bytes).", path.string(), max_bytes)};
  text.resize(used);
  return text;
}

Result<void> write_file(const fs::path& path, std::string_view content, mode_t mode) {
  const fs::path beside = path.string() + ".new";
  ::unlink(beside.c_str());
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (file.fd < 0) return trouble(beside, "made", errno);
    while (!content.empty()) {
      const ssize_t put = ::write(file.fd, content.data(), content.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return trouble(beside, "written", errno);
      content.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::fsync(file.fd) != 0) return trouble(beside, "written", errno);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return trouble(path, "replaced", errno);
  const Descriptor directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd >= 0) ::fsync(directory.fd);
  return {};
}

}  // namespace

Result<std::optional<Secret>> read_private_file(const fs::path& path, FileAccess allowed) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0 && errno == ENOENT) return std::optional<Secret>{};
  struct stat facts {};
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0) return trouble(path, "opened", errno);
  const mode_t forbidden = allowed == FileAccess::owner_only ? 077 : 027;
  if ((facts.st_mode & forbidden) != 0) {
    return Error{ErrorCode::forbidden,
                 fmt::format("The key file {} can be read by others (mode {:04o}): whoever read it can pose as this "
                             "server. Make it private with: chmod {} {}",
                             path.string(), facts.st_mode & 07777, allowed == FileAccess::owner_only ? "600" : "o=,g-w",
                             path.string())};
  }
  auto text = TRY(read_whole(file.fd, path, kMaxPrivateBytes));
  return std::optional<Secret>(Secret(std::move(text)));
}

Result<std::string> read_public_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0 && errno == ENOENT) return std::string();
  if (file.fd < 0) return trouble(path, "opened", errno);
  return read_whole(file.fd, path, max_bytes);
}

Result<void> write_private_file(const fs::path& path, std::string_view content) {
  return write_file(path, content, 0600);
}
Result<void> write_public_file(const fs::path& path, std::string_view content) {
  return write_file(path, content, 0644);
}

}  // namespace connlog::web
