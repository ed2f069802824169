// The work of a restore (cli/restore.h).
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "cli/master_key_prompt.h"
#include "cli/restore.h"
#include "cli/restore_files.h"
#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/recovery.h"
#include "core/base/embedded.h"
#include "core/base/io_cause.h"
#include "storage/connection.h"
#include "storage/storage.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

std::int64_t size_of(const fs::path& path) {
  std::error_code trouble;
  const auto size = fs::file_size(path, trouble);
  return trouble ? 0 : static_cast<std::int64_t>(size);
}

// The archive says that its keys are those that signed it: whoever took them apart would have made a third thing.
Result<void> check_keys(const ArchiveHeader& header, const std::optional<Keyring>& keys) {
  if (keys && backup_signer(*keys).open == header.signer) return {};
  return Error{ErrorCode::forbidden,
               "The keys in the backup are not those that signed it, so it is not what an appliance made. Nothing was "
               "replaced."};
}

Result<void> check_schema(const Manifest& manifest) {
  const auto known = embedded_migrations();
  const std::int64_t newest = known.empty() ? 0 : static_cast<std::int64_t>(known.back().number);
  if (manifest.schema <= newest) return {};
  return Error{ErrorCode::conflict,
               fmt::format("The backup is of a newer connlog: its schema is {}, and this executable knows {} at most. "
                           "Restore it with connlog {} or a later one. Nothing was replaced.",
                           manifest.schema, newest, manifest.version)};
}

// The database as it was, brought up to date, becomes one in recovery.
Result<void> settle(const fs::path& directory, const Keyring& keys, const ArchiveHeader& header, const RestoreWork& work,
                    const Clock& clock, Random& random) {
  auto held = TRY(storage::DataDirectory::open(directory));
  const std::unique_ptr<storage::Storage> database =
      TRY(storage::Storage::open(std::move(held), keys, {}, clock, random));
  RecoveryFacts facts;
  facts.since = clock.now();
  facts.backup_at = header.at;
  facts.backup_id = header.backup_id;
  facts.former_instance = header.instance;
  facts.host = work.host;
  const std::string instance = to_text(make_uuid7(facts.since, random));
  Actor person;
  person.kind = Actor::Kind::command_line;
  person.name = "command line";
  const RestoredStores stores{database->recovery(), database->settings(), database->audit()};
  TRY(database->stores().write([&](Transaction& tx) {
    return begin_recovery(tx, stores, person, facts, instance, fingerprint_of(header.signer));
  }));
  database->close();
  return {};
}

Result<Restored> build_and_swap(ArchiveReader& archive, const Key& content_key, const RestoreWork& work,
                                const Clock& clock, Random& random) {
  const auto tell = [&work](const char* step) {
    if (work.steps) work.steps(step);
  };
  const fs::path directory = work.data_directory / kRestoreNew;
  if (::mkdir(directory.c_str(), 0700) != 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The directory {} cannot be made: {}.", directory.string(), io_cause(errno))};
  }
  tell("begun");
  Restored out;
  std::error_code ignored;
  out.settings_beside = fs::exists(work.data_directory / "connlog.toml", ignored);
  RestoredFiles files({directory, archive.header().kind, out.settings_beside, work.go_on}, random);
  out.manifest = TRY(archive.read(content_key, files));
  tell("read");
  TRY(check_keys(archive.header(), files.keys()));
  TRY(check_schema(out.manifest));
  TRY(files.finish(out.manifest));
  tell("checked");
  TRY(settle(directory, *files.keys(), archive.header(), work, clock, random));
  // Only the file takes the place: nothing of it may be in a log beside it any more.
  if (size_of(directory / "connlog.db-wal") > 0) {
    return Error{ErrorCode::internal, "The restored database could not be closed. Nothing was replaced.", {},
                 "a write-ahead log was left"};
  }
  TRY(sync_tree(directory));
  tell("in recovery");
  if (work.confirm) TRY(work.confirm(out.manifest));
  out.replaced = TRY(swap_in(work.data_directory, clock.now(), work.steps));
  return out;
}

Result<void> read_present(storage::Connection& connection, PresentAppliance& out) {
  const std::int64_t data = TRY(connection.number(
      "SELECT MAX(COALESCE((SELECT MAX(sequence) FROM reading_log), 0), COALESCE((SELECT MAX(at) FROM trail_entry), 0))"));
  out.newest_data = Instant{data};
  const std::int64_t knows_backups =
      TRY(connection.number("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'backup'"));
  if (knows_backups == 0) return {};
  const std::int64_t backup = TRY(connection.number(
      "SELECT COALESCE(MAX(started_at), 0) FROM backup WHERE state IN ('complete', 'removed')"));
  out.newest_backup = Instant{backup};
  return {};
}

}  // namespace

Result<Restored> restore_archive(ArchiveReader& archive, const Key& content_key, const RestoreWork& work,
                                 const Clock& clock, Random& random) {
  std::error_code ignored;
  fs::remove_all(work.data_directory / kRestoreNew, ignored);
  auto done = build_and_swap(archive, content_key, work, clock, random);
  // With a journal the swap has begun: the next start needs what was built.
  if (!done && !fs::exists(work.data_directory / kRestoreJournal, ignored))
    fs::remove_all(work.data_directory / kRestoreNew, ignored);
  return done;
}

PresentAppliance look_at_present(const fs::path& data, Random& random) {
  PresentAppliance out;
  const fs::path database = data / "connlog.db";
  out.bytes = size_of(database) + size_of(data / "connlog.db-wal");
  out.has_database = out.bytes > 0;
  if (!out.has_database) return out;
  const auto keys = Keyring::open(data, true, random, master_key_sources_of_process());
  if (!keys) {
    out.unreadable = keys.error().message;
    return out;
  }
  out.signer = backup_signer_fingerprint(*keys);
  const auto connection = storage::Connection::open({database.string(), keys->database_key(), {}},
                                                    storage::Connection::Access::read_only);
  const Result<void> read = connection ? read_present(**connection, out) : Result<void>(connection.error());
  if (!read) out.unreadable = read.error().message;
  return out;
}

Result<std::vector<std::string>> doubts_about(const ArchiveHeader& header, const PresentAppliance& present,
                                              const std::string& signer) {
  const std::string signed_by = fingerprint_of(header.signer);
  std::vector<std::string> doubts;
  if (!signer.empty() && !is_same_fingerprint(signer, signed_by)) {
    return Error{ErrorCode::forbidden,
                 fmt::format("The backup is signed by {}, and not by the key that --signer names. It is of another "
                             "appliance, or somebody made it up. Nothing was replaced.",
                             signed_by)};
  }
  const bool is_own = !present.signer.empty() && present.signer == signed_by;
  if (signer.empty() && present.signer.empty()) {
    doubts.push_back(
        "Nobody here knows who signed the backup: compare the fingerprint with that of the signing key on the recovery "
        "sheet.");
  }
  if (!present.signer.empty() && !is_own) {
    doubts.push_back(fmt::format("The data directory holds another appliance: its backups are signed by {}.",
                                 present.signer));
  }
  // The header's time has whole seconds.
  if (present.newest_backup.is_set() && header.at + seconds(1) < present.newest_backup) {
    doubts.push_back(fmt::format("It is older than the last known backup, of {}.", to_iso8601(present.newest_backup)));
  }
  return doubts;
}

}  // namespace connlog
