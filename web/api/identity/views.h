// How a person looks in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/people/user.h"

namespace connlog::web {

nlohmann::json view(const User&);

}  // namespace connlog::web
