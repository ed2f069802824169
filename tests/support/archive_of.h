// A backup of a data directory that nobody serves, in memory, as the appliance makes one: for tests that restore it. One
// thread.
#pragma once

#include <filesystem>
#include <string>

#include "core/appliance/backup/archive.h"
#include "core/base/byte_stream.h"
#include "core/base/clock.h"
#include "core/base/random.h"

namespace connlog::test {

struct MadeArchive {
  std::string bytes;
  ArchiveHeader header;
  Manifest manifest;
  Key content_key{};
};

// Sealed to the public half of `words`. With a new anchor: the trails are accepted as they are before.
Result<MadeArchive> archive_of(const std::filesystem::path& data_directory, const Secret& words, const Clock& clock,
                               Random& random);

// Bytes that were made before, as a stream.
class BytesSource final : public ByteSource {
 public:
  explicit BytesSource(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override;

 private:
  std::string_view rest_;
};

}  // namespace connlog::test
