// How an event source looks in JSON. Its key never does, but for the beginning. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/monitors/sources/event_source.h"
#include "core/watch/subject_directory.h"

namespace connlog::web {

nlohmann::json view(const EventSource&, const LiveSubject&);
// The addresses it may send from, as a list.
nlohmann::json addresses_view(const EventSource&);

}  // namespace connlog::web
