#include "core/notify/receipts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/notify/prepare.h"
#include "core/notify/remote_acknowledge.h"

namespace connlog {
namespace {

constexpr seconds kAskedEvery{10};  // of one receipt; Pushover wants 5 s at least
constexpr seconds kAfterTrouble{30};
constexpr seconds kLongest{12 * 3'600};  // of any kind
constexpr int kRunningMax = 4;
constexpr int kFailuresMax = 6;
constexpr std::size_t kAcknowledgedMost = 50;  // a message lists no more
constexpr std::chrono::hours kNothingDue{1};

milliseconds left_until(Monotonic at, Monotonic now) {
  return std::max(std::chrono::ceil<milliseconds>(at - now), milliseconds(0));
}

Actor reader_of(const Notification& row, const Recipient& recipient, const ChannelKind& kind) {
  Actor actor;
  actor.kind = Actor::Kind::system;
  actor.workspace = row.workspace;
  actor.name = fmt::format("the reader of {}, by {}", recipient.name, kind.title);
  return actor;
}

}  // namespace

void Receipts::note(const Notification& row) {
  if (row.state == Notification::State::sent && row.remote_id.starts_with(kReceiptStart)) hold(row);
}

void Receipts::hold(const Notification& row) {
  if (held_.size() >= kReceiptsHeldMax) return;
  std::string receipt = row.remote_id.substr(kReceiptStart.size());
  const bool is_held =
      std::ranges::any_of(held_, [&](const Held& each) { return each.row.id == row.id && each.receipt == receipt; });
  if (!is_held) held_.push_back({row, std::move(receipt), needs_.clock.monotonic() + kAskedEvery});
}

// What a former process left.
void Receipts::load() {
  std::vector<Notification> rows;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    rows = TRY(needs_.outbox.receipts(snapshot, kReceiptStart, needs_.clock.now() - kLongest,
                                      static_cast<int>(kReceiptsHeldMax)));
    return {};
  });
  if (!read) {
    log_warning("receipts.not_read", {{"reason", read.error().message}, {"cause", read.error().cause}});
    load_at_ = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  is_loaded_ = true;
  for (const Notification& row : rows) hold(row);
}

void Receipts::turn() {
  const Monotonic now = needs_.clock.monotonic();
  if (!is_loaded_ && now >= load_at_) load();
  for (auto at = held_.begin(); at != held_.end() && running_ < kRunningMax;) {
    const Place place = at++;  // looking may end it at once
    if (!place->is_on_its_way && place->next <= now) look(place);
  }
}

milliseconds Receipts::until_due() const {
  const Monotonic now = needs_.clock.monotonic();
  if (!is_loaded_) return left_until(load_at_, now);
  milliseconds wait = kNothingDue;
  if (running_ >= kRunningMax) return wait;  // an answer comes first
  for (const Held& each : held_) {
    if (!each.is_on_its_way) wait = std::min(wait, left_until(each.next, now));
  }
  return wait;
}

Result<Receipts::Standing> Receipts::standing(Snapshot& snapshot, const Held& held) const {
  Standing standing;
  standing.is_over = true;
  const auto logged = TRY(needs_.outbox.find(snapshot, held.row.workspace, held.row.id));
  if (!logged || logged->notification.remote_id != std::string(kReceiptStart) + held.receipt) return standing;
  auto recipient = TRY(needs_.recipients.find(snapshot, held.row.workspace, held.row.recipient));
  if (!recipient) return standing;
  standing.recipient = *std::move(recipient);
  standing.kind = needs_.channels.find(standing.recipient.channel);
  if (standing.kind == nullptr || standing.kind->receipts == nullptr) return standing;
  const microseconds age = needs_.clock.now() - held.row.sent_at;
  standing.is_over = age > standing.kind->receipts->longest;
  const Announcement& told = logged->announcement;
  for (const IncidentId& id : told.incidents) {
    if (standing.open.size() == kAcknowledgedMost) break;
    if (std::ranges::find(told.recovered, id) != told.recovered.end()) continue;
    const auto now = TRY(needs_.incidents.standing(snapshot, held.row.workspace, id));
    if (now && !now->resolved_at.is_set() && !now->acknowledged_at.is_set()) standing.open.push_back(id);
  }
  return standing;
}

void Receipts::look(Place place) {
  Standing now;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    now = TRY(standing(snapshot, *place));
    return {};
  });
  if (!read) {
    place->next = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  if (now.is_over) return end(place);
  send(place, now, now.open.empty());
}

void Receipts::send(Place place, const Standing& standing, bool is_cancel) {
  place->next = needs_.clock.monotonic() + kAskedEvery;
  const auto secrets = open_secrets(needs_.keyring, standing.recipient);
  if (!secrets) {
    log_warning("receipts.not_asked", {{"reason", secrets.error().message}});
    place->next = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  const ReceiptCalls& calls = *standing.kind->receipts;
  HttpRequest request = is_cancel ? calls.cancel(standing.recipient.fields, *secrets, place->receipt)
                                  : calls.ask(standing.recipient.fields, *secrets, place->receipt);
  Delivery delivery{WebhookDelivery{std::move(request)}, standing.recipient.target};
  delivery.networks = networks_of(needs_, standing.recipient.workspace);
  delivery.wants_body = true;
  place->is_on_its_way = true;
  ++running_;
  courier_.send(std::move(delivery), [this, place, standing, is_cancel](const DeliveryResult& result) {
    --running_;
    place->is_on_its_way = false;
    answered(place, standing, is_cancel, result);
  });
}

void Receipts::answered(Place place, const Standing& standing, bool is_cancel, const DeliveryResult& result) {
  using State = ReceiptCalls::State;
  const Monotonic now = needs_.clock.monotonic();
  if (!result.reached) {
    place->next = now + kAfterTrouble;
    return;
  }
  const bool is_good = result.kind == DeliveryResult::Kind::delivered;
  if (is_cancel && is_good) return end(place);
  const State state = is_good && !is_cancel ? standing.kind->receipts->state(result.body) : State::unknown;
  switch (state) {
    case State::acknowledged:
      return acknowledge(place, standing);
    case State::expired:
      return end(place);
    case State::waiting:
      place->failures = 0;
      return;
    case State::unknown:
      break;
  }
  if (++place->failures < kFailuresMax) {
    place->next = now + std::max(result.retry_after, kAfterTrouble);
    return;
  }
  log_warning("receipts.given_up", {{"notification", place->row.id.text()}, {"answer", result.answer}});
  end(place);
}

void Receipts::acknowledge(Place place, const Standing& standing) {
  std::int64_t acknowledged = 0;
  const auto written = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    acknowledged = 0;  // the work may run again
    if (needs_.acknowledge != nullptr) {
      acknowledged = TRY(needs_.acknowledge->acknowledge(tx, place->row.workspace, standing.open,
                                                         reader_of(place->row, standing.recipient, *standing.kind)));
    }
    return mark_over(tx, *place);
  });
  if (!written) {
    log_warning("receipts.not_acknowledged", {{"reason", written.error().message}, {"cause", written.error().cause}});
    place->next = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  log_info("receipts.acknowledged", {{"notification", place->row.id.text()}, {"incidents", acknowledged}});
  held_.erase(place);
}

// The row as it is now: it may have been queued again, for another receipt.
Result<void> Receipts::mark_over(Transaction& tx, const Held& held) const {
  const auto logged = TRY(needs_.outbox.find(tx, held.row.workspace, held.row.id));
  if (!logged || logged->notification.remote_id != std::string(kReceiptStart) + held.receipt) return {};
  Notification row = logged->notification;
  row.remote_id = std::string(kReceiptEnd) + held.receipt;
  return needs_.outbox.update(tx, row);
}

void Receipts::end(Place place) {
  const auto written = needs_.stores.write([&](Transaction& tx) { return mark_over(tx, *place); });
  if (!written) {
    place->next = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  held_.erase(place);
}

}  // namespace connlog
