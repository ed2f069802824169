#include "core/audit/trail.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace connlog {

std::string to_text(const TrailHeads& heads) {
  std::string out;
  for (const Trail trail : kTrails) {
    const TrailHead& head = heads.of(trail);
    out += fmt::format("{}{}={}:{}", out.empty() ? "" : " ", to_text(trail), head.sequence, to_hex(head.chain));
  }
  return out;
}

std::vector<KnownHead> known_heads(const TrailHeads& heads, const std::string& source) {
  std::vector<KnownHead> out;
  if (heads.first.sequence > 0) out.push_back({"first", heads.first.sequence, heads.first.chain, source});
  for (const Trail trail : kTrails) {
    const TrailHead& head = heads.of(trail);
    if (head.sequence > 0) out.push_back({std::string(to_text(trail)), head.sequence, head.chain, source});
  }
  return out;
}

}  // namespace connlog
