// Directories that take backups: marked or absent, full, gone, linked, and left in disorder by an interruption.
#include "core/appliance/backup/directory_destination.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

const std::string kInstance = "0190a6d2-1111-7000-8000-000000000001";
const std::string kOther = "ffffffff-1111-7000-8000-000000000001";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Zeros final : public ByteSource {
 public:
  explicit Zeros(std::int64_t bytes) : left_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const auto piece = std::min<std::int64_t>(left_, static_cast<std::int64_t>(into.size()));
    std::fill_n(into.begin(), piece, std::uint8_t{0});
    left_ -= piece;
    return static_cast<std::size_t>(piece);
  }

 private:
  std::int64_t left_;
};

struct Place {
  TemporaryDirectory directory;
  SeededRandom random;
  fs::path path = directory.path() / "usb";
  DirectoryDestination destination{path, kInstance, DirectoryMark::needed};

  Place() {
    fs::create_directory(path);
    mark();
  }
  void mark() { std::ofstream(path / kBackupMark) << backup_mark_text(kInstance, FakeClock::kStart); }
  std::string new_name() { return backup_file_name(kInstance, FakeClock::kStart, BackupId::make(FakeClock::kStart, random)); }
  Result<std::int64_t> put(const std::string& name, std::int64_t bytes) {
    Zeros zeros(bytes);
    return destination.put(name, bytes, zeros, [](std::int64_t) -> Result<void> { return {}; });
  }
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) names.insert(entry.path().filename().string());
    names.erase(kBackupMark);
    return names;
  }
};

// As long as it lives, no file of this process grows beyond so many bytes.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    before_signal_ = ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit small{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, before_signal_);
  }

 private:
  rlimit before_{};
  void (*before_signal_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a backup is stored whole under its name, readable for its owner alone, and removed by exactly that name") {
  Place place;
  const std::string name = place.new_name();
  REQUIRE(place.destination.probe());
  const auto stored = place.put(name, 300'000);
  REQUIRE(stored);
  CHECK(*stored == 300'000);
  CHECK(place.files() == std::set<std::string>{name});
  CHECK(fs::status(place.path / name).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(*place.destination.has(name, 300'000));
  CHECK_FALSE(*place.destination.has(name, 300'001));
  REQUIRE(place.destination.open(name).has_value());
  CHECK(place.destination.list().size() == 1);
  REQUIRE(place.destination.remove(name));
  CHECK(place.files().empty());
  CHECK(place.destination.remove(name));  // gone is gone
}

TEST_CASE("without its mark a directory counts as absent, and nothing is written there") {
  Place place;
  fs::remove(place.path / kBackupMark);
  const auto probed = place.destination.probe();
  REQUIRE_FALSE(probed);
  CHECK(contains(probed.error().message, "connlog backup init"));
  CHECK_FALSE(place.put(place.new_name(), 10));
  CHECK(fs::is_empty(place.path));
  std::ofstream(place.path / kBackupMark) << "something else";
  CHECK_FALSE(place.destination.probe());
  fs::remove_all(place.path);
  CHECK_FALSE(place.destination.probe());
  CHECK_FALSE(fs::exists(place.path));
}

TEST_CASE("a full disk ends with a sentence and without half a file") {
  Place place;
  {
    const SmallFiles small(100'000);
    const auto stored = place.put(place.new_name(), 300'000);
    REQUIRE_FALSE(stored);
    CHECK(contains(stored.error().message, place.path.string()));
    CHECK(contains(stored.error().message, "the limit of file sizes is reached"));
  }
  CHECK(place.files().empty());
  const auto refused = place.put(place.new_name(), std::int64_t{1} << 60);  // more than there is
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "Make room there"));
  CHECK(place.files().empty());
  CHECK(place.put(place.new_name(), 300'000));
}

TEST_CASE("a directory that goes away half-way gets no backup, and none is left where it was") {
  Place place;
  const std::string name = place.new_name();
  auto part = place.destination.begin(name, 0);
  REQUIRE(part);
  const std::vector<std::uint8_t> bytes(5'000);
  REQUIRE((*part)->write(bytes));
  const fs::path moved = place.directory.path() / "moved";
  fs::rename(place.path, moved);
  const auto kept = (*part)->keep();
  REQUIRE_FALSE(kept);
  CHECK(contains(kept.error().message, "went away"));
  part->reset();
  CHECK_FALSE(fs::exists(place.path));
  CHECK_FALSE(fs::exists(moved / name));
  CHECK_FALSE(fs::exists(moved / (name + ".part")));
}

TEST_CASE("a copy that is shorter than it should be is not kept") {
  Place place;
  Zeros zeros(100);
  const auto stored =
      place.destination.put(place.new_name(), 200, zeros, [](std::int64_t) -> Result<void> { return {}; });
  CHECK_FALSE(stored);
  CHECK(place.files().empty());
}

TEST_CASE("what an interruption left is removed by its exact name, and nothing else is touched") {
  Place place;
  const std::string name = place.new_name();
  const std::string foreign = backup_file_name(kOther, FakeClock::kStart, BackupId::make(FakeClock::kStart, place.random));
  for (const std::string& file : {name + ".part", foreign + ".part", std::string("notes.part"), name + ".part.part",
                                  "x" + name + ".part"}) {
    std::ofstream(place.path / file) << "x";
  }
  place.destination.sweep();
  CHECK(place.files() == std::set<std::string>{foreign + ".part", "notes.part", name + ".part.part", "x" + name + ".part"});
  CHECK_FALSE(place.destination.remove(foreign));
  CHECK_FALSE(place.destination.remove("notes.part"));
  CHECK_FALSE(place.destination.remove("../usb/" + name));
  CHECK(place.files().size() == 4);
}

TEST_CASE("no link in the directory is followed") {
  Place place;
  const fs::path outside = place.directory.path() / "outside";
  std::ofstream(outside) << "secret";
  const std::string linked = place.new_name();
  fs::create_symlink(outside, place.path / linked);
  CHECK_FALSE(place.destination.open(linked).has_value());
  CHECK_FALSE(*place.destination.has(linked, 6));
  CHECK(place.destination.list().empty());
  const std::string next = place.new_name();
  fs::create_symlink(outside, place.path / (next + ".part"));
  CHECK_FALSE(place.put(next, 10));
  fs::remove(place.path / kBackupMark);
  std::ofstream(place.directory.path() / "mark") << backup_mark_text(kInstance, FakeClock::kStart);
  fs::create_symlink(place.directory.path() / "mark", place.path / kBackupMark);
  CHECK_FALSE(place.destination.probe());
}

TEST_CASE("the name of a backup is checked in every part") {
  SeededRandom random;
  const std::string good = backup_file_name(kInstance, FakeClock::kStart, BackupId::make(FakeClock::kStart, random));
  CHECK(good.starts_with("connlog-0190a6d2-20261118T110640Z-"));
  CHECK(is_backup_file_name(good, kInstance));
  CHECK_FALSE(is_backup_file_name(good, kOther));
  CHECK_FALSE(is_backup_file_name(good + "x", kInstance));
  CHECK_FALSE(is_backup_file_name(good.substr(1), kInstance));
  for (std::size_t place = 0; place < good.size(); ++place) {
    std::string other = good;
    other[place] = '/';
    CHECK_FALSE(is_backup_file_name(other, kInstance));
  }
}
