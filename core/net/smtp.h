// A connection to a mail server (RFC 5321, RFC 4954) that carries mail after mail. libcurl connects, says EHLO and
// turns TLS on, with the address policy and the trust of every other connection; the login and the mails are ours,
// because libcurl sends without a login where a server offers none, knows one spelling of AUTH, tries one mechanism
// and blocks its thread while a server thinks.
//
// If TLS is set, it is required: a server that stops offering STARTTLS gets no mail, and nothing is sent in the clear.
// If a user name is set, no mail goes without a login. The server's own reply is kept for people.
//
// A session belongs to the thread of its Transfers. Nothing waits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/words.h"
#include "core/net/mail_data.h"
#include "core/net/smtp_reply.h"
#include "core/net/transfer.h"

namespace connlog {

enum class MailSecurity { none, starttls, tls };
template <>
inline constexpr auto kWords<MailSecurity> = words_for<MailSecurity>({
    {MailSecurity::none, "none"},
    {MailSecurity::starttls, "starttls"},
    {MailSecurity::tls, "tls"},
});

// How to log in. automatic: what the server offers, one after the other.
enum class MailLogin { automatic, plain, login, cram_md5 };
template <>
inline constexpr auto kWords<MailLogin> = words_for<MailLogin>({
    {MailLogin::automatic, "automatic"},
    {MailLogin::plain, "plain"},
    {MailLogin::login, "login"},
    {MailLogin::cram_md5, "cram_md5"},
});

struct MailServer {
  std::string host;
  std::uint16_t port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string username;  // empty: no login
  Secret password;
  std::string ca_pem;       // empty: the system's authorities
  std::string client_name;  // for EHLO: a name with a dot, or an address literal
  MailLogin login = MailLogin::automatic;

  MailServer clone() const;
  bool is_same_as(const MailServer&) const;
};

struct SmtpLimits {
  milliseconds connect{30'000};  // name, TCP and, with MailSecurity::tls, the handshake
  milliseconds reply{300'000};   // each reply, the greeting too (RFC 5321 §4.5.3.2)
  milliseconds taken{600'000};   // the reply to the mail itself
};

struct SmtpOutcome {
  enum class Kind {
    delivered,         // the server has taken responsibility
    refused_for_now,   // 4xx to this recipient or mail: worth another try later
    refused_for_good,  // 5xx to this recipient or mail: another try hardly helps
    about_us,          // not reached, TLS, login, EHLO name, sender, policy: says nothing about this mail
  };
  Kind kind = Kind::about_us;
  bool server_answered = false;         // at least one reply came, so the server is up
  std::string answer;                   // "250 2.0.0 Ok: queued as 4F1B2", or why there was none
  bool whole_server = false;            // every other mail would go the same way now
  bool worth_a_new_connection = false;  // the server had enough of this one, which had carried mails before
};

class SmtpSession final : public Transfer {
 public:
  SmtpSession(const OutboundOptions& outbound, std::shared_ptr<const TrustAnchors> anchors, MailServer server,
              Clock& clock, const SmtpLimits& limits = {});
  ~SmtpSession() override;

  // One mail at a time; before the connection stands too. Not after quit().
  void deliver(MailMessage message);
  bool is_busy() const { return message_.has_value() || outcome_.has_value(); }
  std::optional<SmtpOutcome> take_outcome();

  bool is_leaving() const { return stage_ == Stage::leaving || stage_ == Stage::over; }
  bool is_over() const { return stage_ == Stage::over; }  // no longer in the loop
  int mails_carried() const { return mails_carried_; }
  const MailServer& server() const { return server_; }
  void quit();

 private:
  friend struct SmtpCallbacks;
  enum class Stage { connecting, login, ready, sender, recipient, data, body, reset, leaving, over };

  bool goes_on() override;
  bool talk() override;
  bool wants_to_send() const override { return !out_.empty(); }
  void completed(int curl_code) override;

  void say(std::string line, milliseconds patience);
  bool send_some();
  bool receive_some();  // false: the connection has ended
  void answer(const SmtpReply& reply);
  void answer_login(const SmtpReply& reply);
  void begin_login();
  void next_login();
  void begin_mail();
  void refused(SmtpStep step, const SmtpReply& reply);
  void settle(SmtpOutcome outcome);
  void fail(std::string why, bool server_answered);
  std::string logins_tried() const;

  const MailServer server_;
  Clock& clock_;
  const SmtpLimits limits_;
  Stage stage_ = Stage::connecting;

  // While libcurl connects.
  std::string command_;  // the last one that it sent: its verb
  SmtpReply last_reply_;
  bool connect_overdue_ = false;

  SmtpReplyReader reader_;
  SmtpOffer offer_;
  std::string out_;  // still to be sent
  Monotonic deadline_;
  bool closed_ = false;

  bool logged_in_ = false;
  std::vector<std::string> mechanisms_;  // to try, in order
  std::size_t mechanism_ = 0;            // the one that is tried
  int login_step_ = 0;
  SmtpReply login_refusal_;

  std::optional<MailMessage> message_;  // on its way
  std::string data_;                    // its text
  std::optional<SmtpOutcome> outcome_;
  int mails_carried_ = 0;
};

}  // namespace connlog
