// Files that are not opened: one clear line, and not a byte of them changed.

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(directory)) {
    // The shared memory is rebuilt from the log by each process that opens it, and holds nothing of its own.
    if (!entry.is_regular_file() || entry.path().string().ends_with("-shm")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

Keyring other_keys() {
  Key key{};
  key.fill(0x42);
  return Keyring::from_database_key(key);
}

Result<void> try_open(TestStorage& test, const Keyring& keys, storage::StorageOptions settings = {}) {
  auto held = TRY(storage::DataDirectory::open(test.directory.path()));
  const auto opened = storage::Storage::open(std::move(held), keys, settings, test.clock, test.random);
  if (opened) return {};
  return opened.error();
}

void overwrite(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
}

}  // namespace

TEST_CASE("a wrong key is refused and leaves the file as it was") {
  TestStorage test;
  test.add_workspace();
  test.close();
  const auto before = contents(test.directory.path());
  const Result<void> refused = try_open(test, other_keys());
  REQUIRE(!refused);
  CHECK(refused.error().message.find("the key does not fit") != std::string::npos);
  CHECK(refused.error().message.find("left untouched") != std::string::npos);
  CHECK(contents(test.directory.path()) == before);
  CHECK(test.open());
}

TEST_CASE("a wrong key beside a log that was left by a crash changes neither") {
  TestStorage test;
  test.add_workspace();
  // What a crash leaves: the file and its log as they are in the middle of the work.
  TemporaryDirectory crashed;
  for (const char* name : {"connlog.db", "connlog.db-wal"})
    fs::copy_file(test.directory.path() / name, crashed.path() / name);
  const auto before = contents(crashed.path());
  REQUIRE(before.at("connlog.db-wal").size() > 4'096);

  auto held = storage::DataDirectory::open(crashed.path());
  REQUIRE(held);
  CHECK(!storage::Storage::open(std::move(*held), other_keys(), {}, test.clock, test.random));
  auto after = contents(crashed.path());
  after.erase("connlog.lock");
  CHECK(after == before);

  // The right key finds everything.
  auto again = storage::DataDirectory::open(crashed.path());
  REQUIRE(again);
  auto opened = storage::Storage::open(std::move(*again), test.keys, {}, test.clock, test.random);
  REQUIRE(opened);
  bool found = false;
  CHECK((*opened)->stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto workspaces = TRY((*opened)->workspaces().all(snapshot));
    found = workspaces.size() == 1;
    return {};
  }));
  CHECK(found);
}

TEST_CASE("files that are no database of ours are refused by what they are") {
  TestStorage test;
  test.close();
  const fs::path file = test.directory.path() / "connlog.db";
  const std::map<std::string, std::string> strangers = {
      {"SQLite format 3" + std::string(1, '\0') + std::string(4'080, '\0'), "plain SQLite file"},
      {std::string(8'192, 'x'), "the key does not fit"},
      {"short", "shorter than any database"}};
  for (const auto& [text, reason] : strangers) {
    CAPTURE(reason);
    overwrite(file, text);
    const auto before = contents(test.directory.path());
    const Result<void> refused = try_open(test, test.keys);
    REQUIRE(!refused);
    CHECK(refused.error().message.find(reason) != std::string::npos);
    CHECK(refused.error().message.find("connlog.db") != std::string::npos);
    CHECK(contents(test.directory.path()) == before);
  }
}

TEST_CASE("a directory in the file's place is refused") {
  TestStorage test;
  test.close();
  fs::remove(test.directory.path() / "connlog.db");
  fs::create_directory(test.directory.path() / "connlog.db");
  CHECK(!try_open(test, test.keys));
}

TEST_CASE("one changed byte in the first page is noticed") {
  TestStorage test;
  test.close();
  const fs::path path = test.directory.path() / "connlog.db";
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(200);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(200);
    file.put(byte);
  }
  CHECK(!try_open(test, test.keys));
}

TEST_CASE("an empty file is a first start that was interrupted") {
  TestStorage test;
  test.close();
  overwrite(test.directory.path() / "connlog.db", "");
  CHECK(test.open());
}
