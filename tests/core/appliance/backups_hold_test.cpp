// What a person who erases their data is told about backups.
#include "core/appliance/backup/hold.h"

#include <doctest/doctest.h>

using namespace connlog;

TEST_CASE("a person is told for how long the schedule keeps what is erased now") {
  BackupSchedule schedule;
  schedule.enabled = true;
  const auto says = [&schedule](const char* words) {
    return backups_hold_sentence(schedule).find(words) != std::string::npos;
  };
  CHECK(says("after 2 years at the latest"));
  schedule.keep_yearly = 0;
  CHECK(says("after 12 months at the latest"));
  schedule.keep_monthly = 0;
  CHECK(says("after 4 weeks at the latest"));
  schedule.keep_weekly = 0;
  schedule.keep_daily = 1;
  CHECK(says("after 1 day at the latest"));
}

TEST_CASE("without a schedule nobody promises a time") {
  const std::string sentence = backups_hold_sentence(BackupSchedule{});
  CHECK(sentence.find("until the administrator deletes them") != std::string::npos);
}
