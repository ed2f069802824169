// Signs of life of the threads that loop. A loop says that it is alive at each turn, or that it rests: that it waits
// for work, for as long as it takes. /readyz reads the signs of all loops against the monotonic clock and names the one
// that has been inside a turn for longer than its longest turn. The loop's thread writes; any thread reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/clock.h"

namespace connlog {

// One row of the table.
struct LoopSign {
  std::string_view name;     // "The scheduler"
  Monotonic last;            // of the last sign; 0: it rests, or does not run
  microseconds longest;      // between two signs
  std::string_view without;  // what does not happen while it hangs: "silence would go unnoticed"
};

inline bool is_stuck(const LoopSign& sign, Monotonic now) {
  return sign.last.micros != 0 && now - sign.last > sign.longest;
}

inline const LoopSign* first_stuck(std::span<const LoopSign> signs, Monotonic now) {
  for (const LoopSign& sign : signs) {
    if (is_stuck(sign, now)) return &sign;
  }
  return nullptr;
}

class LoopBeat {
 public:
  constexpr LoopBeat(std::string_view name, microseconds longest, std::string_view without)
      : name_(name), longest_(longest), without_(without) {}

  void alive(Monotonic now) { last_.store(now.micros, std::memory_order_relaxed); }
  void alive() { alive(SystemClock().monotonic()); }
  void rests() { last_.store(0, std::memory_order_relaxed); }

  LoopSign sign() const { return {name_, {last_.load(std::memory_order_relaxed)}, longest_, without_}; }

 private:
  const std::string_view name_;
  const microseconds longest_;
  const std::string_view without_;
  std::atomic<std::int64_t> last_{0};
};

}  // namespace connlog
