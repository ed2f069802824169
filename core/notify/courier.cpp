#include "core/notify/courier.h"

#include <fmt/format.h>

#include <list>
#include <utility>

#include "core/base/version.h"
#include "core/net/http_transfer.h"
#include "core/net/mail_pool.h"
#include "core/net/retry_after.h"
#include "core/net/syslog_transfer.h"

namespace connlog {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return " (a redirect, which is not followed)";
    case 400:
      return " (bad request)";
    case 401:
      return " (unauthorized)";
    case 403:
      return " (forbidden)";
    case 404:
      return " (not found)";
    case 405:
      return " (method not allowed)";
    case 410:
      return " (gone)";
    case 413:
      return " (too large)";
    case 429:
      return " (too many requests)";
    case 500:
      return " (internal server error)";
    case 502:
      return " (bad gateway)";
    case 503:
      return " (unavailable)";
    case 504:
      return " (gateway time-out)";
    default:
      return "";
  }
}

// The body of an answer is never shown: it may come from a server that the person cannot reach themselves.
DeliveryResult result_of(const HttpOutcome& outcome, Instant now) {
  using Kind = DeliveryResult::Kind;
  if (outcome.failure) {
    const bool hopeless = outcome.failure->kind == TransportFailure::Kind::invalid;
    DeliveryResult result{hopeless ? Kind::refused_for_good : Kind::try_later, false, outcome.failure->message};
    result.is_forbidden = outcome.failure->kind == TransportFailure::Kind::forbidden;
    return result;
  }
  const int status = outcome.answer.status;
  const std::string answer = fmt::format("HTTP {}{}", status, reason_phrase(status));
  if (status >= 200 && status < 300) return {Kind::delivered, true, answer};
  if (status == 410) return {Kind::refused_for_good, true, answer};
  const seconds pause = retry_after(outcome.answer, now);
  return {Kind::try_later, true, answer, pause.count() > 0, pause};
}

DeliveryResult result_of(const SmtpOutcome& outcome) {
  using Kind = DeliveryResult::Kind;
  switch (outcome.kind) {
    case SmtpOutcome::Kind::delivered:
      return {Kind::delivered, true, outcome.answer};
    case SmtpOutcome::Kind::refused_for_good:
      return {Kind::refused_for_good, true, outcome.answer};
    case SmtpOutcome::Kind::refused_for_now:
      return {Kind::try_later, true, outcome.answer};
    case SmtpOutcome::Kind::about_us:
      break;
  }
  return {Kind::about_us, outcome.server_answered, outcome.answer, outcome.whole_server};
}

DeliveryResult result_of(const SyslogOutcome& outcome) {
  using Kind = DeliveryResult::Kind;
  if (!outcome.failure) return {Kind::delivered, true, outcome.answer};
  const bool hopeless = outcome.failure->kind == TransportFailure::Kind::invalid;
  DeliveryResult result{hopeless ? Kind::refused_for_good : Kind::try_later, false, outcome.failure->message};
  result.is_forbidden = outcome.failure->kind == TransportFailure::Kind::forbidden;
  return result;
}

class CurlCourier final : public Courier {
 public:
  CurlCourier(OutboundOptions outbound, Clock& clock)
      : outbound_(std::move(outbound)), clock_(clock), mails_(outbound_, transfers_, clock) {}
  ~CurlCourier() override {
    for (const auto& transfer : running_) transfers_.remove(*transfer);
  }

  void send(Delivery delivery, std::function<void(DeliveryResult)> done) override {
    if (auto* const mail = std::get_if<MailDelivery>(&delivery.content)) {
      mails_.send(std::move(mail->server), std::move(mail->message),
                  [done = std::move(done)](const SmtpOutcome& outcome) { done(result_of(outcome)); });
    } else if (auto* const syslog = std::get_if<SyslogDelivery>(&delivery.content)) {
      start(std::move(*syslog), std::move(delivery.networks), std::move(done));
    } else {
      start(std::get<WebhookDelivery>(std::move(delivery.content)), std::move(delivery.networks),
            {delivery.remote_id, delivery.judge_answer, delivery.wants_body}, std::move(done));
    }
  }
  void poll(milliseconds wait) override {
    transfers_.poll(wait);
    mails_.turn();
    finished_.clear();
  }
  void wake() override { transfers_.wake(); }

 private:
  struct Readers {  // of its kind
    std::string (*remote_id)(std::string_view answer);
    void (*judge)(const HttpAnswer&, DeliveryResult&);
    bool wants_body;
  };

  DeliveryResult judged(const HttpOutcome& outcome, const Readers& readers) const {
    DeliveryResult result = result_of(outcome, clock_.now());
    if (outcome.failure) return result;
    if (readers.wants_body) result.body = outcome.answer.body;
    if (readers.judge != nullptr) readers.judge(outcome.answer, result);
    const bool is_named = !result.remote_id.empty() || result.kind != DeliveryResult::Kind::delivered;
    if (readers.remote_id != nullptr && !is_named) result.remote_id = readers.remote_id(outcome.answer.body);
    return result;
  }

  void start(SyslogDelivery syslog, std::shared_ptr<const std::vector<AddressRange>> networks,
             std::function<void(DeliveryResult)> done) {
    auto anchors = SyslogTransfer::trust(syslog.server, outbound_);
    if (!anchors) return done({DeliveryResult::Kind::try_later, false, anchors.error().message});
    auto transfer = std::make_unique<SyslogTransfer>(outbound_, OutboundPurpose::webhook, *std::move(anchors),
                                                     std::move(syslog.server), std::move(syslog.message), clock_,
                                                     std::move(networks));
    SyslogTransfer& reference = *transfer;
    running_.push_front(std::move(transfer));
    const auto place = running_.begin();
    transfers_.add(reference, [this, place, &reference, done = std::move(done)] {
      const DeliveryResult result = result_of(reference.outcome());
      finished_.splice(finished_.begin(), running_, place);
      done(result);
    });
  }

  void start(WebhookDelivery webhook, std::shared_ptr<const std::vector<AddressRange>> networks, Readers readers,
             std::function<void(DeliveryResult)> done) {
    auto anchors = TrustAnchors::open(TlsTrust{}, outbound_.ca_bundle);
    if (!anchors) return done({DeliveryResult::Kind::try_later, false, anchors.error().message});
    // A receiver that said 2xx has the message, whatever follows the head of its answer. The body may name the message.
    webhook.request.head_is_enough = !readers.wants_body;
    auto transfer = std::make_unique<HttpTransfer>(outbound_, OutboundPurpose::webhook, *std::move(anchors),
                                                   fmt::format("connlog/{}", version()), std::move(webhook.request),
                                                   std::move(networks));
    if (!transfer->is_sendable()) return done(result_of(transfer->outcome(), clock_.now()));
    HttpTransfer& reference = *transfer;
    running_.push_front(std::move(transfer));
    const auto place = running_.begin();
    transfers_.add(reference, [this, place, &reference, readers, done = std::move(done)] {
      const DeliveryResult result = judged(reference.outcome(), readers);
      // Destroyed later, when poll() no longer uses it.
      finished_.splice(finished_.begin(), running_, place);
      done(result);
    });
  }

  const OutboundOptions outbound_;
  Clock& clock_;
  Transfers transfers_;
  MailPool mails_;  // before transfers_ goes
  std::list<std::unique_ptr<Transfer>> running_;
  std::list<std::unique_ptr<Transfer>> finished_;
};

}  // namespace

std::unique_ptr<Courier> make_courier(OutboundOptions outbound, Clock& clock) {
  return std::make_unique<CurlCourier>(std::move(outbound), clock);
}

}  // namespace connlog
