// The database under a new key: killed at each step, and by the real program; and a lost master key that the recovery key
// replaces.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/rekey.h"
#include "core/crypto/key_file.h"
#include "core/crypto/master_key.h"
#include "core/crypto/recovery_key.h"
#include "storage/connection.h"
#include "storage/storage.h"
#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

constexpr int kRows = 300;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A data directory with some hundred pages, and nothing that runs.
struct Data {
  Data() {
    Opened opened(*this);
    const auto written = opened.store->stores().write([&](Transaction& tx) -> Result<void> {
      for (int i = 0; i < kRows; ++i)
        TRY(opened.store->settings().put(tx, "test." + std::to_string(i), std::string(4'000, 'x')));
      return {};
    });
    REQUIRE(written);
  }

  // As a start opens it.
  struct Opened {
    explicit Opened(Data& data) {
      auto directory = storage::DataDirectory::open(data.path());
      REQUIRE_MESSAGE(directory, directory.error().message);
      auto ring = Keyring::open(data.path(), directory->database_exists(), data.random);
      REQUIRE_MESSAGE(ring, ring.error().message);
      keys.emplace(std::move(*ring));
      const auto settled = settle_rekey_at_start(*directory, *keys, data.random);
      REQUIRE_MESSAGE(settled, settled.error().message);
      auto made = storage::Storage::open(std::move(*directory), *keys, {}, data.clock, data.random);
      REQUIRE_MESSAGE(made, made.error().message);
      store = std::move(*made);
    }
    std::optional<Keyring> keys;
    std::unique_ptr<storage::Storage> store;
  };

  fs::path path() const { return directory.path() / "data"; }

  // The present key of the file, after a start that found every row and left nothing behind.
  Key check() {
    Opened opened(*this);
    storage::Storage& storage = *opened.store;
    int found = 0;
    const auto read = storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      for (int i = 0; i < kRows; ++i) {
        const auto value = TRY(storage.settings().get(snapshot, "test." + std::to_string(i)));
        found += value && value->size() == 4'000 ? 1 : 0;
      }
      return {};
    });
    REQUIRE_MESSAGE(read, read.error().message);
    CHECK(found == kRows);
    CHECK_FALSE(opened.keys->next_database_key());
    for (const char* left : {"connlog.db.rekey", "connlog.db.rekey-wal", "connlog.db.rekey-journal"})
      CHECK_FALSE(fs::exists(path() / left));
    return opened.keys->database_key();
  }

  Result<void> rekey(const RekeySteps& steps) {
    auto held = storage::DataDirectory::open(path());
    if (!held) return held.error();
    MasterKeySources sources;
    sources.keep_master = true;
    auto ring = Keyring::open(path(), true, random, sources);
    if (!ring) return ring.error();
    return rekey_database(*held, *ring, random, steps);
  }

  // In a child that dies at that step; "half": in the middle of the copy.
  void rekey_killed_at(std::string_view wanted) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto die = [] { ::kill(::getpid(), SIGKILL); };
      RekeySteps steps;
      steps.reached = [&](std::string_view step) {
        if (step == wanted) die();
      };
      steps.progress = [&](const PageProgress& progress) {
        if (wanted == "half" && progress.done * 2 >= progress.of) die();
      };
      ::_exit(rekey(steps) ? 3 : 4);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    INFO("the child ended with ", status);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
  }

  TemporaryDirectory directory;
  SystemRandom random;
  SystemClock clock;
};

struct Ran {
  int code = -1;
  std::string output;
};

Ran run(const fs::path& data, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), connlog_executable());
  arguments.insert(arguments.end(), {"--data-dir", data.string(), "--log-level", "error"});
  ChildProcess child(arguments, {}, data.parent_path() / "output");
  const int code = child.wait(seconds(120));
  return {code, child.output()};
}

std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (server.process().output().find("setup#token") == std::string::npos && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  return server.process().output();
}

void stop(ServerProcess& server) {
  server.process().signal(SIGTERM);
  REQUIRE(server.process().wait(seconds(10)) == 0);
}

// An appliance that is set up, has a confirmed recovery key, and is stopped; gives the key's words.
std::string appliance_with_recovery_key(const fs::path& data) {
  std::string failure;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
  HttpSession owner(server.http_port());
  REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
  const auto made = owner.post("/api/v1/appliance/recovery-key", nlohmann::json::object());
  REQUIRE_MESSAGE(made.status == 200, made.body);
  const std::string shown = made.json["words"];
  nlohmann::json two = nlohmann::json::array();
  for (const auto& at : made.json["ask"]) two.push_back(shown.substr((at.get<std::size_t>() - 1) * 6, 5));
  const auto confirmed = owner.post("/api/v1/appliance/recovery-key/confirm", {{"words", two}});
  REQUIRE_MESSAGE(confirmed.status == 200, confirmed.body);
  CHECK(server.process().output().find(shown) == std::string::npos);
  stop(server);
  return shown;
}

}  // namespace

TEST_CASE("a rekey gives every page a new key, and the former one opens nothing") {
  Data data;
  const Key former = data.check();
  const std::string before = content(data.path() / "connlog.db");
  std::vector<std::string> reached;
  PageProgress last;
  RekeySteps steps;
  steps.reached = [&](std::string_view step) { reached.emplace_back(step); };
  steps.progress = [&](const PageProgress& progress) {
    CHECK(progress.done >= last.done);
    last = progress;
  };
  const auto done = data.rekey(steps);
  REQUIRE_MESSAGE(done, done.error().message);
  CHECK(reached == std::vector<std::string>(std::begin(kRekeySteps), std::end(kRekeySteps)));
  CHECK(last.of >= kRows);
  CHECK(last.done == last.of);
  const Key now = data.check();
  CHECK(now != former);
  const std::string after = content(data.path() / "connlog.db");
  REQUIRE(after.size() >= before.size() / 2);
  int same = 0;
  for (std::size_t at = 0; at + 4'096 <= std::min(before.size(), after.size()); at += 4'096)
    same += before.compare(at, 4'096, after, at, 4'096) == 0 ? 1 : 0;
  CHECK(same == 0);
  const storage::OpenFile by_former{(data.path() / "connlog.db").string(), former};
  const auto connection = storage::Connection::open(by_former, storage::Connection::Access::file_alone);
  REQUIRE(connection);
  CHECK_FALSE((*connection)->number("SELECT COUNT(*) FROM sqlite_schema"));
}

TEST_CASE("killed at any step of a rekey, the next start opens the old state or the new one, and nothing is left over") {
  Data data;
  Key key = data.check();
  std::vector<std::string_view> steps(std::begin(kRekeySteps), std::end(kRekeySteps));
  steps.insert(steps.begin() + 2, "half");
  for (const std::string_view step : steps) {
    CAPTURE(step);
    data.rekey_killed_at(step);
    const Key now = data.check();
    const bool renewed = step == "replaced" || step == "settled";
    CHECK((now != key) == renewed);
    CHECK(data.check() == now);  // also at the start after the next
    key = now;
  }
  REQUIRE(data.rekey({}));  // and after all of it one goes through
  CHECK(data.check() != key);
}

TEST_CASE("a start that can open the database with neither key refuses and touches nothing") {
  Data data;
  data.check();
  data.rekey_killed_at("prepared");
  const fs::path database = data.path() / "connlog.db", keys = data.path() / "keys" / "database.key";
  {
    std::fstream file(database, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(100);
    file << "not what was written there";
  }
  const std::string torn = content(database), key_file = content(keys);
  auto held = storage::DataDirectory::open(data.path());
  REQUIRE(held);
  auto ring = Keyring::open(data.path(), true, data.random);
  REQUIRE(ring);
  const auto refused = settle_rekey_at_start(*held, *ring, data.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("neither the former key nor the new one") != std::string::npos);
  CHECK(content(database) == torn);
  CHECK(content(keys) == key_file);
}

TEST_CASE("the program rekeys a stopped appliance: sessions and keys stay, the trail says it, and a running one refuses") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  std::string failure, workspace;
  CHECK(run(data, {"key", "rekey", "--yes", "--no-backup"}).code == 1);  // there is nothing yet
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
    HttpSession owner(server.http_port());
    workspace = owner.set_up(greeting_of(server), failure);
    REQUIRE_MESSAGE(!workspace.empty(), failure);
    const Ran busy = run(data, {"key", "rekey", "--yes", "--no-backup"});
    CHECK(busy.code == 1);
    CHECK(busy.output.find("in use by another connlog") != std::string::npos);
    stop(server);
  }
  const std::string before = content(data / "connlog.db");
  const Ran unasked = run(data, {"key", "rekey", "--no-backup"});
  CHECK(unasked.code == 1);
  CHECK(unasked.output.find("--yes") != std::string::npos);
  const Ran without_key = run(data, {"key", "rekey", "--yes"});  // a backup comes first, and nothing could open it
  CHECK(without_key.code == 1);
  CHECK(without_key.output.find("recovery key") != std::string::npos);
  const Ran done = run(data, {"key", "rekey", "--yes", "--no-backup"});
  REQUIRE_MESSAGE(done.code == 0, done.output);
  CHECK(done.output.find("SD card") != std::string::npos);
  CHECK(content(data / "connlog.db").substr(0, 4'096) != before.substr(0, 4'096));
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
  HttpSession owner(server.http_port());
  REQUIRE_MESSAGE(!owner.log_in("ada@example.org", "correct horse battery staple 7", failure).empty(), failure);
  CHECK(owner.get("/api/v1/appliance/trail").body.find("keys.database_key_renewed") != std::string::npos);
  stop(server);
}

TEST_CASE("a lost master key is replaced by the recovery key, and other words change nothing") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data", words = directory.path() / "words";
  CHECK(run(data, {"check"}).code == 0);
  std::ofstream(words) << "babab-babab-babab-babab-babab-babab-babab-babab-babab-jujuz\n";
  const Ran none = run(data, {"key", "recover", "--recovery-key-file", words.string()});
  CHECK(none.code == 1);
  CHECK(none.output.find("There are no keys in") != std::string::npos);
  const std::string shown = appliance_with_recovery_key(data);
  fs::remove(data / "keys" / "master.key");
  const Ran lost = run(data, {"check"});
  CHECK(lost.code == 1);
  CHECK(lost.output.find("connlog key recover") != std::string::npos);
  const std::string before = content(data / "keys" / "database.key");
  const Ran other = run(data, {"key", "recover", "--recovery-key-file", words.string()});
  CHECK(other.code == 1);
  CHECK(other.output.find("does not open") != std::string::npos);
  CHECK(content(data / "keys" / "database.key") == before);
  CHECK_FALSE(fs::exists(data / "keys" / "master.key"));
  std::ofstream(words, std::ios::trunc) << shown << "\n";
  const Ran recovered = run(data, {"key", "recover", "--recovery-key-file", words.string()});
  REQUIRE_MESSAGE(recovered.code == 0, recovered.output);
  CHECK(recovered.output.find(shown) == std::string::npos);
  CHECK(fs::exists(data / "keys" / "master.key"));
  const Ran checked = run(data, {"check"});
  CHECK(checked.output.find("The database opens") != std::string::npos);
}

TEST_CASE("a foreign recovery box is refused, with words of its own and with ours, and nothing is changed") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data", words = directory.path() / "words";
  const std::string shown = appliance_with_recovery_key(data);
  std::ofstream(words) << shown << "\n";
  const fs::path box = data / "keys" / "recovery.box", key_file = data / "keys" / "database.key";
  const std::string own_box = content(box), before = content(key_file);
  fs::remove(data / "keys" / "master.key");
  const auto pair = key_pair_of_words(Secret(shown));
  REQUIRE(pair);
  SystemRandom random;
  key_file::Content foreign;
  foreign.root_key = foreign.database_key = Key{1};
  foreign.anchor_key = Key{2};
  foreign.sealing_keys = {{1, Key{3}}};
  const Secret bytes = key_file::bytes_of(foreign);
  const std::span content_of_box(reinterpret_cast<const std::uint8_t*>(bytes.reveal().data()), bytes.reveal().size());
  const auto refused = [&](const PublicKey& to, const std::string& sentence) {
    key_file::RecoveryBox other;
    other.public_key = to;
    other.box = seal_to(to, content_of_box);
    REQUIRE(key_file::write_recovery_box(box, other));
    const Ran ran = run(data, {"key", "recover", "--recovery-key-file", words.string()});
    CHECK(ran.code == 1);
    CHECK_MESSAGE(ran.output.find(sentence) != std::string::npos, ran.output);
    CHECK(ran.output.find("Nothing was changed.") != std::string::npos);
    CHECK(ran.output.find(shown) == std::string::npos);
    CHECK(content(key_file) == before);
    CHECK_FALSE(fs::exists(data / "keys" / "master.key"));
  };
  // Of another appliance, with its own recovery key.
  const auto stranger = key_pair_of_words(new_recovery_words(random));
  REQUIRE(stranger);
  refused(stranger->open, "does not open " + box.string() + ", which is sealed to " + fingerprint_of(stranger->open));
  // Sealed to our own public key, which is no secret, with other keys inside.
  refused(pair->open, "do not open " + (data / "connlog.db").string() +
                          ": they are of another time or another appliance, or the database is damaged.");

  std::ofstream(box, std::ios::trunc) << own_box;  // the true one helps still
  const Ran recovered = run(data, {"key", "recover", "--recovery-key-file", words.string()});
  CHECK_MESSAGE(recovered.code == 0, recovered.output);
}
