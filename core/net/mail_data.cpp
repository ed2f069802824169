#include "core/net/mail_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr std::size_t kEncodedLineMax = 76;  // RFC 2045 §6.7
// "=_" never appears in quoted-printable text, so no body can hold the boundary (RFC 2045 §6.7, rule 5).
constexpr std::string_view kBoundary = "=_connlog_alternative";

// "<left@right>", visible ASCII, one of each.
bool is_message_id(std::string_view text) {
  if (text.size() < 5 || text.size() > 250 || text.front() != '<' || text.back() != '>') return false;
  text = text.substr(1, text.size() - 2);
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; });
}

// Printable ASCII without characters that would end the angle brackets or the line.
bool is_header_url(const std::string& url) {
  return url.size() <= 900 &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '<' && c != '>'; });
}

// One line per head, unencoded: other headers turn long words into encoded words (RFC 2047), which
// `connlog audit verify --head` does not read.
std::string audit_head_line(std::string_view heads) {
  std::string line = "X-Connlog-Audit-Head: ";
  for (const char c : heads) {
    if (c == ' ')
      line += "\r\n ";
    else if (c > 0x20 && c < 0x7F)
      line += c;
  }
  return line;
}

// RFC 2045 §6.7. Whatever the text is, lines stay short and 7 bits wide.
std::string quoted_printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > kEncodedLineMax - 1) {  // room for the "=" that folds
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\n';
    if (c == '\r' && next == '\n') continue;
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool blank = c == ' ' || c == '\t';
    const bool ends_the_line = next == '\n' || next == '\r';
    if ((c > ' ' && c < 0x7f && c != '=') || (blank && !ends_the_line)) {
      put(std::string_view(&c, 1));
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const char escaped[] = {'=', kHex[byte >> 4], kHex[byte & 15]};
    put(std::string_view(escaped, sizeof escaped));
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

std::string part(std::string_view type, std::string_view text) {
  return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}", type,
                     quoted_printable(text));
}

}  // namespace

Result<std::vector<std::string>> mail_header_lines(const MailMessage& message) {
  const std::string from = TRY(mail_address_for_wire(message.from_address, "from_address"));
  const std::string to = TRY(mail_address_for_wire(message.to_address, "address"));
  if (!is_message_id(message.message_id)) return invalid("message_id", "The message id is not fit for a mail.");
  if (!message.in_reply_to.empty() && !is_message_id(message.in_reply_to)) {
    return invalid("in_reply_to", "The id of the mail to answer is not fit for a mail.");
  }
  std::vector<std::string> lines = {
      "Date: " + to_rfc5322(message.date), mailbox_header_line("From", message.from_name, from),
      mailbox_header_line("To", "", to),   header_line("Subject", message.headline),
      "Message-ID: " + message.message_id,
  };
  if (!message.in_reply_to.empty()) {
    lines.push_back("In-Reply-To: " + message.in_reply_to);
    lines.push_back("References: " + message.in_reply_to);
  }
  if (!message.unsubscribe_url.empty()) {
    if (!is_header_url(message.unsubscribe_url)) return invalid("unsubscribe_url", "The link is not fit for a mail.");
    lines.push_back("List-Unsubscribe: <" + message.unsubscribe_url + ">");
    lines.push_back("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
  }
  if (!message.audit_head.empty()) lines.push_back(audit_head_line(message.audit_head));
  // RFC 3834: no out-of-office replies to an appliance.
  lines.push_back("Auto-Submitted: auto-generated");
  lines.push_back("X-Auto-Response-Suppress: All");
  return lines;
}

Result<std::string> mail_data(const MailMessage& message, bool with_html) {
  const auto lines = TRY(mail_header_lines(message));
  const bool two_parts = with_html && !message.html.empty();
  std::string out;
  if (two_parts) out = fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n", kBoundary);
  out += "Mime-Version: 1.0\r\n";
  for (const std::string& line : lines) {
    out += line;
    out += "\r\n";
  }
  if (!two_parts) return out + part("text/plain", message.text);
  // The richest form comes last (RFC 2046 §5.1.4).
  out += fmt::format("\r\n--{0}\r\n{1}\r\n--{0}\r\n{2}\r\n--{0}--\r\n", kBoundary, part("text/plain", message.text),
                     part("text/html", message.html));
  return out;
}

std::string dot_stuffed(const std::string& data) {
  std::string out;
  out.reserve(data.size() + 64);
  bool line_begins = true;
  for (const char c : data) {
    if (line_begins && c == '.') out += '.';
    out += c;
    line_begins = c == '\n';
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out + ".\r\n";
}

}  // namespace connlog
