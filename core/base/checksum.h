// Checksums at the end of our tokens: with them a secret scanner tells a token from noise without asking anybody, and a
// mistyped one costs no look-up. No security depends on them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace connlog {

// CRC-32 as in zip and Ethernet (reflected 0x04C11DB7).
std::uint32_t crc32(std::string_view text);

// The same as six letters and digits (base 62, "0-9A-Za-z", highest first).
inline constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
std::string crc32_base62(std::string_view text);

}  // namespace connlog
