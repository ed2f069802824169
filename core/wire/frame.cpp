#include "core/wire/frame.h"

#include <algorithm>

namespace connlog::wire {
namespace {

constexpr std::uint16_t kCpuNone = 0xFFFF;
constexpr std::int64_t kLoadX100Max = 65'534;

std::uint64_t get(const std::uint8_t* at, int bytes) {
  std::uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) value = value << 8 | at[i];
  return value;
}

void put(std::uint8_t* at, int bytes, std::uint64_t value) {
  for (int i = 0; i < bytes; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::optional<std::int64_t> percent(std::uint64_t x100) {
  if (x100 > 10'000) return std::nullopt;
  return static_cast<std::int64_t>(x100);
}

std::uint64_t percent_field(const std::optional<std::int64_t>& x100) {
  return x100 ? static_cast<std::uint64_t>(std::clamp<std::int64_t>(*x100, 0, 10'000)) : kCpuNone;
}

// On the wire, 0 is the only value for "absent".
std::uint64_t field(const std::optional<std::int64_t>& value, std::int64_t max) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(value.value_or(0), 0, max));
}

}  // namespace

std::optional<Frame> decode_frame(std::span<const std::uint8_t> body, const MetricToggles& metrics) {
  if (body.size() != kFrameBytes) return std::nullopt;
  const std::uint8_t* at = body.data();
  const auto zero = [&](std::size_t from, std::size_t to) {
    return std::all_of(at + from, at + to, [](std::uint8_t byte) { return byte == 0; });
  };
  // The host is alive, its collector is not: an uptime of 0 here is no reboot (§4.2).
  const bool collector_failed = zero(0, 8) && get(at + 8, 4) == 0xFFFF'FFFF && zero(12, 32);

  Frame frame;
  if (!collector_failed)
    frame.uptime_seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(get(at, 8), INT64_MAX));
  frame.cpu_x100 = percent(get(at + 8, 2));
  frame.cpu_peak_x100 = percent(get(at + 10, 2));

  const auto amounts = [&](std::size_t offset, std::optional<std::int64_t>& used, std::optional<std::int64_t>& total) {
    const auto all = static_cast<std::int64_t>(get(at + offset + 4, 4));
    if (all == 0) return;
    total = all;
    used = std::min(static_cast<std::int64_t>(get(at + offset, 4)), all);
  };
  amounts(12, frame.memory_used_mib, frame.memory_total_mib);
  amounts(20, frame.disk_used_mib, frame.disk_total_mib);

  if (!collector_failed && metrics.load) frame.load_x100 = static_cast<std::int64_t>(get(at + 28, 2));
  return frame;
}

FrameBytes encode_frame(const Frame& frame) {
  FrameBytes bytes{};
  std::uint8_t* at = bytes.data();
  put(at, 8, field(frame.uptime_seconds, INT64_MAX));
  put(at + 8, 2, percent_field(frame.cpu_x100));
  put(at + 10, 2, percent_field(frame.cpu_peak_x100));
  put(at + 12, 4, field(frame.memory_used_mib, UINT32_MAX));
  put(at + 16, 4, field(frame.memory_total_mib, UINT32_MAX));
  put(at + 20, 4, field(frame.disk_used_mib, UINT32_MAX));
  put(at + 24, 4, field(frame.disk_total_mib, UINT32_MAX));
  const std::uint64_t load = field(frame.load_x100, kLoadX100Max);
  put(at + 28, 2, load);
  put(at + 30, 2, load);  // "load max": a copy of it (§4.2)
  return bytes;
}

}  // namespace connlog::wire
