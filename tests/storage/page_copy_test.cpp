// The database as pages: copied from a snapshot while the writer goes on, made into a new file under another key, and
// refused where it is not what it was.
#include "storage/appliance/page_copy.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "storage/database.h"
#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

constexpr const char* kMarker = "a sentence that must not lie in the open";

// What an archive would carry.
struct Carried {
  std::uint32_t page_bytes = 0;
  std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>> pieces;
  Manifest manifest;

  // The piece that has this page, and where in it.
  std::uint8_t* page(std::uint32_t number) {
    for (auto& [first, bytes] : pieces) {
      const auto count = static_cast<std::uint32_t>(bytes.size() / page_bytes);
      if (number >= first && number < first + count) return bytes.data() + std::size_t{number - first} * page_bytes;
    }
    return nullptr;
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [first, content] : pieces) sum += content.size();
    return sum;
  }
};

using GoOn = std::function<Result<void>(const PageProgress&)>;

Result<Carried> copy(DatabasePages& pages, BackupKind kind, const GoOn& go_on) {
  Carried carried;
  carried.manifest = TRY(pages.copy(
      kind,
      [&](std::uint32_t page_bytes) -> Result<void> {
        carried.page_bytes = page_bytes;
        return {};
      },
      [&](std::uint32_t first, std::span<const std::uint8_t> bytes) -> Result<void> {
        carried.pieces.emplace_back(first, std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
        return {};
      },
      go_on));
  return carried;
}

Carried copied(TestStorage& test, BackupKind kind = BackupKind::whole) {
  auto carried = copy(*test->pages(), kind, [](const PageProgress&) { return Result<void>(); });
  REQUIRE_MESSAGE(carried, carried.error().message, carried.error().cause);
  return std::move(*carried);
}

Result<void> fill(const storage::OpenFile& file, const Carried& carried, BackupKind kind) {
  const auto made = storage::new_database(file, kind);
  TRY(made->begin(carried.page_bytes));
  for (const auto& [first, bytes] : carried.pieces) TRY(made->pages(first, bytes));
  return made->finish(carried.manifest);
}

// A directory with a key of its own, for a database that is made there.
struct Elsewhere {
  Elsewhere() : keys(Keyring::from_database_key(Key{7, 7, 7})) {}
  storage::OpenFile file() const { return {(directory.path() / "connlog.db").string(), keys.database_key()}; }
  bool is_empty() const { return fs::is_empty(directory.path()); }

  std::unique_ptr<storage::Storage> open() {
    auto held = storage::DataDirectory::open(directory.path());
    REQUIRE(held);
    storage::StorageOptions settings;
    settings.commit_window = milliseconds(0);
    auto opened = storage::Storage::open(std::move(*held), keys, settings, clock, random);
    REQUIRE_MESSAGE(opened, opened.error().message, opened.error().cause);
    return std::move(*opened);
  }

  TemporaryDirectory directory;
  Keyring keys;
  FakeClock clock;
  SeededRandom random;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool says(const Result<void>& refused, const std::string& words) {
  return !refused && refused.error().message.find(words) != std::string::npos;
}

void put_settings(TestStorage& test, const std::string& name, int count, std::size_t bytes = 400) {
  test.write([&](Transaction& tx) -> Result<void> {
    for (int i = 0; i < count; ++i)
      TRY(test->settings().put(tx, name + std::to_string(i), kMarker + std::string(bytes, 'v')));
    return {};
  });
}

int settings_named(storage::Storage& storage, const std::string& name) {
  int found = 0;
  const Result<void> read = storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
    const std::int64_t count =
        TRY(storage::at(snapshot).number("SELECT COUNT(*) FROM setting WHERE key LIKE '" + name + "%'"));
    found = static_cast<int>(count);
    return {};
  });
  REQUIRE(read);
  return found;
}

void add_readings(TestStorage& test, const Agent& agent, int count) {
  test.write([&](Transaction& tx) -> Result<void> {
    for (int i = 0; i < count; ++i) {
      Reading reading;
      reading.workspace = agent.workspace;
      reading.subject = agent.id;
      reading.at = test.clock.now() + seconds(i);
      ValuesBuilder values;
      values.set(Metric::uptime, i);
      reading.values = values.build();
      TRY(test->readings().append(tx, reading));
    }
    return {};
  });
}

std::int64_t number(const storage::OpenFile& file, const std::string& question) {
  const auto connection = storage::open_beside(file, storage::Connection::Access::read_only);
  REQUIRE(connection);
  const auto value = (*connection)->number(question);
  REQUIRE(value);
  return *value;
}

storage::OpenFile file_of(const TestStorage& test) {
  return {(test.directory.path() / "connlog.db").string(), test.keys.database_key()};
}

std::uint32_t root_of(const TestStorage& test, const std::string& table) {
  return static_cast<std::uint32_t>(
      number(file_of(test), "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'"));
}

// A database with several pages of settings and of readings.
struct Filled {
  explicit Filled(int settings = 300) : agent(test.add_agent(test.add_workspace())) {
    put_settings(test, "before-", settings);
    add_readings(test, agent, 3'000);
  }
  TestStorage test;
  Agent agent;
};

int count_down(unsigned, void* left, void*, void*) {
  if (--*static_cast<std::int64_t*>(left) == 0) ::raise(SIGKILL);
  return 0;
}

std::int64_t g_statements_left = 0;

int count_on_each_connection(sqlite3* database, char**, const void*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &count_down, &g_statements_left);
}

// In a process of its own, which is killed as it comes to its n-th statement. True: it was killed.
bool fill_killed_at(std::int64_t nth, const storage::OpenFile& file, const Carried& carried, BackupKind kind) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    set_log_level(LogLevel::error);
    g_statements_left = nth;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&count_on_each_connection));
    ::_exit(fill(file, carried, kind) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) return true;
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return false;
}

}  // namespace

TEST_CASE("a copy holds every row from before its snapshot and none from after, and the writer goes on meanwhile") {
  Filled filled;
  TestStorage& test = filled.test;
  int written = 0;
  const auto carried = copy(*test->pages(), BackupKind::whole, [&](const PageProgress& progress) -> Result<void> {
    CHECK(progress.done <= progress.of);
    const std::string key = "during-" + std::to_string(written++);
    return test.stores().write([&](Transaction& tx) { return test->settings().put(tx, key, "v"); });
  });
  REQUIRE_MESSAGE(carried, carried.error().message, carried.error().cause);
  CHECK(written > 3);
  CHECK(settings_named(*test, "during-") == written);
  CHECK(carried->manifest.rows.at("reading_log") == 3'000);
  CHECK(carried->manifest.rows.at("workspace") == number(file_of(test), "SELECT COUNT(*) FROM workspace"));
  CHECK(carried->manifest.chain_heads.size() == 4);

  Elsewhere elsewhere;
  const auto made = fill(elsewhere.file(), *carried, BackupKind::whole);
  REQUIRE_MESSAGE(made, made.error().message, made.error().cause);
  CHECK_FALSE(fs::exists(elsewhere.file().path + "-wal"));
  CHECK(number(elsewhere.file(), "SELECT COUNT(*) FROM reading_log") == 3'000);
  const auto storage = elsewhere.open();
  CHECK(settings_named(*storage, "before-") == 300);
  CHECK(settings_named(*storage, "during-") == 0);
}

TEST_CASE("pages come in rising order, at most 256 KiB at a time, and the first says how many there are") {
  Filled filled;
  const Carried carried = copied(filled.test);
  CHECK(carried.page_bytes == 4'096);
  std::uint32_t next = 1;
  for (const auto& [first, bytes] : carried.pieces) {
    CHECK(first == next);
    CHECK(bytes.size() <= 256 * 1024);
    CHECK(bytes.size() % carried.page_bytes == 0);
    next = first + static_cast<std::uint32_t>(bytes.size() / carried.page_bytes);
  }
  CHECK(next == carried.manifest.pages + 1);
}

TEST_CASE("the new file is encrypted under its own key, and nothing lies in the open beside it") {
  Filled filled;
  const Carried carried = copied(filled.test);
  bool seen = false;
  for (const auto& [first, bytes] : carried.pieces)
    seen |= std::string(bytes.begin(), bytes.end()).find(kMarker) != std::string::npos;
  CHECK(seen);  // what is handed out is decrypted
  Elsewhere elsewhere;
  REQUIRE(fill(elsewhere.file(), carried, BackupKind::whole));
  for (const auto& entry : fs::directory_iterator(elsewhere.directory.path()))
    CHECK(bytes_of(entry.path()).find(kMarker) == std::string::npos);
  CHECK(fs::status(elsewhere.file().path).permissions() == fs::perms(0600));
  const auto other = storage::open_beside({elsewhere.file().path, filled.test.keys.database_key()},
                                          storage::Connection::Access::read_only);
  CHECK((!other || !(*other)->number("SELECT COUNT(*) FROM setting")));
}

TEST_CASE("a made file is what an appliance makes: marks, checkpoints and starts go on with it") {
  Filled filled;
  REQUIRE(filled.test->keep_marks());
  REQUIRE(filled.test->checkpoint(storage::Storage::CheckpointWhen::now));
  put_settings(filled.test, "later-", 20);
  Elsewhere elsewhere;
  REQUIRE(fill(elsewhere.file(), copied(filled.test), BackupKind::whole));
  for (int round = 0; round < 3; ++round) {
    const auto storage = elsewhere.open();
    REQUIRE(storage->keep_marks());
    REQUIRE(storage->stores().write([&](Transaction& tx) {
      return storage->settings().put(tx, "round-" + std::to_string(round), "v");
    }));
    REQUIRE(storage->checkpoint(storage::Storage::CheckpointWhen::now));
    CHECK(settings_named(*storage, "round-") == round + 1);
    CHECK(settings_named(*storage, "later-") == 20);
  }
  CHECK(number(elsewhere.file(), "PRAGMA auto_vacuum") == 2);
  CHECK(number(elsewhere.file(), "PRAGMA application_id") == storage::kApplicationId);
}

TEST_CASE("without history the readings are left out and everything else is there") {
  Filled filled;
  TestStorage& test = filled.test;
  const std::size_t whole = copied(test).bytes();
  const Carried carried = copied(test, BackupKind::without_history);
  CHECK(carried.bytes() + 10 * 4'096 < whole);
  CHECK(carried.manifest.rows.at("reading_log") == 0);
  CHECK(carried.manifest.rows.at("reading_head") == 0);
  CHECK(carried.manifest.rows.at("setting") >= 300);
  Elsewhere elsewhere;
  const auto made = fill(elsewhere.file(), carried, BackupKind::without_history);
  REQUIRE_MESSAGE(made, made.error().message, made.error().cause);
  CHECK(fs::file_size(elsewhere.file().path) + 10 * 4'096 < whole);
  CHECK(number(elsewhere.file(), "PRAGMA auto_vacuum") == 2);
  CHECK(number(elsewhere.file(), "PRAGMA application_id") == storage::kApplicationId);
  CHECK(number(elsewhere.file(), "SELECT COUNT(*) FROM reading_log") == 0);
  const auto storage = elsewhere.open();
  CHECK(settings_named(*storage, "before-") == 300);
  Reading reading;
  reading.workspace = filled.agent.workspace;
  reading.subject = filled.agent.id;
  reading.at = test.clock.now();
  ValuesBuilder values;
  values.set(Metric::uptime, 5);
  reading.values = values.build();
  REQUIRE(storage->stores().write([&](Transaction& tx) { return storage->readings().append(tx, reading); }));
  CHECK(number(elsewhere.file(), "SELECT COUNT(*) FROM reading_log") == 1);
}

TEST_CASE("a page that was changed on the way is found, and nothing of the file stays") {
  Filled filled;
  for (const char* table : {"setting", "workspace", "reading_log", "trail_entry", "sqlite_schema"}) {
    CAPTURE(table);
    Carried carried = copied(filled.test);
    const bool is_first = std::string(table) == "sqlite_schema";
    const std::uint32_t page = is_first ? 1 : root_of(filled.test, table);
    REQUIRE(carried.page(page) != nullptr);
    carried.page(page)[is_first ? 100 : 0] = 7;  // no kind of page
    Elsewhere elsewhere;
    CHECK_FALSE(fill(elsewhere.file(), carried, BackupKind::whole));
    CHECK(elsewhere.is_empty());
  }
}

TEST_CASE("what is not as the manifest says is named") {
  Filled filled;
  const Carried good = copied(filled.test);
  const auto refused = [&](auto change) {
    Carried carried = good;
    change(carried);
    Elsewhere elsewhere;
    Result<void> done = fill(elsewhere.file(), carried, BackupKind::whole);
    CHECK(elsewhere.is_empty());
    return done;
  };
  CHECK(says(refused([](Carried& c) { ++c.manifest.rows["workspace"]; }), "the table workspace has"));
  CHECK(says(refused([](Carried& c) { c.manifest.rows["more"] = 0; }), "the table more is missing"));
  CHECK(says(refused([](Carried& c) { c.manifest.rows.erase("rule"); }), "the table rule is one too many"));
  CHECK(says(refused([](Carried& c) { c.manifest.chain_heads["security"] = "7:00"; }), "the trail security"));
  CHECK(says(refused([](Carried& c) { c.manifest.schema_digest = "00"; }), "another text"));
  CHECK(says(refused([](Carried& c) { ++c.manifest.schema; }), "its schema is"));
  CHECK(says(refused([](Carried& c) { c.manifest.newest_incident = "x"; }), "newest incident"));
  CHECK(says(refused([](Carried& c) { ++c.manifest.pages; }), "pages of the database are missing"));
  CHECK(says(refused([](Carried& c) { c.manifest.kind = BackupKind::without_history; }), "another kind"));
  CHECK(says(refused([](Carried& c) { c.pieces.erase(c.pieces.begin()); }), "pages of the database are missing"));
  CHECK(says(refused([](Carried& c) { std::swap(c.pieces[0], c.pieces[1]); }), "pages of the database are missing"));
  CHECK(says(refused([](Carried& c) { c.pieces.clear(); }), "it holds no database"));
  CHECK(says(refused([](Carried& c) { c.pieces.push_back(c.pieces[0]); }), "not in order"));
  CHECK(says(refused([](Carried& c) { c.page_bytes = 1'024; }), "1024 bytes"));
  CHECK(says(refused([](Carried& c) { c.pieces.pop_back(); }), "pages of the database are missing"));
}

TEST_CASE("a gap, or a page number that no database of ours reaches, is refused before the manifest is known") {
  Elsewhere elsewhere;
  const std::vector<std::uint8_t> page(static_cast<std::size_t>(storage::kPageBytes));
  {
    const auto whole = storage::new_database(elsewhere.file(), BackupKind::whole);
    REQUIRE(whole->begin(static_cast<std::uint32_t>(storage::kPageBytes)));
    REQUIRE(whole->pages(1, page));
    CHECK(says(whole->pages(3, page), "pages of the database are missing"));
  }
  {
    const auto light = storage::new_database(elsewhere.file(), BackupKind::without_history);
    REQUIRE(light->begin(static_cast<std::uint32_t>(storage::kPageBytes)));
    CHECK(says(light->pages(2, page), "pages of the database are missing"));
    REQUIRE(light->pages(1, page));
    REQUIRE(light->pages(9, page));
    CHECK(says(light->pages(0xfffffff0U, page), "larger than any"));
  }
  CHECK(elsewhere.is_empty());
}

TEST_CASE("a file that is there already is neither filled nor touched") {
  Filled filled;
  Elsewhere elsewhere;
  std::ofstream(elsewhere.file().path) << "of somebody else";
  CHECK_FALSE(fill(elsewhere.file(), copied(filled.test), BackupKind::whole));
  CHECK(bytes_of(elsewhere.file().path) == "of somebody else");
}

TEST_CASE("a copy that holds the log for too long is given up, and the log can begin anew") {
  Filled filled;
  TestStorage& test = filled.test;
  const auto pages = storage::pages_of(file_of(test), 1 << 20);
  int calls = 0;
  const auto carried = copy(*pages, BackupKind::whole, [&](const PageProgress&) -> Result<void> {
    put_settings(test, "much-" + std::to_string(calls++) + "-", 100, 10'000);
    return {};
  });
  REQUIRE_FALSE(carried);
  CHECK(carried.error().code == ErrorCode::unavailable);
  CHECK_MESSAGE(carried.error().message.find("log grew by more than 1 MB") != std::string::npos,
                carried.error().message);
  test.restart();
  CHECK(settings_named(*test, "much-") == calls * 100);
}

TEST_CASE("an error of the destination, or a wish to stop, ends a copy with that error") {
  Filled filled;
  const auto stopped = copy(*filled.test->pages(), BackupKind::whole, [](const PageProgress& progress) -> Result<void> {
    if (progress.done == 0) return {};
    return Error{ErrorCode::conflict, "That is enough."};
  });
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().message == "That is enough.");
  put_settings(filled.test, "after-", 1);
}

TEST_CASE("a kill at any statement of the filling leaves the former database as it was and nothing that opens") {
  Filled filled(40);
  for (const BackupKind kind : {BackupKind::whole, BackupKind::without_history}) {
    const Carried carried = copied(filled.test, kind);
    filled.test.close();
    const std::string before = bytes_of(file_of(filled.test).path);
    int killed = 0;
    for (std::int64_t nth = 1;; nth += 1 + nth / 6) {
      CAPTURE(nth);
      Elsewhere elsewhere;
      const bool was_killed = fill_killed_at(nth, elsewhere.file(), carried, kind);
      CHECK(bytes_of(file_of(filled.test).path) == before);
      if (!was_killed) {
        const auto storage = elsewhere.open();
        CHECK(settings_named(*storage, "before-") == 40);
        break;
      }
      ++killed;
      // What is left is not taken for a database to go on with, and another attempt is made beside it.
      CHECK_FALSE(fill(elsewhere.file(), carried, kind));
      if (nth % 5 != 0) continue;
      storage::OpenFile beside = elsewhere.file();
      beside.path += ".again";
      CHECK(fill(beside, carried, kind));
    }
    CHECK(killed >= 20);
    REQUIRE(filled.test.open());
  }
}

TEST_CASE("a damaged page of the appliance's file ends the copy, which names its table") {
  for (const char* table : {"reading_log", "letter"}) {
    CAPTURE(table);
    TestStorage test;
    const Agent agent = test.add_agent(test.add_workspace());
    add_readings(test, agent, 3);
    const std::uint32_t page = root_of(test, table);
    test.close();
    {
      const int file = ::open(file_of(test).path.c_str(), O_RDWR | O_CLOEXEC);
      REQUIRE(file >= 0);
      REQUIRE(::pwrite(file, "damage", 6, static_cast<off_t>(page - 1) * 4'096 + 2'000) == 6);
      ::close(file);
    }
    const auto carried = copy(*storage::pages_of(file_of(test)), BackupKind::whole,
                              [](const PageProgress&) { return Result<void>(); });
    REQUIRE_FALSE(carried);
    CHECK_MESSAGE(carried.error().message.find(table) != std::string::npos, carried.error().message);
    CHECK_MESSAGE(carried.error().message.find("connlog restore") != std::string::npos, carried.error().message);
  }
}
