// The key of an event source as a secret that can leak: the answer renews it. Any thread.
#pragma once

#include <memory>

#include "core/monitors/sources/event_source_service.h"
#include "core/trust/leak_kind.h"

namespace connlog {

std::unique_ptr<LeakKind> event_key_leak(EventSourceService& service);

}  // namespace connlog
