#include "cli/ask_appliance.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/appliance.h"
#include "cli/control_socket.h"
#include "cli/restore_swap.h"

namespace connlog {

Result<std::string> ask_appliance(const std::string& request, const Settings& settings, Clock& clock, Random& random,
                                  std::chrono::seconds patience) {
  const std::filesystem::path data = settings.data_dir;
  // In the middle of a restore it is on its way: opening finishes that.
  if (!std::filesystem::exists(data / "connlog.db") && !std::filesystem::exists(data / kRestoreJournal)) {
    return Error{ErrorCode::not_found,
                 fmt::format("There is no connlog database in {}. Name its directory with --data-dir.", data.string())};
  }
  auto answer = TRY(ask_running_server(data / "control.sock", request, patience));
  if (answer) return *std::move(answer);
  const auto appliance = TRY(Appliance::open(settings, clock, random));
  return appliance->answer_control_request(request);
}

int refuse_command(const Error& error) {
  std::fprintf(stderr, "connlog: %s\n", error.message.c_str());
  return 1;
}

}  // namespace connlog
