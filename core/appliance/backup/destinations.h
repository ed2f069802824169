// The destinations that are in force: the directories of connlog.toml in their order, `<data>/backups`, and the bucket of
// the settings. A new kind of destination gets its row in destinations.cpp. Opening them asks nobody anything: probe()
// does. A value; one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/appliance/backup/backups.h"
#include "core/appliance/backup/directory_destination.h"

namespace connlog {

struct Destinations {
  std::vector<std::unique_ptr<DirectoryDestination>> named;
  std::unique_ptr<DirectoryDestination> built_in;
  std::unique_ptr<Destination> bucket;  // may be absent
  bool bucket_removes = false;          // whether retention is ours there

  // Those that should have every backup; the built-in one only where nothing else is named.
  std::vector<Destination*> wanted() const;
  // Where a new backup is written, in this order of tries: the named directories, then the one of the data directory.
  std::vector<DirectoryDestination*> directories() const;
  std::vector<Destination*> all() const;
};

// `go_on`: asked again and again while a bucket is waited for; an error ends that.
Result<Destinations> open_destinations(const Backups::Parts& parts, Snapshot& snapshot,
                                       const std::function<Result<void>()>& go_on = {});

// What stands at a copy beside the data that was made while `named` could not take it.
std::string waits_for(const DirectoryDestination& named);

// A few facts beside a destination's name, for people. Asks directories; of a bucket it knows what the copies say.
Backups::DestinationState state_of(DirectoryDestination& directory, const std::string& data_directory);

}  // namespace connlog
