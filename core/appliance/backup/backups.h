// The appliance's backups: made now, by schedule and before what cannot be undone; verified, drilled, copied to every
// destination, kept and removed by the schedule's rules. One thread, named backups, does the work, one thing at a time; the
// methods below ask for it or read what is known, from any thread. Nothing here blocks the writer: the pages come from a
// reader's snapshot (database_pages.h), and the thread gives way to everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/backup/backup.h"
#include "core/appliance/backup/database_pages.h"
#include "core/appliance/backup/destination.h"
#include "core/appliance/health.h"
#include "core/base/loop_beat.h"
#include "core/base/recovery_mode.h"
#include "core/net/http_client.h"
#include "core/people/actor.h"
#include "core/people/setting_store.h"

namespace connlog {

enum class BackupStep { waiting, copying, verifying, uploading, drilling, removing };
template <>
inline constexpr auto kWords<BackupStep> = words_for<BackupStep>({
    {BackupStep::waiting, "waiting"},
    {BackupStep::copying, "copying"},
    {BackupStep::verifying, "verifying"},
    {BackupStep::uploading, "uploading"},
    {BackupStep::drilling, "drilling"},
    {BackupStep::removing, "removing"},
});

// Told as they are reached, in this order: a scheduled backup that goes to two directories and pushes out an older one.
inline constexpr std::string_view kBackupSteps[] = {
    "row", "part", "files", "half", "pages", "signed", "named", "noted",             // making
    "verify_opened", "verify_half", "verify_read", "verify_noted", "verify_copies",  // verifying
    "copy_half", "copied", "copy_noted",                                             // copying
    "removal_marked", "file_removed", "removal_noted", "retention_done"};            // removing by the schedule

struct BackupProgress {
  BackupId backup;
  BackupStep step = BackupStep::waiting;
  std::string destination;        // uploading
  std::int64_t done = 0, of = 0;  // of one unit: pages or bytes
};

// A file that goes with each backup ("settings/connlog.toml", "tls/…", "legal/…", "audit.anchor", "agents/…"). It is read
// when its turn comes, so that one is in memory at a time. A file that is gone by then, or larger than an archive takes, is
// left out.
struct ExtraFile {
  std::string name;
  std::function<Result<std::optional<std::string>>()> read;
};

class Backups {
 public:
  struct Parts {
    Stores& stores;
    BackupStore& store;
    SettingStore& settings;
    AuditLog& audit;
    const Keyring& keyring;
    std::function<std::unique_ptr<DatabasePages>()> pages;
    std::function<std::vector<ExtraFile>()> files;
    std::vector<std::string> directories;    // backup_directories of connlog.toml
    std::string data_directory;
    OutboundOptions outbound;                // for a bucket
    const RecoveryMode& recovery;
    // Restores the archive beside, without anything that could act, and compares (cli/drill). Empty: drills are refused.
    std::function<Result<std::string>(const Key& content_key, ByteSource& archive, const Manifest& expected)> drill;
    Clock& clock;
    Random& random;
    std::function<void(std::string_view step)> reached = {};  // of kBackupSteps; tests end the process there
  };
  explicit Backups(Parts parts);
  ~Backups();

  // Before anything is asked: what an interruption left running has failed.
  Result<void> open();
  void start();
  void stop();
  bool is_started() const;
  // One turn: what was asked, what is due, and what is not yet where it belongs. The thread's; without one (tests, commands
  // beside no server) the caller's.
  void run_once();
  LoopSign sign() const;

  // ---- what people ask; `conflict` while the same runs ----
  Result<Backup> begin(Transaction&, const Actor&, BackupKind, BackupTrigger);
  // The same, written into a pipe that a command made in the data directory (a plain name), and kept nowhere else.
  Result<Backup> begin_into_pipe(Transaction&, const Actor&, BackupKind, const std::string& pipe);
  Result<void> begin_verify(const Actor&, BackupId);
  Result<void> begin_drill(const Actor&, BackupId);
  Result<void> remove(Transaction&, const Actor&, BackupId);
  std::vector<BackupProgress> progress() const;
  struct Listed {
    Backup backup;
    std::vector<BackupCopy> copies;
  };
  // Newest first, without the removed ones.
  Result<std::vector<Listed>> list(Snapshot&, int limit) const;
  Result<std::optional<Listed>> listed(Snapshot&, BackupId) const;  // likewise
  // A person takes the file with them; that stands in the trail.
  Result<Backup> note_fetched(Transaction&, const Actor&, BackupId);
  Result<std::optional<Backup>> find(BackupId) const;
  // Makes one now and writes it to `out`, on the caller's thread (`--output -`, and the download of a new one).
  Result<Backup> write_to(ByteSink& out, const Actor&, BackupKind, BackupTrigger);
  // The file of a complete backup, from whichever destination has it.
  Result<std::unique_ptr<ByteSource>> open(BackupId) const;
  // Where in a directory it lies; nothing: in none.
  Result<std::optional<std::string>> path_of(BackupId) const;
  // Waits until a backup is complete or has failed: before an upgrade, an import, a rekey.
  Result<Backup> make_and_wait(const Actor&, BackupKind, BackupTrigger);

  Result<BackupSchedule> schedule(Snapshot&) const;
  Result<void> change_schedule(Transaction&, const Actor&, const BackupSchedule&);
  std::optional<Instant> next_due() const;
  std::optional<Instant> newest_complete() const;  // for the metrics
  Result<std::string> instance(Snapshot&) const;
  std::string signer() const;  // the fingerprint of the key that signs

  struct DestinationState {
    std::string name;
    bool is_directory = true;
    bool is_ready = false;
    bool same_device = false;  // as the data
    std::string trouble;
    std::int64_t backups = 0, bytes = 0, free_bytes = -1;
  };
  std::vector<DestinationState> destinations() const;

  // What an administrator must look at: failed, missing, shrinking, never drilled, on one device with the data, no
  // recovery key. For core/appliance/health, for `check`, for the page.
  std::vector<PartFinding> findings() const;

 private:
  class Inside;
  struct Seen;
  Result<void> begin_later(const Actor&, BackupId, BackupStep);
  Seen seen() const;
  std::unique_ptr<Inside> inside_;
};

}  // namespace connlog
