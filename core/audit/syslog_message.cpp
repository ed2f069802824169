#include "core/audit/syslog_message.h"

#include <fmt/format.h>

#include "core/audit/acts.h"
#include "core/base/text.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr int kFacilityLogAudit = 13;
constexpr int kSeverityNotice = 5;
constexpr int kSeverityWarning = 4;
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

// RFC 5424 §6.3.3
std::string parameter(std::string_view name, std::string_view value) {
  std::string out = fmt::format(" {}=\"", name);
  for (const char c : flattened(value, kValueCharactersMax)) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string syslog_message(const TrailEntry& entry, const SyslogOrigin& origin) {
  const int severity = entry.trail == Trail::security ? kSeverityWarning : kSeverityNotice;
  std::string out =
      fmt::format("<{}>1 {} {} connlog {} {} [{}", kFacilityLogAudit * 8 + severity, to_iso8601(entry.at, true),
                  field(origin.hostname, 255), origin.process > 0 ? std::to_string(origin.process) : "-",
                  field(entry.act, 32), kElement);
  const std::string trail(to_text(entry.trail));
  out += parameter("trail", trail) + parameter("sequence", std::to_string(entry.sequence));
  out += parameter("act", entry.act) + parameter("actor_kind", entry.actor_kind);
  out += parameter("actor", entry.actor_name) + parameter("address", entry.address);
  if (!entry.actor_id.is_nil()) out += parameter("actor_id", to_text(entry.actor_id));
  if (!entry.workspace.is_nil()) out += parameter("workspace_id", entry.workspace.text());
  if (!entry.user.is_nil()) out += parameter("user_id", entry.user.text());
  out += parameter("subject", entry.object) + parameter("details", entry.details);
  // `connlog audit verify --head` takes this value and checks that the row is still there.
  out += parameter("head", fmt::format("{}={}:{}", trail, entry.sequence, to_hex(entry.chain)));
  out += "] \xef\xbb\xbf";  // the mark of UTF-8 (RFC 5424 §6.4)
  return cut(out + sentence_of(entry), kSyslogMessageBytesMax);
}

std::string syslog_frame(const TrailEntry& entry, const SyslogOrigin& origin) {
  const std::string message = syslog_message(entry, origin);
  return std::to_string(message.size()) + " " + message;
}

}  // namespace connlog
