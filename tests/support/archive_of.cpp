#include "tests/support/archive_of.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "core/appliance/backup/backup_keys.h"
#include "core/audit/anchor.h"
#include "core/base/version.h"
#include "storage/appliance/page_copy.h"
#include "storage/storage.h"

namespace connlog::test {
namespace {

class Bytes final : public ByteSink {
 public:
  explicit Bytes(std::string& to) : to_(to) {}
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    to_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

 private:
  std::string& to_;
};

// What a served appliance has: an anchor that fits its trails.
Result<void> renew_anchor(const std::filesystem::path& data, const Keyring& keys, const Clock& clock, Random& random) {
  auto held = TRY(storage::DataDirectory::open(data));
  const std::unique_ptr<storage::Storage> database =
      TRY(storage::Storage::open(std::move(held), keys, {}, clock, random));
  TRY(database->stores().write([&](Transaction& tx) {
    return database->audit().append(tx, Actor{.name = "connlog"}, "audit.anchor_renewed", "audit.anchor", "for a test");
  }));
  Anchor anchor(database->directory().anchor(), keys, database->stores(), database->trails(), clock);
  return anchor.renew();
}

}  // namespace

Result<std::size_t> BytesSource::read(std::span<std::uint8_t> into) {
  const std::size_t count = std::min(into.size(), rest_.size());
  std::memcpy(into.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

Result<MadeArchive> archive_of(const std::filesystem::path& data, const Secret& words, const Clock& clock,
                               Random& random) {
  const Keyring keys = TRY(Keyring::open(data, true, random));
  TRY(renew_anchor(data, keys, clock, random));
  const KeyPair pair = TRY(key_pair_of_words(words));
  const SigningKey signer = backup_signer(keys);
  MadeArchive made;
  random.fill(made.content_key);
  made.header.backup_id = to_text(make_uuid7(clock.now(), random));
  made.header.instance = to_text(make_uuid7(clock.now(), random));
  made.header.at = Instant{clock.now().micros / 1'000'000 * 1'000'000};
  made.header.version = std::string(version());
  made.header.signer = signer.open;
  KeySlot slot;
  slot.fingerprint = fingerprint_of(pair.open);
  slot.sealed = seal_to(pair.open, made.content_key);
  made.header.slots = {slot};
  Bytes out(made.bytes);
  const std::unique_ptr<ArchiveWriter> writer =
      TRY(ArchiveWriter::begin(out, made.header, made.content_key, signer, random));
  TRY(writer->add_file("keys/content", keys.content().reveal()));
  std::ifstream anchor(data / "audit.anchor", std::ios::binary);
  TRY(writer->add_file("audit.anchor", std::string(std::istreambuf_iterator<char>(anchor), {})));
  const auto pages = storage::pages_of({(data / "connlog.db").string(), keys.database_key(), {}});
  made.manifest = TRY(pages->copy(
      BackupKind::whole, [&](std::uint32_t page_bytes) { return writer->begin_database(page_bytes); },
      [&](std::uint32_t first, std::span<const std::uint8_t> bytes) { return writer->add_pages(first, bytes); },
      [](const PageProgress&) -> Result<void> { return {}; }));
  TRY(writer->finish(made.manifest));
  return made;
}

}  // namespace connlog::test
