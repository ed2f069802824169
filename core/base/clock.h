// The only access to time. `now()` gives instants that are stored and shown (UTC, microseconds); `monotonic()` gives
// instants for durations inside this process, which no step of the wall clock disturbs. Everything that needs time
// takes a Clock&; tests pass their own. Any thread may call it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace connlog {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// An instant in UTC with microseconds: what is stored (BIGINT) and sent (ISO-8601). Kept apart from
// std::chrono::system_clock, whose C library call is 32 bits wide on armv7.
struct Instant {
  std::int64_t micros = 0;  // since 1970-01-01T00:00:00Z; 0 means "never"

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant at, microseconds by) { return {at.micros + by.count()}; }
  friend constexpr Instant operator-(Instant at, microseconds by) { return {at.micros - by.count()}; }
  friend constexpr microseconds operator-(Instant later, Instant earlier) {
    return microseconds(later.micros - earlier.micros);
  }
  constexpr bool is_set() const { return micros != 0; }
};

// Monotonic time since an arbitrary start.
struct Monotonic {
  std::int64_t micros = 0;
  friend constexpr auto operator<=>(Monotonic, Monotonic) = default;
  friend constexpr Monotonic operator+(Monotonic at, microseconds by) { return {at.micros + by.count()}; }
  friend constexpr microseconds operator-(Monotonic later, Monotonic earlier) {
    return microseconds(later.micros - earlier.micros);
  }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual Monotonic monotonic() const = 0;
  // Like monotonic(), but it goes on while the machine sleeps.
  virtual Monotonic boot() const { return monotonic(); }

  // Of a clock that is watched (core/base/clock_watch.h), else now(). For what expires: now() while it is plausible,
  // else the last plausible time and what has passed since.
  virtual Instant believed() const { return now(); }
  // For what is deleted by its age: the time that has certainly come. Never after now().
  virtual Instant proven() const { return now(); }
};

// The machine's clocks, by clock_gettime.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  Monotonic monotonic() const override;
  Monotonic boot() const override;
};

// "2026-11-24T09:15:02Z"; with `with_micros` "2026-11-24T09:15:02.123456Z". Years 0001 to 9999.
std::string to_iso8601(Instant at, bool with_micros = false);

// The inverse; accepts 0 to 6 digits of fraction and requires "Z". False where the text is anything else.
bool parse_iso8601(const std::string& text, Instant& out);

}  // namespace connlog
