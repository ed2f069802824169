// The format of a backup, docs/backup-format.md: a header in the clear (who may open it), then one stream of entries,
// compressed (zstd) and encrypted (libsodium's secretstream) in chunks, then the appliance's signature over all before it.
// Entries are files, the pages of the database, and at the end the manifest. Everything that comes from a file is taken for
// hostile: lengths are bounded before memory is taken. Writes and reads as a stream, with less than 8 MiB of memory. One
// thread at a time; no database, no files.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_stream.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/words.h"
#include "core/crypto/recovery_key.h"

namespace connlog {

enum class BackupKind { whole, without_history };
template <>
inline constexpr auto kWords<BackupKind> = words_for<BackupKind>({
    {BackupKind::whole, "whole"},
    {BackupKind::without_history, "without_history"},
});

enum class KeySlotKind { recovery, passphrase };
template <>
inline constexpr auto kWords<KeySlotKind> = words_for<KeySlotKind>({
    {KeySlotKind::recovery, "recovery"},
    {KeySlotKind::passphrase, "passphrase"},
});

// The backup's own key, sealed to one public key.
struct KeySlot {
  KeySlotKind kind = KeySlotKind::recovery;
  std::string fingerprint;  // of the public key
  Salt salt{};              // passphrase
  PassphraseSlotCost cost;  // passphrase
  std::vector<std::uint8_t> sealed;
};

struct ArchiveHeader {
  std::string backup_id;    // UUID
  std::string instance;     // UUID of the appliance
  Instant at;
  BackupKind kind = BackupKind::whole;
  std::string version;      // of connlog
  PublicKey signer{};
  std::vector<KeySlot> slots;  // 1 … 8
};

// What is in it, for comparison after a restore. Written last, because the pages are counted while they pass.
struct Manifest {
  std::string backup_id, instance, version;
  Instant at;
  BackupKind kind = BackupKind::whole;
  std::int64_t schema = 0;
  std::string schema_digest, timezones;             // "2025b"
  std::uint32_t page_bytes = 0, pages = 0;
  std::map<std::string, std::int64_t> rows;         // by table
  std::map<std::string, std::string> chain_heads;   // by trail: "<sequence>:<hex>"
  std::string newest_incident;                      // its id; empty: none
  std::vector<std::string> files;

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

struct ArchiveSummary {
  std::int64_t bytes = 0;
  std::array<std::uint8_t, 32> digest{};  // BLAKE2b-256 of the whole file
};

inline constexpr std::uint32_t kArchiveFileBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kArchiveFilesMax = 1'000;
inline constexpr std::uint64_t kArchiveFilesBytesMax = 512ULL * 1024 * 1024;  // of all files together

class ArchiveWriter {
 public:
  static Result<std::unique_ptr<ArchiveWriter>> begin(ByteSink& out, const ArchiveHeader& header, const Key& content_key,
                                                      const SigningKey& signer, Random& random);
  virtual ~ArchiveWriter() = default;
  // `name` is relative, of [a-z0-9._-] parts joined by '/', and never has a part "..".
  virtual Result<void> add_file(std::string_view name, std::string_view content) = 0;
  // Pages rise. Those that are left out (history) are zeros at the other side.
  virtual Result<void> begin_database(std::uint32_t page_bytes) = 0;
  virtual Result<void> add_pages(std::uint32_t first, std::span<const std::uint8_t> pages) = 0;
  virtual Result<ArchiveSummary> finish(const Manifest& manifest) = 0;
};

// Receives what is in an archive, in order. Nothing is genuine before read() has returned.
class ArchiveVisitor {
 public:
  virtual ~ArchiveVisitor() = default;
  virtual Result<void> file(const std::string& name, std::string content) = 0;
  virtual Result<void> begin_database(std::uint32_t page_bytes) = 0;
  virtual Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> pages) = 0;
};

class ArchiveReader {
 public:
  // Reads the header. Errors say what is wrong: not a backup of connlog, of a later version, cut, damaged.
  static Result<std::unique_ptr<ArchiveReader>> open(ByteSource& in);
  virtual ~ArchiveReader() = default;
  virtual const ArchiveHeader& header() const = 0;
  // Opens, reads and checks all of it, the signature under the header's signer too.
  virtual Result<Manifest> read(const Key& content_key, ArchiveVisitor& visitor) = 0;
  // Without a key: whole, uncut, and signed under the header's own signer. That is "complete", not "genuine".
  virtual Result<ArchiveSummary> check_complete() = 0;
  virtual ArchiveSummary summary() const = 0;  // after either
};

// The backup's own key by the recovery key or the passphrase. not_found: no slot of the header is opened by it.
Result<Key> content_key_by_words(const ArchiveHeader& header, const Secret& words);
Result<Key> content_key_by_passphrase(const ArchiveHeader& header, const Secret& passphrase);

}  // namespace connlog
