// Notices that two hosts share one token and one machine id: cloned virtual machines, restored images. What tells them
// apart is when they booted (the receipt of a heartbeat minus its uptime) and, where it is shared, the host name. One
// host that reboots, is paused, renamed or restored from a snapshot goes from one pair of these to another, and never
// back; two hosts alternate. So a host counts as a clone once it was heard again after another, older one was heard in
// between, with at least five seconds between its heartbeats: requests that were held back and then arrive all at once
// prove nothing. Hosts that booted within a minute of each other and share no name show as an uptime that goes back
// without a reboot, three times within an hour.
//
// Kept in memory alone: after a restart of the appliance the proof is there again within a few heartbeats. Guarded by
// the lock of the agent's entry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace connlog {

class CloneWatch {
 public:
  struct Host {
    Monotonic first, heard;  // its heartbeats
    Monotonic boot;          // by the appliance's monotonic clock; may lie before its zero
    std::uint64_t name = 0;  // a hash; 0: not shared
    std::int64_t uptime_seconds = 0;
    bool is_clone = false;
    std::string machine;  // of a clone: how it is called, once something called it so
  };

  // One heartbeat that claims to come from the bound machine. The host that it belongs to, which is a clone or not; valid
  // until the next call. `uptime_seconds` must be above 0. `is_unsure`: a clone is there, but which of the two sent
  // this heartbeat is not known.
  Host& hear(Monotonic now, std::int64_t uptime_seconds, std::string_view hostname, bool& is_unsure);

  // An administrator decided that the clone of this name is the right one: from now on the others are clones.
  void adopt(std::string_view machine);
  void forget() { *this = CloneWatch{}; }

 private:
  static constexpr microseconds kSameBoot = seconds(60);  // a heartbeat may be under way for half of that
  static constexpr microseconds kSpan = seconds(5);
  static constexpr microseconds kDropsWithin = seconds(3'600);
  static constexpr microseconds kForgotten = seconds(86'400);
  static constexpr int kDrops = 3;
  static constexpr std::size_t kHostsMax = 8;

  Host& host_of(Monotonic now, Monotonic boot, std::uint64_t name);

  std::vector<Host> hosts_;
  Monotonic last_drop_{};
  int drops_ = 0;
};

}  // namespace connlog
