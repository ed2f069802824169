// `connlog agent run | install | enrol | status | uninstall`: the entries behind the command line. Each prints what it has to say
// (results to standard output, refusals to standard error) and gives the exit code: 0 done, 1 refused or failed, 2 wrong
// usage. DESTDIR in the options' environment goes in front of every path. Main thread only; run() blocks SIGTERM and SIGINT
// and ends cleanly at either.
#pragma once

#include "host/agent_settings.h"

namespace connlog::agent_program {

int run(const AgentOptions& given);
int install(const AgentOptions& given);
// Gets a token of this host's own with an enrolment key and writes it into agent.conf, without a service.
int enrol(const AgentOptions& given);
// 0 only when the newest heartbeat was accepted, not long ago.
int status(const AgentOptions& given);
int uninstall(const AgentOptions& given);

// The environment of this process, for AgentOptions.
std::map<std::string, std::string> process_environment();

}  // namespace connlog::agent_program
