// The values of one reading as the log stores them: a blob (docs/reading-log.md describes it bit by bit). A value that
// was not measured is absent; no number stands for it. Metrics that this version does not know are kept as they are.
//
// A Values always holds well-formed bytes: they were made by ValuesBuilder, or passed Values::decode. Up to kInline bytes
// lie in the object itself, so that a heartbeat's values need no heap. Plain data; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/watch/metric.h"

namespace connlog {

// The number of a part of the subject (a mount, an interface); 0: the subject itself.
using PartNumber = std::uint32_t;

struct Value {
  Metric metric = Metric::named;
  PartNumber part = 0;
  std::int64_t value = 0;  // for Metric::named the bits of its double

  double named() const;
  friend bool operator==(const Value&, const Value&) = default;
};

class Values {
 public:
  static constexpr std::size_t kInline = 48;
  static constexpr std::size_t kBytesMax = 65'536;
  static constexpr std::uint8_t kVersion = 1;
  static constexpr std::uint32_t kInBitmap = 32;  // metrics 1–32 without a part stand in the bitmap

  Values() = default;  // nothing was measured

  // Checks every byte. An error, of code `internal`, for bytes that no encoder writes: damaged, cut, too long, or of a
  // later version.
  static Result<Values> decode(std::span<const std::uint8_t> bytes);

  std::optional<std::int64_t> get(Metric metric, PartNumber part = 0) const;
  std::vector<Value> all() const;  // by part, then by metric
  std::span<const std::uint8_t> bytes() const;

  // One content has one form, so equal bytes are equal values.
  friend bool operator==(const Values& a, const Values& b);

 private:
  friend class ValuesBuilder;
  void push(std::uint8_t byte);

  std::array<std::uint8_t, kInline> inline_{kVersion, 0, 0};
  std::uint8_t size_ = 3;           // of inline_
  std::vector<std::uint8_t> heap_;  // not empty: holds all bytes instead of inline_
};

class ValuesBuilder {
 public:
  ValuesBuilder() = default;
  explicit ValuesBuilder(const Values& from);

  // Sets a value, or replaces it; an absent `value` does nothing. False: it does not fit into kBytesMax, or is
  // Metric::named; nothing was set.
  bool set(Metric metric, std::optional<std::int64_t> value, PartNumber part = 0);
  // A series its source named. `part` is not 0.
  bool set_named(PartNumber part, double value);

  Values build() const;

 private:
  bool set_listed(const Value& value);

  std::uint32_t bitmap_ = 0;  // lowest bit: metric 1
  std::array<std::int64_t, Values::kInBitmap> plain_{};
  std::vector<Value> listed_;   // in the order in which they were set
  std::size_t listed_bytes_ = 0;
};

}  // namespace connlog
