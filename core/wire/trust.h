// What an agent of ours believes a server by, as it is said on the wire (docs/agent-protocol.md §18): a list of "system"
// (the host's authorities), "pin:<hex>" (the public key of one authority) and "file" (authorities that its administrator
// gave). In requests a pin is its first 16 digits, in answers all 64. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connlog::wire {

inline constexpr std::string_view kTrustHeader = "X-Connlog-Trust";
inline constexpr std::string_view kTrustSystem = "system";
inline constexpr std::string_view kTrustFile = "file";
inline constexpr std::string_view kTrustPin = "pin:";
inline constexpr std::size_t kTrustPinDigits = 16;  // in requests

// The header's value where it has that form (at most 200 bytes), else empty.
std::string trust_words(std::string_view value);
// One of these words is in the list. A pin of 64 digits is found by its first 16.
bool trusts(std::string_view list, std::string_view word);
// "pin:<64 hex>" or "system": what a server may tell.
bool is_trust_told(std::string_view word);

}  // namespace connlog::wire
