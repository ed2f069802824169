// How agents look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/watch/agent.h"
#include "core/watch/agent_directory.h"

namespace connlog::web {

nlohmann::json view(const LiveAgent&);
nlohmann::json view(const MachineEvent&);
nlohmann::json latest_view(const LiveAgent&);  // the newest reading, or null

}  // namespace connlog::web
