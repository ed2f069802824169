// What a backup costs: its time, its memory, and the writer's longest pause while heartbeats arrive.
//
//   bench_backup [--megabytes 1024] [--rate 5000] [--dir <where the data lies>] [--to <where backups are written>]
//
// 1. the same data in a plain SQLite file, copied with SQLite's backup API and compressed with zstd level 3, in two
// files;
// 2. a whole backup (read, compressed, encrypted, signed) of the idle appliance, measured to the first (aim: 1.5);
// 3. the longest time from a heartbeat to its commit, under `--rate` of them a second: without a backup, and during
// one;
// 4. a new database made of a backup's pages, as a drill does it, under the same load.

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/directory_destination.h"
#include "core/base/file_bytes.h"
#include "core/base/log.h"
#include "storage/appliance/page_copy.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

constexpr double kTimeRatioMax = 1.5;
constexpr double kPauseMillisecondsMax = 50;
constexpr double kMemoryMibMax = 64;
constexpr int kAgents = 1'000;
constexpr double kMib = 1024.0 * 1024.0;

struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}
template <typename T>
T granted(Result<T> result) {
  if (!result) give_up(result.error().message + " " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

// "VmHWM" or "VmRSS" of this process, in MiB.
double memory_mib(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what + ":")) return std::atof(line.c_str() + what.size() + 1) / 1024;
  }
  return 0;
}
void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

Reading heartbeat(const Agent& agent, Instant at, std::uint64_t n) {
  Reading reading;
  reading.workspace = agent.workspace;
  reading.subject = agent.id;
  reading.at = at;
  reading.key[0] = 2;
  for (std::size_t i = 0; i < 16; ++i)
    reading.key[i + 1] = static_cast<std::uint8_t>((n * 0x9e3779b97f4a7c15) >> (4 * i % 57));
  ValuesBuilder values;
  values.set(Metric::cores, 4);
  values.set(Metric::uptime, 1'000'000 + static_cast<std::int64_t>(n));
  values.set(Metric::cpu_percent, static_cast<std::int64_t>(n % 10'000));
  values.set(Metric::memory_used, 3'000 + static_cast<std::int64_t>(n % 500));
  values.set(Metric::memory_total, 7'900);
  values.set(Metric::load_1m, 150);
  reading.values = values.build();
  return reading;
}

struct Appliance {
  TestStorage test;
  std::vector<Agent> agents;
  std::uint64_t heartbeats = 0;

  fs::path database() const { return test.directory.path() / "connlog.db"; }

  void fill(std::uintmax_t bytes) {
    const Workspace workspace = test.add_workspace();
    for (int i = 0; i < kAgents; ++i) agents.push_back(test.add_agent(workspace, fmt::format("host-{}", i)));
    while (fs::file_size(database()) < bytes) {
      test.write([&](Transaction& tx) -> Result<void> {
        for (int i = 0; i < 50'000; ++i) TRY(test->readings().append(tx, next()));
        return {};
      });
      granted(test->checkpoint(storage::Storage::CheckpointWhen::now));
    }
  }
  Reading next() {
    const std::uint64_t n = heartbeats++;
    return heartbeat(agents[n % agents.size()], test.clock.now() + microseconds(static_cast<std::int64_t>(n) * 200), n);
  }
};

// ------------------------------------------------------------- the other way

// The same pages, not encrypted.
void make_plain(Appliance& appliance, const fs::path& to) {
  const int file = ::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) give_up("the plain file cannot be made");
  granted(appliance.test->pages()->copy(
      BackupKind::whole, [](std::uint32_t) { return Result<void>(); },
      [file](std::uint32_t first, std::span<const std::uint8_t> pages) -> Result<void> {
        std::vector<std::uint8_t> bytes(pages.begin(), pages.end());
        if (first == 1) bytes[18] = bytes[19] = 1;  // without a write-ahead log
        const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(first - 1) * 4'096);
        if (written != static_cast<ssize_t>(bytes.size())) return Error{ErrorCode::unavailable, "The disk is full."};
        return {};
      },
      [](const PageProgress&) { return Result<void>(); }));
  ::close(file);
}

void copy_with_sqlite(const fs::path& from, const fs::path& to) {
  sqlite3 *source = nullptr, *target = nullptr;
  if (sqlite3_open(from.c_str(), &source) != SQLITE_OK || sqlite3_open(to.c_str(), &target) != SQLITE_OK)
    give_up("the plain files cannot be opened");
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
  if (backup == nullptr) give_up(sqlite3_errmsg(target));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, 100);  // as the shell's .backup does
  if (code != SQLITE_DONE || sqlite3_backup_finish(backup) != SQLITE_OK) give_up(sqlite3_errmsg(target));
  sqlite3_close(source);
  sqlite3_close(target);
}

std::uintmax_t compress(const fs::path& from, const fs::path& to) {
  const auto in = granted(FileSource::open(from));
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  ZSTD_CCtx* const zstd = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, 3);
  std::vector<std::uint8_t> read(1 << 20), packed(ZSTD_CStreamOutSize());
  for (bool at_end = false; !at_end;) {
    const std::size_t length = granted(in->read(read));
    at_end = length == 0;
    ZSTD_inBuffer input{read.data(), length, 0};
    std::size_t left = 1;
    while (at_end ? left != 0 : input.pos < input.size) {
      ZSTD_outBuffer output{packed.data(), packed.size(), 0};
      left = ZSTD_compressStream2(zstd, &output, &input, at_end ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) give_up(ZSTD_getErrorName(left));
      if (::write(out, packed.data(), output.pos) != static_cast<ssize_t>(output.pos)) give_up("the disk is full");
    }
  }
  ZSTD_freeCCtx(zstd);
  if (::fsync(out) != 0) give_up("the disk refuses to sync");
  ::close(out);
  return fs::file_size(to);
}

// -------------------------------------------------------------------- a backup

// As the appliance's thread of backups works: everything else goes first.
void give_way_to_others() {
  const long thread = ::syscall(SYS_gettid);
  constexpr int kNice = 10, kWhoProcess = 1, kIdleClass = 3, kClassShift = 13;
  const bool done = ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), kNice) == 0 &&
                    ::syscall(SYS_ioprio_set, kWhoProcess, thread, kIdleClass << kClassShift) == 0;
  if (!done) fmt::print("(the backup's thread could not lower its priority)\n");
}

template <typename Work>
auto at_low_priority(const Work& work) {
  decltype(work()) out{};
  std::string trouble;
  std::thread thread([&] {
    give_way_to_others();
    try {
      out = work();
    } catch (const GivenUp& reason) {
      trouble = reason.why;
    }
  });
  thread.join();
  if (!trouble.empty()) give_up(trouble);
  return out;
}

// Through the directory that takes backups.
std::int64_t write_backup(Appliance& appliance, const fs::path& directory) {
  SystemRandom random;
  Key content_key{}, seed{};
  random.fill(content_key);
  random.fill(seed);
  const KeyPair recovery = granted(key_pair_of_words(new_recovery_words(random)));
  ArchiveHeader header;
  const BackupId id = BackupId::make(appliance.test.clock.now(), random);
  header.backup_id = id.text();
  header.instance = to_text(make_uuid7(appliance.test.clock.now(), random));
  header.at = appliance.test.clock.now();
  header.version = "bench";
  KeySlot slot;
  slot.fingerprint = fingerprint_of(recovery.open);
  slot.sealed = seal_to(recovery.open, content_key);
  header.slots.push_back(std::move(slot));
  DirectoryDestination place(directory, header.instance, DirectoryMark::not_needed);
  const auto part = granted(place.begin(backup_file_name(header.instance, header.at, id), 0));
  const auto archive = granted(ArchiveWriter::begin(*part, header, content_key, signing_key_of(seed), random));
  const Manifest manifest = granted(appliance.test->pages()->copy(
      BackupKind::whole, [&](std::uint32_t page_bytes) { return archive->begin_database(page_bytes); },
      [&](std::uint32_t first, std::span<const std::uint8_t> pages) { return archive->add_pages(first, pages); },
      [](const PageProgress&) { return Result<void>(); }));
  granted(archive->finish(manifest));
  return granted(part->keep());
}

std::int64_t back_up(Appliance& appliance, const fs::path& directory) {
  return at_low_priority([&] { return write_backup(appliance, directory); });
}

// Heartbeats at a steady rate, and how long each took to its commit.
class Load {
 public:
  Load(Appliance& appliance, int rate) : appliance_(appliance), rate_(rate) {
    took_ms_.reserve(4'000'000);
    sender_ = std::thread([this] { send(); });
    maintenance_ = std::thread([this] {
      while (!stop_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        granted(appliance_.test->checkpoint());
      }
    });
  }
  ~Load() {
    stop_ = true;
    sender_.join();
    maintenance_.join();
    appliance_.test.write([](Transaction&) -> Result<void> { return {}; });  // all were answered
  }

  struct Measured {
    double longest_ms = 0, p99_ms = 0;
    std::size_t count = 0;
  };
  // Of what was committed since the last call.
  Measured take() {
    std::vector<float> took;
    {
      const std::lock_guard lock(mutex_);
      took.swap(took_ms_);
      took_ms_.reserve(4'000'000);
    }
    std::sort(took.begin(), took.end());
    Measured out;
    out.count = took.size();
    if (!took.empty()) {
      out.longest_ms = took.back();
      out.p99_ms = took[took.size() * 99 / 100];
    }
    return out;
  }

 private:
  void send() {
    const auto begin = steady_clock::now();
    for (std::uint64_t sent = 0; !stop_; ++sent) {
      const auto due = begin + std::chrono::microseconds(sent * 1'000'000 / static_cast<std::uint64_t>(rate_));
      if (steady_clock::now() < due) std::this_thread::sleep_until(due + std::chrono::milliseconds(1));
      const auto submitted = steady_clock::now();
      appliance_.test->readings().submit(appliance_.next(), [this, submitted](Result<void> done) {
        if (!done) std::abort();
        const std::lock_guard lock(mutex_);
        took_ms_.push_back(static_cast<float>(since(submitted) * 1e3));
      });
    }
  }

  Appliance& appliance_;
  const int rate_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<float> took_ms_;  // under mutex_
  std::thread sender_, maintenance_;
};

void print(const char* what, const Load::Measured& measured, double seconds) {
  fmt::print("{:<44}{:>8.1f} ms longest, p99 {:.1f} ms, {:.0f}/s\n", what, measured.longest_ms, measured.p99_ms,
             static_cast<double>(measured.count) / seconds);
}

double make_anew_here(Appliance& appliance, const fs::path& to) {
  const auto begin = steady_clock::now();
  const auto made = storage::new_database({to.string(), Key{1}}, BackupKind::whole);
  const Manifest manifest = granted(appliance.test->pages()->copy(
      BackupKind::whole, [&](std::uint32_t page_bytes) { return made->begin(page_bytes); },
      [&](std::uint32_t first, std::span<const std::uint8_t> pages) { return made->pages(first, pages); },
      [](const PageProgress&) { return Result<void>(); }));
  granted(made->finish(manifest));
  return since(begin);
}

double make_anew(Appliance& appliance, const fs::path& to) {
  return at_low_priority([&] { return make_anew_here(appliance, to); });
}

struct Arguments {
  std::uintmax_t megabytes = 1'024;
  int rate = 5'000;
  fs::path to;  // empty: beside the copies of the other way
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--megabytes") arguments.megabytes = static_cast<std::uintmax_t>(std::atoll(argv[i + 1]));
    else if (name == "--rate") arguments.rate = std::atoi(argv[i + 1]);
    else if (name == "--to") arguments.to = argv[i + 1];
    else if (name == "--dir") ::setenv("TMPDIR", argv[i + 1], 1);
    else give_up("unknown argument " + name);
  }
  return arguments;
}

int run(Arguments arguments) {
  Appliance appliance;
  const auto begin_fill = steady_clock::now();
  appliance.fill(arguments.megabytes << 20);
  fmt::print("{:<44}{:>8.0f} MiB, {} readings, made in {:.0f} s\n", "the database",
             static_cast<double>(fs::file_size(appliance.database())) / kMib, appliance.heartbeats,
             since(begin_fill));
  const TemporaryDirectory there;
  const auto file = [&there](const char* name) { return there.path() / name; };
  if (arguments.to.empty()) {
    arguments.to = file("backups");
    fs::create_directory(arguments.to);
  }
  make_plain(appliance, file("plain.db"));

  auto begin = steady_clock::now();
  copy_with_sqlite(file("plain.db"), file("copy.db"));
  const double copied = since(begin);
  const auto packed = static_cast<double>(compress(file("copy.db"), file("copy.zst")));
  const double other = since(begin);
  fmt::print("{:<44}{:>8.2f} s ({:.2f} s of it the copy), {:.0f} MiB\n", "plain: SQLite's backup, then zstd -3", other,
             copied, packed / kMib);
  fs::remove(file("copy.db"));
  fs::remove(file("plain.db"));

  ::malloc_trim(0);  // what the steps before gave back would hide what the backup takes
  forget_peak();
  const double before = memory_mib("VmRSS");
  begin = steady_clock::now();
  const auto backed_up = static_cast<double>(back_up(appliance, arguments.to));
  const double idle = since(begin);
  const double memory = memory_mib("VmHWM") - before;
  fmt::print("{:<44}{:>8.2f} s, {:.2f} of that (at most {}), {:.0f} MiB\n", "a backup, encrypted and signed", idle,
             idle / other, kTimeRatioMax, backed_up / kMib);
  fmt::print("{:<44}{:>8.1f} MiB ({:.2f} of the limit)\n", "its memory", memory, memory / kMemoryMibMax);
  {
    Load load(appliance, arguments.rate);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    load.take();
    begin = steady_clock::now();
    std::this_thread::sleep_for(std::chrono::seconds(10));
    const double alone = since(begin);
    print("heartbeats to their commit, without a backup", load.take(), alone);
    begin = steady_clock::now();
    back_up(appliance, arguments.to);
    const double busy = since(begin);
    const Load::Measured during = load.take();
    print("heartbeats to their commit, during a backup", during, busy);
    fmt::print("{:<44}{:>8.2f} of the limit; the backup took {:.2f} s, the log grew to {:.0f} MiB\n", "",
               during.longest_ms / kPauseMillisecondsMax, busy,
               static_cast<double>(fs::file_size(appliance.database().string() + "-wal")) / kMib);
    load.take();
    const double made = make_anew(appliance, file("anew.db"));
    print("heartbeats to their commit, during 4.", load.take(), made);
    fmt::print("{:<44}{:>8.2f} s\n", "4. a new database made of its pages, checked", made);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  set_log_level(LogLevel::warning);
  try {
    return run(parse(argc, argv));
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "bench_backup: {}\n", reason.why);
    return 1;
  }
}
