// A leak as a document: what happened, what connlog did, what people did and when, for the file of an audit. Pure.
#include <fmt/format.h>

#include "core/base/markdown_text.h"
#include "core/trust/leak.h"

namespace connlog {

std::string leak_document(const Leak& leak, std::string_view kind_title) {
  std::string text = fmt::format("# Leak: {}\n\n", markdown_line(leak.leaked_name));
  text += fmt::format("- What: {}\n", markdown_line(kind_title));
  text += fmt::format("- Reported: {} by {}\n", to_iso8601(leak.at), markdown_line(leak.by_name));
  text += leak.closed_at.is_set()
              ? fmt::format("- Closed: {} by {}\n", to_iso8601(leak.closed_at), markdown_line(leak.closed_by))
              : std::string("- Closed: no\n");
  text += fmt::format("- Record: {}\n", leak.id.text());
  if (!leak.circumstances.empty()) text += fmt::format("\n{}\n", markdown_line(leak.circumstances));
  for (const bool automatic : {true, false}) {
    text += automatic ? "\n## What connlog did\n\n" : "\n## What people do\n\n";
    bool any = false;
    for (const LeakStep& step : leak.steps) {
      if (step.automatic != automatic) continue;
      any = true;
      text += fmt::format("- [{}] {}", step.done_at.is_set() ? 'x' : ' ', markdown_line(step.text));
      if (step.done_at.is_set()) text += fmt::format(" ({}, {})", to_iso8601(step.done_at), markdown_line(step.done_by));
      if (!step.note.empty()) text += fmt::format("\n  Note: {}", markdown_line(step.note));
      text += '\n';
    }
    if (!any) text += "Nothing.\n";
  }
  return text;
}

}  // namespace connlog
