// When quiet is: schedules against fixed tables, and the nights on which clocks change in every zone that we know,
// against a reckoning of its own that steps through the minutes of those nights.
#include "core/watch/quiet/quiet_schedule.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/embedded.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

Instant at(const std::string& text) {
  Instant instant;
  REQUIRE(parse_iso8601(text, instant));
  return instant;
}

Quiet repeated(QuietRepeat repeat, const std::string& schedule, const std::string& zone, seconds duration,
               Instant from) {
  Quiet quiet;
  quiet.name = "Kernel update";
  quiet.matchers.resize(1);
  quiet.repeat = repeat;
  quiet.schedule = schedule;
  quiet.zone = zone;
  quiet.duration_seconds = duration.count();
  quiet.starts_at = from;
  return quiet;
}

std::string shown(const std::optional<QuietWindow>& window) {
  return window ? to_iso8601(window->from) + "/" + to_iso8601(window->to) : std::string("none");
}

struct Row {
  QuietRepeat repeat;
  const char *schedule, *zone, *from;
  std::vector<const char*> windows;  // the first ones
};

// clang-format off
const std::vector<Row> kRows{
    {QuietRepeat::weekly, "mon,thu 22:00", "UTC", "2026-11-23T00:00:00Z", {"2026-11-23T22:00:00Z", "2026-11-26T22:00:00Z", "2026-11-30T22:00:00Z"}},
    {QuietRepeat::weekly, "mon-fri 06:30", "Europe/Berlin", "2026-11-26T06:00:00Z", {"2026-11-27T05:30:00Z", "2026-11-30T05:30:00Z"}},
    {QuietRepeat::weekly, "sat-mon 00:00", "UTC", "2026-11-24T00:00:00Z", {"2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-05T00:00:00Z"}},
    {QuietRepeat::weekly, "sun 02:30", "Europe/Berlin", "2026-03-23T00:00:00Z", {"2026-03-29T01:00:00Z", "2026-04-05T00:30:00Z"}},
    {QuietRepeat::weekly, "sun 02:30", "Europe/Berlin", "2026-10-19T00:00:00Z", {"2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z"}},
    {QuietRepeat::monthly, "1,15 03:00", "UTC", "2026-11-02T00:00:00Z", {"2026-11-15T03:00:00Z", "2026-12-01T03:00:00Z", "2026-12-15T03:00:00Z"}},
    {QuietRepeat::monthly, "31 03:00", "UTC", "2026-11-02T00:00:00Z", {"2026-12-31T03:00:00Z", "2027-01-31T03:00:00Z", "2027-03-31T03:00:00Z"}},
    {QuietRepeat::monthly, "last 23:00", "UTC", "2027-02-01T00:00:00Z", {"2027-02-28T23:00:00Z", "2027-03-31T23:00:00Z"}},
    {QuietRepeat::monthly, "last-sun 02:00", "UTC", "2026-11-01T00:00:00Z", {"2026-11-29T02:00:00Z", "2026-12-27T02:00:00Z"}},
    {QuietRepeat::monthly, "second-tue 20:00", "America/New_York", "2026-11-01T00:00:00Z", {"2026-11-11T01:00:00Z", "2026-12-09T01:00:00Z"}},
    {QuietRepeat::monthly, "1,last-sun 02:00", "UTC", "2026-11-02T00:00:00Z", {"2026-11-29T02:00:00Z", "2026-12-01T02:00:00Z", "2026-12-27T02:00:00Z"}},
    {QuietRepeat::cron, "15 4 * * 6", "UTC", "2026-11-23T00:00:00Z", {"2026-11-28T04:15:00Z", "2026-12-05T04:15:00Z"}},
};
// clang-format on

// The nights of 2026 and 2027 in which the offset changes there: the instants of change, to the hour.
std::vector<Instant> changes_of(const TimeZone& zone) {
  std::vector<Instant> found;
  seconds before = zone.offset_at(at("2026-01-01T00:00:00Z"));
  for (Instant now = at("2026-01-01T00:00:00Z"); now < at("2028-01-01T00:00:00Z"); now = now + 1h) {
    const seconds offset = zone.offset_at(now);
    if (offset != before) found.push_back(now);
    before = offset;
  }
  return found;
}

// The local times of every minute around an instant, in seconds since 1970.
struct Minutes {
  Instant from;
  std::vector<std::int64_t> local;

  Minutes(const TimeZone& zone, Instant middle) : from{(middle - 30h).micros / 60'000'000 * 60'000'000} {
    for (int minute = 0; minute < 60 * 60; ++minute) {
      const Instant now = from + std::chrono::minutes(minute);
      local.push_back(now.micros / 1'000'000 + zone.offset_at(now).count());
    }
  }
  // The first minute that is not before this local time: the time itself, and the first of two; where it is left out,
  // the first that exists after it.
  Instant first(std::int64_t wanted) const {
    const auto found = std::ranges::find_if(local, [wanted](std::int64_t each) { return each >= wanted; });
    REQUIRE(found != local.end());
    return from + std::chrono::minutes(found - local.begin());
  }
};

constexpr std::array<const char*, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

int nights_compared = 0;

void compare_night(const std::string& name, const TimeZone& zone, Instant change) {
  const Minutes minutes(zone, change);
  const std::chrono::sys_days day(zone.date_at(change));
  const std::string word = kDays[std::chrono::weekday(day).c_encoding()];
  const std::int64_t midnight = std::int64_t{day.time_since_epoch().count()} * 86'400;
  for (int half_hour = 0; half_hour < 48; half_hour += half_hour < 10 ? 1 : 13) {
    const std::string schedule = fmt::format("{} {:02}:{:02}", word, half_hour / 2, half_hour % 2 * 30);
    const Instant expected = minutes.first(midnight + half_hour * 1'800);
    const auto windows = QuietWindows::of(repeated(QuietRepeat::weekly, schedule, name, 2h, expected - 24h));
    REQUIRE(windows);
    const auto window = windows->after(expected - 24h);
    INFO(name, ", ", schedule, ": ", shown(window), ", not ", to_iso8601(expected));
    REQUIRE(window);
    CHECK(window->from == expected);
    CHECK(window->to - window->from == 2h);  // real time, whatever the clock shows
    CHECK(shown(windows->at(expected + 119min)) == shown(window));
    CHECK_FALSE(windows->at(expected - microseconds(1)));
    CHECK_FALSE(windows->at(window->to));
    // What exists twice counts once.
    const auto next = windows->after(window->from);
    CHECK((!next || next->from - window->from > 5 * 24h));
  }
  ++nights_compared;
}

}  // namespace

TEST_CASE("schedules begin when their words say, in their zone") {
  for (const Row& row : kRows) {
    const auto windows = QuietWindows::of(repeated(row.repeat, row.schedule, row.zone, 1h, at(row.from)));
    CAPTURE(row.schedule);
    REQUIRE(windows);
    Instant after = at(row.from);
    for (const char* wanted : row.windows) {
      const auto window = windows->after(after);
      CHECK(shown(window) == std::string(wanted) + "/" + to_iso8601(at(wanted) + 1h));
      if (window) after = window->from;
    }
  }
}

TEST_CASE("a schedule that cannot be read is refused by its field") {
  const std::pair<QuietRepeat, const char*> wrong[] = {
      {QuietRepeat::weekly, ""},
      {QuietRepeat::weekly, "22:00"},
      {QuietRepeat::weekly, "mon"},
      {QuietRepeat::weekly, "mon 24:00"},
      {QuietRepeat::weekly, "mon 2:00"},
      {QuietRepeat::weekly, "day 02:00"},
      {QuietRepeat::weekly, "mon, 02:00"},
      {QuietRepeat::monthly, "0 02:00"},
      {QuietRepeat::monthly, "32 02:00"},
      {QuietRepeat::monthly, "1,15"},
      {QuietRepeat::monthly, "fifth-mon 02:00"},
      {QuietRepeat::monthly, "last-day 02:00"},
      {QuietRepeat::cron, "0 2 * *"},
      {QuietRepeat::cron, "Mon..Fri 08:00"},
      {QuietRepeat::cron, "61 2 * * *"},
  };
  for (const auto& [repeat, schedule] : wrong) {
    CAPTURE(schedule);
    const auto windows = QuietWindows::of(repeated(repeat, schedule, "UTC", 1h, at("2026-11-23T00:00:00Z")));
    REQUIRE_FALSE(windows);
    CHECK(windows.error().field == "schedule");
  }
  const auto nowhere = QuietWindows::of(repeated(QuietRepeat::weekly, "mon 02:00", "Europe/Nowhere", 1h, {}));
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().field == "zone");
}

TEST_CASE(
    "on the nights when clocks change, a window begins at the first local time that exists, and once, in every zone") {
  std::istringstream table{std::string(embedded_zones())};
  std::string line, rule, name;
  std::getline(table, line);  // the version
  int zones = 0;
  while (std::getline(table, line)) {
    std::istringstream words(line);
    int of_rule = 0;  // Paris is as Berlin
    for (words >> rule; words >> name && of_rule < 5; ++of_rule) {
      const auto zone = TimeZone::load(name);
      REQUIRE(zone);
      ++zones;
      std::vector<Instant> nights = changes_of(*zone);
      if (nights.empty()) nights.push_back(at("2026-03-29T01:00:00Z"));  // nothing changes there: a night like all
      for (const Instant night : nights) compare_night(name, *zone, night);
    }
  }
  CHECK(zones >= 200);
  CHECK(nights_compared >= zones);
}

TEST_CASE("what comes once covers its beginning and not its end, and ends early by a click") {
  Quiet quiet;
  quiet.starts_at = at("2026-11-24T22:00:00Z");
  quiet.ends_at = at("2026-11-25T02:00:00Z");
  CHECK(shown(window_at(quiet, quiet.starts_at)) == "2026-11-24T22:00:00Z/2026-11-25T02:00:00Z");
  CHECK_FALSE(window_at(quiet, quiet.ends_at));
  CHECK_FALSE(window_at(quiet, quiet.starts_at - 1s));
  CHECK(window_after(quiet, quiet.starts_at - 1s));
  CHECK_FALSE(window_after(quiet, quiet.starts_at));
  quiet.ended_early_at = at("2026-11-24T23:00:00Z");
  CHECK(shown(window_at(quiet, at("2026-11-24T22:30:00Z"))) == "2026-11-24T22:00:00Z/2026-11-24T23:00:00Z");
  CHECK_FALSE(window_at(quiet, at("2026-11-24T23:00:00Z")));
  quiet.ended_early_at = at("2026-11-24T21:00:00Z");  // before it began
  CHECK_FALSE(window_at(quiet, at("2026-11-24T22:30:00Z")));
  CHECK_FALSE(window_after(quiet, at("2026-11-24T20:00:00Z")));
}

TEST_CASE("windows that repeat begin after the first moment, are cut at the end, and are listed within a stretch") {
  Quiet quiet = repeated(QuietRepeat::weekly, "mon 22:00", "UTC", 4h, at("2026-11-23T22:30:00Z"));
  CHECK_FALSE(window_at(quiet, at("2026-11-23T23:00:00Z")));  // that window began before
  quiet.ends_at = at("2026-12-01T00:00:00Z");
  CHECK(shown(window_at(quiet, at("2026-11-30T23:00:00Z"))) == "2026-11-30T22:00:00Z/2026-12-01T00:00:00Z");
  CHECK_FALSE(window_after(quiet, at("2026-12-01T00:00:00Z")));
  quiet.ends_at = {};
  const auto windows = QuietWindows::of(quiet);
  REQUIRE(windows);
  // One that began before the stretch is in it while it lasts.
  CHECK(windows->between(at("2026-12-01T01:00:00Z"), at("2026-12-15T00:00:00Z"), 10).size() == 3);
  CHECK(windows->between(at("2026-12-01T02:00:00Z"), at("2026-12-14T22:00:00Z"), 10).size() == 1);
  CHECK(windows->between(at("2026-12-01T01:00:00Z"), at("2027-12-15T00:00:00Z"), 5).size() == 5);
}
