// What an administrator does with the backup bucket: sets it, forgets it, tries it. The secret key is write-only; it is
// asked for anew when the service or the access key changes. A trial runs on a thread of its own, one at a time, and is
// refused while the appliance is in recovery, as nothing is written elsewhere then.
//
// Methods with a Transaction run inside the caller's. Any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/appliance/backup/bucket_settings.h"
#include "core/appliance/backup/bucket_trial.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/recovery_mode.h"
#include "core/net/http_client.h"
#include "core/people/actor.h"
#include "core/people/setting_store.h"
#include "core/trust/leak_kind.h"

namespace connlog {

// What a person sends: what is absent stays as it is.
struct BucketChange {
  std::optional<std::string> endpoint, region, bucket, prefix, access_key;
  std::optional<bool> path_style, retention;
  std::optional<Secret> secret_key;
};

class BucketService {
 public:
  struct Parts {
    Stores& stores;
    SettingStore& settings;
    AuditLog& audit;
    const Keyring& keyring;
    OutboundOptions outbound;
    const RecoveryMode& recovery;
    const Clock& clock;
    Random& random;
  };
  explicit BucketService(Parts parts);
  ~BucketService();  // stops

  Result<std::optional<BucketSettings>> settings(Snapshot&) const;
  Result<BucketSettings> change(Transaction&, const Actor&, const BucketChange&);
  // `not_found` while there is none.
  Result<void> remove(Transaction&, const Actor&);
  // What would be in force with this change, for a trial before it is saved.
  Result<BucketSettings> changed(Snapshot&, const BucketChange&) const;
  // `done` is called once, on the trial's thread. `conflict` while another one runs.
  Result<void> begin_trial(const Actor&, BucketSettings, std::function<void(Result<BucketTrial>)> done);
  void stop();  // ends a running trial

 private:
  void run(const Actor& actor, BucketSettings settings, const std::function<void(Result<BucketTrial>)>& done);

  const Parts parts_;
  std::mutex mutex_;  // guards thread_
  std::thread thread_;
  std::atomic<bool> running_{false};
  std::atomic<bool> stopping_{false};
};

// "The backup bucket's secret key" in the appliance's list of what can leak: the answer forgets it.
std::unique_ptr<LeakKind> bucket_key_leak(BucketService& service);

}  // namespace connlog
