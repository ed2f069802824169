#include "core/net/syslog_text.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr std::size_t kValueCharactersMax = 400;
// No enterprise number is registered for connlog; 32473 is the one that RFC 5612 sets aside for such a case.
constexpr std::string_view kElement = "connlog@32473";

// A header field: printable ASCII without spaces (RFC 5424 §6), at most `bytes_max`.
std::string field(std::string_view text, std::size_t bytes_max) {
  std::string out;
  for (const char c : text) {
    if (out.size() == bytes_max) break;
    out += c > ' ' && c < 0x7f ? c : '_';
  }
  return out.empty() ? "-" : out;
}

}  // namespace

std::string syslog_parameter(std::string_view name, std::string_view value) {
  std::string out = fmt::format(" {}=\"", name);
  for (const char c : flattened(value, kValueCharactersMax)) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string syslog_text(const SyslogHead& head, std::string_view parameters, std::string_view text,
                        std::size_t bytes_max) {
  std::string out =
      fmt::format("<{}>1 {} {} connlog {} {} [{}", head.facility * 8 + head.severity, to_iso8601(head.at, true),
                  field(head.hostname, 255), head.process > 0 ? std::to_string(head.process) : "-",
                  field(head.message_id, 32), kElement);
  out += parameters;
  out += "] \xef\xbb\xbf";  // the mark of UTF-8 (RFC 5424 §6.4)
  out += text;
  return cut(out, bytes_max);
}

std::string syslog_framed(std::string_view message) {
  return std::to_string(message.size()) + " " + std::string(message);
}

}  // namespace connlog
