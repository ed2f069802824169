// The appliance's backups over a real database and real directories: made, verified, copied, kept, failed and told.
#include "core/appliance/backup/backups.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/directory_destination.h"
#include "core/base/file_bytes.h"
#include "tests/support/seen_acts.h"
#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;

namespace {

const std::string kPassphrase = "correct horse battery";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What an archive holds besides its pages.
struct Names final : ArchiveVisitor {
  Result<void> file(const std::string& name, std::string content) override {
    files[name] = std::move(content);
    return {};
  }
  Result<void> begin_database(std::uint32_t) override { return {}; }
  Result<void> pages(std::uint32_t, std::span<const std::uint8_t> bytes) override {
    page_bytes += bytes.size();
    return {};
  }
  std::map<std::string, std::string> files;
  std::size_t page_bytes = 0;
};

class Memory final : public ByteSink {
 public:
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    content.insert(content.end(), bytes.begin(), bytes.end());
    return {};
  }
  std::vector<std::uint8_t> content;
};

class FromMemory final : public ByteSource {
 public:
  explicit FromMemory(std::span<const std::uint8_t> bytes) : left_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t piece = std::min(into.size(), left_.size());
    std::copy_n(left_.begin(), piece, into.begin());
    left_ = left_.subspan(piece);
    return piece;
  }

 private:
  std::span<const std::uint8_t> left_;
};

struct BackupWorld {
  TestStorage storage;
  RecoveryMode recovery;
  TemporaryDirectory elsewhere;
  std::vector<std::string> directories;
  std::function<void()> half_way = [] {};  // called when a backup is being written
  std::optional<Error> trouble;             // then a file cannot be read
  std::function<Result<std::string>(const Key&, ByteSource&, const Manifest&)> drill;
  std::optional<BackupKeys> keys;
  std::unique_ptr<Backups> backups;
  SeenActs seen;
  Actor ada;

  BackupWorld() {
    ada.kind = Actor::Kind::user;
    ada.name = "Ada";
    storage.add_workspace();
    keys.emplace(BackupKeys::Parts{storage->settings(), storage->audit(), storage.keys, storage.clock, storage.random});
    REQUIRE(keys->open(storage.stores()));
    start();
  }

  void start() {
    backups = std::make_unique<Backups>(Backups::Parts{
        .stores = storage.stores(),
        .store = storage->backups(),
        .settings = storage->settings(),
        .audit = storage->audit(),
        .keyring = storage.keys,
        .pages = [this] { return storage->pages(); },
        .files =
            [this] {
              std::vector<ExtraFile> files;
              files.push_back({"legal/terms.md", [this]() -> Result<std::optional<std::string>> {
                                 half_way();
                                 if (trouble) return *trouble;
                                 return std::optional<std::string>("# Terms");
                               }});
              files.push_back({"audit.anchor", []() -> Result<std::optional<std::string>> {
                                 return std::optional<std::string>();  // there is none
                               }});
              return files;
            },
        .directories = directories,
        .data_directory = storage.directory.path().string(),
        .outbound = {},
        .recovery = recovery,
        .drill = drill,
        .clock = storage.clock,
        .random = storage.random});
    REQUIRE(backups->open());
  }

  void set_passphrase() {
    const auto made = keys->derive(Secret(kPassphrase), {1, 8});
    REQUIRE(made);
    storage.write([&](Transaction& tx) { return keys->set_passphrase(tx, ada, *made); });
  }

  // A directory that is prepared and named.
  fs::path add_directory(const std::string& name) {
    const fs::path path = elsewhere.path() / name;
    fs::create_directory(path);
    std::ofstream(path / kBackupMark) << backup_mark_text("0190a6d2-1111-7000-8000-000000000001", storage.clock.now());
    directories.push_back(path.string());
    start();
    return path;
  }

  Result<Backup> make(BackupKind kind = BackupKind::whole) {
    return backups->make_and_wait(ada, kind, BackupTrigger::by_hand);
  }
  Backup made(BackupKind kind = BackupKind::whole) {
    const auto backup = make(kind);
    INFO((backup ? std::string() : backup.error().message));
    REQUIRE(backup);
    return *backup;
  }

  void set_schedule(BackupSchedule schedule) {
    schedule.enabled = true;
    storage.write([&](Transaction& tx) { return backups->change_schedule(tx, ada, schedule); });
  }

  std::vector<Backups::Listed> list() {
    return storage.read<std::vector<Backups::Listed>>(
        [&](Snapshot& snapshot) { return backups->list(snapshot, 1'000); });
  }
  std::vector<Backup> rows() {  // removed ones too, newest first
    return storage.read<std::vector<Backup>>([&](Snapshot& snapshot) { return storage->backups().newest(snapshot, 1'000); });
  }
  bool has_finding(State state, const std::string& part) {
    return std::ranges::any_of(backups->findings(), [&](const PartFinding& finding) {
      return finding.state == state && contains(finding.text, part);
    });
  }
  static std::size_t archives_in(const fs::path& path) {
    std::size_t count = 0;
    if (!fs::exists(path)) return 0;
    for (const auto& entry : fs::directory_iterator(path)) count += entry.path().extension() == ".clb" ? 1 : 0;
    return count;
  }
  static std::size_t parts_in(const fs::path& path) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(path)) count += entry.path().extension() == ".part" ? 1 : 0;
    return count;
  }
  fs::path beside_the_data() const { return storage.directory.path() / "backups"; }
};

// Changes one bit in the middle of the file.
void flip_a_bit(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  file.seekg(middle);
  const char before = static_cast<char>(file.get());
  file.seekp(middle);
  file.put(static_cast<char>(before ^ 1));
}

}  // namespace

TEST_CASE("without a key that opens it no backup is made, and the refusal says where to make one") {
  BackupWorld world;
  const auto refused = world.make();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(world.list().empty());
  BackupSchedule schedule;
  schedule.enabled = true;
  const auto switched = world.storage.stores().write(
      [&](Transaction& tx) { return world.backups->change_schedule(tx, world.ada, schedule); });
  REQUIRE_FALSE(switched);
  CHECK(contains(switched.error().message, "recovery key"));
  CHECK(world.has_finding(State::up, "no recovery key"));
}

TEST_CASE("a backup holds the database and the files, opens with the passphrase, and is signed by the appliance") {
  BackupWorld world;
  world.set_passphrase();
  const Backup backup = world.made();
  CHECK(backup.state == BackupState::complete);
  CHECK(backup.by == "Ada");
  CHECK_FALSE(backup.sealed_key.empty());
  const fs::path path = world.beside_the_data() / backup.name;
  REQUIRE(fs::exists(path));
  CHECK(fs::file_size(path) == static_cast<std::uintmax_t>(backup.bytes));

  auto file = FileSource::open(path);
  REQUIRE(file.has_value());
  const auto reader = ArchiveReader::open(**file);
  REQUIRE(reader.has_value());
  CHECK((*reader)->header().backup_id == backup.id.text());
  CHECK(fingerprint_of((*reader)->header().signer) == world.backups->signer());
  const auto key = content_key_by_passphrase((*reader)->header(), Secret(kPassphrase));
  REQUIRE(key);
  Names names;
  const auto manifest = (*reader)->read(*key, names);
  REQUIRE(manifest);
  CHECK(manifest->files == std::vector<std::string>{"legal/terms.md"});
  CHECK(names.files["legal/terms.md"] == "# Terms");
  CHECK(names.page_bytes == std::size_t{manifest->page_bytes} * manifest->pages);
  CHECK(manifest->rows.at("workspace") >= 1);
  CHECK(manifest->instance == world.storage.read<std::string>([&](Snapshot& snapshot) {
    return world.backups->instance(snapshot);
  }));
  CHECK((*reader)->summary().digest == backup.digest);

  const auto acts = world.seen.names(world.storage);
  CHECK(std::ranges::count(acts, "backup.asked") == 1);
  CHECK(std::ranges::count(acts, "backup.made") == 1);
}

TEST_CASE("a backup is copied to every destination, and removed from all of them by its exact name") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb"), nas = world.add_directory("nas");
  std::ofstream(usb / "other.clb") << "not ours";
  const Backup backup = world.made();
  CHECK(fs::exists(usb / backup.name));
  CHECK(fs::exists(nas / backup.name));
  CHECK(world.archives_in(world.beside_the_data()) == 0);
  const auto copies = world.list().front().copies;
  REQUIRE(copies.size() == 2);
  CHECK(std::ranges::all_of(copies, &BackupCopy::is_there));

  world.storage.write([&](Transaction& tx) { return world.backups->remove(tx, world.ada, backup.id); });
  world.backups->run_once();
  CHECK(world.list().empty());
  CHECK_FALSE(fs::exists(usb / backup.name));
  CHECK_FALSE(fs::exists(nas / backup.name));
  CHECK(fs::exists(usb / "other.clb"));
  CHECK(world.rows().front().sealed_key.empty());
  CHECK_FALSE(world.backups->begin_verify(world.ada, backup.id));
}

TEST_CASE("while the disk is away two backups at most lie beside the data; when it is back it gets them") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  const fs::path away = world.elsewhere.path() / "unplugged";
  fs::rename(usb, away);
  for (int night = 0; night < 4; ++night) {
    world.made();
    world.storage.clock.advance(days(1));
    CHECK(world.archives_in(world.beside_the_data()) <= 2);
  }
  CHECK(world.archives_in(world.beside_the_data()) == 2);
  CHECK(world.list().size() == 2);
  CHECK(world.has_finding(State::degraded, usb.string()));
  CHECK_FALSE(fs::exists(usb));  // nothing filled the mount point
  const Backup whole = world.list().front().backup;
  for (int night = 0; night < 3; ++night) {  // of another kind: they push out none of the whole ones
    world.storage.clock.advance(days(1));
    world.made(BackupKind::without_history);
  }
  CHECK(fs::exists(world.beside_the_data() / whole.name));
  CHECK(world.archives_in(world.beside_the_data()) == 4);

  fs::rename(away, usb);
  world.storage.clock.advance(hours(1));
  world.backups->run_once();
  // The newest three are copied, and lie beside the data no longer.
  CHECK(world.archives_in(usb) == 3);
  CHECK(world.archives_in(world.beside_the_data()) == 1);
  CHECK_FALSE(world.has_finding(State::degraded, usb.string()));
}

TEST_CASE("what lay beside the data before a directory was named stays there") {
  BackupWorld world;
  world.set_passphrase();
  std::vector<Backup> before;
  for (int day = 0; day < 5; ++day) {
    before.push_back(world.made());
    world.storage.clock.advance(days(1));
  }
  const fs::path usb = world.add_directory("usb");
  world.made();
  world.storage.clock.advance(hours(1));
  world.backups->run_once();
  CHECK(world.list().size() == 6);
  for (const Backup& each : before) {
    const bool is_there = fs::exists(usb / each.name) || fs::exists(world.beside_the_data() / each.name);
    CHECK(is_there);
  }
  CHECK(fs::exists(world.beside_the_data() / before.front().name));
}

TEST_CASE("a destination that goes away half-way gets no half file; the backup is made at the next one, and it is told") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  const fs::path away = world.elsewhere.path() / "unplugged";
  world.half_way = [&] {
    if (fs::exists(usb)) fs::rename(usb, away);
  };
  const Backup backup = world.made();
  CHECK(fs::exists(world.beside_the_data() / backup.name));
  CHECK(world.archives_in(away) == 0);
  CHECK(world.parts_in(away) == 0);
  CHECK(world.has_finding(State::up, usb.string()));  // away once
  world.half_way = [] {};
  fs::rename(away, usb);
  world.made();
  CHECK(world.archives_in(usb) >= 1);
}

TEST_CASE("a destination that cannot take the backup does not stop it, and is told at once") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb"), nas = world.add_directory("nas");
  // A directory lies under the name of the part, so that no file can be made there.
  world.made();
  world.storage.clock.advance(hours(1));
  Backup next;
  world.storage.write([&](Transaction& tx) -> Result<void> {
    next = TRY(world.backups->begin(tx, world.ada, BackupKind::whole, BackupTrigger::by_hand));
    return {};
  });
  fs::create_directory(usb / (next.name + ".part"));
  world.backups->run_once();
  CHECK(fs::exists(nas / next.name));
  CHECK_FALSE(fs::exists(usb / next.name));
  CHECK(world.list().front().backup.state == BackupState::complete);
  CHECK(world.has_finding(State::degraded, "The newest backup is not in " + usb.string()));
}

TEST_CASE("a whole file that an end of connlog left without its row becomes a backup at the next start") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  const Backup made = world.made();
  world.storage.write([&](Transaction& tx) -> Result<void> {
    Backup row = made;
    row.state = BackupState::running;
    row.bytes = 0;
    row.digest = {};
    row.sealed_key.clear();
    return world.storage->backups().update(tx, row);
  });
  world.start();
  CHECK(world.list().front().backup.state == BackupState::failed);
  world.backups->run_once();
  const Backups::Listed now = world.list().front();
  CHECK(now.backup.state == BackupState::complete);
  CHECK(now.backup.trouble.empty());
  CHECK(now.backup.bytes == made.bytes);
  CHECK(now.backup.digest == made.digest);
  CHECK(now.backup.sealed_key.empty());
  CHECK(fs::exists(usb / made.name));
}

TEST_CASE("a damaged copy and a missing one are noted and put back from the copy that is whole") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb"), nas = world.add_directory("nas");
  const Backup backup = world.made();
  const auto is_there = [&](const fs::path& place) {
    const auto copies = world.list().front().copies;
    const auto found = std::ranges::find(copies, place.string(), &BackupCopy::destination);
    return found != copies.end() && found->is_there;
  };
  flip_a_bit(usb / backup.name);
  REQUIRE(world.backups->begin_verify(world.ada, backup.id));
  world.storage.clock.advance(hours(1));
  world.backups->run_once();  // verifies, then catches up
  CHECK(world.list().front().backup.verify_trouble.empty());
  CHECK(is_there(usb));
  CHECK(is_there(nas));
  REQUIRE(world.backups->begin_verify(world.ada, backup.id));
  fs::remove(nas / backup.name);
  const auto path = world.backups->path_of(backup.id);
  REQUIRE(path);
  CHECK(path->value_or("") == (usb / backup.name).string());
  world.storage.clock.advance(hours(1));
  world.backups->run_once();
  CHECK(fs::exists(nas / backup.name));
  CHECK(is_there(nas));
}

TEST_CASE("the schedule removes none that somebody made by hand, and pipes of ended commands go at the start") {
  BackupWorld world;
  world.set_passphrase();
  world.add_directory("usb");
  const Backup by_hand = world.made();
  world.set_schedule({.whole_on = 127, .keep_daily = 2, .keep_weekly = 0, .keep_monthly = 0, .keep_yearly = 0});
  for (int day = 0; day < 8; ++day) {
    world.storage.clock.advance(days(1));
    world.backups->run_once();
  }
  CHECK(world.list().size() == 4);
  CHECK(world.list().back().backup.id == by_hand.id);
  const fs::path pipe = world.storage.directory.path() / "backup-0123456789abcdef.pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  world.start();
  CHECK_FALSE(fs::exists(pipe));
}

TEST_CASE("one flipped bit is found by a verification, and told") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  const Backup backup = world.made();
  REQUIRE(world.backups->begin_verify(world.ada, backup.id));
  CHECK_FALSE(world.backups->begin_verify(world.ada, backup.id));  // it waits already
  world.backups->run_once();
  Backup now = world.list().front().backup;
  CHECK(now.verified_at == world.storage.clock.now());
  CHECK(now.verify_trouble.empty());

  flip_a_bit(usb / backup.name);
  REQUIRE(world.backups->begin_verify(world.ada, backup.id));
  world.backups->run_once();
  now = world.list().front().backup;
  CHECK_FALSE(now.verify_trouble.empty());
  CHECK(world.has_finding(State::down, "cannot be relied on"));
  const auto acts = world.seen.names(world.storage);
  CHECK(std::ranges::count(acts, "backup.verified") == 1);
  CHECK(std::ranges::count(acts, "backup.verify_failed") == 1);
}

TEST_CASE("another backup under its name is not taken for it") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  const Backup first = world.made();
  world.storage.clock.advance(days(1));
  const Backup second = world.made();
  fs::copy_file(usb / first.name, usb / second.name, fs::copy_options::overwrite_existing);
  REQUIRE(world.backups->begin_verify(world.ada, second.id));
  world.backups->run_once();
  for (const Backups::Listed& each : world.list()) {
    if (each.backup.id == second.id) CHECK_FALSE(each.backup.verify_trouble.empty());
  }
}

TEST_CASE("a scheduled backup is made at its hour and verified; the whole one once a week") {
  BackupWorld world;  // it is a Wednesday, 11:06
  world.set_passphrase();
  world.add_directory("usb");
  world.set_schedule({.hour = 2, .minute = 30});
  world.backups->run_once();
  CHECK(world.list().empty());
  REQUIRE(world.backups->next_due());
  CHECK(to_iso8601(*world.backups->next_due()) == "2026-11-19T02:30:00Z");
  for (int hour = 0; hour < 7 * 24; ++hour) {
    world.storage.clock.advance(hours(1));
    world.backups->run_once();
  }
  const auto all = world.list();
  REQUIRE(all.size() == 7);
  CHECK(std::ranges::count_if(all, [](const auto& each) { return each.backup.kind == BackupKind::whole; }) == 1);
  for (const Backups::Listed& each : all) {
    CHECK(each.backup.trigger == BackupTrigger::schedule);
    CHECK(each.backup.state == BackupState::complete);
    CHECK(each.backup.verified_at.is_set());
    CHECK(each.backup.verify_trouble.empty());
  }
}

TEST_CASE("what the schedule no longer keeps is removed, and the newest three never are") {
  BackupWorld world;
  world.set_passphrase();
  const fs::path usb = world.add_directory("usb");
  world.set_schedule({.whole_on = 127, .keep_daily = 2, .keep_weekly = 0, .keep_monthly = 0, .keep_yearly = 0});
  for (int day = 0; day < 8; ++day) {
    world.storage.clock.advance(days(1));
    world.backups->run_once();
  }
  CHECK(world.list().size() == 3);
  CHECK(world.archives_in(usb) == 3);
  CHECK(world.rows().size() == 8);
  for (const Backup& row : world.rows()) {
    if (row.state == BackupState::removed) CHECK(row.sealed_key.empty());
  }
}

TEST_CASE("a failed backup is tried again after an hour, and told after the second miss") {
  BackupWorld world;
  world.set_passphrase();
  world.add_directory("usb");
  world.set_schedule({.whole_on = 127});
  world.trouble = Error{ErrorCode::unavailable, "The terms cannot be read."};
  const auto night = [&](microseconds by) {
    world.storage.clock.advance(by);
    world.backups->run_once();
  };
  night(hours(24));
  REQUIRE(world.list().size() == 1);
  CHECK_FALSE(world.has_finding(State::down, "The terms cannot be read."));
  night(std::chrono::minutes(30));
  CHECK(world.list().size() == 1);
  night(hours(1));
  CHECK(world.list().size() == 2);
  CHECK(world.has_finding(State::down, "The last 2 tries to make a whole backup failed."));
  CHECK(world.has_finding(State::down, "The terms cannot be read."));
  world.trouble.reset();
  night(hours(2));
  CHECK(world.list().front().backup.state == BackupState::complete);
  CHECK_FALSE(world.has_finding(State::down, "The terms cannot be read."));
}

TEST_CASE("in recovery, and while the clock cannot be right, nothing is made by itself") {
  BackupWorld world;
  world.set_passphrase();
  world.set_schedule({.whole_on = 127});
  world.recovery.set(true);
  world.storage.clock.advance(days(2));
  world.backups->run_once();
  CHECK(world.list().empty());
  CHECK_FALSE(world.make());
  world.recovery.set(false);
  world.backups->run_once();
  CHECK(world.list().size() == 1);  // caught up, once
}

TEST_CASE("what was being made when connlog ended has failed at the next start, and does not hold up the next one") {
  BackupWorld world;
  world.set_passphrase();
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.backups->begin(tx, world.ada, BackupKind::whole, BackupTrigger::by_hand));
    return {};
  });
  CHECK_FALSE(world.make());  // one at a time
  world.start();
  REQUIRE(world.list().size() == 1);
  CHECK(world.list().front().backup.state == BackupState::failed);
  world.made();
}

TEST_CASE("a backup that is written out is noted, opens, and is kept nowhere") {
  BackupWorld world;
  world.set_passphrase();
  Memory memory;
  const auto backup =
      world.backups->write_to(memory, world.ada, BackupKind::without_history, BackupTrigger::command_line);
  REQUIRE(backup);
  CHECK(backup->bytes == static_cast<std::int64_t>(memory.content.size()));
  CHECK(backup->sealed_key.empty());
  CHECK(world.archives_in(world.beside_the_data()) == 0);
  FromMemory source(memory.content);
  const auto reader = ArchiveReader::open(source);
  REQUIRE(reader.has_value());
  CHECK((*reader)->header().kind == BackupKind::without_history);
  CHECK((*reader)->check_complete());
  CHECK_FALSE(world.backups->begin_verify(world.ada, backup->id));  // its key was not kept
}

TEST_CASE("a drill gets the archive and what it must hold, and its outcome is kept") {
  BackupWorld world;
  world.set_passphrase();
  std::string tried;
  world.drill = [&](const Key& key, ByteSource& archive, const Manifest& expected) -> Result<std::string> {
    const auto reader = TRY(ArchiveReader::open(archive));
    Names names;
    const Manifest manifest = TRY(reader->read(key, names));
    CHECK(manifest == expected);
    tried = manifest.backup_id;
    return std::string("All rows are there.");
  };
  world.start();
  const Backup backup = world.made();
  REQUIRE(world.backups->begin_drill(world.ada, backup.id));
  world.backups->run_once();
  CHECK(tried == backup.id.text());
  CHECK(world.list().front().backup.drilled_at == world.storage.clock.now());
  const auto acts = world.seen.names(world.storage);
  CHECK(std::ranges::count(acts, "backup.drilled") == 1);
  world.drill = [](const Key&, ByteSource&, const Manifest&) -> Result<std::string> {
    return Error{ErrorCode::unavailable, "There is no room for it."};
  };
  world.start();
  REQUIRE(world.backups->begin_drill(world.ada, backup.id));
  world.backups->run_once();
  CHECK(world.list().front().backup.drill_trouble == "There is no room for it.");
  CHECK(world.has_finding(State::down, "There is no room for it."));
}

TEST_CASE("who relies on scheduled backups is told that they lie on the device of the data, and that none was tried") {
  BackupWorld world;
  world.set_passphrase();
  CHECK(world.has_finding(State::up, "on the device that the data are on"));
  world.set_schedule({.whole_on = 127, .keep_yearly = 10});
  CHECK(world.has_finding(State::degraded, "on the device that the data are on"));
  for (int month = 0; month < 4; ++month) {
    world.storage.clock.advance(days(30));
    world.backups->run_once();
  }
  CHECK(world.has_finding(State::degraded, "No backup was tried for 90 days"));
}

TEST_CASE("the thread makes what is asked, and ends at once") {
  BackupWorld world;
  world.set_passphrase();
  world.backups->start();
  world.made();
  CHECK(world.list().front().backup.state == BackupState::complete);
  world.backups->stop();
}
