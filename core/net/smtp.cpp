#include "core/net/smtp.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/net/mail_header.h"
#include "core/net/smtp_login.h"

namespace connlog {
namespace {

constexpr milliseconds kLeaving{5'000};  // for the reply to QUIT
constexpr int kReadsARound = 64;

// In the path of the URL, whence libcurl takes the EHLO name: "[192.0.2.1]" has characters that a path has not.
std::string in_url(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string url_of(const MailServer& server) {
  IpAddress address;
  const bool bracketed = parse_ip(server.host, address) && address.v6 && server.host.front() != '[';
  return fmt::format("{}://{}{}{}:{}/{}", server.security == MailSecurity::tls ? "smtps" : "smtp", bracketed ? "[" : "",
                     server.host, bracketed ? "]" : "", server.port, in_url(server.client_name));
}

}  // namespace

MailServer MailServer::clone() const {
  return {host, port, security, username, password.clone(), ca_pem, client_name, login};
}

bool MailServer::is_same_as(const MailServer& other) const {
  return host == other.host && port == other.port && security == other.security && username == other.username &&
         password.reveal() == other.password.reveal() && ca_pem == other.ca_pem && client_name == other.client_name &&
         login == other.login;
}

struct SmtpCallbacks {
  // Watches libcurl's part of the conversation: greeting, EHLO, STARTTLS.
  static int watch(CURL*, curl_infotype type, char* data, std::size_t bytes, void* context) {
    auto& session = *static_cast<SmtpSession*>(context);
    std::string_view text(data, bytes);
    if (type == CURLINFO_HEADER_OUT) {
      for (const std::string_view verb : {"EHLO", "HELO", "STARTTLS"}) {
        if (text.starts_with(verb)) session.command_ = verb;
      }
      return 0;
    }
    if (type != CURLINFO_HEADER_IN) return 0;
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    session.reader_.take(text);
    session.reader_.take("\n");
    while (auto reply = session.reader_.next()) {
      // What was offered in the clear does not count after TLS: the last EHLO is the one that holds.
      if (session.command_ == "EHLO") session.offer_ = reply->is_good() ? read_offer(*reply) : SmtpOffer{};
      session.last_reply_ = *std::move(reply);
    }
    return 0;
  }

  static int is_overdue(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& session = *static_cast<SmtpSession*>(context);
    curl_off_t connected = 0;
    curl_off_t spent = 0;
    curl_easy_getinfo(session.easy(), CURLINFO_CONNECT_TIME_T, &connected);
    curl_easy_getinfo(session.easy(), CURLINFO_TOTAL_TIME_T, &spent);
    session.connect_overdue_ = connected == 0 && spent > microseconds(session.limits_.connect).count();
    return session.connect_overdue_ ? 1 : 0;
  }
};

SmtpSession::SmtpSession(const OutboundOptions& outbound, std::shared_ptr<const TrustAnchors> anchors,
                         MailServer server, Clock& clock, const SmtpLimits& limits)
    : Transfer(outbound, OutboundPurpose::mail, std::move(anchors)),
      server_(std::move(server)),
      clock_(clock),
      limits_(limits) {
  set_protocols("smtp,smtps");
  // libcurl counts greeting, EHLO and STARTTLS as connecting. `connect` alone is watched by is_overdue.
  const milliseconds all = limits_.connect + 4 * limits_.reply;
  set_timeouts(all, all);
  curl_easy_setopt(easy(), CURLOPT_SERVER_RESPONSE_TIMEOUT_MS, static_cast<long>(limits_.reply.count()));
  curl_easy_setopt(easy(), CURLOPT_URL, url_of(server_).c_str());
  // ALL: without TLS there is no mail. Never CURLUSESSL_TRY, which an attacker on the line can downgrade to clear text.
  curl_easy_setopt(easy(), CURLOPT_USE_SSL,
                   static_cast<long>(server_.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(easy(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy(), CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy(), CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(easy(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy(), CURLOPT_XFERINFOFUNCTION, SmtpCallbacks::is_overdue);
  curl_easy_setopt(easy(), CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy(), CURLOPT_DEBUGFUNCTION, SmtpCallbacks::watch);
  curl_easy_setopt(easy(), CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy(), CURLOPT_VERBOSE, 1L);  // the output goes to our function only
}

SmtpSession::~SmtpSession() {
  curl_easy_setopt(easy(), CURLOPT_VERBOSE, 0L);
  curl_easy_setopt(easy(), CURLOPT_NOPROGRESS, 1L);
  sodium_memzero(out_.data(), out_.size());
}

void SmtpSession::deliver(MailMessage message) {
  CONNLOG_ASSERT(!is_busy() && !is_leaving());
  message_ = std::move(message);
}

std::optional<SmtpOutcome> SmtpSession::take_outcome() {
  return std::exchange(outcome_, std::nullopt);
}

void SmtpSession::quit() {
  if (is_leaving() || stage_ == Stage::connecting) return;
  stage_ = Stage::leaving;
  say("QUIT", kLeaving);
}

// ---- The connection does not stand: libcurl says why. ----

void SmtpSession::completed(int curl_code) {
  stage_ = Stage::over;
  const int code = connect_overdue_ ? static_cast<int>(CURLE_OPERATION_TIMEDOUT) : curl_code;
  const auto failure = failure_of(code);
  std::string why = failure ? failure->message : std::string("The connection was not made.");
  if (curl_code == CURLE_USE_SSL_FAILED && server_.security == MailSecurity::starttls) {
    why =
        "The server does not offer STARTTLS, so nothing was sent: the mail and the password would be "
        "readable on the way." +
        (last_reply_.code >= 400 ? " It said: " + last_reply_.shown() : std::string());
  } else if (last_reply_.code >= 400) {
    why = last_reply_.shown();
    if (command_ == "EHLO" || command_ == "HELO") why += fmt::format(" (to {} {})", command_, server_.client_name);
  }
  settle({SmtpOutcome::Kind::about_us, last_reply_.code != 0, std::move(why), true});
}

// ---- The connection stands. ----

bool SmtpSession::goes_on() {
  reader_ = {};
  begin_login();
  return true;
}

bool SmtpSession::talk() {
  if (stage_ == Stage::over) return false;
  if (stage_ == Stage::ready && message_) begin_mail();
  closed_ = !send_some() || !receive_some();
  while (const auto reply = reader_.next()) {
    if (stage_ != Stage::over) answer(*reply);
  }
  if (stage_ == Stage::over) return false;
  if (stage_ == Stage::ready && message_) begin_mail();
  if (closed_ || !send_some()) {
    if (message_) fail(fmt::format("{}: the server closed the connection without a reply.", server_.host), true);
    stage_ = Stage::over;
  } else if (stage_ != Stage::ready && clock_.monotonic() >= deadline_) {
    if (message_) fail(fmt::format("{}: connected, but no reply within the time allowed.", server_.host), true);
    stage_ = Stage::over;
  }
  return stage_ != Stage::over;
}

void SmtpSession::say(std::string line, milliseconds patience) {
  out_ += line;
  out_ += "\r\n";
  sodium_memzero(line.data(), line.size());
  deadline_ = clock_.monotonic() + patience;
}

bool SmtpSession::send_some() {
  while (!out_.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(easy(), out_.data(), out_.size(), &sent);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK) return false;
    if (sent == 0) return true;
    sodium_memzero(out_.data(), sent);
    out_.erase(0, sent);
  }
  return true;
}

bool SmtpSession::receive_some() {
  char bytes[4096];
  for (int i = 0; i < kReadsARound; ++i) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(easy(), bytes, sizeof bytes, &got);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK || got == 0) return false;
    if (!reader_.take({bytes, got})) return false;
  }
  return true;
}

void SmtpSession::answer(const SmtpReply& reply) {
  if (stage_ == Stage::leaving) {
    stage_ = Stage::over;
    return;
  }
  if (reply.code == 421) {  // the server closes, whatever was asked
    if (message_) settle({SmtpOutcome::Kind::about_us, true, reply.shown(), true, mails_carried_ > 0});
    stage_ = Stage::over;
    return;
  }
  switch (stage_) {
    case Stage::login:
      return answer_login(reply);
    case Stage::sender: {
      if (!reply.is_good()) return refused(SmtpStep::sender, reply);
      stage_ = Stage::recipient;
      const auto to = mail_address_for_wire(message_->to_address, "address");
      return say(fmt::format("RCPT TO:<{}>", to ? *to : std::string()), limits_.reply);
    }
    case Stage::recipient:
      if (!reply.is_good()) return refused(SmtpStep::recipient, reply);
      stage_ = Stage::data;
      return say("DATA", limits_.reply);
    case Stage::data:
      if (reply.code != 354) return refused(SmtpStep::data, reply);
      stage_ = Stage::body;
      out_ += dot_stuffed(data_);
      deadline_ = clock_.monotonic() + limits_.taken;
      return;
    case Stage::body:
      if (!reply.is_good()) return refused(SmtpStep::data, reply);
      ++mails_carried_;
      stage_ = Stage::ready;
      return settle({SmtpOutcome::Kind::delivered, true, reply.shown()});
    case Stage::reset:
      stage_ = Stage::ready;
      if (!reply.is_good()) quit();
      return;
    default:
      return;  // nothing was asked
  }
}

// ---- The login. ----

void SmtpSession::begin_login() {
  stage_ = Stage::ready;
  if (server_.username.empty()) {
    logged_in_ = true;
    return;
  }
  if (offer_.logins.empty()) {
    settle({SmtpOutcome::Kind::about_us, true,
            "The server offers no login (AUTH) here, although a user name is set: nothing was sent. Choose the port or "
            "the encryption at which it does (usually STARTTLS on 587 or TLS on 465), or clear user name and password.",
            true});
    return quit();
  }
  mechanisms_ = logins_to_try(server_.login, offer_.logins, server_.security != MailSecurity::none);
  if (mechanisms_.empty()) {
    settle({SmtpOutcome::Kind::about_us, true,
            fmt::format(
                "The server takes only {} for a login; connlog speaks PLAIN, LOGIN and CRAM-MD5. Nothing was sent.",
                fmt::join(offer_.logins, ", ")),
            true});
    return quit();
  }
  stage_ = Stage::login;
  mechanism_ = 0;
  next_login();
}

void SmtpSession::next_login() {
  login_step_ = 0;
  say(login_begin(mechanisms_[mechanism_], server_), limits_.reply);
}

std::string SmtpSession::logins_tried() const {
  std::string out = "AUTH ";
  for (std::size_t i = 0; i <= mechanism_ && i < mechanisms_.size(); ++i) {
    if (i > 0) out += ", then ";
    out += mechanisms_[i];
  }
  return out;
}

void SmtpSession::answer_login(const SmtpReply& reply) {
  if (reply.is_good()) {
    logged_in_ = true;
    stage_ = Stage::ready;
    return;
  }
  if (reply.code == 334) {
    const std::string challenge = reply.lines.empty() ? std::string() : reply.lines.front();
    const auto line = login_answer(mechanisms_[mechanism_], server_, login_step_++, challenge);
    return say(line ? *line : "*", limits_.reply);  // "*" takes the attempt back (RFC 4954 §4)
  }
  login_refusal_ = reply;
  const bool for_good = reply.code >= 500;
  if (for_good && mechanism_ + 1 < mechanisms_.size()) {
    ++mechanism_;
    return next_login();
  }
  settle({SmtpOutcome::Kind::about_us, true, fmt::format("{} ({})", reply.shown(), logins_tried()), true});
  quit();
}

// ---- A mail. ----

void SmtpSession::begin_mail() {
  using Kind = SmtpOutcome::Kind;
  auto data = mail_data(*message_);
  const auto from = mail_address_for_wire(message_->from_address, "from_address");
  if (!data || !from) return settle({Kind::refused_for_good, false, (data ? from.error() : data.error()).message});
  const auto fits = [&] { return offer_.size_max <= 0 || static_cast<std::int64_t>(data->size()) <= offer_.size_max; };
  if (!fits()) data = mail_data(*message_, false);
  if (!data || !fits()) {
    return settle({Kind::refused_for_good, true,
                   fmt::format("The server takes mails of at most {} bytes; this one is longer.", offer_.size_max)});
  }
  data_ = *std::move(data);
  stage_ = Stage::sender;
  say(fmt::format("MAIL FROM:<{}>{}", *from, offer_.has_size ? fmt::format(" SIZE={}", data_.size()) : std::string()),
      limits_.reply);
}

void SmtpSession::refused(SmtpStep step, const SmtpReply& reply) {
  using Kind = SmtpOutcome::Kind;
  const bool about_us = is_about_us(step, reply);
  SmtpOutcome outcome{reply.code >= 500 ? Kind::refused_for_good : Kind::refused_for_now, true, reply.shown()};
  if (about_us) outcome.kind = Kind::about_us;
  // Recipients are judged one by one; a refused sender or login is the same for all.
  outcome.whole_server = about_us && step == SmtpStep::sender;
  outcome.worth_a_new_connection = about_us && mails_carried_ > 0;
  settle(std::move(outcome));
  stage_ = Stage::reset;
  say("RSET", limits_.reply);
}

void SmtpSession::settle(SmtpOutcome outcome) {
  data_.clear();
  if (!message_) return;
  message_.reset();
  outcome_ = std::move(outcome);
}

// The server may have taken the mail and lost the reply: it is sent again under the same Message-ID.
void SmtpSession::fail(std::string why, bool server_answered) {
  if (login_refusal_.code != 0 && !logged_in_) why = fmt::format("{} ({})", login_refusal_.shown(), logins_tried());
  settle({SmtpOutcome::Kind::about_us, server_answered, std::move(why), true, mails_carried_ > 0});
}

}  // namespace connlog
