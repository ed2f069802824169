// A time zone by its name, from the machine's zoneinfo (TZif, RFC 9636): when it is a certain hour on a certain day
// there, over the nights on which clocks change. What the machine does not have is taken from a table in the executable,
// which knows each zone's present rule and nothing of its past. A value, immutable; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

inline constexpr const char* kZoneDirectory = "/usr/share/zoneinfo";

class TimeZone {
 public:
  static TimeZone utc();
  // The name is checked before it becomes a path. Errors have the field "zone": no such zone.
  static Result<TimeZone> load(std::string_view name, const std::filesystem::path& directory = kZoneDirectory);
  // A file's content, which is taken for hostile.
  static Result<TimeZone> parse(std::string name, std::string_view tzif);
  // From such a table as is in the executable (cmake/zones.mjs); nothing: it has no zone of this name.
  static std::optional<TimeZone> in_table(std::string_view name, std::string_view table);

  const std::string& name() const { return name_; }
  seconds offset_at(Instant at) const;  // what is added to UTC
  std::chrono::year_month_day date_at(Instant at) const;
  // When it is this hour on this day. An hour that the change of clocks leaves out is an hour later; of one that comes
  // twice it is the first.
  Instant instant_of(std::chrono::sys_days day, int hour, int minute) const;

 private:
  struct Change {
    std::int64_t at = 0;  // seconds since 1970
    std::int32_t offset = 0;
  };
  struct RuleDay {
    enum class Kind { month_week_day, julian, day_of_year } kind = Kind::julian;
    int month = 0, week = 0, day = 0;
    std::int32_t time = 7'200;
  };
  struct Rule {  // what holds after the last change
    std::int32_t offset = 0;
    bool has_summer = false;
    std::int32_t summer_offset = 0;
    RuleDay summer_begins, summer_ends;
  };
  class RuleText;

  std::int32_t offset(std::int64_t unix_seconds) const;
  static std::int32_t by_rule(const Rule& rule, std::int64_t unix_seconds);
  static std::int64_t local_seconds_of(const RuleDay& day, std::chrono::year year);

  std::string name_ = "UTC";
  std::int32_t first_ = 0;  // before the first change
  std::vector<Change> changes_;
  std::optional<Rule> rule_;
};

bool has_timezones(const std::filesystem::path& directory = kZoneDirectory);  // whether the machine has them
// "2025b": of the machine's; empty where it does not say, or has none.
std::string timezones_version(const std::filesystem::path& directory = kZoneDirectory);
// Of the table in the executable; empty: there is none.
std::string built_in_timezones_version();

}  // namespace connlog
