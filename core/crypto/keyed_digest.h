// Keys of tables that strangers fill: a digest under a key that nobody outside knows, so that nobody can choose texts
// which fall together, and that every entry has the same size however long the text was. The key lives as long as the
// process; nothing of it is ever stored. Immutable after its making; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/base/random.h"

namespace connlog {

using ShortDigest = std::array<std::uint8_t, 16>;

class KeyedDigest {
 public:
  explicit KeyedDigest(Random& random) { random.fill(key_); }

  // BLAKE2b-128 over both parts; `kind` keeps texts of different meaning apart.
  ShortDigest of(std::uint8_t kind, std::string_view text) const;

 private:
  std::array<std::uint8_t, 32> key_{};
};

struct ShortDigestHash {
  std::size_t operator()(const ShortDigest& digest) const {
    std::size_t value = 0;  // the digest is uniform already
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
  }
};

}  // namespace connlog
