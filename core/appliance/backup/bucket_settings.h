// The bucket to which backups are copied: checked, and stored as one JSON value (setting "backup.bucket") with its secret
// key sealed. The secret key goes in and never comes out. Pure but for the store; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/people/setting_store.h"

namespace connlog {

inline constexpr const char* kBucketSetting = "backup.bucket";                        // stored, never renamed
inline constexpr std::string_view kBucketSecretContext = "backup.bucket.secret_key";  // of the seal; never renamed

struct BucketSettings {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com": no path
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;  // "connlog/site-1"; no slash at its ends
  std::string access_key;
  bool path_style = true;  // https://endpoint/bucket/… instead of https://bucket.endpoint/…
  bool retention = false;  // whether connlog removes there what the schedule no longer keeps
  std::string sealed_secret_key;
  Secret secret_key;  // opened; empty: it cannot be opened

  BucketSettings clone() const;
  std::string host() const;  // what requests are sent to and signed for: "bucket.s3.example.org:9000"
  std::string name() const;  // "s3://bucket/connlog/site-1"
  std::string path_of(const std::string& object) const;  // of an address; empty object: the bucket itself
};

// Trims and checks every field; errors name it.
Result<void> check(BucketSettings& settings);

// Nothing: no bucket is set. Opens the secret key.
Result<std::optional<BucketSettings>> load_bucket(const SettingStore&, Snapshot&, const Keyring&);
Result<void> store_bucket(SettingStore&, Transaction&, const BucketSettings&);
Result<void> forget_bucket(SettingStore&, Transaction&);

}  // namespace connlog
