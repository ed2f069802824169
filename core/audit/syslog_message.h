// Renders one row of a trail as a syslog message (RFC 5424), framed by octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3).
// Whatever the row's texts hold, one row is one message: control characters become spaces, structured data is escaped,
// and a message that is too long is cut. Pure; any thread.
#pragma once

#include <string>

#include "core/audit/trail.h"

namespace connlog {

struct SyslogOrigin {
  std::string hostname;  // as in the appliance's public address; "-": there is none
  std::int64_t process = 0;
};

inline constexpr std::size_t kSyslogMessageBytesMax = 8'192;  // what RFC 5425 §4.3.1 wants receivers to take

std::string syslog_message(const TrailEntry& entry, const SyslogOrigin& origin);
// The message with its length in bytes before it: "123 <109>1 …".
std::string syslog_frame(const TrailEntry& entry, const SyslogOrigin& origin);

}  // namespace connlog
