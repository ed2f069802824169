// A mail as it travels: headers, text and HTML, all in 7 bits and short lines (RFC 5322, RFC 2045). Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

struct MailMessage {
  std::string from_address, from_name;
  std::string to_address;
  std::string headline;
  std::string text, html;   // without html the mail is text alone
  std::string message_id;   // with its angle brackets
  std::string in_reply_to;  // likewise; empty: the mail begins a thread
  Instant date;
  std::string unsubscribe_url = {};  // https; empty: none (RFC 2369, RFC 8058)
  std::string audit_head = {};       // the trails' heads at that time; empty: not in the mail
};

// All headers of the mail, one folded header per element. Fails with `invalid_input` if an address or a message id
// could break out of its line.
Result<std::vector<std::string>> mail_header_lines(const MailMessage& message);

// Headers and bodies, lines end with CRLF. `with_html` false: the text alone, for a server that takes little.
Result<std::string> mail_data(const MailMessage& message, bool with_html = true);

// What follows DATA: a dot at the beginning of a line is doubled, a lone dot ends it (RFC 5321 §4.5.2).
std::string dot_stuffed(const std::string& data);

}  // namespace connlog
