#include "core/base/markdown_text.h"

#include <algorithm>

namespace connlog {
namespace {

// What makes a list or a heading at the beginning of a line only: "- ", "+ ", "===", "1." and "1)".
std::string without_list(std::string line) {
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string::npos) return line;
  if (line[first] == '-' || line[first] == '+' || line[first] == '=') return line.insert(first, "\\");
  const std::size_t after = line.find_first_not_of("0123456789", first);
  if (after != std::string::npos && after > first && (line[after] == '.' || line[after] == ')'))
    line.insert(after, "\\");
  return line;
}

}  // namespace

std::string markdown_line(std::string_view text) {
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

std::string markdown_quote(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = without_list(markdown_line(text.substr(0, end)));
    out += line.empty() ? ">\n" : "> " + line + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace connlog
