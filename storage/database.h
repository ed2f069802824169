// Opens the appliance's database file: checks that it is ours before anything is written, creates it when there is none,
// sets what is fixed for ever at creation (page size, incremental vacuum, application id) and what holds for a connection
// (WAL, synchronous=FULL, foreign keys), and brings the schema up to date. The file is a standard SQLCipher 4 database with
// a raw key. A file that is refused is left untouched. Start-up only; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/base/clock.h"
#include "core/base/embedded.h"
#include "core/base/result.h"
#include "core/crypto/keyring.h"
#include "storage/connection.h"
#include "storage/data_directory.h"

namespace connlog::storage {

// Stored in the file's header: "CNLG".
inline constexpr std::int64_t kApplicationId = 0x434e4c47;
inline constexpr std::int64_t kPageBytes = 4096;

// The connection that writes. There is one.
Result<std::unique_ptr<Connection>> open_database(const DataDirectory& directory, const OpenFile& file,
                                                  std::span<const EmbeddedMigration> migrations, Instant now);

// Connections beside it: readers, and the one that checkpoints (which must be able to write to the file).
Result<std::unique_ptr<Connection>> open_beside(const OpenFile& file, Connection::Access access);

}  // namespace connlog::storage
