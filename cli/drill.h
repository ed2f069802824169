// A drill: restores a backup beside, opens the database with storage alone and compares. Nothing that could act is
// constructed: no outbox, no scheduler, no receiver, no backups, no syslog, no listener. The place is
// `<data>/drill-<id>`, for the owner alone, and is removed at the end, or by the next start. The thread of backups, or the
// main thread of a command.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/restore_files.h"
#include "core/appliance/backup/archive.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"

namespace connlog {

// `expected`: what the archive's manifest must say; with an empty backup_id only what it says itself. Refused with fewer
// free bytes than twice the size of the database. Returns the evidence, a sentence for the trail.
Result<std::string> run_drill(const std::filesystem::path& data_directory, const Key& content_key, ByteSource& archive,
                              const Manifest& expected, const Clock& clock, Random& random,
                              const std::function<std::uint64_t(const std::filesystem::path&)>& free_bytes = free_bytes_of);

// Removes what drills left that were interrupted; one that runs is left alone.
void sweep_drills(const std::filesystem::path& data_directory);

}  // namespace connlog
