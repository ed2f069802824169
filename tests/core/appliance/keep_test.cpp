// Which backups are kept, for any set of them.
#include "core/appliance/backup/keep.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using std::chrono::days;
using std::chrono::hours;

namespace {

StoredCopy backup_at(Instant at, BackupKind kind, SeededRandom& random) {
  return {BackupId::make(at, random), kind, at, false};
}

std::set<BackupId> kept_of(const std::vector<StoredCopy>& backups, const BackupSchedule& schedule) {
  std::set<BackupId> kept;
  for (const StoredCopy& each : backups) kept.insert(each.id);
  for (const BackupId& gone : no_longer_kept(backups, schedule, TimeZone::utc())) {
    REQUIRE(kept.erase(gone) == 1);  // one of them, and once
  }
  return kept;
}

std::vector<StoredCopy> newest_first(std::vector<StoredCopy> backups, BackupKind kind) {
  std::erase_if(backups, [kind](const StoredCopy& each) { return each.kind != kind; });
  std::ranges::sort(backups, [](const StoredCopy& a, const StoredCopy& b) {
    return a.at != b.at ? a.at > b.at : b.id < a.id;
  });
  return backups;
}

}  // namespace

TEST_CASE("of daily backups over two years, days, weeks, months and years are kept as the schedule says") {
  SeededRandom random;
  std::vector<StoredCopy> backups;
  for (int day = 0; day < 730; ++day) backups.push_back(backup_at(FakeClock::kStart + days(day), BackupKind::whole, random));
  const BackupSchedule schedule{.keep_daily = 7, .keep_weekly = 4, .keep_monthly = 12, .keep_yearly = 2};
  const auto kept = kept_of(backups, schedule);
  // Some serve as the newest of a day, a week, a month and a year at once.
  CHECK(kept.size() >= 7 + 2 + 10);
  CHECK(kept.size() <= 7 + 4 + 12 + 2);
  for (int day = 723; day < 730; ++day) CHECK(kept.contains(backups[static_cast<std::size_t>(day)].id));
  CHECK_FALSE(kept.contains(backups[0].id));
}

TEST_CASE("whatever there is and whatever the schedule says, the newest three of a kind and the last verified one stay") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    std::vector<StoredCopy> backups;
    const std::uint64_t count = random.below(60);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto age = hours(static_cast<std::int64_t>(random.below(24 * 900)));
      StoredCopy each =
          backup_at(FakeClock::kStart - age, random.below(2) == 0 ? BackupKind::whole : BackupKind::without_history, random);
      each.is_verified = random.below(8) == 0;
      backups.push_back(each);
    }
    BackupSchedule schedule;
    schedule.keep_daily = static_cast<int>(random.below(10));
    schedule.keep_weekly = static_cast<int>(random.below(6));
    schedule.keep_monthly = static_cast<int>(random.below(6));
    schedule.keep_yearly = static_cast<int>(random.below(3));
    const auto kept = kept_of(backups, schedule);
    for (const BackupKind kind : values_of<BackupKind>()) {
      const auto of_kind = newest_first(backups, kind);
      for (std::size_t i = 0; i < of_kind.size() && i < kAlwaysKept; ++i) CHECK(kept.contains(of_kind[i].id));
      const auto verified = std::ranges::find_if(of_kind, &StoredCopy::is_verified);
      if (verified != of_kind.end()) CHECK(kept.contains(verified->id));
      std::size_t kept_of_kind = 0;
      for (const StoredCopy& each : of_kind) kept_of_kind += kept.contains(each.id) ? 1 : 0;
      const auto most = static_cast<std::size_t>(schedule.keep_daily + schedule.keep_weekly + schedule.keep_monthly +
                                                 schedule.keep_yearly);
      CHECK(kept_of_kind <= most + kAlwaysKept + 1);
    }
    // What is kept stays kept when it is asked again.
    std::vector<StoredCopy> left;
    std::ranges::copy_if(backups, std::back_inserter(left), [&](const StoredCopy& each) { return kept.contains(each.id); });
    CHECK(kept_of(left, schedule) == kept);
  }
}

TEST_CASE("beside the data only goes what lies elsewhere, or waits and is neither among the newest two of its kind nor verified") {
  SeededRandom random;
  std::vector<CopyBeside> beside;  // newest first
  const auto add = [&](BackupKind kind, bool is_verified, bool is_elsewhere, bool waits) {
    beside.push_back({BackupId::make(FakeClock::kStart - hours(static_cast<std::int64_t>(beside.size())), random), kind,
                      is_verified, is_elsewhere, waits});
    return beside.back().id;
  };
  constexpr BackupKind kWhole = BackupKind::whole, kSmall = BackupKind::without_history;
  add(kSmall, false, false, true);
  add(kSmall, false, false, true);
  add(kWhole, false, false, true);
  const BackupId copied = add(kWhole, true, true, true);
  add(kWhole, false, false, true);
  const BackupId third = add(kWhole, false, false, true);
  add(kWhole, true, false, true);    // the last verified one that lies only here
  const BackupId older = add(kWhole, true, false, true);
  add(kWhole, false, false, false);  // made before a directory was named
  add(kWhole, false, false, false);
  auto gone = no_longer_beside(beside);
  std::vector<BackupId> wanted{copied, third, older};
  std::ranges::sort(gone);
  std::ranges::sort(wanted);
  CHECK(gone == wanted);
}

TEST_CASE("the schedule removes its own backups, and those made before an act after thirty days; never those of people") {
  const Instant now = FakeClock::kStart;
  for (const auto age : {days(0), days(29), days(31), days(4'000)}) {
    CAPTURE(age.count());
    CHECK(is_kept_by_schedule(BackupTrigger::schedule, now - age, now));
    CHECK_FALSE(is_kept_by_schedule(BackupTrigger::by_hand, now - age, now));
    CHECK_FALSE(is_kept_by_schedule(BackupTrigger::command_line, now - age, now));
    CHECK(is_kept_by_schedule(BackupTrigger::before_upgrade, now - age, now) == (age > days(30)));
    CHECK(is_kept_by_schedule(BackupTrigger::before_rekey, now - age, now) == (age > days(30)));
  }
}
