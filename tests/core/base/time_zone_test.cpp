// Time zones by their rules and by the machine's files: hours that clocks leave out, hours that come twice, and files that
// are no zones.
#include "core/base/time_zone.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/embedded.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/zone_file.h"

using namespace connlog;
using namespace std::chrono;

namespace {

TimeZone berlin() {
  const auto zone = TimeZone::parse("Europe/Berlin", zone_file("CET-1CEST,M3.5.0,M10.5.0/3", 3'600));
  REQUIRE(zone);
  return *zone;
}

std::string when(const TimeZone& zone, year_month_day day, int hour, int minute) {
  return to_iso8601(zone.instant_of(sys_days(day), hour, minute));
}

Instant at(const std::string& text) {
  Instant out;
  REQUIRE(parse_iso8601(text, out));
  return out;
}

}  // namespace

TEST_CASE("an hour of the day is found in winter and in summer") {
  const TimeZone zone = berlin();
  CHECK(when(zone, 2027y / January / 15, 2, 30) == "2027-01-15T01:30:00Z");
  CHECK(when(zone, 2027y / July / 15, 2, 30) == "2027-07-15T00:30:00Z");
  CHECK(zone.offset_at(at("2027-07-15T00:30:00Z")) == hours(2));
}

TEST_CASE("in the night that leaves out an hour it is an hour later, in the night that repeats one it is the first") {
  const TimeZone zone = berlin();
  CHECK(when(zone, 2027y / March / 28, 1, 59) == "2027-03-28T00:59:00Z");
  CHECK(when(zone, 2027y / March / 28, 2, 30) == "2027-03-28T01:30:00Z");  // 03:30 there
  CHECK(when(zone, 2027y / March / 28, 3, 0) == "2027-03-28T01:00:00Z");
  CHECK(when(zone, 2027y / October / 31, 2, 30) == "2027-10-31T00:30:00Z");  // of 00:30Z and 01:30Z
  CHECK(when(zone, 2027y / October / 31, 3, 0) == "2027-10-31T02:00:00Z");
}

TEST_CASE("south of the equator summer goes over the new year, and a zone may have none") {
  const auto sydney = TimeZone::parse("Australia/Sydney", zone_file("AEST-10AEDT,M10.1.0,M4.1.0/3", 36'000));
  REQUIRE(sydney);
  CHECK(sydney->offset_at(at("2027-01-01T00:00:00Z")) == hours(11));
  CHECK(sydney->offset_at(at("2027-07-01T00:00:00Z")) == hours(10));
  const auto kolkata = TimeZone::parse("Asia/Kolkata", zone_file("IST-5:30", 19'800));
  REQUIRE(kolkata);
  CHECK(when(*kolkata, 2027y / July / 15, 2, 30) == "2027-07-14T21:00:00Z");
  CHECK(kolkata->date_at(at("2027-07-14T21:00:00Z")) == 2027y / July / 15);
  const auto quoted = TimeZone::parse("Etc/GMT-3", zone_file("<+03>-3", 10'800));
  REQUIRE(quoted);
  CHECK(quoted->offset_at(at("2027-07-01T00:00:00Z")) == hours(3));
}

TEST_CASE("a zone's name cannot leave its directory, and what is no zone is refused with the field") {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "Berlin", std::ios::binary) << zone_file("CET-1CEST,M3.5.0,M10.5.0/3", 3'600);
  std::ofstream(directory.path() / "Text") << "no zone";
  for (const char* other : {"right", "posix"}) {
    std::filesystem::create_directory(directory.path() / other);
    std::filesystem::copy_file(directory.path() / "Berlin", directory.path() / other / "Berlin");
  }
  CHECK(TimeZone::load("Berlin", directory.path()));
  CHECK(TimeZone::load("UTC", directory.path() / "missing"));
  for (const char* name : {"../Berlin", "/etc/passwd", "Text", "Nowhere", "", "a/b/c/d", "Berlin/", "Ber lin", "right/Berlin",
                           "posix/Berlin"}) {
    CAPTURE(name);
    const auto zone = TimeZone::load(name, directory.path());
    REQUIRE_FALSE(zone);
    CHECK(zone.error().field == "zone");
  }
  CHECK_FALSE(TimeZone::load("Berlin", directory.path() / "missing"));
}

TEST_CASE("no beginning of a zone's file, and no changed byte of it, is more than an error") {
  const std::string whole = zone_file("CET-1CEST,M3.5.0,M10.5.0/3", 3'600);
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK_FALSE(TimeZone::parse("X", whole.substr(0, length)));
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const char changed : {'\0', '\x7F', '\xFF', ','}) {
      std::string other = whole;
      other[place] = changed;
      const auto zone = TimeZone::parse("X", other);
      if (zone) static_cast<void>(zone->instant_of(sys_days(2027y / March / 28), 2, 30));
    }
  }
  CHECK(TimeZone::parse("X", whole));
}

TEST_CASE("the table in the executable knows every zone of this machine, and its hours for the next ten years") {
  REQUIRE(has_timezones());  // tzdata, of which the build made the table
  CHECK(built_in_timezones_version() == timezones_version());
  CHECK(embedded_zones().size() < 13'000);
  std::istringstream table{std::string(embedded_zones())};
  std::string line, rule, name;
  std::getline(table, line);  // the version
  int zones = 0;
  while (std::getline(table, line)) {
    std::istringstream words(line);
    for (words >> rule; words >> name; ++zones) {
      CAPTURE(name);
      const auto ours = TimeZone::in_table(name, embedded_zones());
      const auto theirs = TimeZone::load(name);
      REQUIRE(ours);
      REQUIRE_MESSAGE(theirs, theirs.error().message);
      int wrong = 0;
      for (Instant now = at("2026-01-01T00:30:00Z"); now < at("2036-12-31T00:00:00Z"); now = now + hours(13))
        wrong += ours->offset_at(now) == theirs->offset_at(now) ? 0 : 1;
      CHECK(wrong == 0);
    }
  }
  CHECK(zones > 400);
}

TEST_CASE("where a machine has no zone files, or not this one, the table in the executable serves") {
  const TemporaryDirectory directory;
  const std::filesystem::path missing = directory.path() / "missing";
  for (const auto& place : {missing, directory.path()}) {
    const auto zone = TimeZone::load("Europe/Berlin", place);
    REQUIRE(zone);
    CHECK(zone->name() == "Europe/Berlin");
    CHECK(when(*zone, 2027y / March / 28, 2, 30) == "2027-03-28T01:30:00Z");
    CHECK_FALSE(TimeZone::load("Europe/Nowhere", place));
    CHECK_FALSE(TimeZone::load("CET-1CEST,M3.5.0,M10.5.0/3", place));
    CHECK_FALSE(TimeZone::load("2025b", place));
  }
  // In Morocco clocks go back for Ramadan, which no rule says.
  const auto casablanca = TimeZone::load("Africa/Casablanca", missing);
  REQUIRE(casablanca);
  CHECK(casablanca->offset_at(at("2027-02-20T12:00:00Z")) == hours(0));
  CHECK(casablanca->offset_at(at("2027-06-20T12:00:00Z")) == hours(1));
  CHECK_FALSE(has_timezones(missing));
  CHECK(timezones_version(missing).empty());
  CHECK_FALSE(built_in_timezones_version().empty());
}

TEST_CASE("a table that is cut anywhere gives a zone or none") {
  const std::string whole = "2025b\n<+01>-1;60;29004600,0;29065080,60 Africa/Casablanca\nEST5 X America/Panama\n";
  REQUIRE(TimeZone::in_table("America/Panama", whole));
  REQUIRE(TimeZone::in_table("Africa/Casablanca", whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    static_cast<void>(TimeZone::in_table("Africa/Casablanca", whole.substr(0, length)));
    static_cast<void>(TimeZone::in_table("America/Panama", whole.substr(0, length)));
  }
  CHECK_FALSE(TimeZone::in_table("Africa/Casablanca", "2025b\n<+01>-1;60;1,2,3 Africa/Casablanca\n"));
  CHECK_FALSE(TimeZone::in_table("Africa/Casablanca", "2025b\n<+01>-1;x Africa/Casablanca\n"));
  CHECK_FALSE(TimeZone::in_table("", whole));
  CHECK_FALSE(TimeZone::in_table("America/Panama", ""));
}
