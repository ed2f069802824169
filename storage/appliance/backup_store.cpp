#include "storage/appliance/backup_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_BACKUP_COLUMNS                                                                                       \
  "SELECT id, kind, made_by, state, started_at, ended_at, name, bytes, digest, asked_by, trouble, sealed_key, "      \
  "verified_at, verify_trouble, drilled_at, drill_trouble FROM backup "

Backup read_backup(Row& row) {
  Backup backup;
  backup.id = row.id<BackupId>();
  backup.kind = row.word(kBackupKind);
  backup.trigger = row.word(kBackupMadeBy);
  backup.state = row.word(kBackupState);
  backup.started_at = row.instant();
  backup.ended_at = row.instant();
  backup.name = row.text();
  backup.bytes = row.integer();
  backup.digest = row.bytes<32>();
  backup.by = row.text();
  backup.trouble = row.text();
  backup.sealed_key = row.text();
  backup.verified_at = row.instant();
  backup.verify_trouble = row.text();
  backup.drilled_at = row.instant();
  backup.drill_trouble = row.text();
  return backup;
}

// Binds every column.
Statement& bound(Statement& statement, const Backup& backup) {
  return statement.id(":id", backup.id)
      .text(":kind", to_text(backup.kind))
      .text(":made_by", to_text(backup.trigger))
      .text(":state", to_text(backup.state))
      .instant(":started_at", backup.started_at)
      .instant(":ended_at", backup.ended_at)
      .text(":name", backup.name)
      .integer(":bytes", backup.bytes)
      .blob(":digest", backup.digest)
      .text(":asked_by", backup.by)
      .text(":trouble", backup.trouble)
      .text(":sealed_key", backup.sealed_key)
      .instant(":verified_at", backup.verified_at)
      .text(":verify_trouble", backup.verify_trouble)
      .instant(":drilled_at", backup.drilled_at)
      .text(":drill_trouble", backup.drill_trouble);
}

}  // namespace

Result<void> SqlBackupStore::add(Transaction& tx, const Backup& backup) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO backup (id, kind, made_by, state, started_at, ended_at, name, bytes, digest, asked_by, trouble, "
      "sealed_key, verified_at, verify_trouble, drilled_at, drill_trouble) VALUES (:id, :kind, :made_by, :state, "
      ":started_at, :ended_at, :name, :bytes, :digest, :asked_by, :trouble, :sealed_key, :verified_at, "
      ":verify_trouble, :drilled_at, :drill_trouble)"));
  TRY(bound(insert, backup).run());
  return {};
}

Result<void> SqlBackupStore::update(Transaction& tx, const Backup& backup) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE backup SET kind = :kind, made_by = :made_by, state = :state, started_at = :started_at, "
      "ended_at = :ended_at, name = :name, bytes = :bytes, digest = :digest, asked_by = :asked_by, trouble = :trouble, "
      "sealed_key = :sealed_key, verified_at = :verified_at, verify_trouble = :verify_trouble, "
      "drilled_at = :drilled_at, drill_trouble = :drill_trouble WHERE id = :id"));
  return exactly_one(bound(update, backup), "backup");
}

Result<std::optional<Backup>> SqlBackupStore::find(Snapshot& snapshot, BackupId id) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_BACKUP_COLUMNS "WHERE id = :id"));
  return one(select.id(":id", id), read_backup);
}

Result<std::vector<Backup>> SqlBackupStore::newest(Snapshot& snapshot, int limit) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_BACKUP_COLUMNS "ORDER BY started_at DESC, id DESC LIMIT :limit"));
  return all(select.integer(":limit", limit), read_backup);
}

Result<void> SqlBackupStore::put_copy(Transaction& tx, const BackupCopy& copy) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO backup_copy (backup_id, destination, is_there, at, trouble) "
      "VALUES (:backup, :destination, :is_there, :at, :trouble) ON CONFLICT (backup_id, destination) "
      "DO UPDATE SET is_there = excluded.is_there, at = excluded.at, trouble = excluded.trouble"));
  put.id(":backup", copy.backup)
      .text(":destination", copy.destination)
      .boolean(":is_there", copy.is_there)
      .instant(":at", copy.at)
      .text(":trouble", copy.trouble);
  TRY(put.run());
  return {};
}

Result<std::vector<BackupCopy>> SqlBackupStore::copies(Snapshot& snapshot, BackupId id) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT backup_id, destination, is_there, at, trouble FROM backup_copy "
                               "WHERE backup_id = :backup ORDER BY destination"));
  return all(select.id(":backup", id), [](Row& row) {
    BackupCopy copy;
    copy.backup = row.id<BackupId>();
    copy.destination = row.text();
    copy.is_there = row.boolean();
    copy.at = row.instant();
    copy.trouble = row.text();
    return copy;
  });
}

Result<void> SqlBackupStore::forget_before(Transaction& tx, Instant before) {
  Statement remove =
      TRY(at(tx).prepare("DELETE FROM backup WHERE started_at < :before AND state IN ('removed', 'failed')"));
  TRY(remove.instant(":before", before).run());
  return {};
}

}  // namespace connlog::storage
