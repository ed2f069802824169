// What a browser says about itself, in words for people: "Firefox on Linux". A hint in a list of sessions and no proof,
// because a client can send any User-Agent. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// The result has only words of our own, whatever the input; "A program" when nothing is recognised.
std::string device_label(std::string_view user_agent);

}  // namespace connlog
