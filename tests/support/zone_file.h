// The content of a zoneinfo file (TZif, version 2) that has no change of its own but a rule for all time. One thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// `rule`: as POSIX writes it, "CET-1CEST,M3.5.0,M10.5.0/3"; `offset`: of the time before any change, in seconds.
inline std::string zone_file(std::string_view rule, std::int32_t offset) {
  const auto number = [](std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
  };
  std::string block = "TZif2" + std::string(15, '\0');
  for (const std::uint32_t count : {0U, 0U, 0U, 0U, 1U, 4U}) block += number(count);  // one type, four letters
  block += number(static_cast<std::uint32_t>(offset)) + std::string(2, '\0') + "LMT" + std::string(1, '\0');
  return block + block + "\n" + std::string(rule) + "\n";
}

}  // namespace connlog
