// Sends a mail to one recipient over SMTP (RFC 5321), by libcurl. If TLS is set, it is required: a server that stops
// offering STARTTLS gets no mail, and nothing is sent in the clear. The server's own reply is kept for people.
// A SmtpTransfer belongs to the thread of its Transfers.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/words.h"
#include "core/net/transfer.h"

namespace connlog {

enum class MailSecurity { none, starttls, tls };
template <>
inline constexpr auto kWords<MailSecurity> = words_for<MailSecurity>({
    {MailSecurity::none, "none"},
    {MailSecurity::starttls, "starttls"},
    {MailSecurity::tls, "tls"},
});

struct MailServer {
  std::string host;
  std::uint16_t port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string username;  // empty: no authentication
  Secret password;
  std::string ca_pem;       // empty: the system's authorities
  std::string client_name;  // for EHLO; empty: libcurl's choice
};

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

struct SmtpOutcome {
  enum class Kind {
    delivered,         // the server has taken responsibility
    refused_for_now,   // 4xx, not reached, TLS or authentication failed: worth another try later
    refused_for_good,  // 5xx to this sender, recipient or message: another try hardly helps
  };
  Kind kind = Kind::refused_for_now;
  bool server_answered = false;  // at least one reply came, so the server is up
  std::string answer;            // "250 2.0.0 Ok: queued as 4F1B2", or why there was none
};

class SmtpTransfer final : public Transfer {
 public:
  // When the message cannot be sent as it is, outcome() says so at once and the transfer must not be added to a loop.
  SmtpTransfer(const OutboundOptions& outbound, std::shared_ptr<const TrustAnchors> anchors, const MailServer& server,
               const MailMessage& message);
  ~SmtpTransfer() override;

  bool is_sendable() const { return sendable_; }
  const SmtpOutcome& outcome() const { return outcome_; }

 private:
  friend struct SmtpCallbacks;
  void completed(int curl_code) override;

  bool sendable_ = false;
  SmtpOutcome outcome_;
  void* mime_ = nullptr;
  MailSecurity security_ = MailSecurity::starttls;
  std::string command_;     // the last one we sent: its verb only
  std::string refused_at_;  // the verb that the server refused
  std::string line_;        // the reply that is arriving
  std::string reply_;       // the last whole reply
  int code_ = 0;
};

}  // namespace connlog
