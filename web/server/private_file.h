// Small files that hold keys, certificates and tickets. They are read whole; a secret one is refused when others may
// read it. They are written so that a crash leaves the old file or the new one. Any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog::web {

enum class FileAccess {
  owner_only,       // for our own keys: 0600
  owner_and_group,  // for the administrator's keys: often root:ssl-cert 0640
};

// Nothing when the file does not exist.
Result<std::optional<Secret>> read_private_file(const std::filesystem::path& path, FileAccess allowed);
// Empty when the file does not exist.
Result<std::string> read_public_file(const std::filesystem::path& path, std::size_t max_bytes);

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);  // 0600
Result<void> write_public_file(const std::filesystem::path& path, std::string_view content);   // 0644

}  // namespace connlog::web
