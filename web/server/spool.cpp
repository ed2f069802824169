#include "web/server/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

// A stretch of a spool. Reads whole slices of the file, so that each is decrypted once.
class SpoolBody final : public BodySource {
 public:
  SpoolBody(std::shared_ptr<Spool> spool, std::uint64_t offset, std::uint64_t length)
      : spool_(std::move(spool)), offset_(offset), end_(offset + length) {}

  Result<std::size_t> read(std::span<char> out) override {
    if (at_ == slice_.size()) {
      if (offset_ == end_) return std::size_t{0};
      TRY(read_slice());
    }
    const std::size_t count = std::min(out.size(), slice_.size() - at_);
    std::memcpy(out.data(), slice_.data() + at_, count);
    at_ += count;
    offset_ += count;
    return count;
  }

 private:
  Result<void> read_slice() {
    const std::uint64_t begin = offset_ / kSliceBytes * kSliceBytes;
    const std::uint64_t end = std::min<std::uint64_t>({begin + kSliceBytes, spool_->written_, end_});
    if (end <= offset_) return cannot(EIO);  // the stretch is longer than the file
    slice_.assign(static_cast<std::size_t>(end - begin), '\0');
    at_ = static_cast<std::size_t>(offset_ - begin);
    errno = 0;
    const ssize_t got = ::pread(spool_->file_, slice_.data(), slice_.size(), static_cast<off_t>(begin));
    if (got != static_cast<ssize_t>(slice_.size())) return cannot(errno == 0 ? EIO : errno);
    spool_->crypt(slice_, begin);
    return {};
  }

  std::shared_ptr<Spool> spool_;
  std::uint64_t offset_, end_;  // of what is not read yet
  std::string slice_;
  std::size_t at_ = 0;
};

namespace {

class PiecesBody final : public BodySource {
 public:
  explicit PiecesBody(std::vector<BodyPiece> pieces) : pieces_(std::move(pieces)) {}

  Result<std::size_t> read(std::span<char> out) override {
    while (next_ < pieces_.size()) {
      const std::size_t count = TRY(read_piece(out));
      if (count > 0) return count;
      spooled_.reset();
      taken_ = 0;
      ++next_;
    }
    return std::size_t{0};
  }

 private:
  // 0: the piece is at its end.
  Result<std::size_t> read_piece(std::span<char> out) {
    const BodyPiece& piece = pieces_[next_];
    if (piece.spool) {
      if (!spooled_) spooled_ = std::make_unique<SpoolBody>(piece.spool, piece.offset, piece.length);
      return spooled_->read(out);
    }
    const std::size_t count = std::min(out.size(), piece.bytes.size() - taken_);
    std::memcpy(out.data(), piece.bytes.data() + taken_, count);
    taken_ += count;
    return count;
  }

  std::vector<BodyPiece> pieces_;
  std::size_t next_ = 0;   // the piece that is read
  std::size_t taken_ = 0;  // of its bytes
  std::unique_ptr<SpoolBody> spooled_;
};

}  // namespace

std::uint64_t length_of(const std::vector<BodyPiece>& pieces) {
  std::uint64_t length = 0;
  for (const BodyPiece& piece : pieces) length += piece.spool ? piece.length : piece.bytes.size();
  return length;
}

std::unique_ptr<BodySource> body_of(std::vector<BodyPiece> pieces) {
  return std::make_unique<PiecesBody>(std::move(pieces));
}

Result<std::shared_ptr<Spool>> Spool::open(const std::filesystem::path& directory, Random& random,
                                           std::uint64_t bytes_max) {
  int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // the file system does not support O_TMPFILE
    std::string name = (directory / "spool-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) return cannot(errno);
    ::unlink(name.c_str());
  }
  return std::shared_ptr<Spool>(new Spool(file, random, bytes_max));
}

std::uint64_t Spool::room_in(const std::filesystem::path& directory) {
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return kBytesMax;
  return std::min<std::uint64_t>(kLargeBytesMax, std::uint64_t{disk.f_bavail} * disk.f_frsize / 3);
}

Spool::Spool(int file, Random& random, std::uint64_t bytes_max) : file_(file), bytes_max_(bytes_max) {
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
  if (size_ + bytes.size() > bytes_max_) {
    return Error{ErrorCode::too_large,
                 bytes_max_ == kBytesMax
                     ? fmt::format("This is more than the {} MiB that one export may hold. Export a shorter time.",
                                   bytes_max_ >> 20)
                     : fmt::format("This is more than the {} MiB that an export may take of the appliance's disk now. "
                                   "Free space there, then try again.",
                                   bytes_max_ >> 20)};
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
  const std::uint64_t length = spool->size();
  return std::make_unique<SpoolBody>(std::move(spool), 0, length);
}

}  // namespace connlog::web
