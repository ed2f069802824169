// What must not shrink in the database on a 32-bit processor: files over 2 GB, instants past 2038, values over 32 bits.

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

constexpr Instant k2040{2'208'988'800'000'000};

struct FileOfSqlite {
  explicit FileOfSqlite(const std::string& path) : path_(path), memory_(static_cast<std::size_t>(vfs->szOsFile)) {
    open = vfs->xOpen(vfs, path_.c_str(), get(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB,
                      nullptr) == SQLITE_OK;
  }
  ~FileOfSqlite() {
    if (open) get()->pMethods->xClose(get());
  }
  sqlite3_file* get() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }

  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  bool open = false;

 private:
  std::string path_;
  std::vector<std::max_align_t> memory_;
};

}  // namespace

TEST_CASE("SQLite's own files go beyond 4 GB") {
  REQUIRE(sqlite3_initialize() == SQLITE_OK);
  TemporaryDirectory directory;
  FileOfSqlite file((directory.path() / "sparse.db").string());
  REQUIRE(file.open);
  const sqlite3_io_methods& methods = *file.get()->pMethods;
  constexpr sqlite3_int64 kFar = INT64_C(5'000'000'000);
  REQUIRE(methods.xWrite(file.get(), "far", 3, kFar) == SQLITE_OK);
  sqlite3_int64 size = 0;
  CHECK(methods.xFileSize(file.get(), &size) == SQLITE_OK);
  CHECK(size == kFar + 3);
  std::string back(3, '\0');
  CHECK(methods.xRead(file.get(), back.data(), 3, kFar) == SQLITE_OK);
  CHECK(back == "far");
  CHECK(methods.xRead(file.get(), back.data(), 3, kFar & INT64_C(0xffffffff)) == SQLITE_OK);
  CHECK(back == std::string(3, '\0'));
}

TEST_CASE("a reading of 2040 with values over 32 bits comes back after a restart") {
  TestStorage test;
  test.clock.advance(k2040 - test.clock.now());
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  CHECK(test.subject(workspace.id, agent.id).created_at == k2040);
  Reading reading;
  reading.workspace = workspace.id;
  reading.subject = agent.id;
  reading.at = test.clock.now();
  ValuesBuilder values;
  values.set(Metric::uptime, INT64_C(0x1'0000'0001));
  values.set(Metric::disk_total, INT64_C(0x1'0000'0002));
  reading.values = values.build();
  test.write([&](Transaction& tx) { return test->readings().append(tx, reading); });
  test.restart();
  const auto kept = test.read<std::vector<Reading>>(
      [&](Snapshot& s) { return test->readings().range(s, workspace.id, agent.id, k2040, {INT64_MAX}); });
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].at == k2040);
  CHECK(kept[0].values.get(Metric::uptime) == INT64_C(0x1'0000'0001));
  CHECK(kept[0].values.get(Metric::disk_total) == INT64_C(0x1'0000'0002));
}
