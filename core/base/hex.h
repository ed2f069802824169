// Lower-case hexadecimal, without a trace in timing (libsodium). Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace connlog {
std::string to_hex(std::span<const std::uint8_t> bytes);
}
