#include "host/delivery_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/agent_settings.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::int64_t kFileBytesMax = 1024 * 1024;

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kDeliveryLogName);
}

void read_into(const std::string& path, DeliveryHistory& history) {
  std::ifstream file(path);
  if (!file) {
    if (errno == EACCES) history.denied = true;
    return;
  }
  history.found = true;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) continue;
    DeliveryEvent event;
    if (const auto at = json.find("at");
        at == json.end() || !at->is_string() || !parse_iso8601(at->get<std::string>(), event.at))
      continue;
    if (const auto name = json.find("event"); name != json.end() && name->is_string())
      event.event = name->get<std::string>();
    if (const auto detail = json.find("detail"); detail != json.end() && detail->is_string())
      event.detail = detail->get<std::string>();
    const auto number = [&](const char* key, auto& out) {
      if (const auto found = json.find(key); found != json.end() && found->is_number_integer()) {
        out = found->get<std::remove_reference_t<decltype(out)>>();
      }
    };
    number("status", event.status);
    number("attempt", event.attempt);
    number("wait_seconds", event.wait_seconds);
    history.events.push_back(std::move(event));
  }
}

}  // namespace

void DeliveryLog::append(const DeliveryEvent& event) {
  if (directory_.empty()) return;
  const std::string path = path_in(directory_);
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && info.st_size >= kFileBytesMax) std::rename(path.c_str(), (path + ".1").c_str());

  nlohmann::ordered_json json = {{"at", to_iso8601(event.at)}, {"event", event.event}, {"attempt", event.attempt}};
  if (event.status != 0) json["status"] = event.status;
  if (event.wait_seconds != 0) json["wait_seconds"] = event.wait_seconds;
  if (!event.detail.empty()) json["detail"] = event.detail;
  const std::string line = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";

  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  const bool written = fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  if (fd >= 0) close(fd);
  if (!written) {
    log_warning("agent.diagnostics_unwritable", {{"directory", directory_}});
    directory_.clear();  // logged once, then nothing more is kept: the heartbeats matter more
  }
}

DeliveryHistory read_delivery_log(const std::string& directory, std::size_t limit) {
  DeliveryHistory history;
  read_into(path_in(directory) + ".1", history);
  read_into(path_in(directory), history);
  if (history.events.size() > limit) {
    history.events.erase(history.events.begin(), history.events.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return history;
}

}  // namespace connlog
