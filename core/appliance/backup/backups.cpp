#include "core/appliance/backup/backups.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <filesystem>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups_inside.h"
#include "core/audit/audit.h"
#include "core/base/log.h"

namespace connlog {
namespace {

Error conflict(std::string message) {
  return Error{ErrorCode::conflict, std::move(message)};
}

std::string described(const BackupSchedule& schedule) {
  if (!schedule.enabled) return "switched off";
  return fmt::format("{:02}:{:02} {}, kept {} daily, {} weekly, {} monthly, {} yearly", schedule.hour, schedule.minute,
                     schedule.zone, schedule.keep_daily, schedule.keep_weekly, schedule.keep_monthly,
                     schedule.keep_yearly);
}

bool is_pipe_name(const std::string& name) {
  return name.size() <= 100 && name.starts_with("backup-") && name.ends_with(".pipe") &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

bool same_time(const BackupSchedule& a, const BackupSchedule& b) {
  return a.enabled == b.enabled && a.hour == b.hour && a.minute == b.minute && a.zone == b.zone &&
         a.whole_on == b.whole_on && a.daily_without_history == b.daily_without_history;
}

// What commands left that were ended: nobody asks for a backup before open() is done.
void remove_pipes(const std::filesystem::path& data) {
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(data, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!is_pipe_name(name) || !std::filesystem::is_fifo(entry->symlink_status(ignored))) continue;
    if (std::filesystem::remove(entry->path(), ignored)) log_info("backups.pipe_removed", {{"file", name}});
  }
}

}  // namespace

// ---------------------------------------------------------------- rows

Result<Backup> Backups::Inside::add(Transaction& tx, const Actor& actor, BackupKind kind, BackupTrigger trigger) {
  if (parts.recovery.is_on()) {
    return conflict("The appliance was restored and is in recovery: no backup is made before an administrator ends it.");
  }
  // A scheduled one without keys fails, so that it is told.
  if (trigger != BackupTrigger::schedule) TRY(key_slots_for(parts.settings, tx, Key{}));
  const auto newest = TRY(parts.store.newest(tx, 10));
  for (const Backup& other : newest) {
    if (other.state == BackupState::running) return conflict("A backup is being made already. Wait until it is done.");
  }
  const std::string instance = TRY(instance_of(parts.settings, tx));
  if (instance.size() < 8)
    return Error{ErrorCode::unavailable, "The appliance has no id yet. Restart connlog, then try again."};
  Backup backup;
  backup.started_at = parts.clock.now();
  backup.id = BackupId::make(backup.started_at, parts.random);
  backup.kind = kind;
  backup.trigger = trigger;
  backup.name = backup_file_name(instance, backup.started_at, backup.id);
  backup.by = actor.name;
  TRY(parts.store.add(tx, backup));
  if (trigger != BackupTrigger::schedule)
    TRY(parts.audit.append(tx, actor, "backup.asked", backup.id.text(), std::string(to_text(kind))));
  return backup;
}

Result<std::optional<Backup>> Backups::Inside::find(BackupId id) const {
  std::optional<Backup> found;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    found = TRY(parts.store.find(snapshot, id));
    return {};
  });
  TRY(read);
  return found;
}

Result<void> Backups::Inside::change(BackupId id, const Change& change, const Actor& actor, const std::string& act,
                                     const std::string& details) {
  return parts.stores.write([&](Transaction& tx) -> Result<void> {
    auto backup = TRY(parts.store.find(tx, id));
    if (!backup) return {};
    change(*backup);
    TRY(parts.store.update(tx, *backup));
    if (!act.empty()) TRY(parts.audit.append(tx, actor, act, id.text(), details));
    return {};
  });
}

void Backups::Inside::note_copy(const BackupCopy& copy) {
  const auto noted = parts.stores.write([&](Transaction& tx) { return parts.store.put_copy(tx, copy); });
  if (!noted) log_warning("backups.copy_not_noted", {{"message", noted.error().message}, {"cause", noted.error().cause}});
}

// ---------------------------------------------------------------- what others call

Backups::Backups(Parts parts) : inside_(std::make_unique<Inside>(std::move(parts))) {}

Backups::~Backups() {
  stop();
}

Result<void> Backups::open() {
  Inside& in = *inside_;
  remove_pipes(in.parts.data_directory);
  std::vector<Backup> left;
  const auto read = in.parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    auto rows = TRY(in.parts.store.newest(snapshot, kBackupRowsLooked));
    std::ranges::copy_if(rows, std::back_inserter(left),
                         [](const Backup& backup) { return backup.state == BackupState::running; });
    return {};
  });
  TRY(read);
  for (const Backup& backup : left) {
    const auto fail = [&in](Backup& row) {
      row.state = BackupState::failed;
      row.ended_at = in.parts.clock.now();
      row.trouble = kBackupCutShort;
    };
    TRY(in.change(backup.id, fail, backups_actor(), "backup.failed", kBackupCutShort));
  }
  return {};
}

void Backups::start() {
  Inside& in = *inside_;
  {
    const std::lock_guard lock(in.mutex);
    in.is_started = true;
  }
  in.thread = std::thread([&in] { in.loop(); });
  pthread_setname_np(in.thread.native_handle(), "backups");
}

void Backups::stop() {
  Inside& in = *inside_;
  in.stopping = true;
  { const std::lock_guard lock(in.mutex); }  // the thread is either before its wait and sees it, or waits and is woken
  in.woken.notify_all();
  if (in.thread.joinable()) in.thread.join();
  in.finished.notify_all();
}

void Backups::run_once() {
  inside_->run_once();
}

bool Backups::is_started() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->is_started;
}

LoopSign Backups::sign() const {
  return inside_->beat.sign();
}

Result<Backup> Backups::begin(Transaction& tx, const Actor& actor, BackupKind kind, BackupTrigger trigger) {
  const Backup backup = TRY(inside_->add(tx, actor, kind, trigger));
  tx.after_commit([in = inside_.get(), id = backup.id, actor] { in->enqueue({Inside::Job::What::make, id, actor}); });
  return backup;
}

Result<Backup> Backups::begin_into_pipe(Transaction& tx, const Actor& actor, BackupKind kind, const std::string& pipe) {
  // No other file there is ever opened for it: closing connlog.db, for one, would drop the locks of the database.
  if (!is_pipe_name(pipe)) return invalid("pipe", "The pipe is one in the data directory, called backup-….pipe.");
  const Backup backup = TRY(inside_->add(tx, actor, kind, BackupTrigger::command_line));
  tx.after_commit([in = inside_.get(), id = backup.id, actor, pipe] {
    in->enqueue({Inside::Job::What::make, id, actor, pipe});
  });
  return backup;
}

Result<void> Backups::begin_later(const Actor& actor, BackupId id, BackupStep step) {
  Inside& in = *inside_;
  if (in.parts.recovery.is_on()) return conflict("The appliance is in recovery: nothing is done about backups before it ends.");
  const auto backup = TRY(in.find(id));
  if (!backup || backup->state == BackupState::removed) return Error{ErrorCode::not_found, "There is no such backup."};
  if (backup->state != BackupState::complete) return conflict("This backup is not complete.");
  if (backup->sealed_key.empty()) {
    return conflict("The appliance does not keep the key of this backup. Verify it on the command line, with the recovery "
                    "key: connlog backup verify FILE");
  }
  const auto what = step == BackupStep::drilling ? Inside::Job::What::drill : Inside::Job::What::verify;
  {
    const std::lock_guard lock(in.mutex);
    const auto is_it = [&](const Inside::Job& job) { return job.backup == id && job.what == what; };
    if ((in.running && is_it(*in.running)) || std::ranges::any_of(in.jobs, is_it))
      return conflict("That is being done already.");
  }
  in.enqueue({what, id, actor});
  return {};
}

Result<void> Backups::begin_verify(const Actor& actor, BackupId id) {
  return begin_later(actor, id, BackupStep::verifying);
}

Result<void> Backups::begin_drill(const Actor& actor, BackupId id) {
  if (!inside_->parts.drill) return conflict("Drills are not possible here.");
  return begin_later(actor, id, BackupStep::drilling);
}

Result<void> Backups::remove(Transaction& tx, const Actor& actor, BackupId id) {
  Inside& in = *inside_;
  auto backup = TRY(in.parts.store.find(tx, id));
  if (!backup || backup->state == BackupState::removed) return Error{ErrorCode::not_found, "There is no such backup."};
  if (backup->state == BackupState::running) return conflict("This backup is being made. Wait until it is done.");
  backup->state = BackupState::removed;
  backup->sealed_key.clear();
  TRY(in.parts.store.update(tx, *backup));
  TRY(in.parts.audit.append(tx, actor, "backup.removed", id.text(), backup->name));
  tx.after_commit([&in, id, actor] { in.enqueue({Inside::Job::What::remove, id, actor}); });
  return {};
}

std::vector<BackupProgress> Backups::progress() const {
  const Inside& in = *inside_;
  const std::lock_guard lock(in.mutex);
  std::vector<BackupProgress> out;
  if (in.progress) out.push_back(*in.progress);
  for (const Inside::Job& job : in.jobs) out.push_back({job.backup, BackupStep::waiting, {}, 0, 0});
  return out;
}

Result<std::vector<Backups::Listed>> Backups::list(Snapshot& snapshot, int limit) const {
  std::vector<Listed> out;
  auto rows = TRY(inside_->parts.store.newest(snapshot, kBackupRowsLooked));
  for (Backup& row : rows) {
    if (row.state == BackupState::removed) continue;
    if (out.size() >= static_cast<std::size_t>(limit)) break;
    auto copies = TRY(inside_->parts.store.copies(snapshot, row.id));
    out.push_back({std::move(row), std::move(copies)});
  }
  return out;
}

Result<std::optional<Backups::Listed>> Backups::listed(Snapshot& snapshot, BackupId id) const {
  auto row = TRY(inside_->parts.store.find(snapshot, id));
  if (!row || row->state == BackupState::removed) return std::optional<Listed>();
  auto copies = TRY(inside_->parts.store.copies(snapshot, id));
  return std::optional(Listed{*std::move(row), std::move(copies)});
}

Result<Backup> Backups::note_fetched(Transaction& tx, const Actor& actor, BackupId id) {
  const auto row = TRY(inside_->parts.store.find(tx, id));
  if (!row || row->state != BackupState::complete) return Error{ErrorCode::not_found, "There is no such backup."};
  TRY(inside_->parts.audit.append(tx, actor, "backup.fetched", id.text(), row->name));
  return *row;
}

Result<std::optional<Backup>> Backups::find(BackupId id) const {
  return inside_->find(id);
}

Result<Backup> Backups::write_to(ByteSink& out, const Actor& actor, BackupKind kind, BackupTrigger trigger) {
  Inside& in = *inside_;
  Backup backup;
  const auto begun = in.parts.stores.write([&](Transaction& tx) -> Result<void> {
    backup = TRY(in.add(tx, actor, kind, trigger));
    return {};
  });
  TRY(begun);
  {
    const std::lock_guard lock(in.mutex);
    in.handed_out.push_back(backup.id);
  }
  Key content_key{};
  in.parts.random.fill(content_key);
  const auto written = in.write_archive(out, backup, content_key);
  const Result<Inside::Made> made =
      written ? Result<Inside::Made>(Inside::Made{*written, {}, {}, {}, {}}) : Result<Inside::Made>(written.error());
  in.settle(backup, made, actor);
  {
    const std::lock_guard lock(in.mutex);
    std::erase(in.handed_out, backup.id);
    if (!in.running) in.progress.reset();
  }
  if (!made) return made.error();
  const auto row = TRY(in.find(backup.id));
  return row.value_or(backup);
}

Result<std::unique_ptr<ByteSource>> Backups::open(BackupId id) const {
  const auto backup = TRY(inside_->find(id));
  if (!backup || backup->state != BackupState::complete) return Error{ErrorCode::not_found, "There is no such backup."};
  return inside_->open_stored(*backup);
}

Result<std::optional<std::string>> Backups::path_of(BackupId id) const {
  const auto backup = TRY(inside_->find(id));
  if (!backup || backup->state != BackupState::complete) return Error{ErrorCode::not_found, "There is no such backup."};
  const Destinations places = TRY(inside_->destinations());
  const bool ask_bucket = false;
  const auto copies = inside_->copies_of(*backup, places, Inside::Doubted::if_no_other, ask_bucket);
  if (!copies.empty()) {
    return std::optional((std::filesystem::path(copies.front()->name()) / backup->name).string());
  }
  return std::optional<std::string>();
}

Result<Backup> Backups::make_and_wait(const Actor& actor, BackupKind kind, BackupTrigger trigger) {
  Inside& in = *inside_;
  Backup backup;
  const auto begun = in.parts.stores.write([&](Transaction& tx) -> Result<void> {
    backup = TRY(begin(tx, actor, kind, trigger));
    return {};
  });
  TRY(begun);
  if (!is_started()) {
    run_once();
  } else {
    const auto is_open = [&in, id = backup.id] {
      return (in.running && in.running->backup == id) ||
             std::ranges::any_of(in.jobs, [&](const Inside::Job& job) { return job.backup == id; });
    };
    std::unique_lock lock(in.mutex);
    in.finished.wait(lock, [&] { return in.stopping || !is_open(); });
  }
  const auto row = TRY(in.find(backup.id));
  if (row && row->state == BackupState::complete) return *row;
  return Error{ErrorCode::unavailable, row && !row->trouble.empty() ? row->trouble : "The backup was not made."};
}

Result<BackupSchedule> Backups::schedule(Snapshot& snapshot) const {
  const StoredSchedule stored = TRY(stored_schedule(inside_->parts, snapshot));
  return stored.schedule;
}

Result<void> Backups::change_schedule(Transaction& tx, const Actor& actor, const BackupSchedule& wanted) {
  Inside& in = *inside_;
  TRY(check_schedule(wanted));
  StoredSchedule stored = TRY(stored_schedule(in.parts, tx));
  if (wanted.enabled && !stored.schedule.enabled) {
    const BackupKeysState keys = TRY(backup_keys_state(in.parts.settings, tx));
    if (!keys.can_back_up()) {
      return conflict("Nobody could open the backups: make a recovery key and confirm it, or set a backup passphrase, then "
                      "switch the schedule on.");
    }
  }
  if (!same_time(stored.schedule, wanted)) stored.since = in.parts.clock.now();
  stored.schedule = wanted;
  TRY(in.parts.settings.put(tx, kBackupScheduleSetting, schedule_text(stored)));
  TRY(in.parts.audit.append(tx, actor, "backup_schedule.changed", "", described(wanted)));
  tx.after_commit([&in] {
    {
      const std::lock_guard lock(in.mutex);
      in.seen.is_set = false;  // those who ask meanwhile look themselves
      in.is_awake = true;
    }
    in.woken.notify_all();
  });
  return {};
}

Backups::Seen Backups::seen() const {
  {
    const std::lock_guard lock(inside_->mutex);
    if (inside_->is_started && inside_->seen.is_set) return inside_->seen;
  }
  return inside_->look();
}

std::optional<Instant> Backups::next_due() const {
  return seen().next_due;
}

Result<std::string> Backups::instance(Snapshot& snapshot) const {
  return instance_of(inside_->parts.settings, snapshot);
}

std::string Backups::signer() const {
  return backup_signer_fingerprint(inside_->parts.keyring);
}

std::optional<Instant> Backups::newest_complete() const {
  return seen().newest_complete;
}

std::vector<Backups::DestinationState> Backups::destinations() const {
  return seen().destinations;
}

std::vector<PartFinding> Backups::findings() const {
  return seen().findings;
}

}  // namespace connlog
