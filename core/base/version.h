#pragma once

// Which connlog this is. Any thread.

#include <string_view>

namespace connlog {

std::string_view version();  // "0.1.0"
std::string_view target();   // "x86_64", "aarch64" or "armv7"

}  // namespace connlog
