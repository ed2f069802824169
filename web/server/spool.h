// A reply that is made before its length is known and is too long for memory: it goes through a file without a name in the
// data directory, encrypted under a key that lives and dies with the object, so that nothing of an encrypted database lies
// on the disk in the clear. Bounded. Written by one thread; then read by the loop, from beginning to end.
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
  Result<void> finish();                       // nothing is written after it
  std::uint64_t size() const { return size_; }

  // The content, once, after finish().
  static std::unique_ptr<BodySource> body(std::shared_ptr<Spool> spool);

 private:
  friend class SpoolBody;
  Spool(int file, Random& random);
  Result<void> flush();
  void crypt(std::string& bytes, std::uint64_t offset) const;  // both ways

  int file_;
  std::array<unsigned char, 32> key_{};
  std::array<unsigned char, 24> nonce_{};
  std::string waiting_;        // less than a slice
  std::uint64_t written_ = 0;  // in the file
  std::uint64_t size_ = 0;
};

}  // namespace connlog::web
