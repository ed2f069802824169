// A syslog message (RFC 5424) and its frame by octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3). Whatever the texts
// hold, one call makes one message: control characters become spaces, structured data is escaped, and what is too long
// is cut. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace connlog {

struct SyslogHead {
  int facility = 0;  // 0–23
  int severity = 6;  // 0–7: 2 critical, 4 warning, 5 notice, 6 informational
  Instant at;
  std::string hostname;      // "-": there is none
  std::int64_t process = 0;  // 0: none is said
  std::string message_id;
};

inline constexpr std::size_t kSyslogMessageBytesMax = 8'192;   // what RFC 5425 §4.3.1 wants receivers to take
inline constexpr std::size_t kSyslogDatagramBytesMax = 2'048;  // what RFC 5424 §6.1 wants them to take over UDP

// ` name="value"` of structured data (RFC 5424 §6.3.3). A value has at most 400 characters.
std::string syslog_parameter(std::string_view name, std::string_view value);
// `parameters`: syslog_parameter() of each. `text`: one line.
std::string syslog_text(const SyslogHead& head, std::string_view parameters, std::string_view text,
                        std::size_t bytes_max = kSyslogMessageBytesMax);
// The message with its length in bytes before it: "123 <109>1 …".
std::string syslog_framed(std::string_view message);

}  // namespace connlog
