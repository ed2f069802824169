#include "core/audit/syslog_message.h"

#include <fmt/format.h>

#include "core/audit/acts.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr int kFacilityLogAudit = 13;
constexpr int kSeverityNotice = 5;
constexpr int kSeverityWarning = 4;

}  // namespace

std::string syslog_message(const TrailEntry& entry, const SyslogOrigin& origin) {
  SyslogHead head;
  head.facility = kFacilityLogAudit;
  head.severity = entry.trail == Trail::security ? kSeverityWarning : kSeverityNotice;
  head.at = entry.at;
  head.hostname = origin.hostname;
  head.process = origin.process;
  head.message_id = entry.act;
  const std::string trail(to_text(entry.trail));
  std::string out = syslog_parameter("trail", trail) + syslog_parameter("sequence", std::to_string(entry.sequence));
  out += syslog_parameter("act", entry.act) + syslog_parameter("actor_kind", entry.actor_kind);
  out += syslog_parameter("actor", entry.actor_name) + syslog_parameter("address", entry.address);
  if (!entry.actor_id.is_nil()) out += syslog_parameter("actor_id", to_text(entry.actor_id));
  if (!entry.workspace.is_nil()) out += syslog_parameter("workspace_id", entry.workspace.text());
  if (!entry.user.is_nil()) out += syslog_parameter("user_id", entry.user.text());
  out += syslog_parameter("subject", entry.object) + syslog_parameter("details", entry.details);
  // `connlog audit verify --head` takes this value and checks that the row is still there.
  out += syslog_parameter("head", fmt::format("{}={}:{}", trail, entry.sequence, to_hex(entry.chain)));
  return syslog_text(head, out, sentence_of(entry));
}

std::string syslog_frame(const TrailEntry& entry, const SyslogOrigin& origin) {
  return syslog_framed(syslog_message(entry, origin));
}

}  // namespace connlog
