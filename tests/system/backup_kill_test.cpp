// The process ends at every named step of a scheduled backup: while it is made, verified, copied to a second directory, and
// while the schedule removes an older one (SIGKILL). The next start lists only what is whole, leaves no half file, and makes
// the next backup. $CONNLOG_KILL_ROUNDS: how often it dies at each step; 20 take two minutes and a half.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/backup/directory_destination.h"
#include "core/base/file_bytes.h"
#include "core/base/log.h"
#include "storage/storage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr int kFillers = 400;

int rounds() {
  const char* wanted = std::getenv("CONNLOG_KILL_ROUNDS");
  return wanted != nullptr ? std::max(1, std::atoi(wanted)) : 2;
}

// A data directory and two prepared directories. Nothing of it is open between the calls.
struct Place {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data", usb = directory.path() / "usb", nas = directory.path() / "nas";
  FakeClock clock;
  SystemRandom random;

  // An appliance's database and its backups, as a start opens them.
  struct Started {
    std::optional<Keyring> keys;
    std::unique_ptr<storage::Storage> store;
    RecoveryMode recovery;
    std::unique_ptr<Backups> backups;
    Actor ada;
  };

  Result<std::unique_ptr<Started>> start(std::function<void(std::string_view)> reached = {}) {
    auto started = std::make_unique<Started>();
    auto held = TRY(storage::DataDirectory::open(data));
    auto keys = TRY(Keyring::open(data, held.database_exists(), random));
    started->keys.emplace(std::move(keys));
    started->store = TRY(storage::Storage::open(std::move(held), *started->keys, {}, clock, random));
    started->ada.kind = Actor::Kind::user;
    started->ada.name = "Ada";
    started->backups = std::make_unique<Backups>(Backups::Parts{
        .stores = started->store->stores(),
        .store = started->store->backups(),
        .settings = started->store->settings(),
        .audit = started->store->audit(),
        .keyring = *started->keys,
        .pages = [store = started->store.get()] { return store->pages(); },
        .files = {},
        .directories = {usb.string(), nas.string()},
        .data_directory = data.string(),
        .outbound = {},
        .recovery = started->recovery,
        .drill = {},
        .clock = clock,
        .random = random,
        .reached = std::move(reached)});
    TRY(started->backups->open());
    return started;
  }
  std::unique_ptr<Started> must_start() {
    auto started = start();
    REQUIRE_MESSAGE(started, started.error().message);
    return std::move(*started);
  }

  Place() {
    set_log_level(LogLevel::warning);
    for (const fs::path& each : {usb, nas}) {
      fs::create_directory(each);
      std::ofstream(each / kBackupMark) << backup_mark_text("0190a6d2-1111-7000-8000-000000000001", clock.now());
    }
    const auto started = must_start();
    storage::Storage& store = *started->store;
    BackupKeys keys({store.settings(), store.audit(), *started->keys, clock, random});
    REQUIRE(keys.open(store.stores()));
    const auto passphrase = keys.derive(Secret("correct horse battery"), {1, 8});
    REQUIRE(passphrase);
    BackupSchedule schedule;
    schedule.enabled = true;
    schedule.whole_on = 127;
    schedule.keep_daily = 1;
    schedule.keep_weekly = schedule.keep_monthly = schedule.keep_yearly = 0;
    const auto written = store.stores().write([&](Transaction& tx) -> Result<void> {
      TRY(keys.set_passphrase(tx, started->ada, *passphrase));
      for (int i = 0; i < kFillers; ++i)
        TRY(store.settings().put(tx, "test." + std::to_string(i), std::string(4'000, 'x')));
      return started->backups->change_schedule(tx, started->ada, schedule);
    });
    REQUIRE_MESSAGE(written, written.error().message);
    for (int day = 0; day < 5; ++day) {  // so that the next one pushes out one
      clock.advance(days(1));
      started->backups->run_once();
    }
  }

  ~Place() { set_log_level(LogLevel::info); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // The next scheduled backup, in a process that dies when it reaches the step for the `time`-th time.
  bool dies_at(std::string_view wanted, int time) {
    clock.advance(days(1));
    const pid_t child = ::fork();
    if (child == 0) {
      int seen = 0;
      const auto started = start([&](std::string_view step) {
        if (step == wanted && ++seen == time) ::kill(::getpid(), SIGKILL);
      });
      if (!started) ::_exit(4);
      (*started)->backups->run_once();
      ::_exit(3);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    INFO("the child ended with ", status);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  // Whether what lies under the name is uncut, undamaged and signed.
  static bool is_whole(const fs::path& path) {
    const auto file = FileSource::open(path);
    if (!file) return false;
    const auto reader = ArchiveReader::open(**file);
    return reader && (*reader)->check_complete();
  }

  // As the next start finds it, and after the next backup.
  void check() {
    const auto started = must_start();
    check_listed(*started);
    clock.advance(hours(2));  // also a failed one is due again
    started->backups->run_once();
    check_listed(*started);
    const auto made = started->backups->make_and_wait(started->ada, BackupKind::whole, BackupTrigger::by_hand);
    REQUIRE_MESSAGE(made, made.error().message);
    check_listed(*started);
    const auto removed = started->store->stores().write(
        [&](Transaction& tx) { return started->backups->remove(tx, started->ada, made->id); });
    REQUIRE(removed);
    started->backups->run_once();
    check_files(*started);
  }

  static std::vector<Backups::Listed> listed(Started& started) {
    std::vector<Backups::Listed> out;
    REQUIRE(started.store->stores().read([&](Snapshot& snapshot) -> Result<void> {
      out = TRY(started.backups->list(snapshot, 1'000));
      return {};
    }));
    return out;
  }

  // Nothing runs, and what counts as there is there, whole.
  static void check_listed(Started& started) {
    for (const Backups::Listed& each : listed(started)) {
      CHECK(each.backup.state != BackupState::running);
      if (each.backup.state != BackupState::complete) continue;
      int there = 0;
      for (const BackupCopy& copy : each.copies) {
        if (!copy.is_there) continue;
        ++there;
        CHECK(is_whole(fs::path(copy.destination) / each.backup.name));
      }
      CHECK(there > 0);
    }
  }

  // No half file is left, and no whole one of which nobody knows.
  void check_files(Started& started) {
    std::set<std::string> known;
    for (const Backups::Listed& each : listed(started)) {
      if (each.backup.state == BackupState::complete) known.insert(each.backup.name);
    }
    CHECK(known.size() <= 5);
    for (const fs::path& place : {usb, nas, data / "backups"}) {
      if (!fs::exists(place)) continue;
      for (const auto& entry : fs::directory_iterator(place)) {
        const std::string name = entry.path().filename().string();
        if (name == kBackupMark) continue;
        CAPTURE(name);
        CHECK(entry.path().extension() == ".clb");
        CHECK(known.contains(name));
      }
    }
  }
};

}  // namespace

TEST_CASE("a scheduled backup reaches every named step, in their order") {
  Place place;
  std::vector<std::string> seen;
  const auto started = place.start([&](std::string_view step) {
    if (std::ranges::find(seen, step) == seen.end()) seen.emplace_back(step);
  });
  REQUIRE(started);
  place.clock.advance(days(1));
  (*started)->backups->run_once();
  CHECK(seen == std::vector<std::string>(std::begin(kBackupSteps), std::end(kBackupSteps)));
}

TEST_CASE("killed at any step of a scheduled backup, the next start lists what is whole, and the next one is made") {
  Place place;
  std::map<std::string, int> killed;
  for (const std::string_view step : kBackupSteps) {
    for (int round = 0; round < rounds(); ++round) {
      CAPTURE(step);
      CAPTURE(round);
      // A removal goes through both directories: every second time the process dies in the second one.
      const bool comes_twice = step == "file_removed" || step == "removal_noted";
      REQUIRE(place.dies_at(step, comes_twice && round % 2 == 1 ? 2 : 1));
      ++killed[std::string(step)];
      place.check();
    }
    MESSAGE("killed ", killed[std::string(step)], " times at ", step);
  }
  CHECK(killed.size() == std::size(kBackupSteps));

  ServerProcess server;  // and the program itself starts over what is left
  const fs::path places = place.usb.string() + "," + place.nas.string();
  REQUIRE_MESSAGE(server.start({.data_directory = place.data, .arguments = {"--backup-directories", places.string()}}),
                  server.failure());
  server.process().signal(SIGTERM);
  CHECK(server.process().wait(std::chrono::seconds(20)) == 0);
}
