// Carries one ready-made delivery to the outside and brings back what was answered. The real one runs mails and webhooks
// side by side over libcurl; tests have their own. Belongs to the outbox thread; only wake() may be called from others.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/net/http_client.h"
#include "core/net/smtp.h"

namespace connlog {

struct MailDelivery {
  MailServer server;
  MailMessage message;
};

struct WebhookDelivery {
  HttpRequest request;
};

struct Delivery {
  std::variant<MailDelivery, WebhookDelivery> content;
  std::string target;  // "host:port": what is slow or down together
};

struct DeliveryResult {
  enum class Kind {
    delivered,
    try_later,         // not reached, 4xx, 5xx of a webhook
    refused_for_good,  // the other side refuses this message or this recipient
  };
  Kind kind = Kind::try_later;
  bool reached = false;  // somebody answered: the target as such is up
  std::string answer;    // the other side's words, safe to show
};

class Courier {
 public:
  virtual ~Courier() = default;
  // `done` is called once from poll(), or at once from send() where nothing can be sent.
  virtual void send(Delivery delivery, std::function<void(DeliveryResult)> done) = 0;
  virtual void poll(milliseconds wait) = 0;
  virtual void wake() = 0;
};

std::unique_ptr<Courier> make_courier(OutboundSettings outbound);

}  // namespace connlog
