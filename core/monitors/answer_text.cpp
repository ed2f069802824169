#include "core/monitors/answer_text.h"

#include <algorithm>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

// Shorter ones are found everywhere, and would show by what is missing.
constexpr std::size_t kSecretBytesMin = 4;
constexpr std::string_view kOurs = "[a secret of this monitor]";

void hide(std::string& text, std::string_view secret) {
  if (secret.size() < kSecretBytesMin) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kOurs.size()))
    text.replace(at, secret.size(), kOurs);
}

}  // namespace

std::string shown_answer(std::string_view answer, const FieldSecrets& secrets, std::size_t bytes_max) {
  std::string text(answer);
  for (const auto& [name, secret] : secrets.entries()) {
    std::string_view lines = secret.reveal();
    hide(text, lines);
    // Of a secret of several lines ("Name: value") each value alone.
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
      const std::size_t value = line.find(": ");
      if (value != std::string_view::npos) hide(text, line.substr(value + 2));
    }
  }
  return cut(harmless_lines(mask_secrets(text)), bytes_max);
}

std::string harmless_lines(std::string_view text) {
  std::string shown;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    const bool has_end = line.size() < rest.size();
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    shown += harmless(line);
    if (has_end) shown += '\n';
  }
  return shown;
}

}  // namespace connlog
