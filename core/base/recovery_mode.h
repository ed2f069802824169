// Whether the appliance is in recovery: restored from a backup and not yet released by an administrator. While it is on,
// heartbeats are taken and people can look; nothing is told, checked, run, forwarded, updated or deleted. Set at start from
// the stored setting (core/appliance/recovery), cleared when an administrator ends it. Any thread may ask.
#pragma once

#include <atomic>

#include "core/base/clock.h"

namespace connlog {

class RecoveryMode {
 public:
  bool is_on() const { return on_.load(std::memory_order_acquire); }
  // When the restore was, and of what time the backup is; while it is on.
  Instant since() const { return {since_.load(std::memory_order_relaxed)}; }
  Instant backup_at() const { return {backup_at_.load(std::memory_order_relaxed)}; }

  void begin(Instant since, Instant backup_at) {
    since_.store(since.micros, std::memory_order_relaxed);
    backup_at_.store(backup_at.micros, std::memory_order_relaxed);
    set(true);
  }
  void set(bool on) { on_.store(on, std::memory_order_release); }

 private:
  std::atomic<bool> on_{false};
  std::atomic<std::int64_t> since_{0}, backup_at_{0};
};

// For those to whom it is optional.
inline bool in_recovery(const RecoveryMode* mode) {
  return mode != nullptr && mode->is_on();
}

}  // namespace connlog
