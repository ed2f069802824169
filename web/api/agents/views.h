// How agents look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/agents/agent.h"
#include "core/agents/agent_directory.h"

namespace connlog::web {

nlohmann::json view(const LiveAgent&);  // all that a subject shows, and what only agents have
nlohmann::json view(const MachineEvent&);

}  // namespace connlog::web
