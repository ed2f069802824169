// The files that go with every backup, beside the database: the settings, what the master key protects, the authority and
// the certificates that connlog made itself, the legal texts, the trails' anchor, and executables for other machines. Never
// the master key. The thread that makes the backup.
#pragma once

#include <filesystem>
#include <vector>

#include "core/appliance/backup/backups.h"
#include "core/config/settings.h"
#include "core/crypto/keyring.h"

namespace connlog {

// `keys` outlives what is returned.
std::vector<ExtraFile> files_for_backup(const Settings& settings, const std::filesystem::path& data, const Keyring& keys);

}  // namespace connlog
