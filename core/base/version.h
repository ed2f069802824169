#pragma once

// Which connlog this is. Any thread.

#include <cstdint>
#include <string_view>

namespace connlog {

std::string_view version();  // "0.1.0"
std::int64_t built_on();     // the day of the build: its beginning, in seconds since 1970, where it was built
std::string_view target();   // "x86_64", "aarch64" or "armv7"

}  // namespace connlog
