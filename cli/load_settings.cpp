#include "cli/load_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace connlog {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (const std::size_t equals = text.find('='); equals != std::string::npos)
      variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

// The data directory must be known before the file in it is read, so that file cannot say where the directory is.
std::string data_directory_without_file(const SettingSources& sources) {
  if (const auto found = sources.command_line.find("data_dir"); found != sources.command_line.end())
    return found->second;
  if (const auto found = sources.environment.find("CONNLOG_DATA_DIR"); found != sources.environment.end())
    return found->second;
  return "./connlog-data";
}

// The file of a service is in the directory that systemd names (CONFIGURATION_DIRECTORY, systemd.exec(5)); otherwise it
// is in the data directory.
std::string file_found(const SettingSources& sources) {
  std::vector<fs::path> directories;
  if (const auto found = sources.environment.find("CONFIGURATION_DIRECTORY"); found != sources.environment.end()) {
    directories.emplace_back(found->second);
  }
  directories.emplace_back(data_directory_without_file(sources));
  for (const fs::path& directory : directories) {
    std::error_code absent;
    if (fs::exists(directory / "connlog.toml", absent)) return (directory / "connlog.toml").string();
  }
  return {};
}

}  // namespace

Result<Settings> load_settings_of_process(const CommandLine& line) {
  SettingSources sources;
  sources.command_line = line.settings;
  sources.environment = environment();
  sources.file_name = line.config_file;
  if (sources.file_name.empty()) sources.file_name = file_found(sources);
  if (!sources.file_name.empty()) {
    std::ifstream file(sources.file_name, std::ios::binary);
    if (!file)
      return invalid("config",
                     fmt::format("{} cannot be read. Check the path and its permissions.", sources.file_name));
    sources.file_text.assign(std::istreambuf_iterator<char>(file), {});
  }
  return load_settings(sources);
}

}  // namespace connlog
