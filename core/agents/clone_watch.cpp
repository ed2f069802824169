#include "core/agents/clone_watch.h"

#include <algorithm>
#include <functional>

namespace connlog {
namespace {

microseconds apart(Monotonic a, Monotonic b) {
  return a > b ? a - b : b - a;
}

}  // namespace

CloneWatch::Host& CloneWatch::host_of(Monotonic now, Monotonic boot, std::uint64_t name) {
  Host* nearest = nullptr;
  for (Host& host : hosts_) {
    const bool same_name = name == 0 || host.name == 0 || name == host.name;
    if (!same_name || apart(host.boot, boot) > kSameBoot) continue;
    if (nearest == nullptr || apart(host.boot, boot) < apart(nearest->boot, boot)) nearest = &host;
  }
  if (nearest != nullptr) return *nearest;
  if (hosts_.size() >= kHostsMax)
    std::erase_if(hosts_, [&](const Host& host) { return now - host.heard > kForgotten; });
  // Still full: the newest gives way. The older ones are enough to prove clones.
  if (hosts_.size() >= kHostsMax) hosts_.pop_back();
  hosts_.push_back({.first = now, .heard = now, .boot = boot, .name = name, .machine = {}});
  return hosts_.back();
}

CloneWatch::Host& CloneWatch::hear(Monotonic now, std::int64_t uptime_seconds, std::string_view hostname,
                                   bool& is_unsure) {
  is_unsure = false;
  const Monotonic boot = now + -microseconds(seconds(std::min<std::int64_t>(uptime_seconds, 4'000'000'000)));
  const std::uint64_t name = hostname.empty() ? 0 : std::hash<std::string_view>{}(hostname) | 1;
  Host& host = host_of(now, boot, name);

  // An uptime that goes back although the boot lies before the heartbeat heard last: no reboot does that.
  const bool drops = uptime_seconds + 1 < host.uptime_seconds && boot + seconds(5) < host.heard;
  if (drops && (drops_ == 0 || now - last_drop_ >= kSpan)) {
    drops_ = drops_ > 0 && now - last_drop_ > kDropsWithin ? 1 : drops_ + 1;
    last_drop_ = now;
    is_unsure = drops_ >= kDrops;
  }
  host.heard = now;
  host.boot = boot;
  host.uptime_seconds = uptime_seconds;
  if (name != 0) host.name = name;

  if (!host.is_clone && host.heard - host.first >= kSpan) {
    host.is_clone = std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& other) {
      return &other != &host && !other.is_clone && other.first < host.first && other.heard > host.first;
    });
  }
  return host;
}

void CloneWatch::adopt(std::string_view machine) {
  for (Host& host : hosts_) {
    const bool is_right = !host.machine.empty() && host.machine == machine;
    host.first = is_right ? Monotonic{0} : host.heard;
    host.is_clone = false;
    host.machine.clear();
  }
  drops_ = 0;
}

}  // namespace connlog
