// Brings the schema of an open database to the newest version that this executable knows: numbered steps, forward only,
// each recorded with the digest of its text. All missing steps run in one transaction. Before the first step on a database
// that holds something already, the file is copied. Start-up only; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/clock.h"
#include "core/base/embedded.h"
#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

// 0: no schema yet.
Result<std::int64_t> schema_version(Connection& connection);

struct MigrationPlan {
  std::span<const EmbeddedMigration> known;  // sorted by number
  std::filesystem::path database;
  std::filesystem::path backups;  // directory for the copy; made when needed
};

// Refused, with nothing written, when the database is newer than what we know, or when a step that it has taken is not the
// one that we know by this number.
Result<void> migrate(Connection& connection, const MigrationPlan& plan, Instant now);

}  // namespace connlog::storage
