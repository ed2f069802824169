// Tries a bucket with a small object of its own name: puts it, reads it, tries to delete it. What somebody who takes this
// machine could do at the bucket is what its access key can do, so a deletion that works is bad news unless the bucket keeps
// versions or locks objects. The last answer about the bucket in force is kept (setting "backup.bucket_trial") for the
// production check and the health page. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/appliance/backup/bucket_client.h"
#include "core/appliance/backup/bucket_settings.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/words.h"

namespace connlog {

enum class BucketDeletion { refused, worked, unknown };
template <>
inline constexpr auto kWords<BucketDeletion> = words_for<BucketDeletion>({
    {BucketDeletion::refused, "refused"},
    {BucketDeletion::worked, "worked"},
    {BucketDeletion::unknown, "unknown"},
});

enum class BucketProtection { versions, lock, none, unknown };
template <>
inline constexpr auto kWords<BucketProtection> = words_for<BucketProtection>({
    {BucketProtection::versions, "versions"},
    {BucketProtection::lock, "lock"},
    {BucketProtection::none, "none"},
    {BucketProtection::unknown, "unknown"},
});

struct BucketStep {
  std::string step;  // "put", "read", "delete", "protection"
  bool ok = false;
  std::string text;  // a whole sentence
};

struct BucketVerdict {
  Instant at;
  std::string of;  // which bucket, with which access key: identity_of()
  bool stored = false;
  bool readable = false;
  BucketDeletion deletion = BucketDeletion::unknown;
  BucketProtection protection = BucketProtection::unknown;
};

struct BucketTrial {
  std::vector<BucketStep> steps;
  BucketVerdict verdict;
};

std::string identity_of(const BucketSettings& settings);

BucketTrial try_bucket(BucketClient& client, const Clock& clock, Random& random, const GoOn& go_on);

Result<void> store_bucket_verdict(SettingStore&, Transaction&, const BucketVerdict&);
// Nothing: never tried, or tried with another bucket or key than these.
Result<std::optional<BucketVerdict>> load_bucket_verdict(const SettingStore&, Snapshot&, const BucketSettings&);

// What an administrator must look at, in a sentence; empty: nothing.
std::string bucket_warning(const BucketSettings&, const std::optional<BucketVerdict>&);

}  // namespace connlog
