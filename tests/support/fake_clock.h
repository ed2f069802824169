// A clock that moves only when a test says so. The wall clock may step back without the monotonic one. Any thread.
#pragma once

#include <atomic>

#include "core/base/clock.h"

namespace connlog {

class FakeClock final : public Clock {
 public:
  static constexpr Instant kStart{1'795'000'000'000'000};  // 2026-11-18T11:06:40Z

  Instant now() const override { return {wall_.load()}; }
  Monotonic monotonic() const override { return {monotonic_.load()}; }

  void advance(microseconds by) {
    wall_ += by.count();
    monotonic_ += by.count();
  }
  void step_wall_clock(microseconds by) { wall_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_{kStart.micros};
  std::atomic<std::int64_t> monotonic_{1'000'000'000};
};

}  // namespace connlog
