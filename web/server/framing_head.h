// Reads from a whole request head, as bytes, what decides framing: version, lengths, codings, persistence, expectation.
// The rest of the head is left to the router. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "web/server/framing.h"

namespace connlog::web {

namespace refusals {
extern const FramingRefusal kBareLineEnd, kNul, kManyBlankLines, kRequestLine, kVersion, kFold, kFieldName, kFieldValue,
    kHost, kLength, kTwoLengths, kBothLengths, kCoding, kUnknownCoding, kCodingInOldVersion, kChunkLine, kChunkEnd,
    kTrailer, kExpectation, kLargeHead, kManyFields, kLargeBody, kLateHead, kBusy;
}

struct HeadFacts {
  bool http_1_0 = false;
  bool keep_alive = false;
  bool head_only = false;
  bool chunked = false;
  bool expects_continue = false;
  std::uint64_t length = 0;
};

// `head` ends with its blank line. On success, nullptr: `facts` is filled, and fields that were meant for the framing
// alone (Transfer-Encoding, Expect, Trailer) are cut out of `head`. Otherwise the refusal.
const FramingRefusal* read_head(std::string& head, const FramingLimits& limits, HeadFacts& facts);

// Splits one `name: value` line without its line end; nullptr when it is well formed, otherwise the refusal.
const FramingRefusal* check_field_line(std::string_view line, std::string_view& name, std::string_view& value);

bool is_token(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace connlog::web
