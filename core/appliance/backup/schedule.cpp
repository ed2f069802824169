#include "core/appliance/backup/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace connlog {
namespace {

using nlohmann::json;
using std::chrono::days;
using std::chrono::sys_days;

constexpr int kDaysSearched = 15;  // a weekly slot and the one before it

// A number of the setting; `fallback` where another one stands or none.
int number_of(const json& object, const char* name, int fallback) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<int>() : fallback;
}
bool flag_of(const json& object, const char* name, bool fallback) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

bool is_on(BackupKind kind, const BackupSchedule& schedule, sys_days day) {
  const unsigned from_monday = std::chrono::weekday(day).iso_encoding() - 1;
  const bool whole = (schedule.whole_on >> from_monday & 1) != 0;
  return kind == BackupKind::whole ? whole : !whole && schedule.daily_without_history;
}

std::optional<Instant> next_slot(BackupKind kind, const BackupSchedule& schedule, const TimeZone& zone, Instant now) {
  const sys_days today(zone.date_at(now));
  for (int ahead = 0; ahead < kDaysSearched; ++ahead) {
    if (!is_on(kind, schedule, today + days(ahead))) continue;
    const Instant slot = zone.instant_of(today + days(ahead), schedule.hour, schedule.minute);
    if (slot > now) return slot;
  }
  return std::nullopt;
}

// Whether a whole backup or one of the kind itself was made for the slot: the whole one has everything that the other has.
bool serves(const PastRun& run, BackupKind kind, Instant slot) {
  return !run.has_failed && run.started_at >= slot && (run.kind == kind || run.kind == BackupKind::whole);
}

std::optional<NextRun> next_of(BackupKind kind, const StoredSchedule& stored, const TimeZone& zone,
                               std::span<const PastRun> runs, Instant now) {
  const Instant slot = slots_of(kind, stored.schedule, zone, now).newest;
  const bool is_open = slot.is_set() && slot >= stored.since &&
                       std::ranges::none_of(runs, [&](const PastRun& run) { return serves(run, kind, slot); });
  if (!is_open) {
    const auto next = next_slot(kind, stored.schedule, zone, now);
    return next ? std::optional(NextRun{kind, *next}) : std::nullopt;
  }
  Instant at = slot;
  for (const PastRun& run : runs) {
    if (run.kind == kind && run.has_failed && run.started_at >= slot) at = std::max(at, run.ended_at + kRetryAfter);
  }
  // A failure in the future was noted before the clock was put back.
  return NextRun{kind, std::min(at, now + kRetryAfter)};
}

}  // namespace

std::string schedule_text(const StoredSchedule& stored) {
  const BackupSchedule& it = stored.schedule;
  return json{{"enabled", it.enabled},
              {"hour", it.hour},
              {"minute", it.minute},
              {"zone", it.zone},
              {"whole_on", it.whole_on},
              {"daily_without_history", it.daily_without_history},
              {"keep_daily", it.keep_daily},
              {"keep_weekly", it.keep_weekly},
              {"keep_monthly", it.keep_monthly},
              {"keep_yearly", it.keep_yearly},
              {"since", stored.since.micros}}
      .dump();
}

StoredSchedule read_schedule(const std::string& text) {
  StoredSchedule out;
  const json stored = json::parse(text, nullptr, false);
  if (!stored.is_object()) return out;
  BackupSchedule& it = out.schedule;
  it.enabled = flag_of(stored, "enabled", false);
  it.hour = number_of(stored, "hour", it.hour);
  it.minute = number_of(stored, "minute", it.minute);
  if (const auto zone = stored.find("zone"); zone != stored.end() && zone->is_string()) it.zone = zone->get<std::string>();
  it.whole_on = number_of(stored, "whole_on", it.whole_on);
  it.daily_without_history = flag_of(stored, "daily_without_history", it.daily_without_history);
  it.keep_daily = number_of(stored, "keep_daily", it.keep_daily);
  it.keep_weekly = number_of(stored, "keep_weekly", it.keep_weekly);
  it.keep_monthly = number_of(stored, "keep_monthly", it.keep_monthly);
  it.keep_yearly = number_of(stored, "keep_yearly", it.keep_yearly);
  if (const auto since = stored.find("since"); since != stored.end() && since->is_number_integer())
    out.since = Instant{since->get<std::int64_t>()};
  return out;
}

Result<void> check_schedule(const BackupSchedule& schedule) {
  const auto check = [](const char* name, int value, int lowest, int highest) -> Result<void> {
    if (value >= lowest && value <= highest) return {};
    return invalid(name, fmt::format("This is a number from {} to {}.", lowest, highest));
  };
  TRY(check("hour", schedule.hour, 0, 23));
  TRY(check("minute", schedule.minute, 0, 59));
  TRY(check("whole_on", schedule.whole_on, 0, 127));
  TRY(check("keep_daily", schedule.keep_daily, 0, 1'000));
  TRY(check("keep_weekly", schedule.keep_weekly, 0, 1'000));
  TRY(check("keep_monthly", schedule.keep_monthly, 0, 1'000));
  TRY(check("keep_yearly", schedule.keep_yearly, 0, 100));
  TRY(TimeZone::load(schedule.zone));
  if (schedule.enabled && schedule.whole_on == 0) {
    return invalid("whole_on", "Choose at least one day for whole backups: those without history cannot bring the "
                               "readings back.");
  }
  return {};
}

Slots slots_of(BackupKind kind, const BackupSchedule& schedule, const TimeZone& zone, Instant now) {
  Slots out;
  const sys_days today(zone.date_at(now));
  for (int back = 0; back < kDaysSearched; ++back) {
    if (!is_on(kind, schedule, today - days(back))) continue;
    const Instant slot = zone.instant_of(today - days(back), schedule.hour, schedule.minute);
    if (slot > now) continue;
    if (out.newest.is_set()) {
      out.before = slot;
      return out;
    }
    out.newest = slot;
  }
  return out;
}

std::optional<NextRun> next_run(const StoredSchedule& stored, const TimeZone& zone, std::span<const PastRun> runs,
                                Instant now) {
  if (!stored.schedule.enabled) return std::nullopt;
  std::optional<NextRun> first;
  for (const BackupKind kind : values_of<BackupKind>()) {  // the whole one first, where both are due
    const auto next = next_of(kind, stored, zone, runs, now);
    if (!next) continue;
    const bool both_due = first && first->at <= now && next->at <= now;
    if (!first || (next->at < first->at && !both_due)) first = next;
  }
  return first;
}

int misses_of(BackupKind kind, std::span<const PastRun> runs) {
  std::vector<PastRun> of_kind;
  std::ranges::copy_if(runs, std::back_inserter(of_kind), [kind](const PastRun& run) { return run.kind == kind; });
  std::ranges::sort(of_kind, [](const PastRun& a, const PastRun& b) { return a.started_at > b.started_at; });
  const auto good = std::ranges::find_if(of_kind, [](const PastRun& run) { return !run.has_failed; });
  return static_cast<int>(good - of_kind.begin());
}

}  // namespace connlog
