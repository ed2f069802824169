// The dead-man's switch: connlog calls an address of somebody else every minute, who raises the alarm when the calls stop. It calls
// only while the appliance does what it is for: its loops come round, its store takes writes, its clock can be right, and no
// message has waited for five minutes without any service accepting it. Otherwise the call is withheld, and why is shown.
//
// The address is a secret, as who has it can keep the watcher quiet: it is sealed, write-only, and shown by its host alone.
//
// One thread, named dead-man, which waits, asks and calls. start() and stop() belong to main; everything else may be called from any
// thread. Methods with a Transaction run inside the caller's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/loop_beat.h"
#include "core/base/random.h"
#include "core/base/recovery_mode.h"
#include "core/base/secret.h"
#include "core/base/storage_health.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/net/http_client.h"
#include "core/people/actor.h"
#include "core/people/setting_store.h"
#include "core/trust/leak_kind.h"

namespace connlog {

struct DeadManSettings {
  bool enabled = false;
  std::string sealed_url;  // empty: none is set
  std::string shown;       // "https://hc-ping.com/…"
};

// What a person sends: what is absent stays as it is.
struct DeadManChange {
  std::optional<bool> enabled;
  std::optional<Secret> url;
  bool forgets_url = false;
};

struct DeadManState {
  Instant last_at;          // of the last call; not set: none since the start
  std::string last_answer;  // "HTTP 200", or why there was none
  bool last_ok = false;
  Instant withheld_since;   // not set: it is not withheld
  std::string withheld_reason;
};

// What the outbox says of messages that nobody accepted.
struct UnacceptedMessages {
  Instant waiting_since;  // the oldest that waits, and that no service has accepted; not set: none
  Instant failed_since;   // a message was given up for all whom it was for, and none was accepted since; not set: none
};

class DeadManStore {
 public:
  virtual ~DeadManStore() = default;
  // Of all workspaces; looks at messages since `from`.
  virtual Result<UnacceptedMessages> unaccepted(Snapshot&, Instant from) const = 0;
};

class DeadMan {
 public:
  static constexpr seconds kEvery{60};
  static constexpr seconds kAcceptedWithin{5 * 60};

  struct Parts {
    Stores& stores;
    SettingStore& settings;
    const DeadManStore& store;
    const StorageHealth& storage;
    AuditLog& audit;
    const Keyring& keyring;
    OutboundOptions outbound;
    const RecoveryMode& recovery;
    const Clock& clock;
    Random& random;
    std::function<std::vector<LoopSign>()> signs = {};   // of the loops that must come round
    std::function<bool()> clock_is_plausible = {};       // empty: it always is
  };
  explicit DeadMan(Parts parts);
  ~DeadMan();  // stops

  void start();
  void stop();

  Result<DeadManSettings> settings(Snapshot&) const;
  Result<DeadManSettings> change(Transaction&, const Actor&, const DeadManChange&);
  DeadManState state() const;

  struct Trial {
    bool ok = false;
    std::string answer;
  };
  // Calls once, also while it is withheld; `done` runs on this thread, once. conflict: no address is set, or a trial runs.
  Result<void> begin_trial(const Actor&, std::function<void(Result<Trial>)> done);

  // One turn, as the thread makes it each minute.
  void turn();
  // Why no call may be made now, for people; nothing: one may.
  std::optional<std::string> withheld() const;

  LoopSign sign() const { return beat_.sign(); }

 private:
  void run();
  Result<Secret> address() const;  // empty: none is set
  Trial call(const Secret& url);
  void note_withheld(const std::string& why);
  void note_call(const Trial& trial);
  void make_trial();
  Result<void> prove_writes() const;

  const Parts parts_;
  std::unique_ptr<HttpClient> client_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  DeadManState state_;                               // under mutex_
  std::function<void(Result<Trial>)> trial_;         // under mutex_; empty: none is asked for
  bool changed_ = false, stopping_ = false;          // under mutex_
  std::atomic<bool> cancelled_{false};
  LoopBeat beat_{"The dead-man's switch", seconds(300), "whoever watches connlog would be told nothing, and raise the alarm"};
  std::thread thread_;
};

// "The address of the dead-man's switch" in the appliance's list of what can leak: the answer forgets it.
std::unique_ptr<LeakKind> dead_man_leak(DeadMan& dead_man);

}  // namespace connlog
