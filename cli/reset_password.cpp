// `connlog user reset-password MAIL`.
#include "cli/commands.h"

#include <cstdio>
#include <iostream>
#include <string>

#include "cli/ask_appliance.h"
#include "cli/control_commands.h"

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
  const auto answer = ask_appliance(reset_password_request(line.mail, password), settings, clock, random);
  if (!answer) return refuse_command(answer.error());
  if (const auto done = read_control_answer(*answer); !done) return refuse_command(done.error());
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
