// The identity of a message, and what every channel says alike (core/notify/message.h). Pure; any thread.
#include "core/notify/message.h"

namespace connlog {

std::string make_message_id(const NotificationId& id, std::string_view public_url) {
  const std::size_t scheme = public_url.find("://");
  std::string_view host = scheme == std::string_view::npos ? public_url : public_url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.starts_with('['))
    host = host.substr(0, host.find(']') + 1);
  else
    host = host.substr(0, host.find(':'));
  std::string plain;
  for (const char c : host) {
    const bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (fit) plain += c;
  }
  return "<" + id.text() + "@" + (plain.empty() ? "connlog" : plain) + ">";
}

std::string delivery_id(const std::string& message_id) {
  const bool bracketed = message_id.size() >= 2 && message_id.front() == '<' && message_id.back() == '>';
  return bracketed ? message_id.substr(1, message_id.size() - 2) : message_id;
}

std::string in_angle_brackets(const std::string& message_id) {
  return message_id.empty() ? std::string() : "<" + delivery_id(message_id) + ">";
}

}  // namespace connlog
