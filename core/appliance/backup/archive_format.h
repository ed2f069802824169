// What the writer and the reader of archives share: the constants of the format (docs/backup-format.md), the header and the
// manifest as JSON, and how damage is said. For core/appliance/backup/archive*.cpp, their tests and the fuzzer. Pure; any
// thread.
#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/backup/archive.h"
#include "core/base/result.h"

namespace connlog::archive_format {

// On disk: never changed but by a new version byte.
inline constexpr std::string_view kMagic{"connlog\0backup\n", 15};
inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kHeaderBytesMax = 64 * 1024;
inline constexpr std::size_t kManifestBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kChunkBytes = 1024 * 1024;  // of the compressed stream, at most
inline constexpr std::size_t kChunkTagBytes = crypto_secretstream_xchacha20poly1305_ABYTES;
inline constexpr std::size_t kRunBytesMax = 1024 * 1024;  // of pages in one entry
inline constexpr std::size_t kNameBytesMax = 200;
inline constexpr std::size_t kSlotsMax = 8;
inline constexpr int kCompressionLevel = 2;
inline constexpr int kWindowLog = 20;  // 1 MiB: what a reader keeps in memory
inline constexpr std::size_t kSealedKeyBytes = crypto_box_SEALBYTES + 32;

enum class Entry : std::uint8_t { file = 1, database = 2, pages = 3, manifest = 4 };

using Digest = std::array<std::uint8_t, 32>;

// BLAKE2b-256 that goes on.
class RunningDigest {
 public:
  RunningDigest() { crypto_generichash_init(&state_, nullptr, 0, std::tuple_size_v<Digest>); }
  void add(std::span<const std::uint8_t> bytes) { crypto_generichash_update(&state_, bytes.data(), bytes.size()); }
  Digest so_far() const {
    crypto_generichash_state copy = state_;
    Digest digest{};
    crypto_generichash_final(&copy, digest.data(), digest.size());
    return digest;
  }

 private:
  crypto_generichash_state state_;
};

inline std::span<const std::uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// Numbers are little-endian.
std::array<std::uint8_t, 4> number(std::uint32_t value);
std::uint32_t number_at(std::span<const std::uint8_t, 4> bytes);

Error not_a_backup();
Error later_version(unsigned version);
Error cut_after(std::int64_t bytes);
Error damaged(std::string_view what);  // "its header", "chunk 7"

bool is_entry_name(std::string_view name);
bool is_page_size(std::uint32_t bytes);

// The JSON is written in one way only, and only that is read: members sorted by name, no white space, no other members.
Result<std::string> encode(const ArchiveHeader&);  // checks what it writes
Result<ArchiveHeader> decode_header(std::string_view text);
std::string encode(const Manifest&);
Result<Manifest> decode_manifest(std::string_view text);

}  // namespace connlog::archive_format
