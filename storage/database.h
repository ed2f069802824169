// Opens the appliance's database file. It checks that the file is ours before anything is written, and creates the file
// when there is none. It sets what cannot be changed after creation (page size, incremental vacuum, application id) and
// what each connection needs (WAL, synchronous=FULL, foreign keys), and brings the schema up to date. The file is a
// standard SQLCipher 4 database with a raw key. A file that is refused is left untouched. Start-up only; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/base/clock.h"
#include "core/base/embedded.h"
#include "core/base/result.h"
#include "core/crypto/keyring.h"
#include "storage/connection.h"
#include "storage/data_directory.h"
#include "storage/development/carry_over.h"

namespace connlog::storage {

// Stored in the file's header: "CNLG".
inline constexpr std::int64_t kApplicationId = 0x434e4c47;
inline constexpr std::int64_t kPageBytes = 4096;

struct OpenAs {
  std::span<const EmbeddedMigration> migrations;
  bool accept_damage = false;  // what storage/soundness.h finds is a warning, not a refusal
  const Clock& clock;
};

// The one connection that writes.
Result<std::unique_ptr<Connection>> open_database(const DataDirectory& directory, const OpenFile& file,
                                                  const OpenAs& as);

// Set: the database is of a development version, and open_database would carry it over. Reads only.
Result<std::optional<CarryOverRoom>> carry_over_due(const DataDirectory& directory, const OpenFile& file);

// The other connections: the readers, and the one that checkpoints (which must be able to write to the file).
Result<std::unique_ptr<Connection>> open_beside(const OpenFile& file, Connection::Access access);

}  // namespace connlog::storage
