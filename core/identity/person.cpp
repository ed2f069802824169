// Checks of names and mail addresses, always of the whole string (threat 17: a newline must not slip in behind a valid
// first line).
#include <algorithm>

#include "core/base/text.h"
#include "core/identity/identity_service.h"

namespace connlog {

Result<void> check_person_name(const std::string& field, const std::string& text) {
  if (!is_utf8(text) || has_control_character(text))
    return invalid(field, "The name must be one line without control characters.");
  const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' '; });
  if (text.empty() || blank || length_in_characters(text) > 80)
    return invalid(field, "The name must have 1 to 80 characters.");
  return {};
}

// Accepts less than RFC 5321's grammar: what mail servers take and what is safe between < and > in a header.
Result<void> check_mail(const std::string& field, const std::string& text) {
  const Error wrong = invalid(field, "This is not a mail address: one like jane@example.org is needed.");
  if (text.size() > 254 || !is_utf8(text) || has_control_character(text)) return wrong;
  const std::size_t at = text.find('@');
  if (at == std::string::npos || at == 0 || at > 64 || at != text.rfind('@')) return wrong;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || std::string_view("()<>[]:;,\\\"").find(c) != std::string_view::npos)
      return wrong;
  }
  const std::string_view domain = std::string_view(text).substr(at + 1);
  if (domain.empty() || domain.front() == '.' || domain.back() == '.' || domain.front() == '-' ||
      domain.find("..") != std::string_view::npos) {
    return wrong;
  }
  if (text[0] == '.' || text[at - 1] == '.') return wrong;
  return {};
}

std::string mail_key(std::string_view mail) {
  std::string key(mail);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

std::string typed_mail(const std::string& text) {
  return text.find('@') == std::string::npos ? "(not a mail address)" : cut(text, 254);
}

}  // namespace connlog
