// Holds a reply that is made before its length is known and that is too long for memory. It is written to a file
// without a name in the data directory, encrypted under a key that exists only as long as the object, so that nothing
// of an encrypted database is on the disk in the clear. Bounded: by kBytesMax, or by what its maker allows. One thread
// writes it; then the loop reads it, whole or in pieces.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "web/server/connection_loop.h"

namespace connlog::web {

class Spool {
 public:
  static constexpr std::uint64_t kBytesMax = 512ULL << 20;
  static constexpr std::uint64_t kLargeBytesMax = 16ULL << 30;

  static Result<std::shared_ptr<Spool>> open(const std::filesystem::path& directory, Random& random,
                                             std::uint64_t bytes_max = kBytesMax);
  // What a large spool may take now: a third of what is free in the directory, at most kLargeBytesMax. So two of them
  // leave room for the database.
  static std::uint64_t room_in(const std::filesystem::path& directory);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Result<void> write(std::string_view bytes);  // too_large beyond the bound
  Result<void> finish();                       // nothing may be written after it
  std::uint64_t size() const { return size_; }

  // The content, for one reading, after finish().
  static std::unique_ptr<BodySource> body(std::shared_ptr<Spool> spool);

 private:
  friend class SpoolBody;
  Spool(int file, Random& random, std::uint64_t bytes_max);
  Result<void> flush();
  void crypt(std::string& bytes, std::uint64_t offset) const;  // encrypts and decrypts

  int file_;
  std::uint64_t bytes_max_;
  std::array<unsigned char, 32> key_{};
  std::array<unsigned char, 24> nonce_{};
  std::string waiting_;        // not yet in the file; less than a slice
  std::uint64_t written_ = 0;  // bytes in the file
  std::uint64_t size_ = 0;
};

// A stretch of a body: these bytes, or a stretch of a spool.
struct BodyPiece {
  std::string bytes = {};
  std::shared_ptr<Spool> spool = {};  // set: instead of `bytes`
  std::uint64_t offset = 0, length = 0;
};

std::uint64_t length_of(const std::vector<BodyPiece>& pieces);
// The pieces one after the other, for one reading, after finish() of their spools.
std::unique_ptr<BodySource> body_of(std::vector<BodyPiece> pieces);

}  // namespace connlog::web
