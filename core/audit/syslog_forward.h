// Forwards the trails to a syslog server (RFC 5424 over TLS, RFC 5425, or over TCP, RFC 6587), row by row and in order,
// at least once: a cursor in the database moves only when the other side's TCP has taken a batch, and after a broken
// connection the batch that was on its way is sent again. Syslog has no acknowledgement of its own, so rows that the
// server loses after taking them are lost.
//
// One thread, named syslog, which connects, waits and sends; it holds one batch in memory. A server that cannot be
// reached is tried again after growing pauses, up to a minute. start() and stop() belong to main; everything else may
// be called from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/recovery_mode.h"
#include "core/base/words.h"
#include "core/people/actor.h"
#include "core/audit/audit.h"
#include "core/base/loop_beat.h"
#include "core/audit/syslog_message.h"
#include "core/audit/trail.h"
#include "core/net/stream_connection.h"
#include "core/people/setting_store.h"

namespace connlog {

struct SyslogSettings {
  bool enabled = false;
  std::string host;
  std::int64_t port = 6514;
  bool tls = true;
  std::string ca_pem;  // the only authorities to trust; empty: the system's
  std::vector<Trail> trails = {Trail::workspace, Trail::security, Trail::appliance};
  bool forwards(Trail trail) const;
};

struct SyslogState {
  enum class Phase { off, connecting, connected, waiting } phase = Phase::off;  // waiting for the next attempt
  std::string last_error;                                                       // empty once it works again
  Instant last_error_at, last_sent_at;
  std::int64_t backlog = 0;             // rows that wait
  std::int64_t sent = 0, failures = 0;  // since the start
};

template <>
inline constexpr auto kWords<SyslogState::Phase> = words_for<SyslogState::Phase>({
    {SyslogState::Phase::off, "off"},
    {SyslogState::Phase::connecting, "connecting"},
    {SyslogState::Phase::connected, "connected"},
    {SyslogState::Phase::waiting, "waiting"},
});

class SyslogForward {
 public:
  struct Parts {  // everything referred to outlives the SyslogForward
    Stores& stores;
    SettingStore& settings;
    TrailLog& trails;
    AuditLog& audit;
    const Clock& clock;
    OutboundOptions outbound;
    SyslogOrigin origin;
    const RecoveryMode* recovery = nullptr;  // while it is on, nothing is forwarded; null: there is none
  };
  explicit SyslogForward(Parts parts);
  ~SyslogForward();

  void start();
  void stop();  // within a second or so

  Result<SyslogSettings> settings(Snapshot& snapshot) const;
  // A trail that is switched on now starts with its next row; one that was on before continues at its cursor.
  Result<SyslogSettings> change(Transaction& tx, const Actor& actor, SyslogSettings wanted);
  SyslogState state() const;
  LoopSign sign() const { return beat_.sign(); }

 private:
  struct Batch;
  void run();
  bool wait(milliseconds time);  // false: stopping, or something has changed
  void turn();
  void wait_in_recovery();
  Result<SyslogSettings> load();
  Result<Batch> next_batch();
  Result<void> deliver(const Batch& batch);
  Result<void> remember(const Batch& batch);
  bool writable(milliseconds time) const;
  void failed(const std::string& why);
  std::int64_t backlog() const;

  Parts parts_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> changed_{true};
  // Used by the thread alone.
  SyslogSettings in_force_;
  std::array<std::int64_t, 3> cursor_{};
  std::unique_ptr<StreamConnection> connection_;
  milliseconds pause_{0};

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  SyslogState state_;  // under mutex_
  LoopBeat beat_{"The forwarding to syslog", seconds(300), "the trails would not be forwarded"};
  std::thread thread_;
};

}  // namespace connlog
