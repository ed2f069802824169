// What must not shrink on a 32-bit processor: instants past 2038, files over 2 GB, counters of 64 bits. The tests run
// everywhere, and on armv7 they fail where a width is missing.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "core/base/clock.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t k2040 = 2'208'988'800;  // 2040-01-01T00:00:00Z, in seconds
constexpr std::int64_t kFarInFile = 3'000'000'000;

static_assert(sizeof(time_t) == 8 && sizeof(off_t) == 8 && sizeof(ino_t) == 8);
static_assert(sizeof(timespec::tv_sec) == 8);
// Counters that several threads write take no lock of a library.
static_assert(std::atomic<std::int64_t>::is_always_lock_free && std::atomic<std::uint64_t>::is_always_lock_free);

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

void date(const fs::path& path, std::int64_t seconds_since_1970) {
  const timespec at{seconds_since_1970, 0};
  const timespec both[2] = {at, at};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), both, AT_SYMLINK_NOFOLLOW) == 0);
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  REQUIRE(facts.st_mtim.tv_sec == seconds_since_1970);
}

}  // namespace

TEST_CASE("an instant past 2038 is converted and written as any other") {
  const Instant at{k2040 * 1'000'000 + 1};
  CHECK(to_iso8601(at, true) == "2040-01-01T00:00:00.000001Z");
  Instant back;
  REQUIRE(parse_iso8601("2040-01-01T00:00:00.000001Z", back));
  CHECK(back == at);
  CHECK(at - Instant{1} == seconds(k2040));
}

TEST_CASE("files and directories that were changed after 2038 are found") {
  TemporaryDirectory directory;
  const fs::path file = directory.path() / "connlog.db", inner = directory.path() / "keys",
                 link = directory.path() / "link";
  write_file(file, "five!");
  fs::create_directory(inner);
  fs::create_symlink(file, link);
  for (const fs::path& path : {file, inner, link, directory.path()}) date(path, k2040);

  CHECK(fs::exists(file));
  CHECK(fs::is_regular_file(file));
  CHECK(fs::file_size(file) == 5);
  CHECK(fs::is_directory(inner));
  CHECK(fs::is_empty(inner));
  CHECK(fs::is_symlink(link));
  CHECK(fs::read_symlink(link) == file);
  CHECK(fs::equivalent(link, file));
  CHECK_FALSE(fs::exists(directory.path() / "absent"));
  CHECK(fs::create_directories(inner / "deep" / "deeper"));
  std::ifstream in(file);
  std::string text;
  in >> text;
  CHECK(text == "five!");
}

TEST_CASE("a file over 2 GB is written, measured and read beyond that mark") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "sparse";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  CHECK(::pwrite(file, "far", 3, static_cast<off_t>(kFarInFile)) == 3);
  char back[3] = {};
  CHECK(::pread(file, back, sizeof back, static_cast<off_t>(kFarInFile)) == 3);
  CHECK(std::string(back, sizeof back) == "far");
  struct stat facts {};
  CHECK(::fstat(file, &facts) == 0);
  CHECK(facts.st_size == kFarInFile + 3);
  ::close(file);

  CHECK(fs::file_size(path) == static_cast<std::uintmax_t>(kFarInFile) + 3);
  std::ifstream in(path);
  in.seekg(kFarInFile);
  std::string text;
  in >> text;
  CHECK(text == "far");
}

TEST_CASE("a counter goes on beyond 32 bits") {
  std::atomic<std::int64_t> sum{INT64_C(0xffffffff)};
  sum.fetch_add(1);
  CHECK(sum.load() == INT64_C(0x100000000));
}
