#include "core/appliance/backup/bucket_service.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/crypto/sealed.h"

namespace connlog {
namespace {

constexpr std::size_t kSecretKeyMax = 256;

std::string described(const BucketSettings& settings) {
  return fmt::format("{}, region {}, access key {}, {}", settings.endpoint, settings.region, settings.access_key,
                     settings.retention ? "connlog removes old backups there" : "nothing is removed there");
}

bool is_secret_key(std::string_view text) {
  return text.size() <= kSecretKeyMax && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

Error stopping() {
  return Error{ErrorCode::unavailable, "connlog is stopping. Try again in a moment."};
}

}  // namespace

BucketService::BucketService(Parts parts) : parts_(std::move(parts)) {}

BucketService::~BucketService() {
  stop();
}

Result<std::optional<BucketSettings>> BucketService::settings(Snapshot& snapshot) const {
  return load_bucket(parts_.settings, snapshot, parts_.keyring);
}

Result<BucketSettings> BucketService::changed(Snapshot& snapshot, const BucketChange& change) const {
  auto stored = TRY(settings(snapshot));
  BucketSettings wanted = stored ? stored->clone() : BucketSettings{};
  const auto take = [](const std::optional<std::string>& given, std::string& into) {
    if (given) into = *given;
  };
  take(change.endpoint, wanted.endpoint);
  take(change.region, wanted.region);
  take(change.bucket, wanted.bucket);
  take(change.prefix, wanted.prefix);
  take(change.access_key, wanted.access_key);
  wanted.path_style = change.path_style.value_or(wanted.path_style);
  wanted.retention = change.retention.value_or(wanted.retention);
  TRY(check(wanted));
  if (change.secret_key && !change.secret_key->empty()) {
    if (!is_secret_key(change.secret_key->reveal()))
      return invalid("secret_key", "A secret key has at most 256 visible characters and no blanks.");
    wanted.secret_key = change.secret_key->clone();
    wanted.sealed_secret_key = seal(parts_.keyring, kBucketSecretContext, *change.secret_key, parts_.random);
    return wanted;
  }
  if (!stored || stored->sealed_secret_key.empty())
    return invalid("secret_key", "Enter the secret key that belongs to the access key.");
  // Else somebody who may change the address, but not see the key, could have their own server ask for signatures.
  if (wanted.endpoint != stored->endpoint || wanted.access_key != stored->access_key) {
    return invalid("secret_key",
                   "The stored secret key belongs to the former service or access key. Enter it again for this one.");
  }
  return wanted;
}

Result<BucketSettings> BucketService::change(Transaction& tx, const Actor& actor, const BucketChange& change) {
  BucketSettings wanted = TRY(changed(tx, change));
  TRY(store_bucket(parts_.settings, tx, wanted));
  TRY(parts_.audit.append(tx, actor, "backup_bucket.changed", wanted.name(), described(wanted)));
  return wanted;
}

Result<void> BucketService::remove(Transaction& tx, const Actor& actor) {
  const auto stored = TRY(settings(tx));
  if (!stored) return Error{ErrorCode::not_found, "No bucket is set."};
  TRY(forget_bucket(parts_.settings, tx));
  return parts_.audit.append(tx, actor, "backup_bucket.removed", stored->name(), described(*stored));
}

Result<void> BucketService::begin_trial(const Actor& actor, BucketSettings settings,
                                        std::function<void(Result<BucketTrial>)> done) {
  if (parts_.recovery.is_on()) {
    return Error{ErrorCode::conflict,
                 "The appliance is in recovery and writes nothing elsewhere. End the recovery first."};
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) return stopping();
  if (running_.exchange(true)) return Error{ErrorCode::conflict, "A bucket is being tried just now. Wait for its answer."};
  if (thread_.joinable()) thread_.join();  // the former one has nothing left to do
  auto shared = std::make_shared<BucketSettings>(std::move(settings));
  thread_ = std::thread([this, actor, shared, done = std::move(done)] { run(actor, std::move(*shared), done); });
  pthread_setname_np(thread_.native_handle(), "bucket-trial");
  return {};
}

void BucketService::run(const Actor& actor, BucketSettings settings,
                        const std::function<void(Result<BucketTrial>)>& done) {
  const std::string name = settings.name();
  BucketClient client(std::move(settings), parts_.outbound, parts_.clock, BucketPatience{.waits = {}});
  const GoOn go_on = [this]() -> Result<void> {
    if (stopping_) return stopping();
    return {};
  };
  Result<BucketTrial> trial = try_bucket(client, parts_.clock, parts_.random, go_on);
  if (stopping_) {
    trial = stopping();
  } else {
    const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      TRY(store_bucket_verdict(parts_.settings, tx, trial->verdict));
      return parts_.audit.append(tx, actor, "backup_bucket.tested", name,
                                 fmt::format("stored: {}, deletion: {}", trial->verdict.stored ? "yes" : "no",
                                             to_text(trial->verdict.deletion)));
    });
    if (!written) log_warning("backup.bucket_trial_not_recorded", {{"reason", written.error().message}});
  }
  running_ = false;
  done(std::move(trial));
}

void BucketService::stop() {
  stopping_ = true;
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) thread_.join();
}

}  // namespace connlog
