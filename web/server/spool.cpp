#include "web/server/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/io_cause.h"

namespace connlog::web {
namespace {

constexpr std::size_t kSliceBytes = 64 * 1024;  // a whole number of the cipher's blocks
constexpr std::size_t kBlockBytes = 64;
static_assert(kSliceBytes % kBlockBytes == 0);

Error cannot(int reason) {
  return Error{ErrorCode::unavailable,
               "The export could not be prepared: the disk does not take it. Look at its free "
               "space and try again.",
               {},
               io_cause(reason)};
}

}  // namespace

class SpoolBody final : public BodySource {
 public:
  explicit SpoolBody(std::shared_ptr<Spool> spool) : spool_(std::move(spool)) {}

  Result<std::size_t> read(std::span<char> out) override {
    if (at_ == slice_.size()) {
      slice_.assign(static_cast<std::size_t>(std::min<std::uint64_t>(kSliceBytes, spool_->written_ - offset_)), '\0');
      if (slice_.empty()) return std::size_t{0};
      const ssize_t got = ::pread(spool_->file_, slice_.data(), slice_.size(), static_cast<off_t>(offset_));
      if (got != static_cast<ssize_t>(slice_.size())) return cannot(errno);
      spool_->crypt(slice_, offset_);
      offset_ += slice_.size();
      at_ = 0;
    }
    const std::size_t count = std::min(out.size(), slice_.size() - at_);
    std::memcpy(out.data(), slice_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::shared_ptr<Spool> spool_;
  std::uint64_t offset_ = 0;
  std::string slice_;
  std::size_t at_ = 0;
};

Result<std::shared_ptr<Spool>> Spool::open(const std::filesystem::path& directory, Random& random) {
  int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // the file system does not support O_TMPFILE
    std::string name = (directory / "spool-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) return cannot(errno);
    ::unlink(name.c_str());
  }
  return std::shared_ptr<Spool>(new Spool(file, random));
}

Spool::Spool(int file, Random& random) : file_(file) {
  random.fill(key_);
  random.fill(nonce_);
}

Spool::~Spool() {
  ::close(file_);
  sodium_memzero(key_.data(), key_.size());
}

void Spool::crypt(std::string& bytes, std::uint64_t offset) const {
  auto* data = reinterpret_cast<unsigned char*>(bytes.data());
  crypto_stream_xchacha20_xor_ic(data, data, bytes.size(), nonce_.data(), offset / kBlockBytes, key_.data());
}

Result<void> Spool::write(std::string_view bytes) {
  if (size_ + bytes.size() > kBytesMax) {
    return Error{
        ErrorCode::too_large,
        fmt::format("This is more than the {} MiB that one export may hold. Export a shorter time.", kBytesMax >> 20)};
  }
  size_ += bytes.size();
  waiting_.append(bytes);
  while (waiting_.size() >= kSliceBytes) TRY(flush());
  return {};
}

Result<void> Spool::finish() {
  while (!waiting_.empty()) TRY(flush());
  return {};
}

Result<void> Spool::flush() {
  std::string slice = waiting_.substr(0, kSliceBytes);
  waiting_.erase(0, slice.size());
  crypt(slice, written_);
  errno = 0;
  if (::pwrite(file_, slice.data(), slice.size(), static_cast<off_t>(written_)) != static_cast<ssize_t>(slice.size()))
    return cannot(errno == 0 ? ENOSPC : errno);
  written_ += slice.size();
  return {};
}

std::unique_ptr<BodySource> Spool::body(std::shared_ptr<Spool> spool) {
  return std::make_unique<SpoolBody>(std::move(spool));
}

}  // namespace connlog::web
