// The only door to entropy. Everything that draws takes a Random&; tests pass a seeded one. Any thread may call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace connlog {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t next_u64() {
    std::uint8_t bytes[8];
    fill(bytes);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
  }
  // Uniform enough for jitter: [0, bound). Not for keys.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next_u64() % bound; }
};

// libsodium's generator (getrandom). sodium_init() must have succeeded before.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace connlog
