#include "cli/drill.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

#include "core/audit/anchor.h"
#include "core/audit/trail_check.h"
#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "storage/storage.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "drill-";

// The directory of one drill: made for the owner alone, removed with the object.
class Place {
 public:
  static Result<std::unique_ptr<Place>> make(const fs::path& data, const Clock& clock, Random& random) {
    const fs::path path = data / (std::string(kPrefix) + to_text(make_uuid7(clock.now(), random)));
    if (::mkdir(path.c_str(), 0700) != 0) {
      return Error{ErrorCode::unavailable,
                   fmt::format("The directory {} cannot be made: {}.", path.string(), io_cause(errno))};
    }
    return std::unique_ptr<Place>(new Place(path));
  }
  ~Place() {
    std::error_code trouble;
    fs::remove_all(path_, trouble);
    if (trouble) log_warning("drill.not_removed", {{"directory", path_.string()}, {"cause", trouble.message()}});
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  const fs::path& path() const { return path_; }

 private:
  explicit Place(fs::path path) : path_(std::move(path)) {}
  const fs::path path_;
};

Error differs(const std::string& what) {
  return Error{ErrorCode::conflict, fmt::format("The restored database is not what the backup says: {}.", what)};
}

std::string head_text(const TrailHead& head) {
  return fmt::format("{}:{}", head.sequence, to_hex(head.chain));
}

Result<void> compare_head(const Manifest& manifest, const std::string& trail, const TrailHead& head) {
  const auto said = manifest.chain_heads.find(trail);
  if (said == manifest.chain_heads.end() || said->second == head_text(head)) return {};
  return differs(fmt::format("the {} trail ends at {} and should end at {}", trail, head_text(head), said->second));
}

Result<void> compare_count(const Manifest& manifest, const char* table, std::int64_t found) {
  const auto said = manifest.rows.find(table);
  if (said == manifest.rows.end() || said->second == found) return {};
  return differs(fmt::format("{} has {} rows and should have {}", table, found, said->second));
}

// What services would ask first, by the stores that they ask.
Result<void> compare_rows(storage::Storage& database, const Manifest& manifest) {
  return database.read_at_start([&](Snapshot& snapshot) -> Result<void> {
    const std::int64_t people = TRY(database.users().count(snapshot));
    TRY(compare_count(manifest, "app_user", people));
    const auto workspaces = TRY(database.workspaces().all(snapshot));
    TRY(compare_count(manifest, "workspace", static_cast<std::int64_t>(workspaces.size()) + 1));  // and its own
    if (manifest.newest_incident.empty()) return {};
    IncidentId newest;
    if (!IncidentId::parse(manifest.newest_incident, newest)) return differs("the newest incident has no readable id");
    auto found = TRY(database.incidents().find(snapshot, appliance_workspace(), newest));
    for (const Workspace& workspace : workspaces) {
      if (found) break;
      found = TRY(database.incidents().find(snapshot, workspace.id, newest));
    }
    if (!found) return differs(fmt::format("the newest incident, {}, is not there", manifest.newest_incident));
    return {};
  });
}

// The chains are computed anew, from the first row to the last, and compared with the anchor of the backup.
Result<std::int64_t> verify_trails(storage::Storage& database, const Keyring& keys, const Clock& clock) {
  Anchor anchor(database.directory().anchor(), keys, database.stores(), database.trails(), clock);
  TRY(anchor.open());
  const TrailReport report = TRY(check_trails(database.stores(), database.trails(), anchor, ""));
  if (!report.sound()) return differs(report.findings.front().sentence);
  return report.rows;
}

Result<std::string> compare(storage::Storage& database, const Keyring& keys, const Manifest& manifest,
                            const Clock& clock) {
  TRY(compare_rows(database, manifest));
  const TrailHeads heads = database.trails().heads();
  TRY(compare_head(manifest, "first", heads.first));
  for (const Trail trail : kTrails) TRY(compare_head(manifest, std::string(to_text(trail)), heads.of(trail)));
  const std::int64_t verified = TRY(verify_trails(database, keys, clock));
  std::int64_t rows = 0;
  for (const auto& [table, count] : manifest.rows) rows += count;
  return fmt::format("The backup of {} was restored beside and compared: {} rows in {} tables, the heads of the trails and "
                     "the newest incident are as it says; {} rows of the trails are verified.",
                     to_iso8601(manifest.at), rows, manifest.rows.size(), verified);
}

Result<void> check_room_for(const fs::path& data, const Manifest& expected,
                            const std::function<std::uint64_t(const fs::path&)>& free_bytes) {
  const std::uint64_t wanted = 2 * std::uint64_t{expected.pages} * expected.page_bytes;
  const std::uint64_t free = free_bytes(data);
  if (free >= wanted) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("A drill takes twice the size of the database, {} MiB, and {} MiB are free where {} is. Make room, "
                           "or drill on another machine with --data-dir.",
                           (wanted >> 20) + 1, free >> 20, data.string())};
}

}  // namespace

Result<std::string> run_drill(const fs::path& data, const Key& content_key, ByteSource& archive,
                              const Manifest& expected, const Clock& clock, Random& random,
                              const std::function<std::uint64_t(const fs::path&)>& free_bytes) {
  TRY(check_room_for(data, expected, free_bytes));
  const std::unique_ptr<ArchiveReader> reader = TRY(ArchiveReader::open(archive));
  const std::unique_ptr<Place> place = TRY(Place::make(data, clock, random));
  auto held = TRY(storage::DataDirectory::open(place->path()));  // a sweep leaves it alone
  RestoredFiles files({place->path(), reader->header().kind}, random);
  const Manifest manifest = TRY(reader->read(content_key, files));
  if (!expected.backup_id.empty() && !(manifest == expected))
    return Error{ErrorCode::conflict, "The archive is another one than what was written: its manifest differs."};
  TRY(files.finish(manifest));
  const Keyring& keys = *files.keys();
  const std::unique_ptr<storage::Storage> database =
      TRY(storage::Storage::open(std::move(held), keys, {}, clock, random));
  return compare(*database, keys, manifest, clock);
}

void sweep_drills(const fs::path& data) {
  std::error_code trouble;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(data, trouble), end; !trouble && at != end; at.increment(trouble)) {
    if (at->path().filename().string().starts_with(kPrefix) && !at->is_symlink(trouble) && at->is_directory(trouble))
      found.push_back(at->path());
  }
  for (const fs::path& each : found) {
    if (!storage::DataDirectory::open(each)) continue;  // it runs
    fs::remove_all(each, trouble);
  }
}

}  // namespace connlog
