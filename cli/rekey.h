// The database under a new key: copied page by page into a file beside, which then takes its place. The key file holds both
// keys meanwhile, so that after a kill or a power cut at any moment the next start opens the database with the one that
// fits, and removes what is left. Under the data directory's lock, with the database closed; main thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "core/appliance/backup/database_pages.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keyring.h"
#include "storage/data_directory.h"

namespace connlog {

struct RekeySteps {
  // Told the name of each step when it is done; tests end the process there. Empty: nobody is told.
  std::function<void(std::string_view step)> reached = {};
  std::function<void(const PageProgress&)> progress = {};
};

// The steps, in their order, for tests.
inline constexpr std::string_view kRekeySteps[] = {"prepared", "began", "copied", "checked", "log_removed", "replaced",
                                                   "settled"};

// `keyring` was opened with MasterKeySources::keep_master. After an error the former database and its key are in force,
// unless the error says otherwise.
Result<void> rekey_database(const storage::DataDirectory& directory, Keyring& keyring, Random& random,
                            const RekeySteps& steps = {});

// At every start, before the database is opened: finishes or undoes a rekey that was interrupted. Does nothing, and writes
// nothing, where there was none.
Result<void> settle_rekey_at_start(const storage::DataDirectory& directory, Keyring& keyring, Random& random);

}  // namespace connlog
