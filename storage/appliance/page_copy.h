// The database's pages: out of one held snapshot, and into a new SQLCipher file
// (core/appliance/backup/database_pages.h). Reads through the `sqlite_dbpage` table, so pages are decrypted with the
// file's key and belong to one snapshot; writes through it too, so a new file is encrypted under its own key. The
// writer of the appliance is never blocked: the snapshot is a reader's. While it is held the write-ahead log cannot
// start anew; its growth is bounded (kLogBytesMax). A copy reads the next pages on a thread of its own, with the
// caller's priority, while the caller has the last ones.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/appliance/backup/database_pages.h"
#include "storage/connection.h"

namespace connlog::storage {

inline constexpr std::int64_t kLogBytesMax = 512LL << 20;

// `file`: the appliance's, open elsewhere or not. `log_bytes_max`: by so much the log may grow during a copy.
std::unique_ptr<DatabasePages> pages_of(const OpenFile& file, std::int64_t log_bytes_max = kLogBytesMax);

// A new file at file.path, which must not exist, encrypted under file.key. It is removed again when the object goes
// before finish() has succeeded. A `kind` that is not the expected manifest's is refused.
std::unique_ptr<NewDatabase> new_database(const OpenFile& file, BackupKind kind);

}  // namespace connlog::storage
