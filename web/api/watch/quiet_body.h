// What people send about quiet: a maintenance or a mute, changes of one, its lines. Pure; any thread.
#pragma once

#include "core/watch/quiet/quiet_service.h"
#include "web/api/json_body.h"

namespace connlog::web {

// As it was asked for, not yet checked by core: "matchers" left out, [] and [{}] are everything.
Result<Quiet> quiet_of(const Body& body);
Result<QuietChange> quiet_change_of(const Body& body);

}  // namespace connlog::web
