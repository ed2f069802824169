// Reads the part of CBOR (RFC 8949) that authenticators send (CTAP2 canonical form): integers, byte and text strings,
// arrays, maps, true, false and null, all of definite length and in their shortest form. Everything else (floats, tags,
// indefinite lengths, a length beyond the input, nesting beyond kDepthMax, more than kItemsMax items) is an error.
// Nothing is copied: results point into the input, which must outlive them. A reader that has failed stays failed.
// Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace connlog::cbor {

using Bytes = std::span<const std::uint8_t>;

inline constexpr int kDepthMax = 4;
inline constexpr int kItemsMax = 64;

class Reader {
 public:
  explicit Reader(Bytes input) : input_(input) {}

  // Each reads the next item. If that is of another kind, the reader fails.
  std::int64_t integer();  // negative ones too; a value outside of int64 is an error
  Bytes bytes();
  std::string_view text();
  std::size_t map();  // the number of pairs that follow
  void skip();        // one whole item of any kind

  // Whether the next item is a text; does not read it.
  bool next_is_text() const;

  bool failed() const { return failed_; }
  bool at_end() const { return at_ == input_.size(); }
  std::size_t position() const { return at_; }

 private:
  struct Head {
    int major;
    std::uint64_t value;
  };
  std::optional<Head> head();
  Bytes take(std::uint64_t length);
  void skip_at(int depth);
  void fail() { failed_ = true; }

  Bytes input_;
  std::size_t at_ = 0;
  int items_ = 0;
  bool failed_ = false;
};

}  // namespace connlog::cbor
