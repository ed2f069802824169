// What happens: an incident opens, is decided, told or held, and ends; a subject's state changes; somebody acknowledges.
#include "core/watch/telling/telling.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/watch/telling/telling_inside.h"

namespace connlog {
namespace {

constexpr seconds kPollEvery{3};           // while a verdict is awaited: a monitor that is up changes no state
constexpr seconds kLookAgainWithin{300};   // what is held is looked at this often, whatever clock its end was counted by;
                                           // and what nobody could be told
constexpr seconds kFlapLookAfter{10};      // at the earliest
constexpr milliseconds kLookAfter{50};     // likewise: a round ends
constexpr seconds kFlapSlot{60};
constexpr std::size_t kFlapChangesMin = 4;  // fewer cannot flap

TellingRow fresh_row(const Incident& incident) {
  TellingRow row;
  row.incident = incident.id;
  row.workspace = incident.workspace;
  row.subject = incident.subject;
  return row;
}

bool is_told_now(const TellingDecision& decision) {
  return decision.answer.verdict == StageVerdict::pass;
}
// Told, or about to be within minutes.
bool covers(const TellingDecision& decision) {
  return is_told_now(decision) || decision.answer.reason == TellingReason::grouped;
}

std::string names_of(std::span<const Pace::Told> told, std::span<const Recipient> recipients) {
  std::string names;
  for (const Pace::Told& each : told) {
    if (!is_told_now(each.decision)) continue;
    const auto found = std::ranges::find(recipients, each.recipient, &Recipient::id);
    if (found != recipients.end()) names += (names.empty() ? "" : ", ") + found->name;
  }
  return names;
}

// What the first of those has to wait for whom nobody told yet.
std::string waits_of(std::span<const Pace::Told> told) {
  for (const Pace::Told& each : told) {
    if (!is_told_now(each.decision) && !each.decision.answer.text.empty()) return "waits: " + each.decision.answer.text;
  }
  return {};
}

}  // namespace

// ── What is written ──

void Telling::stir(Transaction& tx) {
  tx.after_commit([this] { stirred_.store(true, std::memory_order_release); });
}

void Telling::publish(Transaction& tx, const Incident& incident) const {
  tx.after_commit([bus = &parts_.bus, workspace = incident.workspace, subject = incident.subject,
                   data = fmt::format(R"({{"workspace_id":"{}","incident_id":"{}","subject_id":"{}"}})",
                                      incident.workspace.text(), incident.id.text(), incident.subject.text())] {
    bus->publish({workspace, EventScope::about(subject), EventName::incident_changed, data});
  });
}

Result<void> Telling::note(Transaction& tx, const Incident& incident, StageName stage, const StageAnswer& answer,
                           const Recipient* recipient) {
  TellingEntry entry;
  entry.incident = incident.id;
  entry.workspace = incident.workspace;
  entry.at = parts_.clock.now();
  entry.stage = to_text(stage);
  entry.verdict = to_text(answer.verdict);
  entry.reason = to_text(answer.reason);
  entry.text = answer.text;
  entry.until = answer.until;
  if (recipient != nullptr) {
    entry.recipient = recipient->id;
    entry.recipient_name = recipient->name;
  }
  return parts_.tellings.add_entry(tx, entry);
}

// What each recipient has to wait for.
Result<void> Telling::note_held(Transaction& tx, const Incident& incident, std::span<const Pace::Told> told,
                                std::span<const Recipient> recipients) {
  for (const Pace::Told& each : told) {
    if (is_told_now(each.decision)) continue;
    const auto found = std::ranges::find(recipients, each.recipient, &Recipient::id);
    if (found != recipients.end()) TRY(note(tx, incident, each.decision.stage, each.decision.answer, &*found));
  }
  return {};
}

// ── Deciding ──

Result<void> Telling::opened(Transaction& tx, const Incident& incident, const Rule& rule, const Subject& subject) {
  return decide(tx, incident, rule, subject, std::nullopt, false);
}

Result<void> Telling::decide(Transaction& tx, const Incident& incident, const Rule& rule, const Subject& subject,
                             const std::optional<TellingRow>& before, bool together) {
  const bool asks = !before || before->reason != to_text(TellingReason::waiting_for_parent);
  const Judged judged = TRY(gather(tx, incident, rule, subject, before, asks));
  const TellingDecision decision = decide_telling(judged.facts, parts_.without);
  stir(tx);
  if (decision.answer.verdict == StageVerdict::pass)
    return pass(tx, judged, incident, rule, decision, before, together);
  return hold(tx, judged, incident, rule, decision, before);
}

Result<void> Telling::pass(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule,
                           const TellingDecision& decision, const std::optional<TellingRow>& before, bool together) {
  TellingRow row = before.value_or(fresh_row(incident));
  // What was told already, and held when its acknowledgement ended, is told again to those who know of it.
  ToldWhat what = ToldWhat::opened;
  std::vector<Recipient> recipients = judged.recipients;
  if (row.told_at.is_set() && !is_of_appliance(incident)) {
    auto knowing = TRY(parts_.announcements.told_of(tx, incident.workspace, incident.id));
    if (!knowing.empty()) {
      what = ToldWhat::reminder;
      recipients = std::move(knowing);
    }
  }
  const auto told = TRY(parts_.pace.tell(tx, incident, what, recipients, judged.now, together));
  row.phase = TellingPhase::told;
  row.stage = to_text(decision.stage);
  const bool is_plain = decision.answer.reason == TellingReason::nothing_against;
  StageAnswer answer;
  answer.reason = is_plain ? (what == ToldWhat::opened ? TellingReason::told : TellingReason::told_again)
                           : decision.answer.reason;
  answer.text = decision.answer.text;
  const std::string names =
      is_of_appliance(incident) ? "the administrators, by letter" : names_of(told, recipients);
  if (!names.empty()) answer.text += (answer.text.empty() ? "told to " : "; told to ") + names;
  row.reason = to_text(answer.reason);
  row.text = answer.text;
  if (names.empty()) row.text += (row.text.empty() ? "" : "; ") + waits_of(told);
  row.held_by = {};
  row.awaits_until = {};
  const bool is_covered =
      is_of_appliance(incident) || std::ranges::any_of(told, [](const auto& each) { return covers(each.decision); });
  if (!row.told_at.is_set() && is_covered) row.told_at = judged.now;
  row.repeat_at = rule.repeat_seconds > 0 ? judged.now + seconds(rule.repeat_seconds) : Instant{};
  row.look_at = acknowledgement_end(incident);
  TRY(parts_.tellings.put(tx, row));
  if (before || !is_plain) TRY(note(tx, incident, decision.stage, answer));
  TRY(note_held(tx, incident, told, recipients));
  if (before) publish(tx, incident);
  return wake_held_by(tx, incident);
}

Result<void> Telling::hold(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule,
                           const TellingDecision& decision, const std::optional<TellingRow>& before) {
  StageAnswer answer = decision.answer;
  if (answer.reason == TellingReason::flapping && !judged.facts.flapping_said) {
    const bool said = TRY(say_flapping(tx, judged, incident, rule));
    if (said) answer.text += "; that was told";
  }
  TellingRow row = before.value_or(fresh_row(incident));
  const std::string_view reason = to_text(answer.reason);
  const bool is_same = before && before->phase != TellingPhase::told && before->reason == reason &&
                       before->held_by == answer.held_by;
  const bool awaits =
      answer.reason == TellingReason::waiting_for_parent || answer.reason == TellingReason::parent_recovering;
  row.awaits_until = awaits ? engine_of(answer.until) : Instant{};
  row.phase = answer.verdict == StageVerdict::drop ? TellingPhase::dropped : TellingPhase::held;
  row.stage = to_text(decision.stage);
  row.reason = reason;
  row.text = answer.text;
  row.held_by = answer.held_by;
  row.repeat_at = {};
  row.look_at = {};
  // Somebody may be added, switched on or confirmed while it stands, which nothing here hears of.
  if (row.phase == TellingPhase::held || answer.reason == TellingReason::nobody_named) {
    const seconds within = answer.reason == TellingReason::waiting_for_parent ? kPollEvery : kLookAgainWithin;
    row.look_at = judged.now + within;
    if (answer.until.is_set()) row.look_at = std::min(row.look_at, std::max(engine_of(answer.until), judged.now + kLookAfter));
  }
  TRY(parts_.tellings.put(tx, row));
  if (is_same) return {};
  if (answer.reason == TellingReason::parent_down) answer.until = {};  // it says when to look again, and is no end
  TRY(note(tx, incident, decision.stage, answer));
  publish(tx, incident);
  // Children of what is held for its own parent are held with it.
  return wake_held_by(tx, incident);
}

// What waits for how this incident's subject stands: its children, and its own lesser incidents.
Result<void> Telling::wake_held_by(Transaction& tx, const Incident& incident) {
  TRY(parts_.tellings.wake(tx, incident.workspace, incident.subject, parts_.engine_now()));
  return {};
}

// In engine time: when to look whether its acknowledgement has ended. Not set: it has no end, or nobody acknowledged.
Instant Telling::acknowledgement_end(const Incident& incident) const {
  if (!incident.acknowledged_at.is_set() || !incident.acknowledged_until.is_set()) return {};
  return std::max(engine_of(incident.acknowledged_until), parts_.engine_now());
}

// ── Flapping ──

// One message says that the subject changes too often. True: somebody was told.
Result<bool> Telling::say_flapping(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule) {
  std::vector<Recipient> now;
  for (const Recipient& recipient : judged.recipients) {
    RecipientFacts facts = TRY(parts_.pace.facts_of(tx, recipient, incident.severity, judged.now));
    facts.group_until = {};  // it stands for many messages and joins none
    const TellingDecision decision = decide_telling(facts, parts_.without);
    if (is_told_now(decision)) now.push_back(recipient);
  }
  if (now.empty()) return false;
  Announcement said;
  said.workspace = incident.workspace;
  said.kind = Announcement::Kind::flapping;
  said.subject = incident.subject;
  said.subject_kind = to_text(incident.subject_kind);
  said.subject_name = incident.subject_name;
  said.severity = to_text(incident.severity);
  said.headline = fmt::format("{} changes its state too often", incident.subject_name);
  said.facts.emplace_back(std::string(kFactRule), incident.rule_sentence);
  said.facts.emplace_back(std::string(kFactRuleId), rule.id.text());
  said.path = "incidents/" + incident.id.text();
  said.thread = incident.id.text();
  said.incidents = {incident.id};
  TRY(parts_.announcements.announce(tx, said, now));
  TRY(parts_.tellings.set_flapping(tx, incident.workspace, incident.subject, judged.facts.flapping_since,
                                   parts_.clock.now(), judged.now + kFlapSlot));
  TRY(wake_held_by(tx, incident));
  return true;
}

Result<void> Telling::judge_flapping(Transaction& tx, const Subject& subject, const ObservedState& observed) {
  Instant since, said_at;
  const bool was = TRY(parts_.tellings.is_flapping(tx, subject.workspace, subject.id, &since, &said_at));
  const Instant now = parts_.clock.now();
  if (is_calm(observed.reason)) {
    if (was) TRY(parts_.tellings.clear_flapping(tx, subject.workspace, subject.id));
    return {};
  }
  const seconds slot = std::max(kFlapSlot, interval_of(subject));
  const auto changes =
      TRY(parts_.subjects.changes(tx, subject.workspace, subject.id, now - slot * kFlapSlots, now + microseconds(1)));
  if (!was && changes.size() < kFlapChangesMin) return {};
  const FlapView view = flap_of(changes, slot, was, now);
  if (view.is_flapping) {
    Instant look_at = parts_.engine_now() + slot;
    if (view.look_again.is_set()) look_at = std::min(look_at, engine_of(view.look_again));
    look_at = std::max(look_at, parts_.engine_now() + kFlapLookAfter);
    return parts_.tellings.set_flapping(tx, subject.workspace, subject.id, was ? since : now, said_at, look_at);
  }
  if (!was) return {};
  TRY(parts_.tellings.clear_flapping(tx, subject.workspace, subject.id));
  TRY(parts_.tellings.wake(tx, subject.workspace, subject.id, parts_.engine_now()));
  return {};
}

// ── What else happens ──

Result<void> Telling::state_changed(Transaction& tx, const Subject& subject, const ObservedState& before,
                                    const ObservedState& after) {
  if (before.state == after.state) return {};
  TRY(parts_.tellings.wake(tx, subject.workspace, subject.id, parts_.engine_now()));
  stir(tx);
  if (parts_.without == StageName::flapping) return {};
  return judge_flapping(tx, subject, after);
}

// Whoever was told of the opening is told of the end, whatever is quiet by now. Where nobody was told yet, nobody is.
Result<void> Telling::resolved(Transaction& tx, const Incident& incident) {
  stir(tx);
  TRY(parts_.tellings.no_longer_waiting(tx, incident.workspace, incident.id, ToldWhat::opened));
  TRY(parts_.tellings.no_longer_waiting(tx, incident.workspace, incident.id, ToldWhat::reminder));
  const auto row = TRY(parts_.tellings.find(tx, incident.workspace, incident.id));
  const auto knowing = TRY(parts_.announcements.told_of(tx, incident.workspace, incident.id));
  if (!knowing.empty()) {
    const auto told = TRY(parts_.pace.tell(tx, incident, ToldWhat::resolved, knowing, parts_.engine_now()));
    StageAnswer answer;
    answer.reason = TellingReason::recovery_told;
    answer.text = "its end was told to " + names_of(told, knowing);
    if (std::ranges::any_of(told, [](const auto& each) { return is_told_now(each.decision); }))
      TRY(note(tx, incident, StageName::recipients, answer));
    TRY(note_held(tx, incident, told, knowing));
  } else if (row && row->phase != TellingPhase::dropped && !is_of_appliance(incident)) {
    StageAnswer answer;
    answer.verdict = StageVerdict::drop;
    answer.reason = TellingReason::ended_untold;
    answer.text = "it ended before anybody was told";
    if (row->phase == TellingPhase::held && !row->text.empty()) answer.text += ": " + row->text;
    TRY(note(tx, incident, StageName::recipients, answer));
  }
  if (row) {
    TellingRow over = *row;
    over.phase = TellingPhase::over;
    over.look_at = over.repeat_at = over.awaits_until = {};
    over.held_by = {};
    TRY(parts_.tellings.put(tx, over));
  }
  return wake_held_by(tx, incident);
}

Result<void> Telling::acknowledged(Transaction& tx, const Incident& incident) {
  if (incident.resolved_at.is_set()) return {};
  auto row = TRY(parts_.tellings.find(tx, incident.workspace, incident.id));
  if (!row) {
    // It opened under a former version, which told of it at once.
    row = fresh_row(incident);
    row->phase = TellingPhase::told;
    row->reason = to_text(TellingReason::told);
    row->stage = to_text(StageName::recipients);
    row->told_at = parts_.engine_now();
  }
  stir(tx);
  if (row->phase != TellingPhase::told) return {};  // pass() sets it
  row->look_at = acknowledgement_end(incident);
  return parts_.tellings.put(tx, *row);
}

Result<void> Telling::reconsider(Transaction& tx, WorkspaceId workspace) {
  stir(tx);
  TRY(parts_.tellings.wake(tx, workspace, SubjectId{}, parts_.engine_now()));
  return {};
}

}  // namespace connlog
