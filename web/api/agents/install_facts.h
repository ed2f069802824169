// What this appliance tells hosts about itself, for the install script and for the commands that are shown. Any thread.
#pragma once

#include "core/agents/install_script.h"
#include "web/api/agents/agent_programs.h"
#include "web/api/web_settings.h"

namespace connlog::web {

// `programs` absent: without digests, which the commands do not need.
InstallScriptFacts install_facts(const WebSettings& settings, const AgentPrograms* programs = nullptr);

}  // namespace connlog::web
