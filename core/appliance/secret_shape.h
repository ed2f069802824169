// Whether a text holds something that has the form of one of connlog's own secrets: a token of an agent, a session, an API
// key, a link, or a recovery key. For texts that are kept and leave the appliance, where somebody may paste one. Pure; any
// thread.
#pragma once

#include <string_view>

namespace connlog {

// What it is ("agent_": how it begins), as a constant; empty: there is none.
std::string_view secret_shape_in(std::string_view text);

}  // namespace connlog
