// A leak as a document: what happened, what connlog did, what people did and when, for the file of an audit. Pure.
#include <fmt/format.h>

#include "core/trust/leak.h"

namespace connlog {
namespace {

// Names and notes are other people's words: they are put on one line, and what Markdown would take for markup is
// escaped.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]<>#|!~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string leak_document(const Leak& leak, std::string_view kind_title) {
  std::string text = fmt::format("# Leak: {}\n\n", quoted(leak.leaked_name));
  text += fmt::format("- What: {}\n", quoted(kind_title));
  text += fmt::format("- Reported: {} by {}\n", to_iso8601(leak.at), quoted(leak.by_name));
  text += leak.closed_at.is_set()
              ? fmt::format("- Closed: {} by {}\n", to_iso8601(leak.closed_at), quoted(leak.closed_by))
              : std::string("- Closed: no\n");
  text += fmt::format("- Record: {}\n", leak.id.text());
  if (!leak.circumstances.empty()) text += fmt::format("\n{}\n", quoted(leak.circumstances));
  for (const bool automatic : {true, false}) {
    text += automatic ? "\n## What connlog did\n\n" : "\n## What people do\n\n";
    bool any = false;
    for (const LeakStep& step : leak.steps) {
      if (step.automatic != automatic) continue;
      any = true;
      text += fmt::format("- [{}] {}", step.done_at.is_set() ? 'x' : ' ', quoted(step.text));
      if (step.done_at.is_set()) text += fmt::format(" ({}, {})", to_iso8601(step.done_at), quoted(step.done_by));
      if (!step.note.empty()) text += fmt::format("\n  Note: {}", quoted(step.note));
      text += '\n';
    }
    if (!any) text += "Nothing.\n";
  }
  return text;
}

}  // namespace connlog
