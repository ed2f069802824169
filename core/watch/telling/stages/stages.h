// What each stage decides, a function in a file of its own; stage.cpp puts them in order. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/watch/telling/stage.h"

namespace connlog {

StageAnswer decide_paused(const TellingFacts&);
StageAnswer decide_maintenance(const TellingFacts&);
StageAnswer decide_dependency(const TellingFacts&);
StageAnswer decide_superseded(const TellingFacts&);
StageAnswer decide_mute(const TellingFacts&);
StageAnswer decide_flapping(const TellingFacts&);
StageAnswer decide_hours(const TellingFacts&);
StageAnswer decide_recipients(const TellingFacts&);
StageAnswer decide_digest(const RecipientFacts&);
StageAnswer decide_grouping(const RecipientFacts&);
StageAnswer decide_repeat(const RecipientFacts&);

// ── What they share ──

inline StageAnswer passes() {
  return {};
}
inline StageAnswer holds(TellingReason reason, std::string text, Instant until = {}, SubjectId held_by = {}) {
  return {StageVerdict::hold, reason, std::move(text), until, held_by};
}
inline StageAnswer drops(TellingReason reason, std::string text) {
  return {StageVerdict::drop, reason, std::move(text), {}, {}};
}
// A time inside a text, which the screen shows in its reader's zone: "{2026-11-24T02:14:07Z}".
inline std::string time_mark(Instant at) {
  return "{" + to_iso8601(at) + "}";
}
// The fact that lasts longest: what holds until then. One without an end lasts longest of all.
const QuietFact& longest(const std::vector<QuietFact>& facts);
// "Kernel update, by Bo, until {…}"
std::string said_of(const QuietFact& fact);

}  // namespace connlog
