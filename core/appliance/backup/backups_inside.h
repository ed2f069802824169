// The inside of Backups. backups.cpp has the rows and what others call; backup_thread.cpp the thread; backup_run.cpp makes,
// verifies and tries; backup_copies.cpp copies and removes. Everything that takes long happens in run_once(), on one thread at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "core/appliance/backup/backup_findings.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/backup/destinations.h"

namespace connlog {

inline constexpr const char* kBackupScheduleSetting = "backup.schedule";  // stored
inline constexpr int kBackupRowsLooked = 400;
// Stored: why a backup failed that an end of connlog cut short. Its file may be whole all the same.
inline constexpr const char* kBackupCutShort = "connlog ended while it was made.";

Actor backups_actor();  // who makes them by schedule
Result<StoredSchedule> stored_schedule(const Backups::Parts& parts, Snapshot& snapshot);

// What is known of the outside, as it was at the last look.
struct Backups::Seen {
  bool is_set = false;
  std::vector<DestinationState> destinations;
  std::vector<PartFinding> findings;
  std::optional<Instant> next_due, newest_complete;
};

class Backups::Inside {
 public:
  explicit Inside(Parts given) : parts(std::move(given)) {}

  struct Job {
    enum class What { make, verify, drill, remove } what = What::make;
    BackupId backup;
    Actor actor;
    std::string pipe = {};  // make: into it, and nowhere else
  };
  struct Kept {  // a complete backup that lies somewhere
    std::int64_t bytes = 0;
    std::vector<BackupCopy> copies;
    const BackupCopy* copy_at(const std::string& destination) const {
      for (const BackupCopy& copy : copies) {
        if (copy.destination == destination) return &copy;
      }
      return nullptr;
    }
  };

  const Parts parts;

  // ---- the thread: backup_thread.cpp ----
  void loop();
  void run_once();
  void enqueue(Job job);
  std::optional<Job> take_job();
  void begin_due();  // adds what the schedule wants now
  Seen look() const;
  std::vector<DestinationState> states_of(const Destinations& places, const std::vector<Kept>& kept) const;
  void look_again();
  void fail_forgotten();  // rows whose end could not be written
  // What stops a long step: the end of connlog. Also the thread's sign of life.
  Result<void> go_on();
  void show(BackupStep step, std::int64_t done, std::int64_t of, const std::string& destination = {});
  void reached(std::string_view step) const {
    if (parts.reached) parts.reached(step);
  }
  bool may_act() const;  // no recovery, and a clock that can be right

  // ---- rows: backups.cpp ----
  Result<Backup> add(Transaction& tx, const Actor& actor, BackupKind kind, BackupTrigger trigger);
  Result<std::optional<Backup>> find(BackupId id) const;
  using Change = std::function<void(Backup&)>;
  // Changes the row as it is now, with a line in the trail where `act` is one.
  Result<void> change(BackupId id, const Change& change, const Actor& actor, const std::string& act,
                      const std::string& details);
  void note_copy(const BackupCopy& copy);

  // ---- the work: backup_run.cpp ----
  struct Made {
    ArchiveSummary summary;
    std::string sealed_key, destination;  // empty: nowhere
    std::string waits;                    // beside the data: for which destination
    std::vector<BackupCopy> failed;       // at the places that were tried before
  };
  void work(const Job& job);
  void make(const Job& job, Backup backup);
  Result<Made> make_stored(const Backup& backup);
  Result<Made> make_at(DirectoryDestination& place, const Backup& backup, std::int64_t expected, bool& is_the_place);
  Result<Made> make_piped(const Backup& backup, const std::string& pipe);
  Result<ArchiveSummary> write_archive(ByteSink& out, const Backup& backup, const Key& content_key);
  void settle(const Backup& backup, const Result<Made>& made, const Actor& actor);
  void verify(const Job& job, const Backup& backup);
  void check_copies(const Backup& backup);
  Result<Manifest> read_copy(Destination& place, const Backup& backup, const Key& content_key);
  Result<Manifest> read_through(const Backup& backup, const Key& content_key);
  void drill(const Job& job, const Backup& backup);
  Result<Destinations> destinations() const;
  Result<Key> content_key_of(const Backup& backup) const;

  // ---- copies: backup_copies.cpp ----
  // Where the backup lies with its length. A doubted copy is one that was found damaged, or was never stored whole. The
  // bucket is asked only where no directory has it.
  enum class Doubted { never, if_no_other };
  std::vector<Destination*> copies_of(const Backup& backup, const Destinations& places, Doubted doubted,
                                      bool ask_bucket = true) const;
  std::vector<BackupCopy> noted_copies(const Backup& backup) const;
  Result<std::unique_ptr<ByteSource>> open_stored(const Backup& backup) const;
  Result<void> check_digest(ByteSource& in, const Backup& backup);
  void note_missing(const Backup& backup, const Destinations& places);  // in directories that can be asked
  void note_damaged(const Backup& backup, const Destination& place, const Error& trouble);
  void note_whole(const Backup& backup, const Destination& place);
  void copy_where_missing(const Backup& backup);
  Result<void> copy_to(Destination& place, const Backup& backup, const Destinations& places);
  void tidy_new_places();  // each directory once, when it can be used
  void take_in(DirectoryDestination& place);
  void keep_by_schedule();
  void keep_few_beside_the_data();
  void remove_files(const Backup& backup, bool also_bucket);
  void catch_up();

  mutable std::mutex mutex;
  std::condition_variable woken, finished;
  std::deque<Job> jobs;                    // under mutex
  std::optional<BackupProgress> progress;  // under mutex
  std::optional<Job> running;              // under mutex
  std::vector<BackupId> handed_out;        // under mutex: those that write_to() makes now
  Seen seen;                               // under mutex
  bool is_started = false;                 // under mutex
  bool is_awake = false;                   // under mutex: something was asked
  std::atomic<bool> stopping{false};
  std::mutex turn;  // one run_once() at a time
  std::set<std::string> tidied;  // under turn: directories
  Monotonic caught_up_at;        // under turn
  LoopBeat beat{"The thread of backups", std::chrono::minutes(30), "no backups would be made"};
  std::thread thread;
};

}  // namespace connlog
