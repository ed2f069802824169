// The bytes around the files of a ZIP (PKWARE's APPNOTE 6.3): their local headers and the central directory. Files
// are stored without compression, and their sizes and checksums are known before their headers are written, so that
// programs that read a ZIP from front to back can read it. Files and archives from 4 GiB on, and from 65,535 files
// on, are written as ZIP64. A file that is cut has no central directory, and no program takes it for whole. Pure; any
// thread.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace connlog::web {

// What is known of a file after its last byte: its length, its CRC-32 and its SHA-256.
class FileSum {
 public:
  FileSum();
  void add(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  std::uint32_t crc32() const { return ~crc_; }
  std::string sha256() const;  // 64 hex digits

 private:
  crypto_hash_sha256_state sha_;
  std::uint32_t crc_ = 0xFFFFFFFF;
  std::uint64_t size_ = 0;
};

struct ZipEntry {
  std::string name;  // ASCII, with "/" between folders
  std::uint64_t size = 0;
  std::uint32_t crc32 = 0;
  std::uint64_t offset = 0;  // of its local header, from the beginning of the archive
};

// Before a file's bytes. `at`: when it was changed, as a whole number of two seconds in UTC.
std::string zip_local_header(const ZipEntry& entry, Instant at);
// After the last file: the central directory and its end. `offset`: where it begins.
std::string zip_directory(std::span<const ZipEntry> entries, std::uint64_t offset, Instant at);

}  // namespace connlog::web
