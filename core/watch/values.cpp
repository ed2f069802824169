#include "core/watch/values.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>
#include <utility>

#include "core/base/assert.h"

namespace connlog {
namespace {

constexpr unsigned kLowBits = 0x7F, kMore = 0x80;
constexpr int kVarintBytesMax = 10;
constexpr std::size_t kNamedBytes = 8;
constexpr std::size_t kListedBytesMin = 3;
// Version, bitmap, every metric of the bitmap, and the count of the list, at their longest.
constexpr std::size_t kHeadBytesMax = 1 + 5 + Values::kInBitmap * kVarintBytesMax + 3;

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0);
}

std::int64_t unzigzag(std::uint64_t code) {
  return static_cast<std::int64_t>((code >> 1U) ^ ((code & 1U) != 0 ? ~std::uint64_t{0} : 0));
}

std::size_t varint_bytes(std::uint64_t value) {
  return value == 0 ? 1 : static_cast<std::size_t>((std::bit_width(value) + 6) / 7);
}

// Reads from the front; every read says whether the bytes were there and well formed.
struct BlobReader {
  std::span<const std::uint8_t> rest;

  bool varint(std::uint64_t& out) {
    out = 0;
    for (int i = 0; i < kVarintBytesMax; ++i) {
      if (rest.empty()) return false;
      const unsigned byte = rest.front();
      rest = rest.subspan(1);
      if (i == kVarintBytesMax - 1 && byte > 1) return false;  // beyond 64 bits
      out |= std::uint64_t{byte & kLowBits} << (7U * static_cast<unsigned>(i));
      if ((byte & kMore) == 0) return i == 0 || byte != 0;  // a last byte of 0 is overlong
    }
    return false;
  }

  bool varint32(std::uint32_t& out) {
    std::uint64_t wide = 0;
    if (!varint(wide) || wide > std::numeric_limits<std::uint32_t>::max()) return false;
    out = static_cast<std::uint32_t>(wide);
    return true;
  }

  bool number(std::int64_t& out) {
    std::uint64_t code = 0;
    if (!varint(code)) return false;
    out = unzigzag(code);
    return true;
  }

  bool version() {
    if (rest.empty() || rest.front() != Values::kVersion) return false;
    rest = rest.subspan(1);
    return true;
  }

  // One entry of the list.
  bool listed(Value& out) {
    std::uint32_t metric = 0;
    if (!varint32(out.part) || !varint32(metric)) return false;
    out.metric = Metric{metric};
    if (out.metric != Metric::named) return number(out.value);
    if (rest.size() < kNamedBytes) return false;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kNamedBytes; ++i) bits |= std::uint64_t{rest[i]} << (8U * i);
    out.value = static_cast<std::int64_t>(bits);
    rest = rest.subspan(kNamedBytes);
    return true;
  }
};

bool is_before(const Value& a, const Value& b) {
  return std::tie(a.part, a.metric) < std::tie(b.part, b.metric);
}

// Whether the value belongs into the list: a part's, or of a metric that the bitmap does not have.
bool is_listed(const Value& value) {
  return value.part != 0 || static_cast<std::uint32_t>(value.metric) > Values::kInBitmap;
}

// Calls visit(value) for each value; false at the first byte that is wrong, or when visit says so.
template <typename Visit>
bool walk(std::span<const std::uint8_t> bytes, Visit visit) {
  BlobReader reader{bytes};
  std::uint32_t bitmap = 0;
  if (!reader.version() || !reader.varint32(bitmap)) return false;
  for (std::uint32_t number = 1; bitmap != 0; ++number, bitmap >>= 1U) {
    if ((bitmap & 1U) == 0) continue;
    Value value{.metric = Metric{number}};
    if (!reader.number(value.value) || !visit(value)) return false;
  }
  std::uint32_t count = 0;
  if (!reader.varint32(count) || count > reader.rest.size() / kListedBytesMin) return false;
  Value before;
  for (std::uint32_t i = 0; i < count; ++i) {
    Value value;
    if (!reader.listed(value) || !is_listed(value) || (i > 0 && !is_before(before, value))) return false;
    if (!visit(value)) return false;
    before = value;
  }
  return reader.rest.empty();
}

template <typename Push>
void put_varint(Push& push, std::uint64_t value) {
  while (value > kLowBits) {
    push(static_cast<std::uint8_t>((value & kLowBits) | kMore));
    value >>= 7U;
  }
  push(static_cast<std::uint8_t>(value));
}

}  // namespace

double Value::named() const {
  return std::bit_cast<double>(value);
}

Result<Values> Values::decode(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > kBytesMax || !walk(bytes, [](const Value&) { return true; })) {
    return Error{ErrorCode::internal, "A stored reading is damaged, or was written by a later version.", {},
                 "values of a reading are not well formed", 0};
  }
  Values values;
  if (bytes.size() <= kInline) {
    std::copy(bytes.begin(), bytes.end(), values.inline_.begin());
    values.size_ = static_cast<std::uint8_t>(bytes.size());
  } else {
    values.heap_.assign(bytes.begin(), bytes.end());
  }
  return values;
}

std::optional<std::int64_t> Values::get(Metric metric, PartNumber part) const {
  const auto number = static_cast<std::uint32_t>(metric);
  if (part == 0 && number >= 1 && number <= kInBitmap) {
    BlobReader reader{bytes()};
    std::uint32_t bitmap = 0;
    CONNLOG_ASSERT(reader.version() && reader.varint32(bitmap));
    const std::uint32_t bit = std::uint32_t{1} << (number - 1);
    if ((bitmap & bit) == 0) return std::nullopt;
    std::int64_t value = 0;
    for (int i = std::popcount(bitmap & (bit - 1)); i >= 0; --i) CONNLOG_ASSERT(reader.number(value));
    return value;
  }
  std::optional<std::int64_t> found;
  walk(bytes(), [&](const Value& value) {
    if (value.metric == metric && value.part == part) found = value.value;
    return !found;
  });
  return found;
}

std::vector<Value> Values::all() const {
  std::vector<Value> found;
  walk(bytes(), [&](const Value& value) {
    found.push_back(value);
    return true;
  });
  return found;
}

std::span<const std::uint8_t> Values::bytes() const {
  if (!heap_.empty()) return heap_;
  return std::span(inline_).first(size_);
}

bool operator==(const Values& a, const Values& b) {
  return std::ranges::equal(a.bytes(), b.bytes());
}

void Values::push(std::uint8_t byte) {
  if (heap_.empty()) {
    if (size_ < kInline) {
      inline_[size_++] = byte;
      return;
    }
    heap_.assign(inline_.begin(), inline_.end());
    inline_ = {kVersion, 0, 0};  // what is left when the heap's bytes are moved away
    size_ = 3;
  }
  heap_.push_back(byte);
}

ValuesBuilder::ValuesBuilder(const Values& from) {
  for (const Value& value : from.all()) {
    if (value.metric == Metric::named) {
      set_listed(value);
    } else {
      set(value.metric, value.value, value.part);
    }
  }
}

bool ValuesBuilder::set(Metric metric, std::optional<std::int64_t> value, PartNumber part) {
  if (!value) return true;
  if (metric == Metric::named) return false;
  const Value one{.metric = metric, .part = part, .value = *value};
  if (is_listed(one)) return set_listed(one);
  const std::uint32_t bit = static_cast<std::uint32_t>(metric) - 1;
  bitmap_ |= std::uint32_t{1} << bit;
  plain_[bit] = *value;
  return true;
}

bool ValuesBuilder::set_named(PartNumber part, double value) {
  if (part == 0) return false;
  return set_listed({.metric = Metric::named, .part = part, .value = std::bit_cast<std::int64_t>(value)});
}

bool ValuesBuilder::set_listed(const Value& value) {
  const std::size_t bytes = varint_bytes(value.part) + varint_bytes(static_cast<std::uint32_t>(value.metric)) +
                            (value.metric == Metric::named ? kNamedBytes : varint_bytes(zigzag(value.value)));
  if (listed_bytes_ + bytes > Values::kBytesMax - kHeadBytesMax) return false;
  listed_bytes_ += bytes;
  listed_.push_back(value);
  return true;
}

Values ValuesBuilder::build() const {
  Values values;
  values.size_ = 0;
  auto push = [&values](std::uint8_t byte) { values.push(byte); };
  push(Values::kVersion);
  put_varint(push, bitmap_);
  for (std::uint32_t bit = 0; bit < Values::kInBitmap; ++bit) {
    if ((bitmap_ >> bit & 1U) != 0) put_varint(push, zigzag(plain_[bit]));
  }
  // The last one of those that were set twice counts.
  std::vector<Value> listed = listed_;
  std::stable_sort(listed.begin(), listed.end(), is_before);
  const auto is_replaced = [&](std::size_t i) {
    return i + 1 < listed.size() && !is_before(listed[i], listed[i + 1]);
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < listed.size(); ++i) count += is_replaced(i) ? 0 : 1;
  put_varint(push, count);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (is_replaced(i)) continue;
    const Value& value = listed[i];
    put_varint(push, value.part);
    put_varint(push, static_cast<std::uint32_t>(value.metric));
    if (value.metric == Metric::named) {
      for (unsigned byte = 0; byte < kNamedBytes; ++byte)
        push(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value.value) >> (8U * byte)));
    } else {
      put_varint(push, zigzag(value.value));
    }
  }
  return values;
}

}  // namespace connlog
