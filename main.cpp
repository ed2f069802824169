// The command line's entry: one short function per command. What a command does lies in cli/ and below.

#include <cstdio>
#include <variant>

#include "cli/agent_commands.h"
#include "cli/command_line.h"
#include "core/base/embedded.h"
#include "core/base/version.h"
#include "core/config/settings.h"

namespace {

int print_version(const connlog::CommandLine& line) {
  if (line.sbom) {
    const auto sbom = connlog::embedded_sbom();
    std::fwrite(sbom.data(), 1, sbom.size(), stdout);
    return 0;
  }
  std::printf("connlog %s (%s)\n", connlog::version().data(), connlog::target().data());
  return 0;
}

int serve(const connlog::CommandLine& line) {
  if (line.sample_config) {
    std::fputs(connlog::sample_file().c_str(), stdout);
    return 0;
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = connlog::parse_command_line(argc, argv);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const auto& line = std::get<connlog::CommandLine>(parsed);
  switch (line.command) {
    case connlog::CommandLine::Command::version: return print_version(line);
    case connlog::CommandLine::Command::agent_run:
    case connlog::CommandLine::Command::agent_install:
    case connlog::CommandLine::Command::agent_status:
    case connlog::CommandLine::Command::agent_uninstall: return connlog::run_agent_command(line);
    default: return serve(line);
  }
}
