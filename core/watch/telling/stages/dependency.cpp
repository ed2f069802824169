// Dependency: an opening waits for its parents' verdicts, and is held while one of them is down and somebody received that (or it is
// covered itself), is maintained, or came back just now. Each parent alone can hold; a parent that is muted, paused or unknown holds
// nothing. One hop up is enough: the parent is down too where its own parent is.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

namespace {

using Verdict = ParentFact::Verdict;

std::string names(const std::vector<std::string>& people) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  for (std::size_t i = 0; i < people.size() && i < kNamed; ++i) text += (i == 0 ? "" : ", ") + people[i];
  if (people.size() > kNamed) text += " and " + std::to_string(people.size() - kNamed) + " more";
  return text;
}

// "its parent router-1 is down since {…}, told to Ada"
std::string down_text(const ParentFact& parent) {
  std::string text = "its parent " + parent.name;
  text += parent.is_flapping ? " changes its state too often" : " is down";
  if (parent.since.is_set()) text += " since " + time_mark(parent.since);
  if (!parent.told_to.empty()) return text + ", told to " + names(parent.told_to);
  if (parent.is_flapping) return text;
  // Who is told of it waits for a message that leaves soon, or it depends on something itself.
  return text + (parent.awaited_until.is_set() ? ", and that will be told within minutes"
                                               : ", and that is held for its own parent");
}

const ParentFact* first(const TellingFacts& facts, Verdict verdict) {
  for (const ParentFact& parent : facts.parents) {
    if (parent.verdict == verdict) return &parent;
  }
  return nullptr;
}

}  // namespace

StageAnswer decide_dependency(const TellingFacts& facts) {
  if (const ParentFact* down = first(facts, Verdict::down_covered); down != nullptr)
    return holds(TellingReason::parent_down, down_text(*down), down->awaited_until, down->subject);
  for (const ParentFact& parent : facts.parents) {
    if (parent.is_maintained)
      return holds(TellingReason::parent_maintained, "a maintenance of its parent " + parent.name + " runs", {},
                   parent.subject);
  }
  for (const ParentFact& parent : facts.parents) {
    if (parent.verdict != Verdict::awaited || parent.awaited_until <= facts.now) continue;
    return holds(TellingReason::waiting_for_parent,
                 "it waits for the verdict about its parent " + parent.name + ", until " +
                     time_mark(parent.awaited_until) + " at most",
                 parent.awaited_until, parent.subject);
  }
  for (const ParentFact& parent : facts.parents) {
    if (parent.verdict != Verdict::recovering || parent.awaited_until <= facts.now) continue;
    return holds(TellingReason::parent_recovering,
                 "its parent " + parent.name + " is back since " + time_mark(parent.since) +
                     ", and it has two intervals to follow",
                 parent.awaited_until, parent.subject);
  }
  return passes();
}

}  // namespace connlog
