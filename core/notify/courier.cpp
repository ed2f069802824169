#include "core/notify/courier.h"

#include <fmt/format.h>

#include <list>
#include <utility>

#include "core/base/version.h"
#include "core/net/http_transfer.h"
#include "core/net/mail_header.h"

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
DeliveryResult result_of(const HttpOutcome& outcome) {
  using Kind = DeliveryResult::Kind;
  if (outcome.failure) {
    const bool hopeless = outcome.failure->kind == TransportFailure::Kind::invalid;
    return {hopeless ? Kind::refused_for_good : Kind::try_later, false, outcome.failure->message};
  }
  const int status = outcome.answer.status;
  const std::string answer = fmt::format("HTTP {}{}", status, reason_phrase(status));
  if (status >= 200 && status < 300) return {Kind::delivered, true, answer};
  return {status == 410 ? Kind::refused_for_good : Kind::try_later, true, answer};
}

DeliveryResult result_of(const SmtpOutcome& outcome) {
  using Kind = DeliveryResult::Kind;
  switch (outcome.kind) {
    case SmtpOutcome::Kind::delivered:
      return {Kind::delivered, true, outcome.answer};
    case SmtpOutcome::Kind::refused_for_good:
      return {Kind::refused_for_good, true, outcome.answer};
    case SmtpOutcome::Kind::refused_for_now:
      break;
  }
  return {Kind::try_later, outcome.server_answered, outcome.answer};
}

class CurlCourier final : public Courier {
 public:
  explicit CurlCourier(OutboundOptions outbound) : outbound_(std::move(outbound)) {}
  ~CurlCourier() override {
    for (const auto& transfer : running_) transfers_.remove(*transfer);
  }

  void send(Delivery delivery, std::function<void(DeliveryResult)> done) override {
    std::visit([&](auto& content) { start(content, std::move(done)); }, delivery.content);
  }
  void poll(milliseconds wait) override {
    transfers_.poll(wait);
    finished_.clear();
  }
  void wake() override { transfers_.wake(); }

 private:
  void start(const MailDelivery& mail, std::function<void(DeliveryResult)> done) {
    const TlsTrust trust =
        mail.server.ca_pem.empty() ? TlsTrust{} : TlsTrust{TlsTrust::Kind::ca_pem, mail.server.ca_pem};
    auto anchors = TrustAnchors::open(trust, outbound_.ca_bundle);
    if (!anchors) return done({DeliveryResult::Kind::try_later, false, anchors.error().message});
    run(std::make_unique<SmtpTransfer>(outbound_, *anchors, mail.server, mail.message), std::move(done));
  }

  void start(const WebhookDelivery& webhook, std::function<void(DeliveryResult)> done) {
    auto anchors = TrustAnchors::open(TlsTrust{}, outbound_.ca_bundle);
    if (!anchors) return done({DeliveryResult::Kind::try_later, false, anchors.error().message});
    run(std::make_unique<HttpTransfer>(outbound_, OutboundPurpose::webhook, *anchors,
                                       fmt::format("connlog/{}", version()), webhook.request),
        std::move(done));
  }

  template <typename SomeTransfer>
  void run(std::unique_ptr<SomeTransfer> transfer, std::function<void(DeliveryResult)> done) {
    if (!transfer->is_sendable()) return done(result_of(transfer->outcome()));
    SomeTransfer& reference = *transfer;
    running_.push_front(std::move(transfer));
    const auto place = running_.begin();
    transfers_.add(reference, [this, place, &reference, done = std::move(done)] {
      const DeliveryResult result = result_of(reference.outcome());
      // Destroyed later, when poll() no longer uses it.
      finished_.splice(finished_.begin(), running_, place);
      done(result);
    });
  }

  const OutboundOptions outbound_;
  Transfers transfers_;
  std::list<std::unique_ptr<Transfer>> running_;
  std::list<std::unique_ptr<Transfer>> finished_;
};

}  // namespace

std::unique_ptr<Courier> make_courier(OutboundOptions outbound) {
  return std::make_unique<CurlCourier>(std::move(outbound));
}

}  // namespace connlog
