#include "core/notify/ack_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "core/notify/ack_offer.h"

namespace connlog {
namespace {

constexpr std::string_view kUsed = "used", kWrong = "wrong";

// Who acts: whoever reads the mails of the recipient. A link names no person, and the address is not everybody's to know.
Actor reader_of(const Notification& notification, const std::string& name, const std::string& address) {
  Actor actor;
  actor.kind = Actor::Kind::system;
  actor.workspace = notification.workspace;
  actor.name = fmt::format("the reader of {}, by mail", name);
  actor.address = address;
  return actor;
}

// A mail that is still on its way may be read before its row says that it was sent.
bool is_in_time(const Notification& notification, Instant now) {
  using enum Notification::State;
  if (notification.state == queued || notification.state == leased) return true;
  if (!notification.sent_at.is_set()) return false;
  // One that seems to be sent later was sent by a clock that was ahead.
  return notification.sent_at <= now + kAckLinkLasts && now < notification.sent_at + kAckLinkLasts;
}

bool is_reader(const Recipient& recipient, const Notification& notification) {
  return recipient.enabled && recipient.consent == Recipient::Consent::confirmed &&
         recipient.shown == notification.shown;
}

// At most so many: each is looked up.
constexpr std::size_t kLookedUpMax = 1'000;

std::vector<IncidentId> told_as_open(const Announcement& announcement) {
  std::vector<IncidentId> listed;
  for (const IncidentId id : announcement.incidents) {
    if (listed.size() == kLookedUpMax) break;
    if (std::ranges::find(announcement.recovered, id) == announcement.recovered.end()) listed.push_back(id);
  }
  return listed;
}

// What the mail said, where it was about one incident; else numbers, as others were told of others.
Announcement news_of(const Announcement& mail, const std::vector<IncidentId>& known) {
  Announcement news;
  if (mail.incidents.size() == 1) {
    news = mail;
  } else {
    news.workspace = mail.workspace;
    news.severity = mail.severity;
    news.headline = known.size() == 1 ? std::string("An incident is acknowledged")
                                      : fmt::format("{} incidents are acknowledged", known.size());
    news.path = known.size() == 1 ? "incidents/" + known.front().text() : std::string("incidents");
  }
  news.kind = Announcement::Kind::reminder;
  news.incidents = known;
  news.recovered.clear();
  std::erase_if(news.facts, [](const auto& fact) { return fact.first == kFactRecovered; });
  return news;
}

}  // namespace

std::string_view sentence_of(AckRefusal refusal) {
  switch (refusal) {
    case AckRefusal::ack_over:
      return "This link does not work, or not any more: it works once, and for thirty minutes after its mail was sent. "
             "Open connlog to acknowledge.";
    case AckRefusal::ack_void:
      return "This link does nothing any more. Open connlog to see how it stands.";
    case AckRefusal::ack_wrong:
      return "That is not the number in the mail. To be safe the link has ended. Open connlog to acknowledge.";
  }
  return "This link does not work.";
}

Result<AckLinks::Found> AckLinks::find(Snapshot& snapshot, std::string_view token) const {
  Found found;
  found.refusal = AckRefusal::ack_over;
  const auto name = parse_ack_token(parts_.keyring, token);
  if (!name) return found;
  auto delivery = TRY(parts_.outbox.find(snapshot, name->workspace, name->notification));
  if (!delivery || !can_offer_ack(delivery->announcement)) return found;
  Link& link = found.link;
  link.delivery = *std::move(delivery);
  const Notification& notification = link.delivery.notification;
  auto state = TRY(parts_.links.find(snapshot, name->workspace, name->notification));
  if (state && state->ended_at.is_set()) return found;
  if (!is_in_time(notification, parts_.clock.now())) return found;
  link.state = std::move(state).value_or(AckLinkState{.workspace = name->workspace,
                                                      .notification = name->notification,
                                                      .opened_at = {},
                                                      .used_at = {},
                                                      .ended_at = {},
                                                      .ended_reason = {}});
  found.refusal = AckRefusal::ack_void;
  const auto recipient = TRY(parts_.recipients.find(snapshot, name->workspace, notification.recipient));
  if (!recipient || !is_reader(*recipient, notification)) return found;
  // The message named the most severe ones: these are what the link is about.
  struct Told {
    IncidentId id;
    int urgency = 0;
    bool is_open = false;
  };
  std::vector<Told> told;
  for (const IncidentId id : told_as_open(link.delivery.announcement)) {
    const auto standing = TRY(parts_.standings.standing(snapshot, name->workspace, id));
    told.push_back({id, standing ? standing->urgency : 0, standing && !standing->resolved_at.is_set()});
  }
  std::ranges::stable_sort(told, std::greater(), &Told::urgency);
  if (told.size() > kAckListedMax) told.resize(kAckListedMax);
  link.listed = told.size();
  for (const Told& each : told) {
    if (each.is_open) link.open.push_back(each.id);
  }
  if (!link.open.empty()) found.refusal.reset();
  return found;
}

Result<AckLooked> AckLinks::look(Snapshot& snapshot, std::string_view token) const {
  const Found found = TRY(find(snapshot, token));
  AckLooked looked;
  looked.refusal = found.refusal;
  if (looked.refusal) return looked;
  const Notification& notification = found.link.delivery.notification;
  looked.view = {ack_numbers(parts_.keyring, notification.workspace, notification.id).numbers,
                 found.link.delivery.announcement.headline, notification.shown, found.link.listed};
  return looked;
}

// Everybody who was told of one of the incidents, each once, and each of what it was told of.
Result<void> AckLinks::tell(Transaction& tx, const Link& link, const Actor& actor,
                            const std::vector<IncidentId>& acknowledged) const {
  std::map<RecipientId, std::pair<Recipient, std::vector<IncidentId>>> told;
  for (const IncidentId id : acknowledged) {
    const auto of_one = TRY(parts_.announcements.told_of(tx, actor.workspace, id));
    for (const Recipient& recipient : of_one) {
      auto& [reader, known] = told.try_emplace(recipient.id, recipient, std::vector<IncidentId>()).first->second;
      known.push_back(id);
    }
  }
  std::map<std::vector<IncidentId>, std::vector<Recipient>> readers;
  for (auto& [id, each] : told) readers[each.second].push_back(std::move(each.first));
  for (const auto& [known, recipients] : readers) {
    Announcement news = news_of(link.delivery.announcement, known);
    news.facts.emplace_back(kFactAcknowledgedBy, actor.name);
    TRY(parts_.announcements.announce(tx, std::move(news), recipients));
  }
  return {};
}

Result<AckAnswered> AckLinks::answer(Transaction& tx, std::string_view token, int number,
                                     const std::string& address) const {
  Found found = TRY(find(tx, token));
  AckAnswered answered;
  answered.refusal = found.refusal;
  if (answered.refusal) return answered;
  Link& link = found.link;
  const Notification& notification = link.delivery.notification;
  const auto recipient = TRY(parts_.recipients.find(tx, notification.workspace, notification.recipient));
  const Actor actor = reader_of(notification, recipient ? recipient->name : std::string("a recipient"), address);
  const Instant now = parts_.clock.now();
  const AckNumbers numbers = ack_numbers(parts_.keyring, notification.workspace, notification.id);
  const bool is_right = numbers.numbers[numbers.right] == number;
  link.state.opened_at = now;
  link.state.ended_at = now;
  link.state.ended_reason = is_right ? kUsed : kWrong;
  if (is_right) link.state.used_at = now;
  TRY(parts_.links.put(tx, link.state));
  TRY(parts_.audit.append(tx, actor, is_right ? "incident.link_used" : "incident.link_ended", link.open.front().text(),
                          link.delivery.announcement.headline));
  if (!is_right) {
    answered.refusal = AckRefusal::ack_wrong;
    return answered;
  }
  std::vector<IncidentId> acknowledged;
  bool has_until = false;
  for (const IncidentId id : link.open) {
    const AckedIncident acked = TRY(parts_.incidents.acknowledge_from_link(tx, actor, id));
    if (acked.is_done) acknowledged.push_back(id);
    answered.already += acked.was_already ? 1 : 0;
    if (!acked.until.is_set()) continue;
    answered.until = has_until ? std::min(answered.until, acked.until) : acked.until;
    has_until = true;
  }
  answered.acknowledged = static_cast<int>(acknowledged.size());
  // The news that somebody acknowledged is made of the message, and says until when.
  auto& facts = link.delivery.announcement.facts;
  std::erase_if(facts, [](const auto& fact) { return fact.first == kFactUntil; });
  if (answered.until.is_set()) facts.emplace_back(kFactUntil, to_iso8601(answered.until));
  TRY(tell(tx, link, actor, acknowledged));
  return answered;
}

}  // namespace connlog
