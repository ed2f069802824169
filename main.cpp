// The entry of the program: one short function per command. Main thread only. cli/appliance.cpp puts the appliance
// together; the agent program is in host/agent_program.

#include <malloc.h>
#include <sodium.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "cli/appliance.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/load_settings.h"
#include "host/agent_program.h"
#include "core/base/embedded.h"
#include "core/base/log.h"
#include "core/base/log_queue.h"
#include "core/base/version.h"
#include "web/api/openapi.h"

namespace {

using connlog::CommandLine;

int refuse(const connlog::Error& error) {
  std::fprintf(stderr, "connlog: %s\n", error.message.c_str());
  if (!error.cause.empty()) connlog::log_error("start.refused", {{"cause", error.cause}});
  return 1;
}

// Before any thread starts, so that every thread inherits the mask and the signals come to wait_for_stop alone.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is an error of the write, like a full disk
  return signals;
}

// Standard output may be a pipe that nobody reads: the start does not wait for it.
void print_within_limit(const std::vector<std::string>& lines) {
  connlog::LogQueue out(STDOUT_FILENO);
  for (const std::string& line : lines) out.push(line + "\n");
  out.finish(connlog::milliseconds(2'000));
}

void wait_for_stop(const sigset_t& signals, connlog::Appliance& appliance) {
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return;
    appliance.reload();
  }
}

int serve(const CommandLine& line) {
  if (line.sample_config) {
    std::fputs(connlog::sample_file().c_str(), stdout);
    return 0;
  }
  const auto settings = connlog::load_settings_of_process(line);
  if (!settings) return refuse(settings.error());
  const sigset_t signals = block_signals();
  const connlog::QueuedLog log;  // from here on no line of the log waits for those who read it
  connlog::SystemClock clock;
  connlog::SystemRandom random;
  auto appliance = connlog::Appliance::open(*settings, clock, random, line.accept_damage);
  if (!appliance) return refuse(appliance.error());
  const auto greeting = (*appliance)->serve();
  if (!greeting) return refuse(greeting.error());
  print_within_limit(*greeting);
  (*appliance)->greeted();
  wait_for_stop(signals, **appliance);
  connlog::log_info("stopping");
  (*appliance)->stop();
  connlog::log_info("stopped");
  return 0;
}

int reset_password(const CommandLine& line) {
  const auto settings = connlog::load_settings_of_process(line);
  if (!settings) return refuse(settings.error());
  connlog::SystemClock clock;
  connlog::SystemRandom random;
  return connlog::reset_password_command(line, *settings, clock, random);
}

int key_command(const CommandLine& line) {
  const auto settings = connlog::load_settings_of_process(line);
  if (!settings) return refuse(settings.error());
  connlog::SystemClock clock;
  connlog::SystemRandom random;
  return line.command == CommandLine::Command::key_export ? connlog::key_export_command(line, *settings, clock, random)
                                                          : connlog::key_rotate_command(line, *settings, clock, random);
}

// Commands that need the settings, the clock and random numbers, and nothing else.
using SettingsCommand = int (*)(const CommandLine&, const connlog::Settings&, connlog::Clock&, connlog::Random&);

int with_settings(const CommandLine& line, SettingsCommand command) {
  const auto settings = connlog::load_settings_of_process(line);
  if (!settings) return refuse(settings.error());
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  connlog::SystemClock clock;
  connlog::SystemRandom random;
  return command(line, *settings, clock, random);
}

int check(const CommandLine& line) {
  if (line.as_json) {
    const auto settings = connlog::load_settings_of_process(line);
    if (!settings) return connlog::check_refused_settings(settings.error(), connlog::SystemClock());
  }
  return with_settings(line, connlog::check_command);
}

int audit_command(const CommandLine& line) {
  const auto settings = connlog::load_settings_of_process(line);
  if (!settings) return refuse(settings.error());
  connlog::SystemClock clock;
  connlog::SystemRandom random;
  return line.command == CommandLine::Command::audit_accept
             ? connlog::audit_accept_command(line, *settings, clock, random)
             : connlog::audit_verify_command(line, *settings, clock, random);
}

int print_version(const CommandLine& line) {
  if (line.sbom) {
    const auto sbom = connlog::embedded_sbom();
    std::fwrite(sbom.data(), 1, sbom.size(), stdout);
    return 0;
  }
  std::printf("connlog %s (%s)\n", connlog::version().data(), connlog::target().data());
  return 0;
}

int print_openapi(const CommandLine& line) {
  const std::string text = connlog::web::openapi_text(line.url);
  std::printf("%s\n", text.c_str());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

connlog::AgentOptions agent_options(const CommandLine& line) {
  connlog::AgentOptions options;
  options.server = line.server;
  options.token = line.token;
  options.token_file = line.token_file;
  options.ca_pin = line.ca_pin;
  options.ca_file = line.ca_file;
  options.key_file = line.enrolment_key_file;
  options.key_variable = line.enrolment_key_variable;
  options.name = line.agent_name;
  options.expose_system_info = line.expose_system_info;
  options.environment = connlog::agent_program::process_environment();
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  mallopt(M_ARENA_MAX, 2);  // one arena per core would cost a Raspberry Pi tens of megabytes
  const auto parsed = connlog::parse_command_line(argc, argv);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const auto& line = std::get<CommandLine>(parsed);
  if (sodium_init() < 0) {
    std::fputs("connlog: the random generator of this system cannot be used.\n", stderr);
    return 1;
  }
  switch (line.command) {
    case CommandLine::Command::serve:
      return serve(line);
    case CommandLine::Command::check:
      return check(line);
    case CommandLine::Command::check_once:
      return with_settings(line, connlog::check_once_command);
    case CommandLine::Command::version:
      return print_version(line);
    case CommandLine::Command::openapi:
      return print_openapi(line);
    case CommandLine::Command::reset_password:
      return reset_password(line);
    case CommandLine::Command::key_export:
    case CommandLine::Command::key_rotate:
      return key_command(line);
    case CommandLine::Command::audit_verify:
    case CommandLine::Command::audit_accept:
      return audit_command(line);
    case CommandLine::Command::backup_create:
    case CommandLine::Command::backup_verify:
    case CommandLine::Command::backup_list:
    case CommandLine::Command::backup_init:
      return with_settings(line, connlog::backup_command);
    case CommandLine::Command::backup_drill:
      return with_settings(line, connlog::backup_drill_command);
    case CommandLine::Command::restore:
    case CommandLine::Command::restore_finish:
      return with_settings(line, connlog::restore_command);
    case CommandLine::Command::key_rekey:
      return with_settings(line, connlog::key_rekey_command);
    case CommandLine::Command::key_recover:
      return with_settings(line, connlog::key_recover_command);
    case CommandLine::Command::agent_run:
      return connlog::agent_program::run(agent_options(line));
    case CommandLine::Command::agent_install:
      return connlog::agent_program::install(agent_options(line));
    case CommandLine::Command::agent_enrol:
      return connlog::agent_program::enrol(agent_options(line));
    case CommandLine::Command::agent_status:
      return connlog::agent_program::status(agent_options(line));
    case CommandLine::Command::agent_maintenance:
      return connlog::agent_program::maintenance(
          agent_options(line), {.duration = line.maintenance_duration, .reason = line.reason, .end = line.maintenance_end});
    case CommandLine::Command::agent_uninstall:
      return connlog::agent_program::uninstall(agent_options(line));
  }
  return 2;
}
