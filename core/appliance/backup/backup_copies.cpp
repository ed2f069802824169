// The copies of backups: where they lie, whether they are whole, copied where one is missing, removed where one is no longer
// kept. The thread `backups` does it; copies_of() and open_stored() are for any thread.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups_inside.h"
#include "core/appliance/backup/keep.h"
#include "core/audit/audit.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr int kCaughtUp = 3;  // the newest backups are copied to a destination that comes back
constexpr std::chrono::minutes kCatchUpEvery{10};

// Reads for a copy, and fails at the last byte where the file is not the one that was written.
class CheckedSource final : public ByteSource {
 public:
  CheckedSource(ByteSource& source, const Backup& backup) : source_(source), backup_(backup) {
    crypto_generichash_init(&state_, nullptr, 0, backup.digest.size());
  }
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    auto got = source_.read(into);
    if (!got) {
      has_failed_ = true;
      return got;
    }
    crypto_generichash_update(&state_, into.data(), *got);
    done_ += static_cast<std::int64_t>(*got);
    if (*got > 0 && done_ < backup_.bytes) return got;
    if (is_checked_ && done_ == backup_.bytes) return got;
    std::array<std::uint8_t, 32> digest{};
    if (!is_checked_) crypto_generichash_final(&state_, digest.data(), digest.size());
    is_checked_ = true;
    if (done_ == backup_.bytes && digest == backup_.digest) return got;
    has_failed_ = true;
    return Error{ErrorCode::conflict, "The file is not the one that was written: it has another length or digest."};
  }
  bool has_failed() const { return has_failed_; }

 private:
  ByteSource& source_;
  const Backup& backup_;
  crypto_generichash_state state_;
  std::int64_t done_ = 0;
  bool is_checked_ = false, has_failed_ = false;
};

bool has_whole_file(Destination& place, const Backup& backup) {
  const auto has = place.has(backup.name, backup.bytes);
  return has && *has;
}

}  // namespace

// ---------------------------------------------------------------- where they lie

std::vector<BackupCopy> Backups::Inside::noted_copies(const Backup& backup) const {
  std::vector<BackupCopy> copies;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    copies = TRY(parts.store.copies(snapshot, backup.id));
    return {};
  });
  if (!read) log_warning("backups.copies_unknown", {{"message", read.error().message}, {"cause", read.error().cause}});
  return copies;
}

std::vector<Destination*> Backups::Inside::copies_of(const Backup& backup, const Destinations& places,
                                                     Doubted doubted, bool ask_bucket) const {
  const std::vector<BackupCopy> copies = noted_copies(backup);
  std::vector<Destination*> good, others;
  for (Destination* place : places.all()) {
    if (!place->is_directory() && (!ask_bucket || !good.empty())) continue;
    if (!has_whole_file(*place, backup)) continue;
    const auto known = std::ranges::find(copies, place->name(), &BackupCopy::destination);
    (known == copies.end() || known->is_there ? good : others).push_back(place);
  }
  return good.empty() && doubted == Doubted::if_no_other ? others : good;
}

Result<std::unique_ptr<ByteSource>> Backups::Inside::open_stored(const Backup& backup) const {
  const Destinations places = TRY(destinations());
  Error last{ErrorCode::not_found, "The backup lies in no destination that can be reached now."};
  for (Destination* place : copies_of(backup, places, Doubted::if_no_other)) {
    auto opened = place->open(backup.name);
    if (opened) return opened;
    last = opened.error();
  }
  return last;
}

Result<void> Backups::Inside::check_digest(ByteSource& in, const Backup& backup) {
  CheckedSource checked(in, backup);
  std::vector<std::uint8_t> piece(256 * 1024);
  while (true) {
    TRY(go_on());
    const std::size_t got = TRY(checked.read(piece));
    if (got == 0) return {};
  }
}

void Backups::Inside::note_missing(const Backup& backup, const Destinations& places) {
  const std::vector<BackupCopy> copies = noted_copies(backup);
  for (DirectoryDestination* place : places.directories()) {
    const auto known = std::ranges::find(copies, place->name(), &BackupCopy::destination);
    if (known == copies.end() || !known->is_there || !place->probe()) continue;
    const auto has = place->has(backup.name, backup.bytes);
    if (!has || *has) continue;
    note_damaged(backup, *place, {ErrorCode::not_found, "Its file is gone, or has another length."});
  }
}

void Backups::Inside::note_damaged(const Backup& backup, const Destination& place, const Error& trouble) {
  if (!place.is_directory() && trouble.code == ErrorCode::unavailable) return;  // the way to it failed
  note_copy({backup.id, place.name(), false, parts.clock.now(), trouble.message});
  log_warning("backups.copy_damaged", {{"backup", backup.id.text()}, {"destination", place.name()},
                                       {"message", trouble.message}, {"cause", trouble.cause}});
}

void Backups::Inside::note_whole(const Backup& backup, const Destination& place) {
  const std::vector<BackupCopy> copies = noted_copies(backup);
  const auto known = std::ranges::find(copies, place.name(), &BackupCopy::destination);
  if (known == copies.end() || !known->is_there) note_copy({backup.id, place.name(), true, parts.clock.now(), {}});
}

// ---------------------------------------------------------------- copying

// From the first copy that is whole. One that was thought damaged and is not (its disk was pulled out) counts as there.
Result<void> Backups::Inside::copy_to(Destination& place, const Backup& backup, const Destinations& places) {
  TRY(place.probe());
  if (place.is_directory() && has_whole_file(place, backup)) {
    const auto there = TRY(place.open(backup.name));
    if (check_digest(*there, backup)) return {};
    TRY(go_on());
  }
  Error last{ErrorCode::not_found, "The backup lies in no destination that can be reached now."};
  for (Destination* from : copies_of(backup, places, Doubted::if_no_other)) {
    if (from == &place) continue;
    const auto source = from->open(backup.name);
    if (!source) {
      last = source.error();
      continue;
    }
    CheckedSource checked(**source, backup);
    bool is_half = false;
    const auto put = place.put(backup.name, backup.bytes, checked, [&](std::int64_t done) -> Result<void> {
      show(BackupStep::uploading, done, backup.bytes, place.name());
      if (!is_half && done * 2 >= backup.bytes) {
        is_half = true;
        reached("copy_half");
      }
      return go_on();
    });
    if (put) return {};
    last = put.error();
    if (!checked.has_failed()) break;
    note_damaged(backup, *from, last);
  }
  return last;
}

void Backups::Inside::copy_where_missing(const Backup& backup) {
  const auto places = destinations();
  if (!places) return;
  const std::vector<BackupCopy> copies = noted_copies(backup);
  for (Destination* place : places->wanted()) {
    const auto known = std::ranges::find(copies, place->name(), &BackupCopy::destination);
    if (stopping || (known != copies.end() && known->is_there)) continue;
    const auto copied = copy_to(*place, backup, *places);
    if (!copied && stopping) return;
    reached("copied");
    if (!copied && known != copies.end() && known->trouble == copied.error().message) continue;  // nothing new to write
    note_copy({backup.id, place->name(), copied.has_value(), parts.clock.now(),
               copied ? std::string() : copied.error().message});
    reached("copy_noted");
    if (!copied) {
      log_warning("backups.not_copied", {{"backup", backup.id.text()}, {"destination", place->name()},
                                         {"message", copied.error().message}, {"cause", copied.error().cause}});
    }
  }
}

// A destination that was away gets what it missed, and a file that went is put back.
void Backups::Inside::catch_up() {
  const Monotonic now = parts.clock.monotonic();
  if (caught_up_at.micros != 0 && now - caught_up_at < kCatchUpEvery) return;
  caught_up_at = now;
  const auto places = destinations();
  if (!places) return;
  std::vector<Backup> looked;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    for (const Backup& backup : rows) {
      if (backup.state != BackupState::complete || looked.size() >= kCaughtUp) continue;
      const auto copies = TRY(parts.store.copies(snapshot, backup.id));
      if (!copies.empty()) looked.push_back(backup);  // else it was handed out
    }
    return {};
  });
  if (!read) return;
  bool was_behind = false;
  for (const Backup& backup : looked) {
    note_missing(backup, *places);
    const std::vector<BackupCopy> copies = noted_copies(backup);
    const bool is_behind = std::ranges::any_of(places->wanted(), [&](const Destination* place) {
      return std::ranges::none_of(copies, [&](const BackupCopy& copy) {
        return copy.destination == place->name() && copy.is_there;
      });
    });
    if (is_behind) copy_where_missing(backup);
    was_behind = was_behind || is_behind;
  }
  if (was_behind) keep_few_beside_the_data();
}

// ---------------------------------------------------------------- what an interruption left

void Backups::Inside::tidy_new_places() {
  const auto places = destinations();
  if (!places) return;
  for (DirectoryDestination* directory : places->directories()) {
    if (tidied.contains(directory->name())) continue;
    if (directory->is_built_in() && !std::filesystem::exists(directory->name())) continue;
    if (!directory->probe()) continue;
    directory->sweep();
    take_in(*directory);
    if (stopping) return;
    tidied.insert(directory->name());
  }
}

// A backup that was cut short between its last byte and its row counts when its file is whole. Its key is lost to the
// appliance; the recovery key and the passphrase open it.
void Backups::Inside::take_in(DirectoryDestination& place) {
  std::vector<Backup> rows;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    return {};
  });
  if (!read) return;
  for (const Backup& row : rows) {
    if (row.state != BackupState::failed || row.trouble != kBackupCutShort) continue;
    const auto file = place.open(row.name);
    if (!file) continue;
    const auto found = [&]() -> Result<ArchiveSummary> {
      const auto reader = TRY(ArchiveReader::open(**file));
      const ArchiveSummary summary = TRY(reader->check_complete());
      if (reader->header().backup_id != row.id.text() || reader->header().signer != backup_signer(parts.keyring).open)
        return Error{ErrorCode::conflict, "The file under its name is another backup."};
      return summary;
    }();
    if (stopping) return;
    if (!found) {
      log_warning("backups.not_taken_in", {{"backup", row.id.text()}, {"message", found.error().message}});
      continue;
    }
    const auto noted = parts.stores.write([&](Transaction& tx) -> Result<void> {
      Backup now = row;
      now.state = BackupState::complete;
      now.trouble.clear();
      now.bytes = found->bytes;
      now.digest = found->digest;
      TRY(parts.store.update(tx, now));
      TRY(parts.store.put_copy(tx, {row.id, place.name(), true, parts.clock.now(), {}}));
      return parts.audit.append(tx, backups_actor(), "backup.made", row.id.text(),
                                fmt::format("{}, found whole in {} after connlog had ended", to_text(row.kind), place.name()));
    });
    if (!noted) log_warning("backups.not_noted", {{"message", noted.error().message}, {"cause", noted.error().cause}});
  }
}

// ---------------------------------------------------------------- what goes

// `also_bucket`: a person asked for it; retention asks only where that is wanted.
void Backups::Inside::remove_files(const Backup& backup, bool also_bucket) {
  const auto places = destinations();
  if (!places) return;
  std::vector<BackupCopy> copies = noted_copies(backup);
  for (BackupCopy& copy : copies) {
    if (!copy.is_there) continue;
    for (Destination* place : places->all()) {
      if (place->name() != copy.destination || (!place->is_directory() && !also_bucket)) continue;
      show(BackupStep::removing, 0, 1, place->name());
      const auto removed = place->remove(backup.name);
      reached("file_removed");
      copy.is_there = !removed;
      copy.at = parts.clock.now();
      copy.trouble = removed ? std::string() : removed.error().message;
      note_copy(copy);
      reached("removal_noted");
    }
  }
}

void Backups::Inside::keep_by_schedule() {
  if (!may_act()) return;
  const auto places = destinations();
  if (!places) return;
  BackupSchedule schedule;
  std::vector<Backup> complete, left;  // left: removed, with a copy that could not be removed then
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const StoredSchedule stored = TRY(stored_schedule(parts, snapshot));
    schedule = stored.schedule;
    const auto rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    for (const Backup& row : rows) {
      const auto copies = TRY(parts.store.copies(snapshot, row.id));
      const bool somewhere = std::ranges::any_of(copies, &BackupCopy::is_there);
      if (row.state == BackupState::complete && somewhere) complete.push_back(row);
      if (row.state == BackupState::removed && somewhere) left.push_back(row);
    }
    return {};
  });
  if (!read) return;
  for (const Backup& row : left) remove_files(row, places->bucket_removes);
  if (!schedule.enabled) return;  // without a schedule nobody said what may go
  std::vector<StoredCopy> all;
  const Instant now = parts.clock.proven();
  for (const Backup& row : complete) {
    if (!is_kept_by_schedule(row.trigger, row.started_at, now)) continue;
    all.push_back({row.id, row.kind, row.started_at, row.verified_at.is_set() && row.verify_trouble.empty()});
  }
  const auto zone = TimeZone::load(schedule.zone);
  for (const BackupId& id : no_longer_kept(all, schedule, zone ? *zone : TimeZone::utc())) {
    const auto row = std::ranges::find(complete, id, &Backup::id);
    const auto removed = change(
        id,
        [](Backup& backup) {
          backup.state = BackupState::removed;
          backup.sealed_key.clear();
        },
        backups_actor(), "backup.removed", fmt::format("{}, by the schedule", row->name));
    reached("removal_marked");
    if (removed) remove_files(*row, places->bucket_removes);
  }
  // Rows of what went long ago.
  const auto forgotten = parts.stores.write([&](Transaction& tx) {
    return parts.store.forget_before(tx, parts.clock.proven() - std::chrono::days(400));
  });
  if (!forgotten) log_warning("backups.not_forgotten", {{"cause", forgotten.error().cause}});
  reached("retention_done");
}

// While the named destinations are away, few of those that are made meanwhile are kept on the device of the data; once they
// lie elsewhere, none of them.
void Backups::Inside::keep_few_beside_the_data() {
  const auto places = destinations();
  if (!places || places->named.empty()) return;
  std::vector<Backup> rows;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    return {};
  });
  if (!read) return;
  std::vector<CopyBeside> beside;  // newest first
  for (const Backup& row : rows) {
    if (row.state != BackupState::complete) continue;
    const std::vector<BackupCopy> copies = noted_copies(row);
    const auto there = [&](const DirectoryDestination& place) {
      const auto known = std::ranges::find(copies, place.name(), &BackupCopy::destination);
      return known != copies.end() && known->is_there ? &*known : nullptr;
    };
    const BackupCopy* mine = there(*places->built_in);
    if (mine == nullptr) continue;
    CopyBeside each{row.id, row.kind, row.verified_at.is_set() && row.verify_trouble.empty(), false, false};
    for (const auto& named : places->named) {
      each.is_elsewhere |= there(*named) != nullptr && named->probe() && has_whole_file(*named, row);
      each.waits |= mine->trouble == waits_for(*named);
    }
    beside.push_back(each);
  }
  for (const BackupId& id : no_longer_beside(beside)) {
    const Backup& backup = *std::ranges::find(rows, id, &Backup::id);
    const bool is_elsewhere = std::ranges::find(beside, id, &CopyBeside::id)->is_elsewhere;
    const auto removed = places->built_in->remove(backup.name);
    note_copy({id, places->built_in->name(), !removed, parts.clock.now(),
               removed ? std::string("It was kept here only while its destination was away.") : removed.error().message});
    if (!removed || is_elsewhere) continue;
    const auto gone = change(
        id,
        [](Backup& row) {
          row.state = BackupState::removed;
          row.sealed_key.clear();
        },
        backups_actor(), "backup.removed", fmt::format("{}, its destination was away for too long", backup.name));
    if (!gone) log_warning("backups.not_noted", {{"message", gone.error().message}, {"cause", gone.error().cause}});
  }
}

}  // namespace connlog
