#include "cli/reset_password.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "cli/appliance.h"
#include "cli/control_commands.h"
#include "cli/control_socket.h"

namespace connlog {
namespace {

// Five groups of four from 31 characters that are hard to confuse: 99 bits.
Secret make_password(Random& random) {
  static constexpr std::string_view kCharacters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string text;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 4 == 0) text += '-';
    text += kCharacters[static_cast<std::size_t>(random.below(kCharacters.size()))];
  }
  return Secret(std::move(text));
}

Result<void> reset(const std::string& request, const Settings& settings, Clock& clock, Random& random) {
  const std::filesystem::path data = settings.data_dir;
  if (!std::filesystem::exists(data / "connlog.db")) {
    return Error{ErrorCode::not_found,
                 fmt::format("There is no connlog database in {}. Name its directory with --data-dir.", data.string())};
  }
  const auto answer = TRY(ask_running_server(data / "control.sock", request));
  if (answer) return read_control_answer(*answer);
  const auto appliance = TRY(Appliance::open(settings, clock, random));
  return read_control_answer(appliance->answer_control_request(request));
}

}  // namespace

int reset_password_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  Secret password;
  if (line.password_from_stdin) {
    std::string typed;
    std::getline(std::cin, typed);
    password = Secret(std::move(typed));
  } else {
    password = make_password(random);
  }
  const auto done = reset(reset_password_request(line.mail, password), settings, clock, random);
  if (!done) {
    std::fprintf(stderr, "connlog: %s\n", done.error().message.c_str());
    return 1;
  }
  if (line.password_from_stdin) {
    std::printf("The password of %s is changed; all their sessions have ended.\n", line.mail.c_str());
  } else {
    const std::string shown(password.reveal());
    std::printf("The new password of %s is\n  %s\nAll their sessions have ended. Change it after the first login.\n",
                line.mail.c_str(), shown.c_str());
  }
  return 0;
}

}  // namespace connlog
