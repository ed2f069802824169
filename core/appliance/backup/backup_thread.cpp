// The thread of backups: what is due, what was asked, and what is seen of the outside.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups_inside.h"
#include "core/appliance/backup/bucket_destination.h"
#include "core/appliance/backup/bucket_trial.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr seconds kLookEvery{15};
constexpr std::chrono::minutes kForgottenAfter{10};
constexpr std::chrono::minutes kClockTolerance{2};  // between the clock and what is believed of it

bool set_low_priority() {
  const long thread = ::syscall(SYS_gettid);
  constexpr int kNice = 10, kWhoProcess = 1, kIdleClass = 3, kClassShift = 13;
  const bool nice = ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), kNice) == 0;
  return ::syscall(SYS_ioprio_set, kWhoProcess, thread, kIdleClass << kClassShift) == 0 && nice;
}

// A service's filter of system calls may end the process that tries. Our own unit allows it and says so; under any other
// filter it is not tried. (A child that tries first would hold the data directory's lock for a moment.)
bool may_set_low_priority() {
  if (std::getenv("CONNLOG_BACKUPS_GIVE_WAY") != nullptr) return true;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Seccomp:")) return line.find('0') != std::string::npos;
  }
  return false;
}

// Everything else goes first: processor and disk. Where that is not allowed, the work is done without.
void give_way() {
  if (!may_set_low_priority() || !set_low_priority()) log_info("backups.no_low_priority");
}

// A zone that this machine does not know any more counts as UTC: a backup at another hour is better than none.
TimeZone zone_of(const BackupSchedule& schedule) {
  auto zone = TimeZone::load(schedule.zone);
  if (zone) return *std::move(zone);
  log_warning("backups.zone_unknown", {{"zone", schedule.zone}, {"message", zone.error().message}});
  return TimeZone::utc();
}

}  // namespace

Actor backups_actor() {
  Actor actor;
  actor.name = "connlog";
  return actor;
}

Result<StoredSchedule> stored_schedule(const Backups::Parts& parts, Snapshot& snapshot) {
  const auto text = TRY(parts.settings.get(snapshot, kBackupScheduleSetting));
  return text ? read_schedule(*text) : StoredSchedule{};
}

bool Backups::Inside::may_act() const {
  const Instant now = parts.clock.now(), believed = parts.clock.believed();
  return !parts.recovery.is_on() && now - believed < kClockTolerance && believed - now < kClockTolerance;
}

Result<void> Backups::Inside::go_on() {
  beat.alive(parts.clock.monotonic());
  if (stopping) return Error{ErrorCode::unavailable, "connlog was stopped before the backup was done."};
  return {};
}

void Backups::Inside::show(BackupStep step, std::int64_t done, std::int64_t of, const std::string& destination) {
  const std::lock_guard lock(mutex);
  progress = BackupProgress{running ? running->backup : BackupId{}, step, destination, done, of};
}

void Backups::Inside::enqueue(Job job) {
  {
    const std::lock_guard lock(mutex);
    jobs.push_back(std::move(job));
    is_awake = true;
  }
  woken.notify_all();
}

std::optional<Backups::Inside::Job> Backups::Inside::take_job() {
  const std::lock_guard lock(mutex);
  if (jobs.empty() || stopping) return std::nullopt;
  running = std::move(jobs.front());
  jobs.pop_front();
  progress = BackupProgress{running->backup, BackupStep::waiting, {}, 0, 0};
  return running;
}

void Backups::Inside::run_once() {
  const std::lock_guard one_at_a_time(turn);
  tidy_new_places();
  fail_forgotten();
  look_again();
  begin_due();
  while (auto job = take_job()) {
    work(*job);
    {
      const std::lock_guard lock(mutex);
      running.reset();
      progress.reset();
    }
    look_again();
    finished.notify_all();
    begin_due();
  }
  if (!stopping && may_act()) catch_up();
}

// While nothing can be stored, the end of a backup cannot be either: its row would say for ever that it runs.
void Backups::Inside::fail_forgotten() {
  std::vector<Backup> rows;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    rows = TRY(parts.store.newest(snapshot, 10));
    return {};
  });
  if (!read) return;
  const Instant before = parts.clock.now() - kForgottenAfter;  // a new one may not be in the queue yet
  for (const Backup& row : rows) {
    if (row.state != BackupState::running || row.started_at >= before) continue;
    {
      const std::lock_guard lock(mutex);
      const bool waits = std::ranges::any_of(jobs, [&](const Job& job) { return job.backup == row.id; });
      if (waits || std::ranges::find(handed_out, row.id) != handed_out.end()) continue;
    }
    const std::string why = "Its end could not be stored.";
    const auto noted = change(
        row.id,
        [&](Backup& backup) {
          backup.state = BackupState::failed;
          backup.ended_at = parts.clock.now();
          backup.trouble = why;
        },
        backups_actor(), "backup.failed", why);
    if (!noted) log_warning("backups.not_noted", {{"message", noted.error().message}, {"cause", noted.error().cause}});
  }
}

void Backups::Inside::loop() {
  give_way();
  while (!stopping) {
    beat.alive(parts.clock.monotonic());
    try {
      run_once();
    } catch (const std::exception& trouble) {  // no memory
      log_error("backups.failed", {{"reason", trouble.what()}});
    }
    std::unique_lock lock(mutex);
    beat.rests();
    woken.wait_for(lock, kLookEvery, [this] { return stopping || is_awake; });
    is_awake = false;
  }
  finished.notify_all();
}

void Backups::Inside::begin_due() {
  if (stopping || !may_act()) return;
  std::optional<NextRun> next;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const StoredSchedule stored = TRY(stored_schedule(parts, snapshot));
    if (!stored.schedule.enabled) return {};
    const auto rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    next = next_run(stored, zone_of(stored.schedule), runs_of(rows), parts.clock.now());
    return {};
  });
  if (!read || !next || next->at > parts.clock.now()) return;
  const auto begun = parts.stores.write([&](Transaction& tx) -> Result<void> {
    const Backup backup = TRY(add(tx, backups_actor(), next->kind, BackupTrigger::schedule));
    tx.after_commit([this, id = backup.id] { enqueue({Job::What::make, id, backups_actor()}); });
    return {};
  });
  if (!begun && begun.error().code != ErrorCode::conflict)
    log_warning("backups.not_begun", {{"message", begun.error().message}, {"cause", begun.error().cause}});
}

Backups::Seen Backups::Inside::look() const {
  Seen out;
  BackupFacts facts;
  facts.now = parts.clock.now();
  facts.in_recovery = parts.recovery.is_on();
  std::optional<Destinations> places;
  std::vector<Kept> kept;  // newest first
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    facts.stored = TRY(stored_schedule(parts, snapshot));
    facts.backups = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    const BackupKeysState keys = TRY(backup_keys_state(parts.settings, snapshot));
    facts.has_key = keys.can_back_up();
    places = TRY(open_destinations(parts, snapshot));
    const auto bucket = TRY(load_bucket(parts.settings, snapshot, parts.keyring));
    if (bucket) {
      const auto verdict = TRY(load_bucket_verdict(parts.settings, snapshot, *bucket));
      facts.bucket_warning = bucket_warning(*bucket, verdict);
    }
    for (const Backup& backup : facts.backups) {
      if (backup.state != BackupState::complete) continue;
      if (!out.newest_complete) out.newest_complete = backup.started_at;
      auto copies = TRY(parts.store.copies(snapshot, backup.id));
      if (!copies.empty()) kept.push_back({backup.bytes, std::move(copies)});  // else it went into a pipe
    }
    return {};
  });
  if (!read) {
    log_warning("backups.unknown", {{"message", read.error().message}, {"cause", read.error().cause}});
    return out;
  }
  facts.zone = zone_of(facts.stored.schedule);
  facts.destinations = states_of(*places, kept);
  for (const Destination* wanted : places->wanted()) {
    int& missing = facts.missing[wanted->name()];
    for (const Kept& backup : kept) {
      const BackupCopy* copy = backup.copy_at(wanted->name());
      if (copy != nullptr && copy->is_there) break;
      ++missing;
    }
    const BackupCopy* newest = kept.empty() ? nullptr : kept.front().copy_at(wanted->name());
    if (newest != nullptr && !newest->is_there) facts.put_trouble[wanted->name()] = newest->trouble;
  }
  out.destinations = facts.destinations;
  out.findings = findings_of(facts);
  const auto next = next_run(facts.stored, facts.zone, runs_of(facts.backups), facts.now);
  if (next) out.next_due = next->at;
  out.is_set = true;
  return out;
}

std::vector<Backups::DestinationState> Backups::Inside::states_of(const Destinations& places,
                                                                  const std::vector<Kept>& kept) const {
  std::vector<DestinationState> out;
  for (DirectoryDestination* directory : places.directories()) {
    if (!directory->is_built_in() || std::filesystem::exists(directory->name())) {
      out.push_back(state_of(*directory, parts.data_directory));
    } else if (places.named.empty()) {  // it is made when it is needed
      DestinationState state;
      state.name = directory->name();
      state.is_ready = state.same_device = true;
      out.push_back(std::move(state));
    }
  }
  if (!places.bucket) return out;
  DestinationState state;
  state.name = places.bucket->name();
  state.is_directory = false;
  state.is_ready = true;
  bool is_newest = true;
  for (const Kept& backup : kept) {
    const BackupCopy* copy = backup.copy_at(state.name);
    if (copy == nullptr) continue;
    if (copy->is_there) {
      ++state.backups;
      state.bytes += backup.bytes;
    } else if (is_newest) {
      state.is_ready = false;
      state.trouble = copy->trouble;
    }
    is_newest = false;
  }
  out.push_back(std::move(state));
  return out;
}

void Backups::Inside::look_again() {
  Seen now = look();
  if (!now.is_set) return;
  const std::lock_guard lock(mutex);
  seen = std::move(now);
}

}  // namespace connlog
