// `connlog restore`: builds what an archive holds beside what is there, puts it in recovery, and lets it take the place.
// What asks and prints is in restore.cpp; here is the work, for the command and for tests. Under the data directory's
// lock; main thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/restore_swap.h"
#include "core/appliance/backup/archive.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"

namespace connlog {

struct RestoreWork {
  std::filesystem::path data_directory;  // exists; its lock is held
  std::string host;                      // where this runs, for the trail
  // Asked once everything is built, checked and durable, and nothing is replaced yet; an error ends the restore. Empty:
  // it is replaced.
  std::function<Result<void>(const Manifest&)> confirm = {};
  std::function<Result<void>()> go_on = {};  // between pieces; empty: goes on
  RestoreSteps steps = {};
};

struct Restored {
  Manifest manifest;
  std::filesystem::path replaced;  // where the former files are; empty: there were none
  bool settings_beside = false;    // the restored settings are connlog.toml.restored
};

// On an error nothing was replaced, and what was built is removed, or the error says that the swap goes on at the next
// start.
Result<Restored> restore_archive(ArchiveReader& archive, const Key& content_key, const RestoreWork& work,
                                 const Clock& clock, Random& random);

// What stands in a data directory before a restore, as far as it can be read.
struct PresentAppliance {
  bool has_database = false;
  std::int64_t bytes = 0;
  std::string unreadable;   // why not more is known; empty: all is
  std::string signer;       // fingerprint of the key that signs its backups
  Instant newest_data;      // reading or row of a trail
  Instant newest_backup;    // that it made, or was restored from
};
PresentAppliance look_at_present(const std::filesystem::path& data_directory, Random& random);

// What speaks against taking an archive, as sentences; empty: it is known to be the appliance's own. `signer`: the
// fingerprint that a person gave, of the recovery sheet; empty: none. `forbidden`: it was signed by another key than that.
Result<std::vector<std::string>> doubts_about(const ArchiveHeader& header, const PresentAppliance& present,
                                              const std::string& signer);

}  // namespace connlog
