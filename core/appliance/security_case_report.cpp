// The report of a case, for the file and for an authority. Pure.
#include <fmt/format.h>

#include "core/appliance/security_case.h"
#include "core/base/markdown_text.h"
#include "core/base/version.h"

namespace connlog {
namespace {

// "2026-11-30 14:45 UTC (2026-11-30T14:45:02Z)": to be read, and to be computed with.
std::string time_text(Instant at) {
  if (!at.is_set()) return "–";
  const std::string iso = to_iso8601(at);
  return fmt::format("{} {} UTC ({})", iso.substr(0, 10), iso.substr(11, 5), iso);
}

std::string_view origin_text(CaseOrigin origin) {
  switch (origin) {
    case CaseOrigin::by_hand:
      return "opened by hand";
    case CaseOrigin::leak:
      return "from a leak";
    case CaseOrigin::security_event:
      return "from a security event";
  }
  return "";
}

std::string_view kind_text(CaseEntryKind kind) {
  switch (kind) {
    case CaseEntryKind::measure:
      return "Measure";
    case CaseEntryKind::decision:
      return "Decision";
    case CaseEntryKind::told:
      return "Told";
    default:
      return "Note";
  }
}

std::string_view deadline_text(DeadlineState state) {
  switch (state) {
    case DeadlineState::running:
    case DeadlineState::near:
      return "not yet marked as done";
    case DeadlineState::overdue:
      return "passed, and not marked as done";
    case DeadlineState::kept:
      return "kept";
    case DeadlineState::late:
      return "done late";
    case DeadlineState::not_applicable:
      return "not applicable";
    case DeadlineState::closed:
      return "no such step";
  }
  return "";
}

std::string section(std::string_view title, std::string_view words) {
  return fmt::format("\n### {}\n\n{}", title,
                     words.empty() ? std::string("Nothing was written down.\n") : markdown_quote(words));
}

std::string head(const SecurityCase& one) {
  std::string text = fmt::format("# Security incident: {}\n\n", markdown_line(one.title));
  text += fmt::format("- Known since: {}\n", time_text(one.known_at));
  text += fmt::format("- Opened: {} by {} ({}{}{})\n", time_text(one.opened_at), markdown_line(one.opened_by),
                      origin_text(one.origin), one.origin_id.empty() ? "" : " ", markdown_line(one.origin_id));
  text += one.closed_at.is_set()
              ? fmt::format("- Closed: {} by {}\n", time_text(one.closed_at), markdown_line(one.closed_by))
              : std::string("- Closed: no, this is the report so far\n");
  text += fmt::format("- Record: {}, version {}\n", one.id.text(), one.version);
  return text;
}

std::string deadlines(const SecurityCase& one, Instant now) {
  std::string text = "\n## Deadlines\n\n| Within | Until | Done | |\n| --- | --- | --- | --- |\n";
  for (const DeadlineOfCase& each : deadlines_of(one, now)) {
    text += fmt::format("| {} hours | {} | {} | {} |\n", each.hours, time_text(each.due_at), time_text(each.done_at),
                        deadline_text(each.state));
  }
  return text;
}

std::string timeline(const SecurityCase& one) {
  std::string text = "\n## Timeline\n";
  bool any = false;
  for (const CaseEntry& entry : one.entries) {
    if (is_step(entry.kind)) continue;
    any = true;
    text += fmt::format("\n**{}** {}, by {}\n\n{}", kind_text(entry.kind), time_text(entry.at), markdown_line(entry.by),
                        markdown_quote(entry.text));
  }
  return any ? text : text + "\nNothing was written down.\n";
}

std::string checklist(const SecurityCase& one) {
  std::string text = "\n## Checklist\n\n";
  for (const CaseEntry& entry : one.entries) {
    if (!is_step(entry.kind)) continue;
    text += fmt::format("- [{}] {}\n", entry.done_at.is_set() ? 'x' : ' ', markdown_line(entry.text));
    if (entry.done_at.is_set())
      text += fmt::format("  Done: {} by {}\n", time_text(entry.done_at), markdown_line(entry.done_by));
    if (!entry.done_note.empty()) text += fmt::format("  Note: {}\n", markdown_line(entry.done_note));
  }
  return text;
}

}  // namespace

std::string security_case_report(const SecurityCase& one, Instant now) {
  std::string text = head(one);
  text += deadlines(one, now);
  text += "\n## Affected\n";
  text += section("People", one.affected_people);
  text += section("Workspaces", one.affected_workspaces);
  text += section("Data", one.affected_data);
  text += timeline(one);
  text += checklist(one);
  text += fmt::format("\n## Conclusion\n\n{}",
                      one.conclusion.empty() ? std::string("There is none yet.\n") : markdown_quote(one.conclusion));
  text += fmt::format("\n---\n\nWritten by connlog {} on {}.\n", version(), time_text(now));
  return text;
}

}  // namespace connlog
