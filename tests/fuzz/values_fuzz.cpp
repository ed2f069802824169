// libFuzzer's entry into the decoder of a reading's values: any bytes are refused, or encoded again to the same bytes.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. -I<dependencies>/include
//   tests/fuzz/values_fuzz.cpp core/watch/values.cpp core/base/assert.cpp core/base/result.cpp
//   <dependencies>/lib/libfmt.a
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/watch/values.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  const auto values = connlog::Values::decode(bytes);
  if (!values) return 0;
  const connlog::Values again = connlog::ValuesBuilder(*values).build();
  if (!std::ranges::equal(again.bytes(), bytes)) std::abort();
  for (const connlog::Value& value : values->all()) {
    if (values->get(value.metric, value.part) != value.value) std::abort();
  }
  return 0;
}
