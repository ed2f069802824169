// The decision for one recipient, and what follows from it at once: a message, or a row that waits.
#include "core/watch/telling/pace.h"

#include <algorithm>
#include <utility>

#include "core/notify/channel.h"
#include "core/watch/telling/incident_message.h"
#include "core/watch/telling/reader_hours.h"

namespace connlog {
namespace {

constexpr std::int64_t kOpenWhenRecoveryGoesAtOnce = 3;
constexpr microseconds kRecoveriesWithin = seconds(20);
// No window is longer. One that seems to be was written by a clock that was ahead.
constexpr microseconds kWindowMost = seconds(3'600);

bool is_grouped(const TellingSettings& settings) {
  return settings.group_wait_seconds > 0 || settings.group_every_seconds > 0;
}

bool runs(const RecipientPace& pace, Instant engine_now) {
  return pace.window_until > engine_now && pace.window_until - engine_now <= kWindowMost;
}

// Programs want each incident by itself: one that resolves by the incident's key could make nothing of a group.
bool is_machine(const Recipient& recipient) {
  return is_for_machines(all_channels(), recipient);
}

TellingReason reason_told(ToldWhat what) {
  switch (what) {
    case ToldWhat::opened:
      return TellingReason::told;
    case ToldWhat::resolved:
      return TellingReason::recovery_told;
    case ToldWhat::reminder:
      break;
  }
  return TellingReason::told_again;
}

bool is_for_digest(TellingReason reason) {
  return reason == TellingReason::quiet_hours || reason == TellingReason::daily_digest;
}

// What the sender of an event said with it: in the timeline by its name, as a comment at the opening itself.
Result<std::string> said_with(const IncidentStore& incidents, Snapshot& snapshot, const Incident& incident) {
  if (incident.kind != RuleKind::event) return std::string();
  const auto events = TRY(incidents.events(snapshot, incident.workspace, incident.id));
  for (const IncidentEvent& event : events) {
    const bool is_its_own = event.kind == "commented" && event.actor_name == incident.subject_name;
    if (is_its_own && event.at - incident.opened_at < seconds(1)) return event.text;
  }
  return std::string();
}

}  // namespace

Result<RecipientPace> Pace::pace_of(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient) const {
  auto stored = TRY(parts_.tellings.pace(snapshot, workspace, recipient));
  if (stored) return *std::move(stored);
  RecipientPace fresh;
  fresh.workspace = workspace;
  fresh.recipient = recipient;
  return fresh;
}

Result<RecipientFacts> Pace::facts_of(Snapshot& snapshot, const Recipient& recipient, Severity severity,
                                      Instant engine_now) const {
  RecipientFacts facts;
  facts.now = parts_.clock.now();
  facts.severity = severity;
  if (is_machine(recipient)) return facts;
  if (severity != Severity::critical) {
    facts.digest_at = next_digest(recipient, facts.now);
    // Who reads a digest reads it at its hour, also of what came in quiet hours.
    if (!facts.digest_at.is_set()) facts.quiet_until = quiet_until(recipient, facts.now);
  }
  const RecipientPace pace = TRY(pace_of(snapshot, recipient.workspace, recipient.id));
  if (pace.step > 0 && runs(pace, engine_now)) facts.group_until = wall_of(pace.window_until, engine_now);
  return facts;
}

// How long a recovery is collected (engine time); not set: it goes at once. Few open incidents: people want to know at once
// that one is over. Many: the end of the trouble is one message, within 20 s after the last of them.
Result<Instant> Pace::collected_until(Transaction& tx, WorkspaceId workspace, RecipientId recipient,
                                      const TellingSettings& settings, Instant engine_now) {
  if (!is_grouped(settings)) return Instant{};
  const std::int64_t open = TRY(parts_.announcements.count_open_told(
      tx, workspace, recipient, static_cast<int>(kOpenWhenRecoveryGoesAtOnce) + 1));
  RecipientPace pace = TRY(pace_of(tx, workspace, recipient));
  const bool has_window = runs(pace, engine_now);
  Instant until = has_window ? pace.window_until : engine_now + kRecoveriesWithin;
  if (open <= kOpenWhenRecoveryGoesAtOnce) {
    const auto waiting = TRY(parts_.tellings.waiting_of(tx, workspace, recipient, false));
    const bool others_wait = std::ranges::any_of(
        waiting, [](const WaitingTelling& each) { return each.what == ToldWhat::resolved; });
    if (!others_wait) return Instant{};
    until = std::min(until, engine_now + kRecoveriesWithin);
  }
  if (has_window && pace.window_until == until) return until;
  if (!has_window) pace.step = 0;
  pace.window_until = until;
  TRY(parts_.tellings.put_pace(tx, pace));
  return until;
}

Result<TellingDecision> Pace::decide(Transaction& tx, const Incident& incident, ToldWhat what,
                                     const Recipient& recipient, const TellingSettings& settings, Instant engine_now) {
  RecipientFacts facts = TRY(facts_of(tx, recipient, incident.severity, engine_now));
  if (!is_grouped(settings) || what == ToldWhat::resolved) facts.group_until = {};
  facts.is_reminder = what == ToldWhat::reminder;
  if (facts.is_reminder && incident.acknowledged_at.is_set()) {
    facts.acknowledged_until = incident.acknowledged_until;
    facts.acknowledged_for_ever = !incident.acknowledged_until.is_set();
  }
  TellingDecision decision = decide_telling(facts, parts_.without);
  const bool is_collected = what == ToldWhat::resolved && decision.answer.verdict == StageVerdict::pass &&
                            !is_machine(recipient) && parts_.without != StageName::grouping;
  if (!is_collected) return decision;
  const Instant until = TRY(collected_until(tx, incident.workspace, recipient.id, settings, engine_now));
  if (!until.is_set()) return decision;
  facts.group_until = std::max(wall_of(until, engine_now), facts.now + microseconds(1));
  return decide_telling(facts, parts_.without);
}

Result<std::vector<Pace::Told>> Pace::tell(Transaction& tx, const Incident& incident, ToldWhat what,
                                           std::span<const Recipient> recipients, Instant engine_now, bool together) {
  const TellingSettings settings = TRY(parts_.settings.find(tx, incident.workspace));
  std::vector<Told> told;
  std::vector<Recipient> at_once;
  for (const Recipient& recipient : recipients) {
    TellingDecision decision = TRY(decide(tx, incident, what, recipient, settings, engine_now));
    StageAnswer& answer = decision.answer;
    const bool joins = together && answer.verdict == StageVerdict::pass && what != ToldWhat::resolved &&
                       is_grouped(settings) && !is_machine(recipient) && parts_.without != StageName::grouping;
    if (joins) {
      decision.stage = StageName::grouping;
      answer = {StageVerdict::hold, TellingReason::grouped, "it joins what is told together with it",
                parts_.clock.now()};
      TRY(end_window_now(tx, incident.workspace, recipient.id, engine_now));
    }
    if (answer.verdict == StageVerdict::pass) {
      answer.reason = reason_told(what);
      at_once.push_back(recipient);
      if (what != ToldWhat::resolved && is_grouped(settings) && !is_machine(recipient))
        TRY(begin_window(tx, incident.workspace, recipient.id, settings, engine_now));
    } else {
      TRY(let_wait(tx, incident, what, recipient.id, decision));
    }
    told.push_back({recipient.id, std::move(decision)});
  }
  if (at_once.empty()) return told;
  Announcement message = TRY(alone(tx, incident, what));
  TRY(parts_.announcements.announce(tx, std::move(message), at_once));
  return told;
}

Result<void> Pace::let_wait(Transaction& tx, const Incident& incident, ToldWhat what, RecipientId recipient,
                            const TellingDecision& decision) {
  const StageAnswer& answer = decision.answer;
  const bool for_digest = is_for_digest(answer.reason);
  if (!for_digest && answer.reason != TellingReason::grouped) return {};
  TRY(parts_.tellings.wait(tx, {.workspace = incident.workspace,
                                .recipient = recipient,
                                .incident = incident.id,
                                .what = what,
                                .at = parts_.clock.now(),
                                .for_digest = for_digest}));
  if (!for_digest) return {};
  RecipientPace pace = TRY(pace_of(tx, incident.workspace, recipient));
  // The earlier one, unless a clock that was ahead planned it; or it is over, and round() is about to see that.
  if (pace.digest_at.is_set() && pace.digest_at <= answer.until) return {};
  pace.digest_at = answer.until;
  return parts_.tellings.put_pace(tx, pace);
}

// A window that collects recoveries keeps its end: what is over is not told later because something new began.
Result<void> Pace::begin_window(Transaction& tx, WorkspaceId workspace, RecipientId recipient,
                                const TellingSettings& settings, Instant engine_now) {
  RecipientPace pace = TRY(pace_of(tx, workspace, recipient));
  const bool has_wait = settings.group_wait_seconds > 0;
  const Instant until = engine_now + seconds(has_wait ? settings.group_wait_seconds : settings.group_every_seconds);
  pace.window_until = runs(pace, engine_now) ? std::min(pace.window_until, until) : until;
  pace.step = has_wait ? 1 : 2;
  return parts_.tellings.put_pace(tx, pace);
}

Result<void> Pace::end_window_now(Transaction& tx, WorkspaceId workspace, RecipientId recipient, Instant engine_now) {
  RecipientPace pace = TRY(pace_of(tx, workspace, recipient));
  pace.window_until = engine_now;
  return parts_.tellings.put_pace(tx, pace);
}

Result<Announcement> Pace::alone(Snapshot& snapshot, const Incident& incident, ToldWhat what) const {
  const Announcement::Kind kind = kind_of(what);
  if (what == ToldWhat::resolved) return announcement_of(incident, kind);
  const auto rule = TRY(parts_.rules.find(snapshot, incident.workspace, incident.rule));
  const auto subject = TRY(parts_.subjects.find(snapshot, incident.workspace, incident.subject));
  const std::string said = TRY(said_with(parts_.incidents, snapshot, incident));
  return announcement_of(incident, kind, {rule ? &*rule : nullptr, subject ? &*subject : nullptr, said},
                         parts_.clock.now());
}

}  // namespace connlog
