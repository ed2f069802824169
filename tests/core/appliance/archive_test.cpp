// The format of backups, against everything that a file may hold: cut, changed, planted, made by others.
#include <doctest/doctest.h>
#include <sodium.h>

#include <fstream>
#include <iterator>
#include <map>

#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/archive_format.h"
#include "tests/support/outside.h"
#include "tests/support/raw_archive.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using namespace connlog::test;

namespace {

constexpr std::uint32_t kPage = 4096;
constexpr std::string_view kPassphrase = "correct horse battery";
constexpr std::string_view kDamaged = "The backup is damaged or was changed";

// What came out of an archive.
struct Collected final : ArchiveVisitor {
  Result<void> file(const std::string& name, std::string content) override {
    files.emplace_back(name, std::move(content));
    return {};
  }
  Result<void> begin_database(std::uint32_t bytes) override {
    page_bytes = bytes;
    return {};
  }
  Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> bytes) override {
    largest = std::max(largest, bytes.size());
    for (std::size_t at = 0; at < bytes.size(); at += page_bytes) {
      const auto page = bytes.subspan(at, page_bytes);
      database[first++] = std::string(page.begin(), page.end());
    }
    if (pages_max != 0 && database.size() > pages_max) return Error{ErrorCode::too_large, "enough"};
    return {};
  }
  std::vector<std::pair<std::string, std::string>> files;
  std::map<std::uint32_t, std::string> database;
  std::uint32_t page_bytes = 0;
  std::size_t largest = 0;    // piece of pages
  std::size_t pages_max = 0;  // then it has enough
};

std::string noise(SeededRandom& random, std::size_t size) {
  std::string out(size, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

// An appliance, its keys, and what it backs up.
struct World {
  World() {
    REQUIRE(sodium_init() >= 0);
    random.fill(content_key);
    words = new_recovery_words(random);
    recovery = *key_pair_of_words(words);
    const PassphraseSlotCost cheap{1, 8};
    Salt salt{};
    random.fill(salt);
    const KeyPair by_passphrase = *key_pair_of_passphrase(Secret(std::string(kPassphrase)), salt, cheap);
    header.backup_id = "01940000-0000-7000-8000-000000000001";
    header.instance = "01940000-0000-7000-8000-00000000000a";
    header.at = Instant{1'795'000'000'123'456};
    header.version = "1.2.0";
    header.signer = signer.open;
    header.slots = {{KeySlotKind::recovery, fingerprint_of(recovery.open), {}, {}, seal_to(recovery.open, content_key)},
                    {KeySlotKind::passphrase, fingerprint_of(by_passphrase.open), salt, cheap,
                     seal_to(by_passphrase.open, content_key)}};
    manifest.schema = 2;
    manifest.schema_digest = "ab12";
    manifest.timezones = "2025b";
    manifest.rows = {{"setting", 7}, {"reading_log", 123'456}};
    manifest.chain_heads = {{"appliance", "41:00ff"}};
    manifest.newest_incident = "01940000-0000-7000-8000-0000000000ff";
  }

  // `pages`: so many, each second one of them, of noise.
  std::string write(std::uint32_t pages = 40) {
    StringSink out;
    auto writer = ArchiveWriter::begin(out, header, content_key, signer, random);
    REQUIRE_MESSAGE(writer, writer.error().message);
    REQUIRE((*writer)->add_file("settings/connlog.toml", "http_listen = \"off\"\n"));
    REQUIRE((*writer)->add_file("audit.anchor", std::string("\0\1\2", 3)));
    REQUIRE((*writer)->add_file("legal/empty.md", ""));
    REQUIRE((*writer)->begin_database(kPage));
    for (std::uint32_t page = 1; page <= pages; page += 2) {
      database[page] = noise(random, kPage);
      REQUIRE((*writer)->add_pages(page, archive_format::bytes_in(database[page])));
    }
    Manifest given = manifest;
    given.pages = pages;
    const auto summary = (*writer)->finish(given);
    REQUIRE_MESSAGE(summary, summary.error().cause);
    written = *summary;
    return std::move(out.content);
  }

  SeededRandom random{7};
  Key content_key{};
  Secret words;
  KeyPair recovery;
  SigningKey signer = signing_key_of(Key{5});
  ArchiveHeader header;
  Manifest manifest;
  std::map<std::uint32_t, std::string> database;
  ArchiveSummary written;
};

std::string trouble_of_read(std::string_view archive, const Key& content_key, std::size_t piece = SIZE_MAX) {
  StringSource source(archive, piece);
  auto reader = ArchiveReader::open(source);
  if (!reader) return reader.error().message;
  Collected collected;
  const auto manifest = (*reader)->read(content_key, collected);
  return manifest ? std::string() : manifest.error().message;
}

std::string trouble_of_check(std::string_view archive) {
  StringSource source(archive);
  auto reader = ArchiveReader::open(source);
  if (!reader) return reader.error().message;
  const auto summary = (*reader)->check_complete();
  return summary ? std::string() : summary.error().message;
}

bool is_refused(const std::string& trouble) {
  return trouble.starts_with(kDamaged) || trouble.find("is cut") != std::string::npos ||
         trouble.find("not a backup") != std::string::npos || trouble.find("later version") != std::string::npos ||
         trouble.find("damaged or planted") != std::string::npos;
}

// Where the chunks lie: [begin, end) of each with its length, from the stream's start on.
std::vector<std::pair<std::size_t, std::size_t>> chunks_of(const std::string& archive) {
  std::size_t at = archive_format::kMagic.size() + 1;
  const auto number_here = [&] {
    return archive_format::number_at(std::span<const std::uint8_t, 4>(
        reinterpret_cast<const std::uint8_t*>(archive.data()) + at, 4));
  };
  at += 4 + number_here() + crypto_secretstream_xchacha20poly1305_HEADERBYTES;
  std::vector<std::pair<std::size_t, std::size_t>> out;
  while (number_here() != 0) {
    out.emplace_back(at, at + 4 + number_here());
    at = out.back().second;
  }
  return out;
}

std::string signed_anew(std::string archive, const SigningKey& signer) {
  archive.resize(archive.size() - 64);
  return archive + signature_of(signer, archive);
}

std::string head_of_world(const World& world) {
  return head_of(*archive_format::encode(world.header));
}

// The manifest that fits an archive made by hand with one page and no files.
Manifest small_manifest(const World& world) {
  Manifest manifest = world.manifest;
  manifest.backup_id = world.header.backup_id;
  manifest.instance = world.header.instance;
  manifest.version = world.header.version;
  manifest.at = world.header.at;
  manifest.page_bytes = 512;
  manifest.pages = 1;
  return manifest;
}

std::string trouble_of_entries(const World& world, const std::string& entries) {
  return trouble_of_read(sealed_archive(head_of_world(world), world.content_key, world.signer, compressed(entries)),
                         world.content_key);
}

const std::string kOnePage = pages_entry(1, 1, std::string(512, 'p'));

}  // namespace

TEST_CASE("what was written comes back, byte for byte, with the manifest, whatever the pieces it is read in") {
  World world;
  const std::string archive = world.write(700);  // several chunks
  CHECK(chunks_of(archive).size() == 2);
  CHECK(world.written.bytes == static_cast<std::int64_t>(archive.size()));
  for (const std::size_t piece : {std::size_t{1'000'000'000}, std::size_t{4'093}, std::size_t{1}}) {
    CAPTURE(piece);
    StringSource source(archive, piece);
    auto reader = ArchiveReader::open(source);
    REQUIRE_MESSAGE(reader, reader.error().message);
    CHECK((*reader)->header().backup_id == world.header.backup_id);
    CHECK((*reader)->header().signer == world.signer.open);
    CHECK((*reader)->header().at == world.header.at);
    Collected collected;
    const auto manifest = (*reader)->read(world.content_key, collected);
    REQUIRE_MESSAGE(manifest, manifest.error().message);
    CHECK(collected.files == std::vector<std::pair<std::string, std::string>>{
                                 {"settings/connlog.toml", "http_listen = \"off\"\n"},
                                 {"audit.anchor", std::string("\0\1\2", 3)},
                                 {"legal/empty.md", ""}});
    CHECK(collected.page_bytes == kPage);
    CHECK(collected.database == world.database);
    CHECK(collected.largest <= 256 * 1024);
    Manifest expected = small_manifest(world);
    expected.page_bytes = kPage;
    expected.pages = 700;
    expected.files = {"settings/connlog.toml", "audit.anchor", "legal/empty.md"};
    CHECK(*manifest == expected);
    CHECK((*reader)->summary().bytes == world.written.bytes);
    CHECK((*reader)->summary().digest == world.written.digest);
  }
}

TEST_CASE("without a key a backup is found complete, and nothing more") {
  World world;
  const std::string archive = world.write();
  StringSource source(archive);
  auto reader = ArchiveReader::open(source);
  REQUIRE(reader);
  const auto summary = (*reader)->check_complete();
  REQUIRE_MESSAGE(summary, summary.error().message);
  CHECK(summary->bytes == world.written.bytes);
  CHECK(summary->digest == world.written.digest);
  CHECK_FALSE((*reader)->check_complete());  // read already
}

TEST_CASE("the recovery key and the passphrase open it, another key of each does not") {
  World world;
  CHECK(*content_key_by_words(world.header, world.words) == world.content_key);
  CHECK(*content_key_by_passphrase(world.header, Secret(std::string(kPassphrase))) == world.content_key);
  const auto by_other = content_key_by_words(world.header, new_recovery_words(world.random));
  REQUIRE_FALSE(by_other);
  CHECK(by_other.error().code == ErrorCode::not_found);
  CHECK(content_key_by_passphrase(world.header, Secret("correct horse batterz")).error().code == ErrorCode::not_found);
  CHECK(content_key_by_words(world.header, Secret("babab")).error().code == ErrorCode::invalid_input);
  ArchiveHeader one_slot = world.header;
  one_slot.slots.pop_back();
  CHECK(content_key_by_passphrase(one_slot, Secret(std::string(kPassphrase))).error().message.find("not sealed to a") !=
        std::string::npos);
  one_slot.slots = {world.header.slots[1]};
  CHECK(content_key_by_words(one_slot, world.words).error().message.find("not sealed to a") != std::string::npos);
}

TEST_CASE("a backup that is cut is refused, at a thousand places") {
  World world;
  const std::string archive = world.write(560);
  REQUIRE(chunks_of(archive).size() == 2);
  for (std::size_t i = 0; i < 1'000; ++i) {
    // Every place in the last hundred bytes, where the signature is, and the rest spread over the file.
    const std::size_t length = i < 100 ? archive.size() - 1 - i : (i - 100) * archive.size() / 900;
    CAPTURE(length);
    const std::string_view part = std::string_view(archive).substr(0, length);
    const std::string read = trouble_of_read(part, world.content_key), checked = trouble_of_check(part);
    REQUIRE_MESSAGE(is_refused(read), read);
    REQUIRE_MESSAGE(is_refused(checked), checked);
  }
}

TEST_CASE("one flipped bit is found, wherever it is") {
  World world;
  std::string archive = world.write(20);
  const std::size_t beginning = chunks_of(archive)[0].first + 32;
  std::size_t tried = 0;
  for (std::size_t at = 0; at < archive.size(); at += at < beginning || at + 200 > archive.size() ? 1 : 61) {
    CAPTURE(at);
    archive[at] = static_cast<char>(archive[at] ^ 1 << at % 8);
    const std::string read = trouble_of_read(archive, world.content_key), checked = trouble_of_check(archive);
    archive[at] = static_cast<char>(archive[at] ^ 1 << at % 8);
    REQUIRE_MESSAGE(is_refused(read), read);
    REQUIRE_MESSAGE(is_refused(checked), checked);
    ++tried;
  }
  CHECK(tried > 1'000);
  CHECK(trouble_of_read(archive, world.content_key).empty());
}

TEST_CASE("what is no backup, and what a later version wrote, is said as that") {
  World world;
  std::string archive = world.write();
  for (const std::string& other : {std::string(), std::string("connlog"), std::string(1'000, 'x'),
                                   "connlog backup\n" + archive.substr(15)}) {
    CHECK(trouble_of_check(other) == "This is not a backup of connlog.");
  }
  archive[15] = 2;
  CHECK(trouble_of_check(archive).find("later version of connlog") != std::string::npos);
  archive[15] = 0;
  CHECK(trouble_of_check(archive).starts_with(kDamaged));
}

TEST_CASE("a header that asks for 64 GiB of argon2id is refused before anything is computed") {
  World world;
  std::string text = *archive_format::encode(world.header);
  const auto with = [&](const std::string& member, const std::string& value) {
    std::string changed = text;
    const std::size_t at = changed.find(member) + member.size();
    changed.replace(at, changed.find_first_of(",}", at) - at, value);
    return sealed_archive(head_of(changed), world.content_key, world.signer, compressed("x"));
  };
  for (const auto& [member, value] : std::map<std::string, std::string>{
           {"\"memory_kib\":", "67108864"}, {"\"operations\":", "9"}}) {
    CHECK(trouble_of_check(with(member, value)).find("damaged or planted") != std::string::npos);
  }
  for (const char* value : {"0", "-1", "8.5", "18446744073709551616", "\"8\"", "null", "08"})
    CHECK(is_refused(trouble_of_check(with("\"memory_kib\":", value))));
  world.header.slots[1].cost.memory_kib = 64ULL * 1024 * 1024;
  StringSink out;
  CHECK_FALSE(ArchiveWriter::begin(out, world.header, world.content_key, world.signer, world.random));
}

TEST_CASE("a header is read as it is written, and in no other way") {
  World world;
  const std::string text = *archive_format::encode(world.header);
  REQUIRE(archive_format::decode_header(text));
  const auto replaced = [&](const std::string& what, const std::string& with) {
    std::string changed = text;
    REQUIRE(changed.find(what) != std::string::npos);
    return changed.replace(changed.find(what), what.size(), with);
  };
  for (const std::string& other :
       {std::string(), std::string("{}"), std::string("[]"), std::string("nonsense"), " " + text, text + "\n",
        text.substr(0, text.size() - 1), replaced("{\"at\"", "{\"more\":1,\"at\""),
        replaced("\"kind\":\"whole\"", "\"kind\":\"half\""), replaced("\"id\":\"01940000", "\"id\":\"0194000g"),
        replaced("\"connlog\":\"1.2.0\"", "\"connlog\":\"1.2\\n0\""), replaced("\"connlog\":\"1.2.0\"", "\"connlog\":120"),
        replaced("\"slots\":[", "\"slots\":[{},"), replaced("Z\"", "+00:00\""),
        replaced("{\"at\"", "{\"at\":\"2020-01-01T00:00:00.000000Z\",\"at\""), std::string(70'000, ' '),
        std::string(30'000, '[')}) {
    CAPTURE(other.substr(0, 120));
    CHECK_FALSE(archive_format::decode_header(other));
  }
  ArchiveHeader none = world.header;
  none.slots.clear();
  CHECK_FALSE(archive_format::encode(none));
  none.slots.assign(9, world.header.slots[0]);
  CHECK_FALSE(archive_format::encode(none));
}

TEST_CASE("a length beyond its bound is refused without taking memory for it") {
  World world;
  std::string archive = world.write();
  std::string changed = archive;
  changed.replace(16, 4, number_text(0xffffffff));  // of the header
  CHECK(trouble_of_check(changed).starts_with(kDamaged));
  const std::size_t chunk = chunks_of(archive)[0].first;
  for (const std::uint32_t length : {0xffffffffU, 1024U * 1024 + 18, 17U, 1U}) {
    changed = archive;
    changed.replace(chunk, 4, number_text(length));
    CHECK(trouble_of_check(changed).starts_with(kDamaged));
    CHECK(trouble_of_read(changed, world.content_key).starts_with(kDamaged));
  }
}

TEST_CASE("what expands without end goes by in small pieces, and ends when its reader has enough") {
  World world;
  // A gibibyte of zeros would be some 50 kB; the 32nd part of it proves the same.
  std::string entries = database_entry(kPage);
  const std::string run(256 * kPage, '\0');
  for (std::uint32_t i = 0; i < 32; ++i) entries += pages_entry(1 + i * 256, 256, run);
  const std::string archive =
      sealed_archive(head_of_world(world), world.content_key, world.signer, compressed(entries));
  CHECK(archive.size() < 64 * 1024);
  StringSource source(archive);
  auto reader = ArchiveReader::open(source);
  REQUIRE(reader);
  Collected collected;
  collected.pages_max = 1'000;
  const auto stopped = (*reader)->read(world.content_key, collected);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().message == "enough");
  CHECK(collected.database.size() < 1'100);
  CHECK(collected.largest <= 256 * 1024);
  // A file that claims to be large, and a window that would have to be kept.
  CHECK(trouble_of_entries(world, '\1' + std::string("\1\0a", 3) + number_text(0xffffffff)).starts_with(kDamaged));
  // So many files that each of them is within its bound, and all together are not.
  const std::string file(kArchiveFileBytesMax, '\0');
  {
    StringSink out;
    const auto writer = ArchiveWriter::begin(out, world.header, world.content_key, world.signer, world.random);
    REQUIRE(writer);
    std::size_t taken = 0;
    while (taken < 100 && (*writer)->add_file("f" + std::to_string(taken), file)) ++taken;
    CHECK(taken == kArchiveFilesBytesMax / kArchiveFileBytesMax);
  }
  const std::string wide = compressed(std::string(1'000, 'x'), 22);
  CHECK(trouble_of_read(sealed_archive(head_of_world(world), world.content_key, world.signer, wide), world.content_key)
            .find("cannot be decompressed") != std::string::npos);
}

TEST_CASE("chunks in another order, left out or twice are refused, also when they are signed anew") {
  World world;
  const std::string archive = world.write(1'200);
  const auto chunks = chunks_of(archive);
  REQUIRE(chunks.size() == 3);
  const auto chunk = [&](std::size_t i) { return archive.substr(chunks[i].first, chunks[i].second - chunks[i].first); };
  const std::string before = archive.substr(0, chunks[0].first);
  const std::string after = archive.substr(chunks.back().second);
  for (const std::string& other : {chunk(1) + chunk(0) + chunk(2), chunk(0) + chunk(2) + chunk(1), chunk(0) + chunk(2),
                                   chunk(0) + chunk(1), chunk(0) + chunk(0) + chunk(1) + chunk(2),
                                   chunk(0) + chunk(1) + chunk(2) + chunk(2), std::string()}) {
    const std::string forged = signed_anew(before + other + after, world.signer);
    CHECK(trouble_of_read(forged, world.content_key).starts_with(kDamaged));
  }
  // Whole in itself: that is what "complete" does not say.
  CHECK(trouble_of_check(signed_anew(before + chunk(1) + chunk(0) + chunk(2) + after, world.signer)).empty());
}

TEST_CASE("the header of another backup does not fit, also under the same keys and signed anew") {
  World world;
  const std::string archive = world.write();
  const std::size_t body = chunks_of(archive)[0].first - crypto_secretstream_xchacha20poly1305_HEADERBYTES;
  world.header.backup_id = "01940000-0000-7000-8000-000000000002";
  const std::string swapped = signed_anew(head_of_world(world) + archive.substr(body), world.signer);
  CHECK(trouble_of_check(swapped).empty());
  CHECK(trouble_of_read(swapped, world.content_key).find("its header was changed") != std::string::npos);
}

TEST_CASE("a signature of another key is refused, and nothing may follow it") {
  World world;
  const std::string archive = world.write();
  const std::string foreign = signed_anew(archive, signing_key_of(Key{6}));
  CHECK(trouble_of_check(foreign).find("signature") != std::string::npos);
  CHECK(trouble_of_read(foreign, world.content_key).find("signature") != std::string::npos);
  for (const std::string& more : {std::string(1, '\0'), archive, std::string("x")}) {
    CHECK(trouble_of_check(archive + more).find("follows its end") != std::string::npos);
    CHECK(trouble_of_read(archive + more, world.content_key).find("follows its end") != std::string::npos);
  }
}

TEST_CASE("another key reads nothing") {
  World world;
  const std::string archive = world.write();
  StringSource source(archive);
  auto reader = ArchiveReader::open(source);
  REQUIRE(reader);
  Collected collected;
  CHECK_FALSE((*reader)->read(Key{1}, collected));
  CHECK(collected.files.empty());
  CHECK(collected.page_bytes == 0);
}

TEST_CASE("entries that no writer makes are refused: names, order, pages, and a manifest of something else") {
  World world;
  const Manifest manifest = small_manifest(world);
  const std::string good = database_entry(512) + kOnePage + manifest_entry(manifest);
  REQUIRE(trouble_of_entries(world, good).empty());
  for (const char* name : {"../keys/master.key", "a/../b", "/etc/passwd", "a//b", "a/", ".", "a/.", "A", "a b", "a\n",
                           "a\\b", "\xc3\xa4"}) {
    CAPTURE(name);
    Manifest with = manifest;
    with.files = {name};
    CHECK(trouble_of_entries(world, file_entry(name, "x") + database_entry(512) + kOnePage + manifest_entry(with))
              .find("name of a file") != std::string::npos);
  }
  Manifest two = manifest;
  two.files = {"a", "a"};
  CHECK_FALSE(trouble_of_entries(world, file_entry("a", "1") + file_entry("a", "2") + good).empty());
  CHECK_FALSE(trouble_of_entries(world, file_entry("a", "") + good).empty());  // not in the manifest
  Manifest more = manifest;
  more.files = {"a"};
  CHECK_FALSE(trouble_of_entries(world, database_entry(512) + kOnePage + manifest_entry(more)).empty());
  CHECK_FALSE(trouble_of_entries(world, manifest_entry(manifest)).empty());  // no database
  CHECK_FALSE(trouble_of_entries(world, database_entry(512) + good).empty());
  CHECK_FALSE(trouble_of_entries(world, kOnePage + good).empty());  // before the database began
  CHECK_FALSE(trouble_of_entries(world, database_entry(513) + kOnePage + manifest_entry(manifest)).empty());
  CHECK_FALSE(trouble_of_entries(world, database_entry(0) + kOnePage + manifest_entry(manifest)).empty());
  const std::string two_pages(1'024, 'p');
  for (const std::string& pages :
       {kOnePage + kOnePage, pages_entry(0, 1, std::string(512, 'p')), pages_entry(1, 0, ""),
        pages_entry(2, 1, std::string(512, 'p')), pages_entry(1, 2, two_pages), pages_entry(0xffffffff, 2, two_pages),
        pages_entry(1, 0xffffffff, two_pages)}) {
    CHECK_FALSE(trouble_of_entries(world, database_entry(512) + pages + manifest_entry(manifest)).empty());
  }
  CHECK_FALSE(trouble_of_entries(world, good + '\1').empty());
  CHECK_FALSE(trouble_of_entries(world, '\5' + good).empty());
  CHECK_FALSE(trouble_of_entries(world, std::string(1, '\0') + good).empty());
  CHECK_FALSE(trouble_of_entries(world, "").empty());
  for (const auto& change : std::vector<void (*)(Manifest&)>{
           [](Manifest& m) { m.backup_id = "01940000-0000-7000-8000-000000000009"; },
           [](Manifest& m) { m.instance = "01940000-0000-7000-8000-000000000009"; }, [](Manifest& m) { m.at.micros += 1; },
           [](Manifest& m) { m.kind = BackupKind::without_history; }, [](Manifest& m) { m.version = "1.2.1"; },
           [](Manifest& m) { m.page_bytes = 1'024; }, [](Manifest& m) { m.pages = 0; }}) {
    Manifest other = manifest;
    change(other);
    CHECK_FALSE(trouble_of_entries(world, database_entry(512) + kOnePage + manifest_entry(other)).empty());
  }
  const std::string frame = compressed(good);
  const auto with_stream = [&](const std::string& stream) {
    return trouble_of_read(sealed_archive(head_of_world(world), world.content_key, world.signer, stream),
                           world.content_key);
  };
  CHECK(with_stream(frame).empty());
  CHECK_FALSE(with_stream(frame + frame).empty());
  CHECK_FALSE(with_stream(frame + "x").empty());
  CHECK_FALSE(with_stream(frame.substr(0, frame.size() - 1)).empty());
  CHECK_FALSE(with_stream(good).empty());
}

TEST_CASE("the writer refuses what no reader would take") {
  World world;
  StringSink out;
  const auto begun = ArchiveWriter::begin(out, world.header, world.content_key, world.signer, world.random);
  REQUIRE(begun);
  ArchiveWriter* const writer = begun->get();
  const std::string page(512, 'p');
  CHECK_FALSE(writer->add_file("../x", "y"));
  CHECK_FALSE(writer->add_file("", "y"));
  CHECK(writer->add_file("x", "y"));
  CHECK_FALSE(writer->add_file("x", "y"));
  CHECK_FALSE(writer->add_file("large", std::string(kArchiveFileBytesMax + 1, 'x')));
  CHECK_FALSE(writer->add_pages(1, archive_format::bytes_in(page)));
  CHECK_FALSE(writer->finish(world.manifest));  // without a database
  CHECK_FALSE(writer->begin_database(1'000));
  CHECK(writer->begin_database(512));
  CHECK_FALSE(writer->begin_database(512));
  CHECK_FALSE(writer->add_pages(0, archive_format::bytes_in(page)));
  CHECK_FALSE(writer->add_pages(1, archive_format::bytes_in(std::string(513, 'p'))));
  CHECK(writer->add_pages(3, archive_format::bytes_in(page)));
  CHECK_FALSE(writer->add_pages(3, archive_format::bytes_in(page)));
  Manifest manifest = world.manifest;
  manifest.pages = 2;
  CHECK_FALSE(writer->finish(manifest));  // it has a third
  manifest.pages = 3;
  REQUIRE(writer->finish(manifest));
  CHECK_FALSE(writer->finish(manifest));
  CHECK_FALSE(writer->add_file("later", ""));
  CHECK(trouble_of_read(out.content, world.content_key).empty());
}

TEST_CASE("the first archive of this form opens for ever, by its words and by its passphrase") {
  std::ifstream file(source_directory() / "tests/golden/backup/form-1.clb", std::ios::binary);
  REQUIRE(file.good());
  const std::string archive{std::istreambuf_iterator<char>(file), {}};
  for (const bool by_words : {true, false}) {
    StringSource source(archive);
    auto reader = ArchiveReader::open(source);
    REQUIRE_MESSAGE(reader, reader.error().message);
    const auto key = by_words ? content_key_by_words((*reader)->header(), Secret("konim-hubig-jojug-hobud-gopad-limik-hovoz-nanor-tojof-fupig"))
                              : content_key_by_passphrase((*reader)->header(), Secret(std::string(kPassphrase)));
    REQUIRE_MESSAGE(key, key.error().message);
    Collected collected;
    const auto manifest = (*reader)->read(*key, collected);
    REQUIRE_MESSAGE(manifest, manifest.error().message);
    CHECK(manifest->schema == 2);
    CHECK(manifest->rows.at("reading_log") == 123'456);
    CHECK(collected.files.at(0).first == "settings/connlog.toml");
    CHECK(collected.database.size() == 2);
    CHECK(collected.database.at(3) == std::string(512, 'c'));
    CHECK(fingerprint_of((*reader)->header().signer) == fingerprint_of(signing_key_of(Key{5}).open));
  }
}
