// Renders one row of a trail as a syslog message (core/net/syslog_text.h). Pure; any thread.
#pragma once

#include <string>

#include "core/audit/trail.h"
#include "core/net/syslog_text.h"

namespace connlog {

struct SyslogOrigin {
  std::string hostname;  // as in the appliance's public address; "-": there is none
  std::int64_t process = 0;
};

std::string syslog_message(const TrailEntry& entry, const SyslogOrigin& origin);
// The message with its length in bytes before it: "123 <109>1 …".
std::string syslog_frame(const TrailEntry& entry, const SyslogOrigin& origin);

}  // namespace connlog
