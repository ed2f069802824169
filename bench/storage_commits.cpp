// How many acknowledged writes a second the store can do, beside what the disk and the bare library can.
//
//   bench_storage_commits [seconds per measurement]
//
// 1. the disk: small writes, each followed by fdatasync;
// 2. bare SQLCipher: the reading log's INSERT, all in one transaction, and one transaction each;
// 3. the writer, with 1,000 clients that each send the next reading when the last one was acknowledged;
// 4. the same over a disk whose sync takes 20 ms, as an SD card's does.

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "core/base/log.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using std::chrono::steady_clock;

namespace {

constexpr int kClients = 1'000;
double g_seconds = 3;

double since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

Reading sample(const Workspace& workspace, SubjectId subject, Instant at, std::uint64_t n) {
  Reading reading;
  reading.workspace = workspace.id;
  reading.subject = subject;
  reading.at = at;
  reading.key[0] = 2;
  for (std::size_t i = 0; i < 16; ++i)
    reading.key[i + 1] = static_cast<std::uint8_t>((n * 0x9e3779b97f4a7c15) >> (4 * i % 57));
  ValuesBuilder values;
  values.set(Metric::cores, 4);
  values.set(Metric::uptime, 1'000'000 + static_cast<std::int64_t>(n));
  values.set(Metric::cpu_percent, static_cast<std::int64_t>(n % 10'000));
  values.set(Metric::cpu_peak_percent, 9'000);
  values.set(Metric::memory_used, 3'000 + static_cast<std::int64_t>(n % 500));
  values.set(Metric::memory_total, 7'900);
  values.set(Metric::disk_used, 50'000);
  values.set(Metric::disk_total, 120'000);
  values.set(Metric::load_1m, 150);
  reading.values = values.build();
  return reading;
}

double raw_syncs_per_second(const std::filesystem::path& directory) {
  const int file = ::open((directory / "raw").c_str(), O_RDWR | O_CREAT, 0600);
  std::vector<char> page(4'120, 'x');
  const auto begin = steady_clock::now();
  int syncs = 0;
  for (; since(begin) < g_seconds; ++syncs) {
    if (::pwrite(file, page.data(), page.size(), static_cast<off_t>(syncs % 1'000 * 4'120)) < 0 ||
        ::fdatasync(file) != 0)
      std::abort();
  }
  ::close(file);
  return syncs / since(begin);
}

// The same file, table and pragmas, without our code.
double bare_inserts_per_second(const std::filesystem::path& directory, bool one_transaction) {
  sqlite3* db = nullptr;
  const auto run = [&db](const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  };
  sqlite3_open((directory / (one_transaction ? "bare1.db" : "bare2.db")).c_str(), &db);
  const std::string key = "x'" + std::string(64, '7') + "'";
  sqlite3_key(db, key.data(), static_cast<int>(key.size()));
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  run("PRAGMA wal_autocheckpoint = 0");
  run("CREATE TABLE reading_log (sequence INTEGER PRIMARY KEY, skew, subject_number, back, key, vals)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO reading_log VALUES (?,?,?,?,?,?)", -1, &insert, nullptr);
  const unsigned char values[23] = {1, 0xFE, 7, 8};  // as long as those of a heartbeat
  if (one_transaction) run("BEGIN");
  const auto begin = steady_clock::now();
  std::int64_t rows = 0;
  for (; rows % 100 != 0 || since(begin) < g_seconds; ++rows) {
    sqlite3_bind_int64(insert, 1, 1'795'000'000'000'000 + rows);
    for (int i = 2; i <= 4; ++i) sqlite3_bind_int64(insert, i, i == 4 ? 10'000'000 : 3'000);
    const unsigned char request[17] = {2, static_cast<unsigned char>(rows)};
    sqlite3_bind_blob(insert, 5, request, 17, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 6, values, sizeof values, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) std::abort();
    sqlite3_reset(insert);
  }
  if (one_transaction) run("COMMIT");
  const double rate = static_cast<double>(rows) / since(begin);
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return rate;
}

struct Measured {
  double per_second = 0, p50_ms = 0, p99_ms = 0, group = 0, bytes_each = 0, cpu_us_each = 0;
};

// `closure`: the general way in, with a savepoint; else the cheap lane.
Measured acknowledged_per_second(std::int64_t sync_us, bool closure) {
  FaultyVfs vfs;
  storage::StorageOptions settings;
  settings.vfs = vfs.name();
  TestStorage test(settings);
  const Workspace workspace = test.add_workspace();
  std::vector<SubjectId> subjects;
  test.write([&](Transaction& tx) -> Result<void> {
    for (int i = 0; i < kClients; ++i) {
      Subject subject;
      subject.id = SubjectId::make(test.clock.now(), test.random);
      subject.workspace = workspace.id;
      subject.name = fmt::format("host-{}", i);
      subject.created_at = test.clock.now();
      TRY(test->subjects().insert(tx, subject));
      subjects.push_back(subject.id);
    }
    return {};
  });
  vfs.sync_microseconds = sync_us;

  // Each client's completion puts it back into the queue of those who will send next; two threads send.
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> acknowledged{0}, next{0};
  std::vector<std::atomic<std::int64_t>> sent_at(kClients);
  std::vector<std::atomic<int>> ready(kClients);
  for (auto& flag : ready) flag = 1;
  std::vector<float> latencies;  // writer thread alone
  latencies.reserve(4'000'000);
  const auto now_us = [] {
    return std::chrono::duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
  };
  const auto bytes_before = vfs.bytes_written.load();
  const auto commits_before = test->facts()->commits;
  const double cpu_before = cpu_seconds();
  const auto begin = steady_clock::now();
  const auto wall = SystemClock().now();

  std::thread sender([&] {
    while (!stop) {
      bool any = false;
      for (std::size_t i = 0; i < kClients && !stop; ++i) {
        if (ready[i].load(std::memory_order_acquire) == 0) continue;
        any = true;
        ready[i] = 0;
        const Instant at = wall + microseconds(static_cast<std::int64_t>(since(begin) * 1e6));
        const Reading reading = sample(workspace, subjects[i], at, ++next);
        sent_at[i] = now_us();
        const auto done = [&, i](Result<void> result) {
          if (!result) std::abort();
          if (latencies.size() < latencies.capacity())
            latencies.push_back(static_cast<float>(now_us() - sent_at[i].load()) / 1'000);
          ++acknowledged;
          ready[i].store(1, std::memory_order_release);
        };
        if (closure) {
          test.stores().submit(
              Urgency::may_wait, [&test, reading](Transaction& tx) { return test->readings().append(tx, reading); },
              done);
        } else {
          test->readings().submit(reading, done);
        }
      }
      if (!any) std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  std::thread maintenance([&] {
    while (!stop) {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      if (!test->checkpoint()) std::abort();
    }
  });
  std::this_thread::sleep_for(std::chrono::duration<double>(g_seconds));
  const double took = since(begin);
  const auto count = static_cast<double>(acknowledged.load());
  const double cpu = cpu_seconds() - cpu_before;
  stop = true;
  sender.join();
  maintenance.join();
  test.write([](Transaction&) -> Result<void> { return {}; });  // all waiting writers have been answered

  Measured out;
  out.per_second = count / took;
  out.group = count / static_cast<double>(test->facts()->commits - commits_before);
  out.bytes_each = static_cast<double>(vfs.bytes_written.load() - bytes_before) / count;
  out.cpu_us_each = cpu * 1e6 / count;
  std::sort(latencies.begin(), latencies.end());
  if (!latencies.empty()) {
    out.p50_ms = latencies[latencies.size() / 2];
    out.p99_ms = latencies[latencies.size() * 99 / 100];
  }
  return out;
}

void print(const char* what, const Measured& m, double bare, double syncs) {
  fmt::print(
      "{:<44}{:>9.0f}/s  p50 {:.1f} ms  p99 {:.1f} ms  {:.0f} a commit  {:.0f} bytes and {:.1f} us of CPU each\n", what,
      m.per_second, m.p50_ms, m.p99_ms, m.group, m.bytes_each, m.cpu_us_each);
  fmt::print("{:<44}{:.2f} of bare SQLCipher's inserts, {:.0f} for each sync that the disk can do\n", "",
             m.per_second / bare, m.per_second / syncs);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) g_seconds = std::atof(argv[1]);
  set_log_level(LogLevel::warning);
  const TemporaryDirectory directory;
  const double syncs = raw_syncs_per_second(directory.path());
  fmt::print("{:<44}{:>9.0f}/s\n", "the disk: 4 kB write and fdatasync", syncs);
  const double bare = bare_inserts_per_second(directory.path(), true);
  fmt::print("{:<44}{:>9.0f}/s\n", "bare SQLCipher: inserts, one transaction", bare);
  fmt::print("{:<44}{:>9.0f}/s\n", "bare SQLCipher: inserts, a transaction each",
             bare_inserts_per_second(directory.path(), false));
  print("writer: readings, 1,000 clients", acknowledged_per_second(0, false), bare, syncs);
  print("writer: the same as closures", acknowledged_per_second(0, true), bare, syncs);
  const double slow = 1e6 / 20'000;
  print("writer: readings, sync takes 20 ms", acknowledged_per_second(20'000, false), bare, slow);
  return 0;
}
