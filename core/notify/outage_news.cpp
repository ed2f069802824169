#include "core/notify/outage_news.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/notify/prepare.h"

namespace connlog {
namespace {

constexpr std::chrono::hours kNothingDue{1};

milliseconds left_until(Monotonic at, Monotonic now) {
  return std::max(std::chrono::ceil<milliseconds>(at - now), milliseconds(0));
}

MailText render_outage_mail(const OutageMessage& facts, const std::string& public_url) {
  const std::string since = to_iso8601(facts.since);
  if (facts.until.is_set()) {
    return {fmt::format("connlog can store again, since {}", to_iso8601(facts.until)),
            fmt::format("connlog at {0} could store nothing from {1} to {2}: {3}.\n\n"
                        "It works again. Agents send by themselves; readings of that time are missing where an agent "
                        "keeps none. Silence counts anew since then.\n",
                        public_url, since, to_iso8601(facts.until), facts.cause),
            {}};
  }
  return {fmt::format("connlog cannot store anything: {}", facts.cause),
          fmt::format("connlog at {0} can store nothing since {1}: {2}.\n\n"
                      "Until this is mended, heartbeats are refused, agents are shown as unknown, and no alerts go "
                      "out. Nobody is reported silent because of it. What was acknowledged before is not lost.\n\n"
                      "`connlog check` on that machine names the cause and what to do.\n\n"
                      "You get this mail once, and another one when it works again.\n",
                      public_url, since, facts.cause),
          {}};
}

}  // namespace

void OutageNews::hold(OutageAudience audience) {
  const std::lock_guard lock(mutex_);
  audience_ = std::move(audience);
}

void OutageNews::turn() {
  const Monotonic now = needs_.clock.monotonic();
  look(now);
  for (auto at = pieces_.begin(); at != pieces_.end();) {
    const Place place = at++;  // sending may end it at once
    if (!place->is_on_its_way && place->not_before <= now) send(place);
  }
}

milliseconds OutageNews::until_due() const {
  const Monotonic now = needs_.clock.monotonic();
  milliseconds wait = kNothingDue;
  const auto outage = needs_.storage->outage();
  if (outage && !told_) wait = std::min(wait, left_until(outage->began + kToldAfter, now));
  if (!outage && told_) {
    wait = std::min(wait, quiet_since_ ? left_until(*quiet_since_ + kOverAfter, now) : milliseconds(0));
  }
  for (const Piece& piece : pieces_) {
    if (!piece.is_on_its_way) wait = std::min(wait, left_until(piece.not_before, now));
  }
  return wait;
}

void OutageNews::look(Monotonic now) {
  const auto outage = needs_.storage->outage();
  if (outage) {
    quiet_since_.reset();
    if (told_ || now - outage->began < kToldAfter) return;
    told_ = outage;
    tell(*outage, {});
    return;
  }
  if (!told_) return;
  if (!quiet_since_) quiet_since_ = now;
  if (now - *quiet_since_ < kOverAfter) return;
  tell(*told_, needs_.clock.now() - (now - *quiet_since_));
  told_.reset();
  quiet_since_.reset();
}

void OutageNews::tell(const StorageHealth::Outage& outage, Instant until) {
  OutageAudience audience;
  {
    const std::lock_guard lock(mutex_);
    audience = audience_;
  }
  mail_ = audience.mail;
  const Instant now = needs_.clock.now();
  const auto add = [&](std::string mail, std::optional<OutageAudience::Webhook> webhook) {
    Piece piece;
    piece.message.message_id = make_message_id(NotificationId::make(now, needs_.random), needs_.public_url);
    piece.message.since = outage.since;
    piece.message.until = until;
    piece.message.cause = outage.cause;
    if (webhook) piece.message.workspace = webhook->workspace;
    piece.mail = std::move(mail);
    piece.webhook = std::move(webhook);
    pieces_.push_back(std::move(piece));
  };
  if (mail_.configured) {
    for (std::string& address : audience.addresses) add(std::move(address), {});
  }
  for (OutageAudience::Webhook& webhook : audience.webhooks) add({}, std::move(webhook));
  log_info("outage.telling", {{"over", until.is_set()}, {"readers", pieces_.size()}});
}

Result<Delivery> OutageNews::delivery_of(const Piece& piece) const {
  OutageMessage message = piece.message;
  message.now = needs_.clock.now();
  if (piece.webhook) {
    return webhook_delivery(needs_, piece.webhook->recipient, outage_event(message), render_outage_webhook(message),
                            message.message_id, message.now);
  }
  return mail_delivery(needs_, mail_, render_outage_mail(message, needs_.public_url), piece.mail, message.message_id,
                       message.now);
}

void OutageNews::send(Place place) {
  auto delivery = delivery_of(*place);
  if (!delivery) return sent(place, {DeliveryResult::Kind::try_later, false, delivery.error().message});
  place->is_on_its_way = true;
  courier_.send(std::move(delivery).value(), [this, place](const DeliveryResult& result) { sent(place, result); });
}

void OutageNews::sent(Place place, const DeliveryResult& result) {
  place->is_on_its_way = false;
  ++place->tries;
  if (result.kind == DeliveryResult::Kind::try_later && place->tries < kTriesMax) {
    log_warning("outage.not_told_yet", {{"tries", place->tries}, {"reason", result.answer}});
    place->not_before = needs_.clock.monotonic() + kTriedAgainAfter;
    return;
  }
  if (result.kind == DeliveryResult::Kind::delivered) {
    log_info("outage.told", {{"channel", place->webhook ? "Webhook" : "Mail"}, {"answer", result.answer}});
  } else {
    log_error("outage.not_told", {{"tries", place->tries}, {"reason", result.answer}});
  }
  pieces_.erase(place);
}

}  // namespace connlog
