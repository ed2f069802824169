// Brings the schema of an open database to the newest version that this executable knows: numbered steps, forward only,
// each recorded with the digest of its text. All missing steps run in one transaction, with foreign keys off, so that a
// step may make a table anew; what refers to what is checked before the commit. The file is copied before the first of
// them, unless the database is new. A database of the nine development steps is carried over to the first step
// (storage/development). Start-up only; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/clock.h"
#include "core/base/embedded.h"
#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

// The number of the newest step taken; 0: no schema yet.
Result<std::int64_t> schema_version(Connection& connection);

struct MigrationPlan {
  std::span<const EmbeddedMigration> known;  // sorted by number
  std::filesystem::path database;
  std::filesystem::path backups;  // directory for the copy; made when needed
};

// Refuses, with nothing written, when the database is newer than this executable, when the text of a step that the
// database has taken differs from this executable's, or when there is no room for carrying over. Foreign keys are on
// afterwards, whatever happened.
Result<void> migrate(Connection& connection, const MigrationPlan& plan, Instant now);

}  // namespace connlog::storage
