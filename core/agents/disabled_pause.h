// An agent that got 423 asks again after 300 s (agent-protocol §11): enabled again, it cannot be heard sooner.
#pragma once

#include "core/base/clock.h"

namespace connlog {

inline constexpr microseconds kDisabledPause = seconds(300);

}  // namespace connlog
