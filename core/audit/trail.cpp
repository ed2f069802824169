#include "core/audit/trail.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace connlog {

std::string_view to_text(Trail trail) {
  switch (trail) {
    case Trail::workspace:
      return "workspace";
    case Trail::security:
      return "security";
    case Trail::appliance:
      break;
  }
  return "appliance";
}

bool parse_trail(std::string_view text, Trail& out) {
  for (const Trail trail : kTrails) {
    if (text != to_text(trail)) continue;
    out = trail;
    return true;
  }
  return false;
}

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

std::string_view to_text(TrailFinding::Kind kind) {
  using Kind = TrailFinding::Kind;
  switch (kind) {
    case Kind::changed:
      return "changed";
    case Kind::missing:
      return "missing";
    case Kind::cut:
      return "cut";
    case Kind::rewritten:
      return "rewritten";
    case Kind::checkpoint:
      return "checkpoint";
    case Kind::anchor_missing:
      return "anchor_missing";
    case Kind::anchor_not_ours:
      break;
  }
  return "anchor_not_ours";
}

}  // namespace connlog
