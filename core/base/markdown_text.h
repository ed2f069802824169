// Other people's words inside a Markdown document that connlog writes: what Markdown would take for markup is escaped, so
// that it has no effect. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// On one line: controls, line breaks among them, become spaces.
std::string markdown_line(std::string_view text);
// Every line of the text as a line of a block quote, "> …\n".
std::string markdown_quote(std::string_view text);

}  // namespace connlog
