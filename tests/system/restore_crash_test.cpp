// The process ends at every named step of a restore (SIGKILL): what the next start finds is the old state or the restored
// one in recovery, never a mixture, and what was replaced is kept.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/drill.h"
#include "cli/restore.h"
#include "core/appliance/recovery.h"
#include "storage/storage.h"
#include "tests/support/archive_of.h"
#include "tests/support/seeded_appliance.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

constexpr int kRoundsOfSwap = 20;
constexpr int kRoundsOfWhole = 3;
constexpr Instant kNow{1'795'000'000'000'000};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// Runs it in a process of its own, which dies at the step of that number (from 0); false: it came to its end.
bool dies_at(int number, const std::function<void(const RestoreSteps&)>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int step = 0;
    work([&](std::string_view) {
      if (step++ == number) ::kill(::getpid(), SIGKILL);
    });
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return true;
  }
  return false;
}

// An old appliance and a restored one beside it, as names and texts.
struct Trees {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data";

  Trees() {
    for (const char* name : {"connlog.db", "connlog.db-wal", "connlog.db-shm", "keys/master.key", "legal/terms.md"})
      put(data / name, "old");
    put(data / "connlog.toml", "old");
    put(data / "backups/kept.clb", "kept");
    for (const char* name : {"connlog.db", "audit.anchor", "keys/master.key", "tls/ca.crt", "connlog.toml.restored"})
      put(data / kRestoreNew / name, "new");
  }

  std::vector<fs::path> replaced() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(data)) {
      if (entry.path().filename().string().starts_with("replaced-")) found.push_back(entry.path());
    }
    return found;
  }

  void check_new() const {
    for (const char* name : {"connlog.db", "audit.anchor", "keys/master.key", "tls/ca.crt", "connlog.toml.restored"})
      CHECK(text_of(data / name) == "new");
    for (const char* name : {"connlog.db-wal", "connlog.db-shm", "legal", kRestoreNew, kRestoreJournal})
      CHECK_FALSE(fs::exists(data / name));
    CHECK(text_of(data / "connlog.toml") == "old");
    CHECK(text_of(data / "backups/kept.clb") == "kept");
    const auto aside = replaced();
    REQUIRE(aside.size() == 1);
    for (const char* name : {"connlog.db", "connlog.db-wal", "connlog.db-shm", "keys/master.key", "legal/terms.md"})
      CHECK(text_of(aside.front() / name) == "old");
  }
};

struct Opened {
  bool in_recovery = false;
  std::string instance;
};

// As a start does it: the interrupted restore first.
Opened open_as_a_start(const fs::path& data) {
  SystemClock clock;
  SystemRandom random;
  auto held = storage::DataDirectory::open(data);
  REQUIRE(held);
  const auto finished = finish_interrupted_restore(data);
  REQUIRE_MESSAGE(finished, finished.error().message);
  const auto keys = Keyring::open(data, held->database_exists(), random);
  REQUIRE_MESSAGE(keys, keys.error().message);
  const auto database = storage::Storage::open(std::move(*held), *keys, {}, clock, random);
  REQUIRE_MESSAGE(database, database.error().message);
  Opened out;
  REQUIRE((*database)->stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto stored = TRY((*database)->settings().get(snapshot, kRecoveryModeSetting));
    out.in_recovery = stored && recovery_facts_from(*stored).has_value();
    const auto instance = TRY((*database)->settings().get(snapshot, "instance"));
    out.instance = instance.value_or("");
    return {};
  }));
  return out;
}

// A seeded appliance and a backup of it.
struct Backed {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data";
  SystemClock clock;
  SystemRandom random;
  Secret words = new_recovery_words(random);
  test::MadeArchive archive;

  Backed() {
    const auto seeded = seed_appliance(data, {.agents = 5, .readings = 200});
    REQUIRE_MESSAGE(seeded, seeded.error().message);
    auto made = test::archive_of(data, words, clock, random);
    REQUIRE_MESSAGE(made, made.error().message);
    archive = *std::move(made);
  }

  Result<Restored> restore(const fs::path& to, const RestoreSteps& steps) {
    auto held = TRY(storage::DataDirectory::open(to));
    test::BytesSource source(archive.bytes);
    const auto reader = TRY(ArchiveReader::open(source));
    const Key key = TRY(content_key_by_words(reader->header(), words));
    RestoreWork work;
    work.data_directory = to;
    work.host = "box";
    work.steps = steps;
    return restore_archive(*reader, key, work, clock, random);
  }
};

}  // namespace

TEST_CASE("killed at any step of the swap, and of finishing it, the restored files are in place and the old ones kept") {
  std::vector<std::string> steps;
  {
    Trees trees;
    REQUIRE(swap_in(trees.data, kNow, [&](std::string_view step) { steps.emplace_back(step); }));
    trees.check_new();
  }
  REQUIRE(steps.size() > 10);
  CHECK(steps.front() == "journal");
  for (int step = 0; step < static_cast<int>(steps.size()); ++step) {
    CAPTURE(steps[static_cast<std::size_t>(step)]);
    for (int round = 0; round < kRoundsOfSwap; ++round) {
      Trees trees;
      REQUIRE(dies_at(step, [&](const RestoreSteps& at) { (void)swap_in(trees.data, kNow, at).has_value(); }));
      // The start that finishes it dies, too, further on from round to round.
      dies_at(round, [&](const RestoreSteps& at) { (void)finish_interrupted_restore(trees.data, at).has_value(); });
      REQUIRE(finish_interrupted_restore(trees.data));
      trees.check_new();
    }
  }
}

TEST_CASE("without a journal the old files stay, and what was built beside is removed") {
  Trees trees;
  const auto finished = finish_interrupted_restore(trees.data);
  REQUIRE(finished);
  CHECK_FALSE(*finished);
  CHECK(text_of(trees.data / "connlog.db") == "old");
  CHECK(text_of(trees.data / "connlog.db-wal") == "old");
  CHECK(text_of(trees.data / "keys/master.key") == "old");
  CHECK_FALSE(fs::exists(trees.data / kRestoreNew));
  CHECK(trees.replaced().empty());
}

TEST_CASE("a journal that names other files is refused, and nothing is moved") {
  Trees trees;
  put(trees.data / kRestoreJournal,
      R"({"version":1,"replaced":"replaced-x","away":["../elsewhere"],"come":["connlog.db"]})");
  CHECK_FALSE(finish_interrupted_restore(trees.data));
  put(trees.data / kRestoreJournal, R"({"version":1,"replaced":"../x","away":[],"come":["connlog.db"]})");
  CHECK_FALSE(finish_interrupted_restore(trees.data));
  CHECK(text_of(trees.data / "connlog.db") == "old");
  CHECK(text_of(trees.data / kRestoreNew / "connlog.db") == "new");
}

TEST_CASE("killed at every named step of a whole restore, the next start has the old appliance or the restored one") {
  Backed backed;
  std::vector<std::string> steps;
  {
    TemporaryDirectory there;
    REQUIRE(backed.restore(there.path() / "data", [&](std::string_view step) { steps.emplace_back(step); }));
    const Opened opened = open_as_a_start(there.path() / "data");
    CHECK(opened.in_recovery);
    CHECK(opened.instance != backed.archive.header.instance);
  }
  steps.clear();
  {
    TemporaryDirectory there;
    fs::copy(backed.data, there.path() / "data", fs::copy_options::recursive);
    REQUIRE(backed.restore(there.path() / "data", [&](std::string_view step) { steps.emplace_back(step); }));
  }
  const auto journal = std::ranges::find(steps, "journal");
  REQUIRE(journal != steps.end());
  const int replaced_from = static_cast<int>(journal - steps.begin());
  REQUIRE(replaced_from >= 4);
  for (int step = 0; step < static_cast<int>(steps.size()); ++step) {
    CAPTURE(steps[static_cast<std::size_t>(step)]);
    for (int round = 0; round < kRoundsOfWhole; ++round) {
      TemporaryDirectory there;
      const fs::path data = there.path() / "data";
      fs::copy(backed.data, data, fs::copy_options::recursive);
      REQUIRE(dies_at(step, [&](const RestoreSteps& at) { (void)backed.restore(data, at).has_value(); }));
      const Opened opened = open_as_a_start(data);
      CHECK(opened.in_recovery == (step >= replaced_from));
      CHECK_FALSE(fs::exists(data / kRestoreNew));
      CHECK_FALSE(fs::exists(data / kRestoreJournal));
    }
  }
}

TEST_CASE("one flipped bit of a backup restores nothing, and leaves what is there") {
  Backed backed;
  TemporaryDirectory there;
  const fs::path data = there.path() / "data";
  fs::copy(backed.data, data, fs::copy_options::recursive);
  backed.archive.bytes[backed.archive.bytes.size() / 2] ^= 1;
  CHECK_FALSE(backed.restore(data, {}));
  CHECK_FALSE(fs::exists(data / kRestoreNew));
  CHECK_FALSE(open_as_a_start(data).in_recovery);
}

TEST_CASE("a backup is doubted that nobody here knows, that is of another appliance, or older than the last one") {
  Backed backed;
  const ArchiveHeader& header = backed.archive.header;
  const std::string signer = fingerprint_of(header.signer);
  PresentAppliance present;
  REQUIRE(doubts_about(header, present, ""));
  CHECK(doubts_about(header, present, "")->size() == 1);
  CHECK(doubts_about(header, present, signer)->empty());
  const auto other = doubts_about(header, present, "0000-" + signer.substr(5));
  REQUIRE_FALSE(other);
  CHECK(other.error().code == ErrorCode::forbidden);

  present = look_at_present(backed.data, backed.random);
  CHECK(present.has_database);
  CHECK(present.unreadable == "");
  CHECK(present.signer == signer);
  CHECK(present.newest_data.is_set());
  CHECK(doubts_about(header, present, "")->empty());
  present.newest_backup = header.at + seconds(3'600);
  CHECK(doubts_about(header, present, "")->size() == 1);
  present.newest_backup = {};
  present.signer = "0000-" + signer.substr(5);
  CHECK(doubts_about(header, present, signer)->size() == 1);
}

TEST_CASE("a drill compares what it restored beside, leaves nothing there, and writes nothing into the appliance") {
  Backed backed;
  const std::string before = text_of(backed.data / "connlog.db");
  test::BytesSource source(backed.archive.bytes);
  const auto evidence =
      run_drill(backed.data, backed.archive.content_key, source, {}, backed.clock, backed.random);
  REQUIRE_MESSAGE(evidence, evidence.error().message);
  CHECK(evidence->find("rows of the trails are verified") != std::string::npos);
  CHECK(text_of(backed.data / "connlog.db") == before);  // the outbox is in it
  const auto left = [&] {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(backed.data))
      count += entry.path().filename().string().starts_with("drill-") ? 1 : 0;
    return count;
  };
  CHECK(left() == 0);

  SUBCASE("below twice the size of the database it is refused") {
    Manifest expected;
    expected.pages = 1'000;
    expected.page_bytes = 4'096;
    test::BytesSource again(backed.archive.bytes);
    const auto refused = run_drill(backed.data, backed.archive.content_key, again, expected, backed.clock, backed.random,
                                   [](const fs::path&) { return std::uint64_t{2 * 4'096 * 1'000 - 1}; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);
  }
  SUBCASE("a damaged backup fails it") {
    backed.archive.bytes[backed.archive.bytes.size() / 2] ^= 1;
    test::BytesSource again(backed.archive.bytes);
    CHECK_FALSE(run_drill(backed.data, backed.archive.content_key, again, {}, backed.clock, backed.random));
    CHECK(left() == 0);
  }
  SUBCASE("what an interrupted one left is swept, and one that runs is left alone") {
    put(backed.data / "drill-1/connlog.db", "left");
    fs::create_directory(backed.data / "drill-2");
    const auto running = storage::DataDirectory::open(backed.data / "drill-2");
    REQUIRE(running);
    sweep_drills(backed.data);
    CHECK_FALSE(fs::exists(backed.data / "drill-1"));
    CHECK(fs::exists(backed.data / "drill-2"));
  }
}
