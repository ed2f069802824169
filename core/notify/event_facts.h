// Words of facts that messages of another system's event have beside those of announcement.h: what its sender said of it
// when the incident opened. Quotations: shown as text, never interpreted. Plain data; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace connlog {

inline constexpr std::string_view kFactSourceLink = "source_link";  // an http(s) address at the sender's
inline constexpr std::string_view kFactDetail = "detail";           // one for each: "host: db-1"
inline constexpr std::size_t kDetailsToldMost = 10;

}  // namespace connlog
