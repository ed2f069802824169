#include "core/net/smtp.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/base/assert.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr milliseconds kConnectTimeout{15'000};
constexpr milliseconds kMailTimeout{60'000};
constexpr std::size_t kReplyMax = 400;  // characters of a reply that are kept

// "<left@right>", visible ASCII, one of each.
bool is_message_id(std::string_view text) {
  if (text.size() < 5 || text.size() > 250 || text.front() != '<' || text.back() != '>') return false;
  text = text.substr(1, text.size() - 2);
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; });
}

// RFC 2045 §6.7: lines of a text end with CRLF before they are encoded; a bare LF would travel as "=0A".
std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '\n' && !out.ends_with('\r')) out += '\r';
    out += c;
  }
  return out;
}

void add_part(curl_mime* mime, const std::string& text, const char* type) {
  const std::string content = with_crlf(text);
  curl_mimepart* part = curl_mime_addpart(mime);
  CONNLOG_ASSERT(part != nullptr);
  curl_mime_data(part, content.data(), content.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");  // lines stay short and 7 bits wide, whatever the text is
}

}  // namespace

struct SmtpCallbacks {
  // Watches the conversation for the replies and for the verb that each answers. What we send after AUTH is never kept.
  static int watch(CURL*, curl_infotype type, char* data, std::size_t bytes, void* context) {
    auto& transfer = *static_cast<SmtpTransfer*>(context);
    std::string_view text(data, bytes);
    if (type == CURLINFO_HEADER_OUT) {
      for (const std::string_view verb : {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"}) {
        if (text.starts_with(verb)) transfer.command_ = verb;
      }
      return 0;
    }
    if (type != CURLINFO_HEADER_IN) return 0;
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    const bool is_reply =
        text.size() >= 3 && std::ranges::all_of(text.substr(0, 3), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_reply) return 0;
    const bool more = text.size() > 3 && text[3] == '-';
    if (transfer.line_.empty()) {
      transfer.line_ = text;
      if (more) transfer.line_[3] = ' ';
    } else if (text.size() > 4 && transfer.line_.size() < kReplyMax) {
      transfer.line_ += " / ";
      transfer.line_ += text.substr(4);
    }
    if (more) return 0;
    transfer.reply_ = flattened(transfer.line_, kReplyMax);
    transfer.line_.clear();
    transfer.code_ = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    if (transfer.code_ >= 400) transfer.refused_at_ = transfer.command_;
    return 0;
  }

  static std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }
};

// Printable ASCII without characters that would end the angle brackets or the line.
static bool is_header_url(const std::string& url) {
  return url.size() <= 900 &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '<' && c != '>'; });
}

// One line per head, unencoded: other headers turn long words into encoded words (RFC 2047), which
// `connlog audit verify --head` does not read.
static std::string audit_head_line(std::string_view heads) {
  std::string line = "X-Connlog-Audit-Head: ";
  for (const char c : heads) {
    if (c == ' ')
      line += "\r\n ";
    else if (c > 0x20 && c < 0x7F)
      line += c;
  }
  return line;
}

Result<std::vector<std::string>> mail_header_lines(const MailMessage& message) {
  TRY(check_mail_address(message.from_address, "from_address"));
  TRY(check_mail_address(message.to_address, "address"));
  if (!is_message_id(message.message_id)) return invalid("message_id", "The message id is not fit for a mail.");
  if (!message.in_reply_to.empty() && !is_message_id(message.in_reply_to)) {
    return invalid("in_reply_to", "The id of the mail to answer is not fit for a mail.");
  }
  std::vector<std::string> lines = {
      "Date: " + to_rfc5322(message.date),
      mailbox_header_line("From", message.from_name, message.from_address),
      mailbox_header_line("To", "", message.to_address),
      header_line("Subject", message.headline),
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

SmtpTransfer::SmtpTransfer(const OutboundOptions& outbound, std::shared_ptr<const TrustAnchors> anchors,
                           const MailServer& server, const MailMessage& message)
    : Transfer(outbound, OutboundPurpose::mail, std::move(anchors)), security_(server.security) {
  auto lines = mail_header_lines(message);
  if (!lines) {
    outcome_ = {SmtpOutcome::Kind::refused_for_good, false, lines.error().message};
    return;
  }
  lines->push_back("Content-Type: multipart/alternative");  // libcurl adds the boundary
  set_header_lines(*lines);

  IpAddress address;
  const bool bracketed = parse_ip(server.host, address) && address.v6 && server.host.front() != '[';
  const std::string url =
      fmt::format("{}://{}{}{}:{}/{}", server.security == MailSecurity::tls ? "smtps" : "smtp", bracketed ? "[" : "",
                  server.host, bracketed ? "]" : "", server.port, server.client_name);
  set_protocols("smtp,smtps");
  set_timeouts(kConnectTimeout, kMailTimeout);
  curl_easy_setopt(easy(), CURLOPT_URL, url.c_str());
  // ALL: without TLS there is no mail. Never CURLUSESSL_TRY, which an attacker on the line can downgrade to clear text.
  curl_easy_setopt(easy(), CURLOPT_USE_SSL,
                   static_cast<long>(server.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  // Each mail has a connection of its own: settings may have changed since the last one.
  curl_easy_setopt(easy(), CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy(), CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy(), CURLOPT_SSL_SESSIONID_CACHE, 0L);
  if (!server.username.empty()) {
    curl_easy_setopt(easy(), CURLOPT_USERNAME, server.username.c_str());
    curl_easy_setopt(easy(), CURLOPT_PASSWORD, std::string(server.password.reveal()).c_str());
  }
  curl_easy_setopt(easy(), CURLOPT_MAIL_FROM, fmt::format("<{}>", message.from_address).c_str());
  curl_slist* recipients = curl_slist_append(nullptr, fmt::format("<{}>", message.to_address).c_str());
  CONNLOG_ASSERT(recipients != nullptr);
  own_list(recipients);
  curl_easy_setopt(easy(), CURLOPT_MAIL_RCPT, recipients);

  curl_mime* mime = curl_mime_init(easy());
  CONNLOG_ASSERT(mime != nullptr);
  mime_ = mime;
  add_part(mime, message.text, "text/plain; charset=utf-8");
  // The richest form comes last (RFC 2046 §5.1.4).
  if (!message.html.empty()) add_part(mime, message.html, "text/html; charset=utf-8");
  curl_easy_setopt(easy(), CURLOPT_MIMEPOST, mime);

  curl_easy_setopt(easy(), CURLOPT_WRITEFUNCTION, SmtpCallbacks::discard);
  curl_easy_setopt(easy(), CURLOPT_DEBUGFUNCTION, SmtpCallbacks::watch);
  curl_easy_setopt(easy(), CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy(), CURLOPT_VERBOSE, 1L);  // the output goes to our function only
  sendable_ = true;
}

SmtpTransfer::~SmtpTransfer() {
  curl_easy_setopt(easy(), CURLOPT_MIMEPOST, nullptr);
  curl_easy_setopt(easy(), CURLOPT_VERBOSE, 0L);
  curl_mime_free(static_cast<curl_mime*>(mime_));
}

void SmtpTransfer::completed(int curl_code) {
  using Kind = SmtpOutcome::Kind;
  if (curl_code == CURLE_OK) {
    outcome_ = {Kind::delivered, true, reply_};
    return;
  }
  // Our own reasons come first: they explain more than the successful reply before them.
  const TransportFailure failure = *failure_of(curl_code);
  if (curl_code == CURLE_USE_SSL_FAILED && security_ == MailSecurity::starttls) {
    outcome_ = {Kind::refused_for_now, true,
                "The server does not offer STARTTLS, so nothing was sent: the mail and the password would be "
                "readable on the way." +
                    (code_ >= 400 ? " It said: " + reply_ : std::string())};
    return;
  }
  if (code_ >= 400) {
    // A refusal of the message, not of the account or the connection, would be repeated.
    const bool about_message = refused_at_ == "MAIL" || refused_at_ == "RCPT" || refused_at_ == "DATA";
    const bool about_account = code_ == 530 || code_ == 534 || code_ == 535 || code_ == 538;
    outcome_ = {code_ >= 500 && about_message && !about_account ? Kind::refused_for_good : Kind::refused_for_now, true,
                reply_};
    return;
  }
  outcome_ = {Kind::refused_for_now, code_ != 0, failure.message};
}

}  // namespace connlog
