// How it goes with the checks as a whole: what an administrator must know, and counts.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/text.h"
#include "core/monitors/work_inside.h"

namespace connlog {
namespace {

constexpr microseconds kRemembered = seconds(600);
constexpr microseconds kLagMax = seconds(30);
constexpr std::size_t kAbsencesAnHour = 1;

std::string lasted(microseconds span) {
  return duration_text(std::abs(span.count()) / microseconds(seconds(1)).count());
}

}  // namespace

void MonitorWork::Impl::note_trouble(const CheckResult& result) {
  const bool is_forbidden = result.reason == CheckReason::not_supported;
  const bool is_own = result.reason == CheckReason::own_trouble;
  if (!is_forbidden && !is_own) return;
  const Monotonic now = parts.clock.monotonic();
  const std::lock_guard lock(trouble_mutex);
  if (is_forbidden) {
    forbidden = result.text;
    forbidden_at = now;
    return;
  }
  if (now - own_trouble_at > kRemembered || own_troubles == 0) {
    own_troubles = 0;
    own_trouble_from = now;
  }
  own_trouble = result.text;
  own_trouble_at = now;
  ++own_troubles;
}

std::vector<MonitorWork::Trouble> MonitorWork::troubles() const {
  const Impl& impl = *impl_;
  const Monotonic now = impl.parts.clock.monotonic();
  std::vector<Trouble> out;
  if (impl.loop != nullptr) {
    const CheckLoopCounts counts = impl.loop->counts();
    if (counts.latest_lag > kLagMax) {
      out.push_back({.is_down = true,
                     .text = fmt::format("Checks begin {} late: this machine has too little time for {} of them. Check "
                                         "less often, or give it more processor time.",
                                         lasted(counts.latest_lag), counts.planned)});
    }
  }
  if (const Presence::Count away = impl.presence.within_an_hour(now); away.times > kAbsencesAnHour) {
    out.push_back({.text = fmt::format("connlog was not there {} times within the last hour, for {} at most: checks, "
                                       "pings and silence counted anew each time. Look whether this machine is paused, "
                                       "or has too little processor time.",
                                       away.times, lasted(away.longest))});
  }
  if (const auto step = impl.presence.recent_step(now)) {
    out.push_back({.is_of_clock = true,
                   .text = fmt::format("The machine's clock was set {} by {}. Slots of schedules were planned anew. Look "
                                       "whether its time is synchronized.",
                                       step->count() > 0 ? "forward" : "back", lasted(*step))});
  }
  const std::lock_guard lock(impl.trouble_mutex);
  if (impl.forbidden_at.micros != 0 && now - impl.forbidden_at < kRemembered)
    out.push_back({.text = fmt::format("Some checks are not possible here: {}", impl.forbidden)});
  if (impl.own_troubles > 0 && now - impl.own_trouble_at < kRemembered) {
    out.push_back({.is_down = true,
                   .text = fmt::format("{} checks could not be made since {} ago, by a fault on this side: {}",
                                       impl.own_troubles, lasted(now - impl.own_trouble_from), impl.own_trouble)});
  }
  return out;
}

MonitorWork::Counts MonitorWork::counts() const {
  const Impl& impl = *impl_;
  const auto of = [&impl](CheckVerdict verdict) {
    return impl.results[static_cast<std::size_t>(verdict)].load(std::memory_order_relaxed);
  };
  Counts counts{.up = of(CheckVerdict::up),
                .degraded = of(CheckVerdict::degraded),
                .down = of(CheckVerdict::down),
                .unknown = of(CheckVerdict::unknown),
                .late = impl.late.load(std::memory_order_relaxed),
                .missing = impl.missing.load(std::memory_order_relaxed),
                .not_judged = impl.not_judged.load(std::memory_order_relaxed)};
  counts.monitors = impl.parts.directory.all().size();
  return counts;
}

}  // namespace connlog
