// What an administrator must look at about backups, as sentences that say what to do. Those with the state `up` are
// advice, for the page and for `connlog check`; the others become incidents of the appliance. A single failure is no
// finding: people are told after the second miss. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/appliance/backup/backups.h"
#include "core/appliance/backup/schedule.h"

namespace connlog {

struct BackupFacts {
  StoredSchedule stored;
  TimeZone zone;
  std::vector<Backup> backups;  // newest first
  std::vector<Backups::DestinationState> destinations;
  std::map<std::string, int> missing;  // by destination: how many of the newest complete ones are not there
  std::map<std::string, std::string> put_trouble;  // by destination: why the newest complete one is not there
  std::string bucket_warning;           // of the last trial; empty: nothing
  bool has_key = false;
  bool in_recovery = false;
  Instant now;
};

std::vector<PartFinding> findings_of(const BackupFacts& facts);

// Of those that the schedule made.
std::vector<PastRun> runs_of(const std::vector<Backup>& backups);

}  // namespace connlog
