// libFuzzer's entry into the framer: the first byte decides how the rest is cut; both ways must agree.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. -I<dependencies>/include
//   tests/fuzz/framing_fuzz.cpp \
//     web/server/framing.cpp web/server/framing_head.cpp core/base/assert.cpp <dependencies>/lib/libfmt.a
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "web/server/framing.h"

namespace {

using namespace connlog::web;

const FramingLimits kLimits{512, 256, 16};

std::vector<std::string> run(std::string_view bytes, std::size_t piece_bytes) {
  std::vector<std::string> out;
  RequestFramer framer(kLimits);
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      piece.remove_prefix(framer.feed(piece));
      if (framer.state() == RequestFramer::State::complete) out.push_back(framer.take().bytes);
      if (framer.state() == RequestFramer::State::refused) {
        out.push_back(render(framer.refusal()));
        return out;
      }
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (run(bytes, bytes.size()) != run(bytes, 1 + data[0] % 32U)) std::abort();
  return 0;
}
