// Bytes that go somewhere or come from somewhere, in order and once: a file, a pipe, a request to a bucket. One thread
// at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/result.h"

namespace connlog {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Result<void> write(std::span<const std::uint8_t> bytes) = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads at least one byte, at most `into.size()`; 0: the end.
  virtual Result<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

}  // namespace connlog
