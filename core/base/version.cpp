// Which connlog this is, as CMake's project() and toolchain say.

#include "core/base/version.h"

#include <chrono>

namespace connlog {

std::string_view version() {
  return CONNLOG_VERSION;
}
std::string_view target() {
  return CONNLOG_TARGET;
}

// The compiler gives "Nov  3 2026", and follows SOURCE_DATE_EPOCH where that is set.
std::int64_t built_on() {
  constexpr std::string_view text = __DATE__;
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto digit = [](char c) { return c == ' ' ? 0 : c - '0'; };
  const auto month = static_cast<unsigned>(months.find(text.substr(0, 3)) / 3 + 1);
  const auto day = static_cast<unsigned>(digit(text[4]) * 10 + digit(text[5]));
  const int year = digit(text[7]) * 1'000 + digit(text[8]) * 100 + digit(text[9]) * 10 + digit(text[10]);
  const std::chrono::sys_days date =
      std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day));
  return std::int64_t{date.time_since_epoch().count()} * 86'400;
}

}  // namespace connlog
