// What a browser says about itself, for people: "Firefox on Linux". A hint in a list of sessions, never a proof: whoever
// wants to can say anything. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// Only words of our own, whatever comes in; "A program" when nothing is recognised.
std::string device_label(std::string_view user_agent);

}  // namespace connlog
