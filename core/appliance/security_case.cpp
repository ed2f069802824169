#include "core/appliance/security_case.h"

#include <algorithm>

namespace connlog {
namespace {

constexpr std::chrono::hours kNear{2};

bool says_not_applicable(std::string_view note) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return note.size() >= kNotApplicable.size() &&
         std::ranges::equal(note.substr(0, kNotApplicable.size()), kNotApplicable, {}, lower);
}

DeadlineState state_of(const CaseEntry* step, Instant due, Instant now) {
  if (step == nullptr) return DeadlineState::closed;
  if (step->done_at.is_set() && says_not_applicable(step->done_note)) return DeadlineState::not_applicable;
  if (step->done_at.is_set()) return step->done_at <= due ? DeadlineState::kept : DeadlineState::late;
  if (now >= due) return DeadlineState::overdue;
  return due - now < kNear ? DeadlineState::near : DeadlineState::running;
}

}  // namespace

std::vector<DeadlineOfCase> deadlines_of(const SecurityCase& one, Instant now) {
  std::vector<DeadlineOfCase> out;
  for (const CaseDeadline& each : kCaseDeadlines) {
    const auto step = std::ranges::find(one.entries, each.step, &CaseEntry::kind);
    const CaseEntry* found = step == one.entries.end() ? nullptr : &*step;
    DeadlineOfCase deadline;
    deadline.hours = each.hours;
    deadline.due_at = one.known_at + std::chrono::hours(each.hours);
    if (found != nullptr) deadline.done_at = found->done_at;
    deadline.state = state_of(found, deadline.due_at, now);
    out.push_back(deadline);
  }
  return out;
}

std::vector<ChecklistStep> default_checklist() {
  return {
      {CaseEntryKind::step,
       "Contain it: end the sessions, keys and tokens that are concerned, and cut off what may still do harm."},
      {CaseEntryKind::step,
       "Preserve the evidence: run `connlog audit verify`, and write down the heads that it prints as an entry here."},
      {CaseEntryKind::step, "Change the secrets that somebody may have seen."},
      {CaseEntryKind::step, "Find out who and what is affected, and write it down under \"Affected\"."},
      {CaseEntryKind::early_warning,
       "Where a law asks for it (such as NIS 2): send the early warning within 24 hours of knowing."},
      {CaseEntryKind::tell_authority,
       "Where personal data may be concerned (GDPR, Article 33) or another law asks for it: tell the authority within 72 "
       "hours of knowing."},
      {CaseEntryKind::step, "Tell the people who are affected, where they run a risk."},
      {CaseEntryKind::step, "Write down what was learnt, and what changes so that it does not happen again."},
  };
}

}  // namespace connlog
