// A bucket that speaks S3 as a destination of backups. Storing needs the right s3:PutObject alone: one PutObject up to
// 8 MiB, else a multipart upload whose parts are each signed with their own digest. Looking, reading and removing need
// further rights; where the bucket refuses them the error is `forbidden` and says which, and the backup stands all the
// same. Less than 20 MiB of memory. One thread at a time, which may be another one than the maker's.
#pragma once

#include <memory>

#include "core/appliance/backup/bucket_client.h"
#include "core/appliance/backup/bucket_settings.h"
#include "core/appliance/backup/destination.h"

namespace connlog {

inline constexpr std::int64_t kBucketPartBytes = 8 << 20;

// `instance`: only objects with the names of its backups are touched (a restored appliance leaves the former one's alone).
std::unique_ptr<Destination> bucket_destination(const BucketSettings& settings, const std::string& instance,
                                                const OutboundOptions& outbound, const Clock& clock, BucketPatience patience = {});

}  // namespace connlog
