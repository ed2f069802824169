#include "core/checks/interval_places.h"

namespace connlog {

std::uint64_t spread_of(const CheckId& id) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a: the ids of one minute differ little at their beginning
  for (const std::uint8_t byte : id) hash = (hash ^ byte) * 0x100000001b3U;
  hash ^= hash >> 32;
  return hash * 0x9e3779b97f4a7c15U;
}

Monotonic place_after(Monotonic after, microseconds interval, std::uint64_t spread) {
  const std::int64_t length = interval.count();
  const auto offset = static_cast<std::int64_t>(spread % static_cast<std::uint64_t>(length));
  const std::int64_t since = after.micros - offset;
  const std::int64_t rounds = since >= 0 ? since / length + 1 : -(-since / length);
  const Monotonic place{offset + rounds * length};
  return place > after ? place : place + interval;
}

}  // namespace connlog
