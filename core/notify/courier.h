// Sends prepared deliveries (mails, HTTP requests, syslog messages) and returns the other side's answers. The real
// courier runs many of them at once over libcurl; tests have their own. Belongs to the outbox thread; only wake() may
// be called from others.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/net/address_range.h"
#include "core/net/http_client.h"
#include "core/net/smtp.h"
#include "core/net/syslog_transfer.h"

namespace connlog {

struct MailDelivery {
  MailServer server;
  MailMessage message;
};

struct WebhookDelivery {
  HttpRequest request;
};

struct SyslogDelivery {
  SyslogTarget server;
  std::string message;  // whole, without a frame
};

struct DeliveryResult;

struct Delivery {
  std::variant<MailDelivery, WebhookDelivery, SyslogDelivery> content;
  std::string target;  // "host:port": deliveries to one target are slow or down together
  // The private networks that the workspace may reach, held against each address at connect time; null: all. Of mails
  // nothing is asked: their server is the administrator's.
  std::shared_ptr<const std::vector<AddressRange>> networks = nullptr;
  // Of its kind (core/notify/channel.h); null: the service does not name its messages.
  std::string (*remote_id)(std::string_view answer) = nullptr;
  // Of its kind: what an answer over HTTP means where its status alone does not say it; null: the status says it.
  void (*judge_answer)(const HttpAnswer& answer, DeliveryResult& result) = nullptr;
  bool wants_body = false;  // the whole answer is awaited, and comes back as DeliveryResult::body
};

struct DeliveryResult {
  enum class Kind {
    delivered,
    try_later,         // not reached, 4xx, 5xx of a webhook
    refused_for_good,  // the other side refuses this message or this recipient
    about_us,          // settings, login, token, quota. The message waits until somebody mended it
  };
  Kind kind = Kind::try_later;
  bool reached = false;       // the target answered, so it is up
  std::string answer;         // the other side's words, safe to show
  bool whole_target = false;  // nothing to this target gets through now
  seconds retry_after{0};     // the target asked for this pause; 0: it did not
  std::string body = {};       // where the delivery wants it: not safe to show
  std::string remote_id = {};  // delivered: what the service called the message; empty: it did not say
  bool is_forbidden = false;  // our own address policy refused, which may be otherwise for another workspace
};

class Courier {
 public:
  virtual ~Courier() = default;
  // `done` is called once: from poll(), or from send() itself if the delivery cannot be sent at all.
  virtual void send(Delivery delivery, std::function<void(DeliveryResult)> done) = 0;
  virtual void poll(milliseconds wait) = 0;
  virtual void wake() = 0;
};

std::unique_ptr<Courier> make_courier(OutboundOptions outbound, Clock& clock);

}  // namespace connlog
