// The 32 bytes of a heartbeat (docs/agent-protocol.md §4.2) and the values that they carry, in the units of the wire.
// Ingest decodes, the agent program encodes. Pure functions over bytes; any thread.
//
// The layout is on the wire of agents that we do not build: nothing may be reordered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace connlog::wire {

inline constexpr std::size_t kFrameBytes = 32;
using FrameBytes = std::array<std::uint8_t, kFrameBytes>;

// Which metrics an agent collects; part of its configuration (§5).
struct MetricToggles {
  bool cpu = true, memory = true, disk = true, load = true;
  friend bool operator==(const MetricToggles&, const MetricToggles&) = default;
};

// The values of one heartbeat. A value that the host did not send is absent, never 0.
struct Frame {
  std::optional<std::int64_t> uptime_seconds;
  std::optional<std::int64_t> cpu_x100;       // percent × 100
  std::optional<std::int64_t> cpu_peak_x100;  // busiest core, percent × 100
  std::optional<std::int64_t> memory_used_mib, memory_total_mib;
  std::optional<std::int64_t> disk_used_mib, disk_total_mib;
  std::optional<std::int64_t> load_x100;  // 1-minute load × 100
  friend bool operator==(const Frame&, const Frame&) = default;
};

// Nothing when the body is not 32 bytes long. What the host did not send is absent:
//   CPU 0xFFFF, or above 100 %; memory and disk with a total of 0; load while its toggle is off;
//   everything, uptime too, in the frame of a failed collector (all zero but CPU FF FF FF FF).
// `metrics` are the toggles in force on the agent: a load of 0 with the toggle off says nothing, with it on "idle".
std::optional<Frame> decode_frame(std::span<const std::uint8_t> body, const MetricToggles& metrics);

// The inverse. Values beyond a field's range are capped (load at 654.34, memory and disk at 4 PiB).
FrameBytes encode_frame(const Frame& frame);

}  // namespace connlog::wire
