// The register of the operator's own security incidents ("Incident register" on screen, so that nobody confuses it with
// the incidents of what is watched). A *case* has a timeline, a checklist, who and what is affected, deadlines that run
// from when it became known, and a report for the file. It belongs to the appliance and to no workspace. Plain data and
// the interface of its store; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

using SecurityCaseId = Id<struct SecurityCaseTag>;

enum class CaseOrigin { by_hand, leak, security_event };
template <>
inline constexpr auto kWords<CaseOrigin> = words_for<CaseOrigin>({
    {CaseOrigin::by_hand, "by_hand"},
    {CaseOrigin::leak, "leak"},
    {CaseOrigin::security_event, "security_event"},
});

// What people write down, and the steps of the checklist. Two steps have a deadline (kCaseDeadlines).
enum class CaseEntryKind { note, measure, decision, told, step, early_warning, tell_authority };
template <>
inline constexpr auto kWords<CaseEntryKind> = words_for<CaseEntryKind>({
    {CaseEntryKind::note, "note"},
    {CaseEntryKind::measure, "measure"},
    {CaseEntryKind::decision, "decision"},
    {CaseEntryKind::told, "told"},
    {CaseEntryKind::step, "step"},
    {CaseEntryKind::early_warning, "early_warning"},
    {CaseEntryKind::tell_authority, "tell_authority"},
});
constexpr bool is_step(CaseEntryKind kind) {
  return kind == CaseEntryKind::step || kind == CaseEntryKind::early_warning || kind == CaseEntryKind::tell_authority;
}

// A step that does not apply is ticked with a note that begins with these words, in any case: then nothing was told, and
// its deadline was neither kept nor missed.
inline constexpr std::string_view kNotApplicable = "not applicable";

struct CaseEntry {
  std::int64_t position = 0;  // from 1, in the order in which they were written
  Instant at;                 // when it happened; of a step, when it came onto the checklist
  CaseEntryKind kind = CaseEntryKind::note;
  std::string by;  // who wrote it
  std::string text;
  Instant done_at;  // of a step; not set: still to be done
  std::string done_by;
  std::string done_note;  // why it does not apply, or what was done
};

struct SecurityCase {
  SecurityCaseId id;
  std::string title;
  CaseOrigin origin = CaseOrigin::by_hand;
  std::string origin_id;  // of the leak or of the trail's entry; empty: by hand
  Instant known_at;       // the deadlines run from here
  Instant opened_at;
  std::string opened_by;
  std::string affected_people, affected_workspaces, affected_data;
  Instant closed_at;  // not set: open
  std::string closed_by;
  std::string conclusion;
  std::int64_t version = 1;
  std::vector<CaseEntry> entries;  // in order of their positions; in lists only the two with a deadline
  std::int64_t steps_open = 0;
};

// A step that must be done within so many hours of `known_at`.
struct CaseDeadline {
  CaseEntryKind step;
  std::int64_t hours;
};
inline constexpr std::array<CaseDeadline, 2> kCaseDeadlines{{
    {CaseEntryKind::early_warning, 24},
    {CaseEntryKind::tell_authority, 72},
}};

enum class DeadlineState { running, near, overdue, kept, late, not_applicable, closed };
template <>
inline constexpr auto kWords<DeadlineState> = words_for<DeadlineState>({
    {DeadlineState::running, "running"},
    {DeadlineState::near, "near"},        // less than two hours are left
    {DeadlineState::overdue, "overdue"},  // passed, and not marked as told
    {DeadlineState::kept, "kept"},
    {DeadlineState::late, "late"},      // told after it had passed
    {DeadlineState::not_applicable, "not_applicable"},  // ticked with a note that begins so
    {DeadlineState::closed, "closed"},  // the case has no such step
});

struct DeadlineOfCase {
  std::int64_t hours = 0;
  Instant due_at;
  Instant done_at;
  DeadlineState state = DeadlineState::running;
};
std::vector<DeadlineOfCase> deadlines_of(const SecurityCase& one, Instant now);

// The steps of a new case.
struct ChecklistStep {
  CaseEntryKind kind;
  std::string_view text;
};
std::vector<ChecklistStep> default_checklist();

// The closing report (or, of an open case, the report so far), in Markdown. Times are in UTC. What people typed is put
// down as words: markup in it has no effect.
std::string security_case_report(const SecurityCase& one, Instant now);

class SecurityCaseStore {
 public:
  virtual ~SecurityCaseStore() = default;
  virtual Result<void> insert(Transaction&, const SecurityCase&) = 0;  // with its entries
  virtual Result<std::optional<SecurityCase>> find(Snapshot&, SecurityCaseId) const = 0;
  // Newest first; `before` nil: from the newest.
  virtual Result<std::vector<SecurityCase>> list(Snapshot&, SecurityCaseId before, int limit) const = 0;
  virtual Result<std::int64_t> count(Snapshot&) const = 0;
  virtual Result<void> update(Transaction&, const SecurityCase&) = 0;  // its own columns
  virtual Result<void> add_entry(Transaction&, SecurityCaseId, const CaseEntry&) = 0;
  virtual Result<void> update_entry(Transaction&, SecurityCaseId, const CaseEntry&) = 0;
};

}  // namespace connlog
