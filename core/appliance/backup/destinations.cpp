#include "core/appliance/backup/destinations.h"

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/bucket_destination.h"

namespace connlog {

std::vector<Destination*> Destinations::wanted() const {
  std::vector<Destination*> out;
  for (const auto& directory : named) out.push_back(directory.get());
  if (named.empty()) out.push_back(built_in.get());
  if (bucket) out.push_back(bucket.get());
  return out;
}

std::vector<DirectoryDestination*> Destinations::directories() const {
  std::vector<DirectoryDestination*> out;
  for (const auto& directory : named) out.push_back(directory.get());
  out.push_back(built_in.get());
  return out;
}

std::vector<Destination*> Destinations::all() const {
  std::vector<Destination*> out;
  for (DirectoryDestination* directory : directories()) out.push_back(directory);
  if (bucket) out.push_back(bucket.get());
  return out;
}

Result<Destinations> open_destinations(const Backups::Parts& parts, Snapshot& snapshot,
                                       const std::function<Result<void>()>& go_on) {
  Destinations out;
  const std::string instance = TRY(instance_of(parts.settings, snapshot));
  const std::filesystem::path own = std::filesystem::path(parts.data_directory) / "backups";
  for (const std::string& path : parts.directories) {
    if (std::filesystem::path(path).lexically_normal() == own.lexically_normal()) continue;
    out.named.push_back(std::make_unique<DirectoryDestination>(path, instance, DirectoryMark::needed));
  }
  out.built_in = std::make_unique<DirectoryDestination>(own, instance, DirectoryMark::not_needed);
  const auto bucket = TRY(load_bucket(parts.settings, snapshot, parts.keyring));
  if (bucket) {
    BucketPatience patience;
    patience.go_on = go_on;
    out.bucket = bucket_destination(*bucket, instance, parts.outbound, parts.clock, std::move(patience));
    out.bucket_removes = bucket->retention;
  }
  return out;
}

std::string waits_for(const DirectoryDestination& named) {
  return "It waits here for " + named.name() + ".";
}

Backups::DestinationState state_of(DirectoryDestination& directory, const std::string& data_directory) {
  Backups::DestinationState out;
  out.name = directory.name();
  const auto probed = directory.probe();
  out.is_ready = probed.has_value();
  if (!probed) out.trouble = probed.error().message;
  if (!out.is_ready) return out;
  out.same_device = directory.is_on_device_of(data_directory);
  out.free_bytes = directory.free_bytes();
  for (const StoredBackup& stored : directory.list()) {
    ++out.backups;
    out.bytes += stored.bytes;
  }
  return out;
}

}  // namespace connlog
