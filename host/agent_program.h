// `connlog agent run | install | enrol | status | maintenance | uninstall`: the entries behind the command line. Each prints what it
// has to say (results to standard output, refusals to standard error) and gives the exit code: 0 done, 1 refused or
// failed, 2 wrong usage. DESTDIR in the options' environment is put in front of every path. Main thread only; run()
// blocks SIGTERM and SIGINT and ends cleanly at either.
#pragma once

#include "host/agent_settings.h"
#include "host/maintenance.h"

namespace connlog::agent_program {

int run(const AgentOptions& given);
int install(const AgentOptions& given);
// Enrols this host with an enrolment key and writes the token that it gets into agent.conf; sets up no service.
int enrol(const AgentOptions& given);
// 0 only if the newest heartbeat was accepted and the next one is not overdue by more than three minutes.
int status(const AgentOptions& given);
// Asks the server for quiet about this host, or ends that.
int maintenance(const AgentOptions& given, const MaintenanceAsk& ask);
int uninstall(const AgentOptions& given);

// The environment of this process, for AgentOptions.
std::map<std::string, std::string> process_environment();

}  // namespace connlog::agent_program
