// Holds a reply that is made before its length is known and that is too long for memory. It is written to a file
// without a name in the data directory, encrypted under a key that exists only as long as the object, so that nothing
// of an encrypted database is on the disk in the clear. Bounded by kBytesMax. One thread writes it; then the loop reads
// it, from beginning to end.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "web/server/connection_loop.h"

namespace connlog::web {

class Spool {
 public:
  static constexpr std::uint64_t kBytesMax = 512ULL << 20;

  static Result<std::shared_ptr<Spool>> open(const std::filesystem::path& directory, Random& random);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Result<void> write(std::string_view bytes);  // too_large beyond kBytesMax
  Result<void> finish();                       // nothing may be written after it
  std::uint64_t size() const { return size_; }

  // The content, for one reading, after finish().
  static std::unique_ptr<BodySource> body(std::shared_ptr<Spool> spool);

 private:
  friend class SpoolBody;
  Spool(int file, Random& random);
  Result<void> flush();
  void crypt(std::string& bytes, std::uint64_t offset) const;  // encrypts and decrypts

  int file_;
  std::array<unsigned char, 32> key_{};
  std::array<unsigned char, 24> nonce_{};
  std::string waiting_;        // not yet in the file; less than a slice
  std::uint64_t written_ = 0;  // bytes in the file
  std::uint64_t size_ = 0;
};

}  // namespace connlog::web
