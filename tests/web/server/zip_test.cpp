// The bytes around the files of a ZIP, and bodies made of pieces of spools.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/zip_reader.h"
#include "web/server/spool.h"
#include "web/server/zip.h"

using namespace connlog;
using namespace connlog::web;

namespace {

constexpr Instant kAt{1'764'516'610'000'000};  // 2025-11-30T15:30:10Z
constexpr std::uint64_t kFourGiB = 1ULL << 32;

std::uint64_t number(const std::string& bytes, std::size_t at, int count) {
  REQUIRE(at + static_cast<std::size_t>(count) <= bytes.size());
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)])) << (8 * i);
  return value;
}

FileSum sum_of(const std::string& bytes) {
  FileSum sum;
  sum.add(bytes);
  return sum;
}

std::string read_all(BodySource& source, std::size_t at_once) {
  std::string all, buffer(at_once, '\0');
  for (;;) {
    const Result<std::size_t> count = source.read({buffer.data(), buffer.size()});
    REQUIRE(count.has_value());
    if (*count == 0) return all;
    all.append(buffer, 0, *count);
  }
}

}  // namespace

TEST_CASE("a file's sums are those that everybody computes, however the bytes come") {
  CHECK(sum_of("123456789").crc32() == 0xCBF43926);
  CHECK(sum_of("").crc32() == 0);
  CHECK(sum_of("abc").sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  FileSum parts;
  parts.add("1234");
  CHECK(parts.sha256() == sum_of("1234").sha256());  // reading it does not end it
  parts.add("56789");
  CHECK(parts.crc32() == 0xCBF43926);
  CHECK(parts.size() == 9);
  CHECK(parts.sha256() == sum_of("123456789").sha256());
}

TEST_CASE("a ZIP of small files is whole for a strict reader, and a cut one is not") {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"README.txt", "read me\n"}, {"empty", ""}, {"a/b.json", std::string("\0\xff{}", 4)}};
  std::string archive;
  std::vector<ZipEntry> entries;
  for (const auto& [name, content] : files) {
    entries.push_back({name, content.size(), sum_of(content).crc32(), archive.size()});
    archive += zip_local_header(entries.back(), kAt) + content;
  }
  archive += zip_directory(entries, archive.size(), kAt);
  const test::Unzipped whole = test::unzip(archive);
  REQUIRE(whole.trouble == "");
  CHECK(whole.files.size() == files.size());
  for (const auto& [name, content] : files) CHECK(whole.files.at(name) == content);
  for (std::size_t size = 0; size < archive.size(); ++size)
    CHECK(test::unzip(archive.substr(0, size)).trouble != "");
  std::string flipped = archive;
  flipped[archive.find("read me")] = 'R';
  CHECK(test::unzip(flipped).trouble == "README.txt has another checksum");
  CHECK(test::unzip(zip_directory({}, 0, kAt)).trouble == "");

  // 15:30:10 on 30 November of the 46th year since 1980.
  CHECK(number(archive, 10, 2) == (15 << 11 | 30 << 5 | 5));
  CHECK(number(archive, 12, 2) == ((2025 - 1980) << 9 | 11 << 5 | 30));
  CHECK(number(zip_local_header(entries[0], Instant{0}), 12, 2) == (1 << 5 | 1));  // before the format's first day
}

TEST_CASE("a file from 4 GiB on has its size in the ZIP64 field, in both headers") {
  const ZipEntry just_below{"f", kFourGiB - 2, 7, 0};
  CHECK(zip_local_header(just_below, kAt).size() == 31);
  CHECK(number(zip_local_header(just_below, kAt), 18, 4) == kFourGiB - 2);

  const ZipEntry large{"f", kFourGiB + 5, 7, kFourGiB + 9};
  const std::string local = zip_local_header(large, kAt);
  REQUIRE(local.size() == 31 + 20);
  CHECK(number(local, 4, 2) == 45);  // the version that a reader needs
  CHECK(number(local, 18, 4) == 0xFFFFFFFF);
  CHECK(number(local, 22, 4) == 0xFFFFFFFF);
  CHECK(number(local, 28, 2) == 20);
  CHECK(number(local, 31, 2) == 1);
  CHECK(number(local, 33, 2) == 16);
  CHECK(number(local, 35, 8) == kFourGiB + 5);
  CHECK(number(local, 43, 8) == kFourGiB + 5);

  const std::vector<ZipEntry> entries = {large};
  const std::uint64_t begin = 3 * kFourGiB;
  const std::string directory = zip_directory(entries, begin, kAt);
  CHECK(number(directory, 6, 2) == 45);
  CHECK(number(directory, 20, 4) == 0xFFFFFFFF);
  CHECK(number(directory, 42, 4) == 0xFFFFFFFF);
  REQUIRE(number(directory, 30, 2) == 28);
  CHECK(number(directory, 47, 2) == 1);
  CHECK(number(directory, 49, 2) == 24);
  CHECK(number(directory, 51, 8) == kFourGiB + 5);
  CHECK(number(directory, 59, 8) == kFourGiB + 5);
  CHECK(number(directory, 67, 8) == kFourGiB + 9);

  const std::size_t record = 75;  // behind the only record: the ZIP64 end, its locator, the end
  REQUIRE(directory.size() == record + 56 + 20 + 22);
  CHECK(number(directory, record, 4) == 0x06064B50);
  CHECK(number(directory, record + 4, 8) == 44);
  CHECK(number(directory, record + 24, 8) == 1);
  CHECK(number(directory, record + 32, 8) == 1);
  CHECK(number(directory, record + 40, 8) == record);
  CHECK(number(directory, record + 48, 8) == begin);
  CHECK(number(directory, record + 56, 4) == 0x07064B50);
  CHECK(number(directory, record + 64, 8) == begin + record);
  CHECK(number(directory, record + 72, 4) == 1);
  CHECK(number(directory, record + 76, 4) == 0x06054B50);
  CHECK(number(directory, record + 86, 2) == 1);
  CHECK(number(directory, record + 92, 4) == 0xFFFFFFFF);
}

TEST_CASE("a small file far behind has only its offset in the ZIP64 field, and many files are counted there") {
  const std::vector<ZipEntry> far = {{"f", 3, 7, kFourGiB}};
  const std::string directory = zip_directory(far, kFourGiB + 34, kAt);
  CHECK(number(directory, 24, 4) == 3);
  CHECK(number(directory, 30, 2) == 12);
  CHECK(number(directory, 49, 2) == 8);
  CHECK(number(directory, 51, 8) == kFourGiB);

  const std::vector<ZipEntry> many(0xFFFF, ZipEntry{"f"});
  const std::string counted = zip_directory(many, 100, kAt);
  const std::size_t record = many.size() * 47;
  REQUIRE(counted.size() == record + 56 + 20 + 22);
  CHECK(number(counted, record + 24, 8) == 0xFFFF);
  CHECK(number(counted, record + 76 + 8, 2) == 0xFFFF);
  const std::vector<ZipEntry> fewer(0xFFFE, ZipEntry{"f"});
  CHECK(zip_directory(fewer, 100, kAt).size() == fewer.size() * 47 + 22);
}

TEST_CASE("a body of pieces gives each stretch of its spools once, in order, whatever is read at once") {
  const TemporaryDirectory directory;
  SeededRandom random;
  std::string content;
  for (int i = 0; content.size() < 200'000; ++i) content += std::to_string(i) + ",";
  const auto spool = Spool::open(directory.path(), random);
  const auto empty = Spool::open(directory.path(), random);
  REQUIRE(spool.has_value());
  REQUIRE(empty.has_value());
  for (std::size_t at = 0; at < content.size(); at += 777)
    REQUIRE((*spool)->write(std::string_view(content).substr(at, 777)).has_value());
  REQUIRE((*spool)->finish().has_value());
  REQUIRE((*empty)->finish().has_value());
  const std::vector<BodyPiece> pieces = {{.bytes = "head"},
                                         {.spool = *spool, .offset = 65'535, .length = 2},
                                         {.spool = *empty},
                                         {.bytes = ""},
                                         {.spool = *spool, .offset = 100'001, .length = content.size() - 100'001},
                                         {.spool = *spool, .offset = 0, .length = 70'000},
                                         {.bytes = "tail"}};
  const std::string wanted =
      "head" + content.substr(65'535, 2) + content.substr(100'001) + content.substr(0, 70'000) + "tail";
  CHECK(length_of(pieces) == wanted.size());
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{1'000}, std::size_t{65'536}, std::size_t{1'000'000}})
    CHECK(read_all(*body_of(pieces), at_once) == wanted);
  CHECK(read_all(*Spool::body(*spool), 16'384) == content);

  // A stretch that the spool does not have is an error, and no end.
  const auto beyond = body_of({{.spool = *spool, .offset = content.size() - 1, .length = 2}});
  std::string buffer(10, '\0');
  CHECK(beyond->read({buffer.data(), buffer.size()}).has_value());
  CHECK_FALSE(beyond->read({buffer.data(), buffer.size()}).has_value());
}

TEST_CASE("a spool takes as much as its maker allows, and says what to do when that is not enough") {
  const TemporaryDirectory directory;
  SeededRandom random;
  const auto spool = Spool::open(directory.path(), random, 100'000);
  REQUIRE(spool.has_value());
  CHECK((*spool)->write(std::string(100'000, 'x')).has_value());
  const Result<void> refused = (*spool)->write("x");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::too_large);
  CHECK(refused.error().message.find("Free space") != std::string::npos);
  CHECK(Spool::room_in(directory.path()) > 0);
  CHECK(Spool::room_in(directory.path()) <= Spool::kLargeBytesMax);
}
