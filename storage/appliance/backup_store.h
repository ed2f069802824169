// Backups and their copies, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/appliance/backup/backup.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<BackupKind> kBackupKind{"backup", "kind", "state"};
inline constexpr WordColumn<BackupTrigger> kBackupMadeBy{"backup", "made_by", "state"};
inline constexpr WordColumn<BackupState> kBackupState{"backup", "state", "state"};

class SqlBackupStore final : public BackupStore {
 public:
  Result<void> add(Transaction&, const Backup&) override;
  Result<void> update(Transaction&, const Backup&) override;
  Result<std::optional<Backup>> find(Snapshot&, BackupId) const override;
  Result<std::vector<Backup>> newest(Snapshot&, int limit) const override;
  Result<void> put_copy(Transaction&, const BackupCopy&) override;
  Result<std::vector<BackupCopy>> copies(Snapshot&, BackupId) const override;  // in the order of their destinations
  Result<void> forget_before(Transaction&, Instant) override;
};

}  // namespace connlog::storage
