// Checks of names and mail addresses, always of the whole string (threat 17: a newline must not slip in behind a valid
// first line).
#include <algorithm>

#include "core/base/text.h"
#include "core/identity/identity_service.h"
#include "core/net/mail_header.h"

namespace connlog {

Result<void> check_person_name(const std::string& field, const std::string& text) {
  if (!is_utf8(text) || has_control_character(text))
    return invalid(field, "The name must be one line without control characters.");
  const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' '; });
  if (text.empty() || blank || length_in_characters(text) > 80)
    return invalid(field, "The name must have 1 to 80 characters.");
  return {};
}

// The rule of mail itself, so that no account has an address to which no mail can go.
Result<void> check_mail(const std::string& field, const std::string& text) {
  return check_mail_address(text, field);
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
