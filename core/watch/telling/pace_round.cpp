// Windows and digests that ended: what waits for a recipient becomes one message. Recipients for whom the same waits get the
// same announcement.
#include <algorithm>
#include <utility>

#include "core/notify/channel.h"
#include "core/watch/telling/incident_message.h"
#include "core/watch/telling/pace.h"

namespace connlog {
namespace {

// No digest is further ahead. One that seems to be was planned by a clock that was ahead.
constexpr microseconds kDigestMost = std::chrono::hours(25);
constexpr microseconds kWindowMost = seconds(3'600);

bool is_window_due(const RecipientPace& pace, Instant engine_now) {
  return pace.window_until.is_set() &&
         (pace.window_until <= engine_now || pace.window_until - engine_now > kWindowMost);
}

bool is_digest_due(const RecipientPace& pace, Instant now) {
  return pace.digest_at.is_set() && (pace.digest_at <= now || pace.digest_at - now > kDigestMost);
}

bool has(const std::vector<Recipient>& recipients, RecipientId id) {
  return std::ranges::find(recipients, id, &Recipient::id) != recipients.end();
}

}  // namespace

Result<int> Pace::round(Transaction& tx, Instant engine_now, int limit) {
  const Instant now = parts_.clock.now();
  const auto due = TRY(parts_.tellings.due_paces(tx, engine_now, now, limit));
  std::vector<Batch> batches;
  for (const RecipientPace& pace : due) {
    if (is_window_due(pace, engine_now)) TRY(collect(tx, pace, false, batches));
    if (is_digest_due(pace, now)) TRY(collect(tx, pace, true, batches));
  }
  int messages = 0;
  std::vector<std::pair<WorkspaceId, RecipientId>> with_news;
  for (const Batch& batch : batches) {
    const Sent sent = TRY(send(tx, batch, engine_now));
    messages += static_cast<int>(sent.messages);
    if (!sent.has_news || batch.is_digest) continue;
    for (const Recipient& each : batch.recipients) with_news.emplace_back(batch.workspace, each.id);
  }
  for (const RecipientPace& pace : due) {
    const bool has_news =
        std::ranges::find(with_news, std::pair(pace.workspace, pace.recipient)) != with_news.end();
    TRY(after_window(tx, pace, has_news, engine_now));
  }
  return messages;
}

// Takes what waits for the recipient, and joins it to a batch of the same things.
Result<void> Pace::collect(Transaction& tx, const RecipientPace& pace, bool is_digest, std::vector<Batch>& batches) {
  const auto waiting = TRY(parts_.tellings.waiting_of(tx, pace.workspace, pace.recipient, is_digest));
  if (waiting.empty()) return {};
  TRY(parts_.tellings.no_longer_waiting(tx, pace.workspace, pace.recipient, is_digest));
  auto recipient = TRY(parts_.recipients.find(tx, pace.workspace, pace.recipient));
  if (!recipient || !gets_alerts(all_channels(), *recipient)) return {};  // nobody to tell any more
  Batch batch{pace.workspace, is_digest, {}, {}};
  for (const WaitingTelling& each : waiting) batch.items.push_back({each.incident, each.what});
  std::ranges::sort(batch.items);
  for (Batch& known : batches) {
    if (known.workspace != batch.workspace || known.is_digest != is_digest || known.items != batch.items) continue;
    if (!has(known.recipients, recipient->id)) known.recipients.push_back(*std::move(recipient));
    return {};
  }
  batch.recipients.push_back(*std::move(recipient));
  batches.push_back(std::move(batch));
  return {};
}

// Nothing: there is no reason any more to tell it. What opened and ended while it waited is said on the incident.
Result<std::optional<Incident>> Pace::still_told(Transaction& tx, const Batch& batch, const Waiting& item) {
  auto incident = TRY(parts_.incidents.find(tx, batch.workspace, item.incident));
  if (!incident) return std::optional<Incident>();
  const bool is_over = incident->resolved_at.is_set();
  if (item.what == ToldWhat::opened && is_over) {
    TRY(note_ended_untold(tx, batch, *incident));
    return std::optional<Incident>();
  }
  if (item.what == ToldWhat::reminder && (is_over || incident->acknowledged_at.is_set()))
    return std::optional<Incident>();
  return incident;
}

Result<void> Pace::note_ended_untold(Transaction& tx, const Batch& batch, const Incident& incident) {
  for (const Recipient& recipient : batch.recipients) {
    TRY(parts_.tellings.add_entry(tx, {.incident = incident.id,
                                       .workspace = incident.workspace,
                                       .at = parts_.clock.now(),
                                       .stage = std::string(to_text(batch.is_digest ? StageName::digest : StageName::grouping)),
                                       .verdict = std::string(to_text(StageVerdict::drop)),
                                       .reason = std::string(to_text(TellingReason::ended_untold)),
                                       .text = "it was over before the next message went out",
                                       .until = {},
                                       .recipient = recipient.id,
                                       .recipient_name = recipient.name}));
  }
  return {};
}

Result<Pace::Sent> Pace::send(Transaction& tx, const Batch& batch, Instant engine_now) {
  GroupFacts group;
  for (const Waiting& item : batch.items) {
    auto incident = TRY(still_told(tx, batch, item));
    if (!incident) {
      if (item.what == ToldWhat::opened) group.ended_untold += 1;
      continue;
    }
    group.items.push_back({*std::move(incident), item.what});
  }
  Sent sent;
  if (group.items.empty()) return sent;
  // What is held for one of these says that it waits to be told: it is looked at again.
  std::vector<SubjectId> told;
  for (const GroupItem& item : group.items) {
    if (item.what == ToldWhat::opened) told.push_back(item.incident.subject);
  }
  std::ranges::sort(told);
  told.erase(std::ranges::unique(told).begin(), told.end());
  for (const SubjectId& subject : told) TRY(parts_.tellings.wake(tx, batch.workspace, subject, engine_now));
  sent.has_news = std::ranges::any_of(group.items, [](const GroupItem& item) { return item.what != ToldWhat::resolved; });
  if (!batch.is_digest && group.items.size() == 1) {
    Announcement message = TRY(alone(tx, group.items.front().incident, group.items.front().what));
    sent.messages = TRY(parts_.announcements.announce(tx, std::move(message), batch.recipients));
    return sent;
  }
  const RuleId first = group.items.front().incident.rule;
  const bool is_one_rule = std::ranges::all_of(group.items, [&](const GroupItem& item) { return item.incident.rule == first; });
  std::optional<Rule> rule;
  if (is_one_rule && sent.has_news) rule = TRY(parts_.rules.find(tx, batch.workspace, first));
  if (rule) group.source.rule = &*rule;
  const auto kind = batch.is_digest ? Announcement::Kind::digest : Announcement::Kind::group;
  // Who reads a daily digest gets in it what came in quiet hours, too.
  group.was_quiet = std::ranges::none_of(batch.recipients, [](const Recipient& each) { return each.digest_at >= 0; });
  sent.messages =
      TRY(parts_.announcements.announce(tx, group_announcement(kind, group), batch.recipients));
  return sent;
}

Result<void> Pace::after_window(Transaction& tx, RecipientPace pace, bool has_news, Instant engine_now) {
  const Instant now = parts_.clock.now();
  bool changes = is_window_due(pace, engine_now) || is_digest_due(pace, now);
  if (is_window_due(pace, engine_now)) {
    const TellingSettings settings = TRY(parts_.settings.find(tx, pace.workspace));
    const bool is_first = pace.step == 0 && settings.group_wait_seconds > 0;
    const std::int64_t length = is_first ? settings.group_wait_seconds : settings.group_every_seconds;
    const bool goes_on = has_news && length > 0;
    pace.window_until = goes_on ? engine_now + seconds(length) : Instant{};
    pace.step = !goes_on ? 0 : is_first ? 1 : 2;
  }
  if (is_digest_due(pace, now)) pace.digest_at = {};
  if (pace.weekly_at.is_set() && pace.weekly_at <= now) {  // weekly() plans the next one, for who still wants it
    const auto recipient = TRY(parts_.recipients.find(tx, pace.workspace, pace.recipient));
    if (!recipient || !recipient->weekly) {
      pace.weekly_at = {};
      changes = true;
    }
  }
  if (!changes) return {};
  return parts_.tellings.put_pace(tx, pace);
}

}  // namespace connlog
