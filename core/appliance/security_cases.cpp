#include "core/appliance/security_cases.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::chrono::minutes kAhead{5};  // by which a reader's clock may be ahead of ours

Error changed_meanwhile() {
  return Error{ErrorCode::conflict, "Somebody else changed this case meanwhile. Load it again, then make your change."};
}

// A text of the register goes into a report that leaves the appliance: what has the form of a secret is refused.
Result<std::string> without_secret(const std::string& field, std::string text) {
  const std::vector<SecretFound> found = find_secrets(text);
  if (found.empty()) return text;
  return invalid(field, fmt::format("This holds what looks like a secret: {}. The register keeps none: write how the "
                                    "thing is called.",
                                    found.front().noun));
}

Result<std::string> line(const std::string& field, const std::string& what, const std::string& text, std::size_t min,
                         std::size_t max) {
  std::string checked = TRY(one_line(field, what, text, min, max));
  return without_secret(field, std::move(checked));
}

Result<std::string> lines(const std::string& field, const std::string& what, const std::string& text, std::size_t min) {
  std::string checked = TRY(some_lines(field, what, text, min, kCaseTextMax));
  return without_secret(field, std::move(checked));
}

void count_steps(SecurityCase& one) {
  one.steps_open = std::ranges::count_if(
      one.entries, [](const CaseEntry& entry) { return is_step(entry.kind) && !entry.done_at.is_set(); });
}

}  // namespace

Result<std::vector<SecurityCase>> SecurityCases::list(Snapshot& snapshot, SecurityCaseId before, int limit) const {
  return parts_.store.list(snapshot, before, limit);
}

Result<SecurityCase> SecurityCases::find(Snapshot& snapshot, SecurityCaseId id) const {
  auto found = TRY(parts_.store.find(snapshot, id));
  if (!found) return Error{ErrorCode::not_found, "There is no such case in the register."};
  count_steps(*found);
  return *std::move(found);
}

Result<SecurityCase> SecurityCases::find_open(Snapshot& snapshot, SecurityCaseId id,
                                              std::int64_t expected_version) const {
  SecurityCase one = TRY(find(snapshot, id));
  if (one.closed_at.is_set())
    return Error{ErrorCode::conflict, "This case is closed: it can only be read. Open it again to change it."};
  if (expected_version != 0 && expected_version != one.version) return changed_meanwhile();
  return one;
}

Result<Instant> SecurityCases::time_of(const std::string& field, const std::optional<Instant>& given) const {
  const Instant now = parts_.clock.now();
  if (!given) return now;
  if (*given > now + kAhead) return invalid(field, "This time has not come yet.");
  if (given->micros <= 0) return invalid(field, "This must be a time after 1970.");
  return std::min(*given, now);
}

Result<SecurityCase> SecurityCases::open(Transaction& tx, const Actor& actor, const NewSecurityCase& wanted) {
  const std::int64_t known = TRY(parts_.store.count(tx));
  if (known >= kSecurityCasesMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("The register holds {} cases, which is the most it takes.", kSecurityCasesMax)};
  }
  const Instant now = parts_.clock.now();
  SecurityCase one;
  one.id = SecurityCaseId::make(now, parts_.random);
  one.title = TRY(line("title", "The title", wanted.title, 1, kCaseTitleMax));
  one.origin = wanted.origin;
  one.origin_id = TRY(line("origin_id", "The origin's id", wanted.origin_id, 0, kCaseOriginIdMax));
  if (one.origin == CaseOrigin::by_hand && !one.origin_id.empty())
    return invalid("origin_id", "A case that is opened by hand has no origin to name.");
  if (one.origin != CaseOrigin::by_hand && one.origin_id.empty())
    return invalid("origin_id", "Name the leak or the entry of the trail that this case comes from.");
  one.known_at = TRY(time_of("known_at", wanted.known_at));
  one.opened_at = now;
  one.opened_by = actor.name;
  for (const ChecklistStep& step : default_checklist()) {
    CaseEntry entry;
    entry.position = static_cast<std::int64_t>(one.entries.size()) + 1;
    entry.at = now;
    entry.kind = step.kind;
    entry.by = "connlog";
    entry.text = std::string(step.text);
    one.entries.push_back(std::move(entry));
  }
  count_steps(one);
  TRY(parts_.store.insert(tx, one));
  TRY(parts_.audit.append(tx, actor, "security_case.opened", one.title, std::string(to_text(one.origin))));
  return one;
}

Result<SecurityCase> SecurityCases::change(Transaction& tx, const Actor& actor, SecurityCaseId id,
                                           const SecurityCaseChange& wanted, std::int64_t expected_version) {
  SecurityCase one = TRY(find_open(tx, id, expected_version));
  std::string changed;
  const auto note = [&changed](std::string_view what) { changed += (changed.empty() ? "" : ", ") + std::string(what); };
  if (wanted.title) {
    one.title = TRY(line("title", "The title", *wanted.title, 1, kCaseTitleMax));
    note("title");
  }
  if (wanted.known_at) {
    one.known_at = TRY(time_of("known_at", wanted.known_at));
    note(fmt::format("known since {}", to_iso8601(one.known_at)));
  }
  if (wanted.affected_people) {
    one.affected_people = TRY(lines("affected_people", "Who is affected", *wanted.affected_people, 0));
    note("affected people");
  }
  if (wanted.affected_workspaces) {
    one.affected_workspaces =
        TRY(lines("affected_workspaces", "The list of workspaces", *wanted.affected_workspaces, 0));
    note("affected workspaces");
  }
  if (wanted.affected_data) {
    one.affected_data = TRY(lines("affected_data", "The list of data", *wanted.affected_data, 0));
    note("affected data");
  }
  if (changed.empty()) return one;
  ++one.version;
  TRY(parts_.store.update(tx, one));
  TRY(parts_.audit.append(tx, actor, "security_case.changed", one.title, changed));
  return one;
}

Result<SecurityCase> SecurityCases::add_entry(Transaction& tx, const Actor& actor, SecurityCaseId id,
                                              const NewCaseEntry& wanted) {
  SecurityCase one = TRY(find_open(tx, id, 0));
  if (one.entries.size() >= kCaseEntriesMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("A case takes {} entries. Close this one and open another.", kCaseEntriesMax)};
  }
  if (wanted.kind == CaseEntryKind::early_warning || wanted.kind == CaseEntryKind::tell_authority)
    return invalid("kind", "The steps with a deadline are on the checklist from the beginning.");
  CaseEntry entry;
  entry.position = (one.entries.empty() ? 0 : one.entries.back().position) + 1;
  entry.at = TRY(time_of("at", wanted.at));
  entry.kind = wanted.kind;
  entry.by = actor.name;
  entry.text = TRY(lines("text", "The entry", wanted.text, 1));
  TRY(parts_.store.add_entry(tx, one.id, entry));
  one.entries.push_back(std::move(entry));
  count_steps(one);
  ++one.version;
  TRY(parts_.store.update(tx, one));
  TRY(parts_.audit.append(tx, actor, "security_case.entry_added", one.title, std::string(to_text(wanted.kind))));
  return one;
}

Result<SecurityCase> SecurityCases::tick(Transaction& tx, const Actor& actor, SecurityCaseId id, std::int64_t position,
                                         bool done, const std::string& note) {
  SecurityCase one = TRY(find_open(tx, id, 0));
  const auto found = std::ranges::find(one.entries, position, &CaseEntry::position);
  if (found == one.entries.end() || !is_step(found->kind))
    return Error{ErrorCode::not_found, "There is no such step on the checklist."};
  CaseEntry& step = *found;
  if (done != step.done_at.is_set()) {
    step.done_at = done ? parts_.clock.now() : Instant{};
    step.done_by = done ? actor.name : std::string();
  }
  std::string checked = TRY(some_lines("note", "The note", note, 0, kCaseNoteMax));
  step.done_note = TRY(without_secret("note", std::move(checked)));
  TRY(parts_.store.update_entry(tx, one.id, step));
  const std::string text = step.text;
  count_steps(one);
  ++one.version;
  TRY(parts_.store.update(tx, one));
  TRY(parts_.audit.append(tx, actor, done ? "security_case.step_done" : "security_case.step_open", one.title, text));
  return one;
}

Result<SecurityCase> SecurityCases::close(Transaction& tx, const Actor& actor, SecurityCaseId id,
                                          const std::string& conclusion, std::int64_t expected_version) {
  SecurityCase one = TRY(find_open(tx, id, expected_version));
  one.conclusion = TRY(lines("conclusion", "The conclusion", conclusion, 1));
  if (one.steps_open > 0) {
    return Error{
        ErrorCode::conflict,
        fmt::format("{} of the checklist {} still to be done. Tick what is done, with a note where it does not apply.",
                    one.steps_open, one.steps_open == 1 ? "step is" : "steps are")};
  }
  one.closed_at = parts_.clock.now();
  one.closed_by = actor.name;
  ++one.version;
  TRY(parts_.store.update(tx, one));
  TRY(parts_.audit.append(tx, actor, "security_case.closed", one.title));
  return one;
}

Result<SecurityCase> SecurityCases::reopen(Transaction& tx, const Actor& actor, SecurityCaseId id,
                                           std::int64_t expected_version) {
  SecurityCase one = TRY(find(tx, id));
  if (expected_version != 0 && expected_version != one.version) return changed_meanwhile();
  if (!one.closed_at.is_set()) return one;
  one.closed_at = {};
  one.closed_by.clear();
  ++one.version;
  TRY(parts_.store.update(tx, one));
  TRY(parts_.audit.append(tx, actor, "security_case.reopened", one.title));
  return one;
}

}  // namespace connlog
