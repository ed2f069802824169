#include "core/identity/cbor.h"

namespace connlog::cbor {
namespace {

// Major types, RFC 8949 §3.1.
constexpr int kUnsigned = 0, kNegative = 1, kByteString = 2, kTextString = 3, kArray = 4, kMap = 5, kSimple = 7;

}  // namespace

std::optional<Reader::Head> Reader::head() {
  if (failed_ || at_ >= input_.size() || ++items_ > kItemsMax) {
    fail();
    return std::nullopt;
  }
  const std::uint8_t first = input_[at_++];
  const int major = first >> 5;
  const int additional = first & 31;
  if (additional < 24) return Head{major, static_cast<std::uint64_t>(additional)};
  // 28 to 30 are reserved, 31 is an indefinite length. Simple values longer than one byte, and floats, are not
  // supported.
  if (additional > 27 || major == kSimple) {
    fail();
    return std::nullopt;
  }
  const std::size_t length = std::size_t{1} << (additional - 24);
  if (input_.size() - at_ < length) {
    fail();
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = value << 8 | input_[at_++];
  // Only the shortest form is accepted, so that each value has one encoding.
  const std::uint64_t smallest = length == 1 ? 24 : std::uint64_t{1} << (length * 4);
  if (value < smallest) {
    fail();
    return std::nullopt;
  }
  return Head{major, value};
}

Bytes Reader::take(std::uint64_t length) {
  if (length > input_.size() - at_) {
    fail();
    return {};
  }
  const Bytes taken = input_.subspan(at_, static_cast<std::size_t>(length));
  at_ += static_cast<std::size_t>(length);
  return taken;
}

std::int64_t Reader::integer() {
  const auto found = head();
  if (!found) return 0;
  if ((found->major != kUnsigned && found->major != kNegative) || found->value > INT64_MAX) {
    fail();
    return 0;
  }
  const auto value = static_cast<std::int64_t>(found->value);
  return found->major == kUnsigned ? value : -1 - value;
}

Bytes Reader::bytes() {
  const auto found = head();
  if (!found) return {};
  if (found->major != kByteString) {
    fail();
    return {};
  }
  return take(found->value);
}

std::string_view Reader::text() {
  const auto found = head();
  if (!found) return {};
  if (found->major != kTextString) {
    fail();
    return {};
  }
  const Bytes taken = take(found->value);
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::size_t Reader::map() {
  const auto found = head();
  if (!found) return 0;
  if (found->major != kMap || found->value > kItemsMax) {
    fail();
    return 0;
  }
  return static_cast<std::size_t>(found->value);
}

void Reader::skip() {
  skip_at(0);
}

void Reader::skip_at(int depth) {
  if (depth >= kDepthMax) return fail();
  const auto found = head();
  if (!found) return;
  switch (found->major) {
    case kUnsigned:
    case kNegative:
      return;
    case kByteString:
    case kTextString:
      take(found->value);
      return;
    case kArray:
    case kMap: {
      if (found->value > kItemsMax) return fail();
      const std::uint64_t count = found->major == kMap ? found->value * 2 : found->value;
      for (std::uint64_t i = 0; i < count && !failed_; ++i) skip_at(depth + 1);
      return;
    }
    case kSimple:
      if (found->value < 20 || found->value > 22) fail();  // false, true, null
      return;
    default:
      fail();  // tags
  }
}

bool Reader::next_is_text() const {
  return !failed_ && at_ < input_.size() && input_[at_] >> 5 == kTextString;
}

}  // namespace connlog::cbor
