// libFuzzer's entry into the reader of backups. The first byte decides what the rest is: a whole file; the compressed
// stream of an archive that is sealed and signed rightly; or its entries, compressed rightly. Whatever it is, it is refused
// or read, and what is told to the visitor stays within its bounds.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. -I<dependencies>/include
//   tests/fuzz/archive_fuzz.cpp core/appliance/backup/archive*.cpp core/crypto/recovery_key.cpp core/base/assert.cpp
//   core/base/result.cpp core/base/text.cpp core/base/clock.cpp core/base/id.cpp core/base/secret.cpp core/base/words.cpp
//   core/base/random.cpp <dependencies>/lib/{libsodium,libzstd,libfmt}.a
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/raw_archive.h"

namespace {

using namespace connlog;

struct Bounded final : ArchiveVisitor {
  Result<void> file(const std::string& name, std::string content) override {
    if (!archive_format::is_entry_name(name) || content.size() > kArchiveFileBytesMax) std::abort();
    return {};
  }
  Result<void> begin_database(std::uint32_t bytes) override {
    if (!archive_format::is_page_size(bytes)) std::abort();
    page_bytes = bytes;
    return {};
  }
  Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> pages) override {
    if (page_bytes == 0 || first <= last || pages.empty() || pages.size() > archive_format::kRunBytesMax ||
        pages.size() % page_bytes != 0) {
      std::abort();
    }
    last = first + static_cast<std::uint32_t>(pages.size() / page_bytes) - 1;
    return {};
  }
  std::uint32_t page_bytes = 0, last = 0;
};

void read(const std::string& archive, const Key& key) {
  {
    test::StringSource source(archive);
    auto reader = ArchiveReader::open(source);
    if (reader) static_cast<void>((*reader)->check_complete().has_value());
  }
  test::StringSource source(archive, 1'000);
  auto reader = ArchiveReader::open(source);
  if (!reader) return;
  Bounded visitor;
  static_cast<void>((*reader)->read(key, visitor).has_value());
}

std::string head() {
  ArchiveHeader header;
  header.backup_id = "01940000-0000-7000-8000-000000000001";
  header.instance = "01940000-0000-7000-8000-00000000000a";
  header.at = Instant{1'795'000'000'000'000};
  header.version = "1.2.0";
  header.signer = signing_key_of(Key{5}).open;
  header.slots = {{KeySlotKind::recovery, fingerprint_of(PublicKey{9}), {}, {},
                   std::vector<std::uint8_t>(archive_format::kSealedKeyBytes)}};
  const auto text = archive_format::encode(header);
  if (!text) std::abort();
  return test::head_of(*text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (sodium_init() < 0) std::abort();
  if (size < 1) return 0;
  static const std::string start = head();
  static const SigningKey signer = signing_key_of(Key{5});
  const Key key{1};
  const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      read(rest, key);
      break;
    case 1:
      read(start + rest, key);
      break;
    case 2:
      if (!rest.empty()) read(test::sealed_archive(start, key, signer, rest, 100 + data[0]), key);
      break;
    case 3:
      read(test::sealed_archive(start, key, signer, test::compressed(rest)), key);
      break;
  }
  return 0;
}
