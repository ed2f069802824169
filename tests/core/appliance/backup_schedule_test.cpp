// When backups are made by themselves: over the nights on which clocks change, after a pause, after a failure, and when the
// clock steps.
#include "core/appliance/backup/schedule.h"

#include <doctest/doctest.h>

#include "tests/support/zone_file.h"

using namespace connlog;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

Instant at(const std::string& text) {
  Instant out;
  REQUIRE(parse_iso8601(text, out));
  return out;
}

// Whole ones on Sundays, the others on all other days, at 02:30 in Berlin.
struct Plan {
  StoredSchedule stored;
  TimeZone zone;
  std::vector<PastRun> runs;

  Plan() {
    const auto berlin = TimeZone::parse("Europe/Berlin", zone_file("CET-1CEST,M3.5.0,M10.5.0/3", 3'600));
    REQUIRE(berlin);
    zone = *berlin;
    stored.schedule.enabled = true;
    stored.schedule.zone = "Europe/Berlin";
    stored.since = at("2027-01-01T00:00:00Z");
  }

  std::string next(const std::string& now) const {
    const auto run = next_run(stored, zone, runs, at(now));
    return run ? std::string(to_text(run->kind)) + " " + to_iso8601(run->at) : "never";
  }
  void made(BackupKind kind, const std::string& when) { runs.push_back({kind, false, at(when), at(when) + minutes(5)}); }
  void failed(BackupKind kind, const std::string& when) { runs.push_back({kind, true, at(when), at(when) + minutes(5)}); }
};

}  // namespace

TEST_CASE("each night has one backup, also the night with a missing hour and the one with an hour twice") {
  Plan plan;
  plan.made(BackupKind::whole, "2027-03-21T01:30:00Z");
  plan.made(BackupKind::without_history, "2027-03-27T01:30:00Z");
  CHECK(plan.next("2027-03-27T12:00:00Z") == "whole 2027-03-28T01:30:00Z");  // 02:30 is left out: 03:30
  plan.made(BackupKind::whole, "2027-03-28T01:30:00Z");
  CHECK(plan.next("2027-03-28T01:40:00Z") == "without_history 2027-03-29T00:30:00Z");
  plan.made(BackupKind::without_history, "2027-10-30T00:30:00Z");
  plan.made(BackupKind::whole, "2027-10-24T00:30:00Z");
  CHECK(plan.next("2027-10-30T12:00:00Z") == "whole 2027-10-31T00:30:00Z");
  plan.made(BackupKind::whole, "2027-10-31T00:30:00Z");
  CHECK(plan.next("2027-10-31T01:31:00Z") == "without_history 2027-11-01T01:30:00Z");  // not again at the second 02:30
}

TEST_CASE("what was missed while connlog was off is caught up once, the whole one first") {
  Plan plan;
  plan.made(BackupKind::whole, "2027-05-02T00:30:00Z");
  const std::string back = "2027-05-18T09:00:00Z";  // a Tuesday; two Sundays were missed
  CHECK(plan.next(back) == "whole 2027-05-16T00:30:00Z");
  plan.made(BackupKind::whole, back);
  CHECK(plan.next("2027-05-18T09:10:00Z") == "without_history 2027-05-19T00:30:00Z");
}

TEST_CASE("a failed one is tried again after an hour, and the other kind does not wait for it") {
  Plan plan;
  plan.made(BackupKind::whole, "2027-05-09T00:30:00Z");
  plan.made(BackupKind::without_history, "2027-05-15T00:30:00Z");
  plan.failed(BackupKind::whole, "2027-05-16T00:30:00Z");
  CHECK(plan.next("2027-05-16T00:40:00Z") == "whole 2027-05-16T01:35:00Z");
  plan.failed(BackupKind::whole, "2027-05-16T01:35:00Z");
  CHECK(plan.next("2027-05-16T02:00:00Z") == "whole 2027-05-16T02:40:00Z");
  CHECK(misses_of(BackupKind::whole, plan.runs) == 2);
  CHECK(misses_of(BackupKind::without_history, plan.runs) == 0);
  plan.failed(BackupKind::whole, "2027-05-17T00:29:00Z");
  CHECK(plan.next("2027-05-17T00:31:00Z") == "without_history 2027-05-17T00:30:00Z");
  plan.made(BackupKind::whole, "2027-05-17T01:35:00Z");
  CHECK(misses_of(BackupKind::whole, plan.runs) == 0);
}

TEST_CASE("a clock that was put back makes no second backup, and delays a retry by no more than an hour") {
  Plan plan;
  plan.made(BackupKind::whole, "2027-05-16T00:30:00Z");
  plan.made(BackupKind::without_history, "2027-05-20T00:30:00Z");
  CHECK(plan.next("2027-05-17T12:00:00Z") == "without_history 2027-05-18T00:30:00Z");  // three days back
  plan.failed(BackupKind::without_history, "2029-01-01T00:30:00Z");                    // the clock was far ahead
  plan.runs.erase(plan.runs.begin() + 1);
  CHECK(plan.next("2027-05-18T00:31:00Z") == "without_history 2027-05-18T01:31:00Z");
}

TEST_CASE("slots before the schedule was switched on do not count, and without a schedule nothing is due") {
  Plan plan;
  plan.stored.since = at("2027-05-18T12:00:00Z");
  CHECK(plan.next("2027-05-18T12:00:01Z") == "without_history 2027-05-19T00:30:00Z");
  plan.stored.schedule.enabled = false;
  CHECK(plan.next("2027-05-18T12:00:01Z") == "never");
}

TEST_CASE("a schedule is kept as it is, and a wrong one is refused with its field") {
  const Plan plan;
  const StoredSchedule read = read_schedule(schedule_text(plan.stored));
  CHECK(read.schedule == plan.stored.schedule);
  CHECK(read.since == plan.stored.since);
  CHECK(read_schedule("no JSON").schedule == BackupSchedule{});
  const auto field = [](const BackupSchedule& schedule) {
    const auto checked = check_schedule(schedule);
    return checked ? std::string() : checked.error().field;
  };
  CHECK(field({.enabled = true}).empty());
  CHECK(field({.hour = 24}) == "hour");
  CHECK(field({.minute = -1}) == "minute");
  CHECK(field({.zone = "../../etc/passwd"}) == "zone");
  CHECK(field({.whole_on = 128}) == "whole_on");
  CHECK(field({.enabled = true, .whole_on = 0}) == "whole_on");
  CHECK(field({.keep_yearly = 101}) == "keep_yearly");
}
