// Whether anything can be stored at this moment; since when not, and why. Kept in memory, so that it can be told while
// the database refuses every write. The writer of storage/ reports each outcome; the interface, /readyz, the letters to
// administrators and the directory of agents read it or watch it. Any thread may enter. Watchers are called under the
// lock, one change at a time: they must be quick and must not call back.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/clock.h"

namespace connlog {

class StorageHealth {
 public:
  struct Outage {
    Instant since;      // of the wall clock, for people
    Monotonic began;    // the same moment, for durations
    std::string cause;  // the end of a sentence: "the file system is read-only"
  };
  using Watcher = std::function<void(const std::optional<Outage>&)>;

  // Ends with the object; the StorageHealth outlives it. When it has ended, no call of its watcher runs any more.
  class Watch {
   public:
    Watch() = default;
    Watch(StorageHealth& of, std::uint64_t number) : of_(&of), number_(number) {}
    Watch(Watch&& other) noexcept : of_(std::exchange(other.of_, nullptr)), number_(other.number_) {}
    Watch& operator=(Watch&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Watch() {
      if (of_ != nullptr) of_->unwatch(number_);
    }

   private:
    StorageHealth* of_ = nullptr;
    std::uint64_t number_ = 0;
  };

  explicit StorageHealth(const Clock& clock) : clock_(clock) {}

  // Something reached the disk: an outage is over.
  void stored();
  // Nothing could be written. The first call begins the outage; a later one may change its cause.
  void failed(std::string_view cause);

  std::optional<Outage> outage() const;
  bool has_stored() const { return has_stored_.load(std::memory_order_relaxed); }  // by this process
  [[nodiscard]] Watch watch(Watcher watcher);

 private:
  void tell() const;  // needs the lock
  void unwatch(std::uint64_t number);

  const Clock& clock_;
  std::atomic<bool> failing_{false}, has_stored_{false};
  mutable std::mutex mutex_;
  std::optional<Outage> outage_;               // under mutex_
  std::map<std::uint64_t, Watcher> watchers_;  // under mutex_
  std::uint64_t last_number_ = 0;              // under mutex_
};

}  // namespace connlog
