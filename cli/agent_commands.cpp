#include "cli/agent_commands.h"

#include "core/agent/agent_program.h"

namespace connlog {

int run_agent_command(const CommandLine& line) {
  AgentOptions options{.server = line.server,
                       .token = line.token,
                       .token_file = line.token_file,
                       .ca_pin = line.ca_pin,
                       .ca_file = line.ca_file,
                       .expose_system_info = line.expose_system_info,
                       .environment = agent_program::process_environment(),
                       .root = {}};
  // As builders of images set it: a prefix of every path.
  if (const auto found = options.environment.find("DESTDIR"); found != options.environment.end()) options.root = found->second;
  switch (line.command) {
    case CommandLine::Command::agent_install: return agent_program::install(options);
    case CommandLine::Command::agent_status: return agent_program::status(options);
    case CommandLine::Command::agent_uninstall: return agent_program::uninstall(options);
    default: return agent_program::run(options);
  }
}

}  // namespace connlog
