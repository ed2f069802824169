// What time causes, on the scheduler's thread: windows that end, reminders, acknowledgements that end, subjects that are steady
// again, and messages that waited.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/watch/telling/telling_inside.h"

namespace connlog {
namespace {

constexpr int kSlice = 50;         // incidents decided in one transaction
constexpr int kPacesInSlice = 20;  // recipients whose messages are written in one
constexpr int kSlicesMax = 2'000;  // of a round; the rest stays due
constexpr seconds kLookAnyway{30};
constexpr seconds kWeeklyEvery{60};
constexpr microseconds kStep = seconds(5);  // of the wall clock against the monotonic one

bool is_due(std::int64_t at, Instant now) {
  return at != 0 && at <= now.micros;
}

// A start moves engine time by what the wall clock was set before it, and with it each end that is stored. Where both clocks
// agree since then, the end of an acknowledgement is the one that its person knows.
bool is_still_acknowledged(const Incident& incident, Instant engine, Instant wall) {
  const microseconds apart = engine - wall;
  if (apart > kStep || apart < -kStep) return false;
  return wall >= incident.acknowledged_at && incident.acknowledged_until - wall > kStep;
}

}  // namespace

Result<int> Telling::round() {
  const Instant now = parts_.engine_now();
  const Monotonic monotonic = parts_.clock.monotonic();
  if (is_restarted_) {
    const auto bounded = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      TRY(parts_.tellings.after_restart(tx, now));
      return {};
    });
    TRY(bounded);
    is_restarted_ = false;
    edges_seen_ = parts_.clock.now();
    edges_looked_ = monotonic;
  }
  TRY(edges());
  const bool is_stirred = stirred_.exchange(false, std::memory_order_acq_rel);
  const bool looks_anyway = looked_.micros == 0 || monotonic - looked_ >= kLookAnyway;
  if (!is_stirred && !looks_anyway && !is_due(next_engine_.load(), now) &&
      !is_due(next_wall_.load(), parts_.clock.now()))
    return 0;
  looked_ = monotonic;
  auto done = all_that_is_due(now);
  if (!done) stirred_.store(true, std::memory_order_release);
  return done;
}

Result<int> Telling::all_that_is_due(Instant now) {
  const int looked = TRY(looks(now));
  const int flapped = TRY(flaps(now));
  TRY(paces(parts_.engine_now()));
  TellingStore::Next next;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    next = TRY(parts_.tellings.next_due(snapshot));
    return {};
  });
  TRY(read);
  next_engine_.store(next.engine ? next.engine->micros : 0);
  next_wall_.store(next.wall ? next.wall->micros : 0);
  return looked + flapped;
}

std::optional<Instant> Telling::next_round() const {
  if (stirred_.load(std::memory_order_acquire)) return parts_.engine_now();
  const Instant engine{next_engine_.load()}, wall{next_wall_.load()};
  if (!wall.is_set()) return engine.is_set() ? std::optional(engine) : std::nullopt;
  return engine.is_set() ? std::min(engine, engine_of(wall)) : engine_of(wall);
}

// ── Incidents ──

// Each incident is looked at once a round: one that cannot be written stays due, and keeps none of the others waiting.
Result<int> Telling::looks(Instant now) {
  int looked = 0;
  bool together = false;
  for (int slice = 0; slice < kSlicesMax; ++slice) {
    std::vector<TellingRow> due;
    const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      due = TRY(parts_.tellings.due(snapshot, now, kSlice));
      return {};
    });
    TRY(read);
    if (due.empty()) break;
    // What a maintenance or a mute held is released at one moment, and told as one message.
    together = together || due.size() > 1;
    const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      for (const TellingRow& row : due) TRY(look(tx, row, now, together));
      return {};
    });
    if (written) {
      looked += static_cast<int>(due.size());
      continue;
    }
    int alone = 0;
    for (const TellingRow& row : due) {
      const auto one = parts_.stores.write([&](Transaction& tx) { return look(tx, row, now, together); });
      if (one) {
        ++alone;
        continue;
      }
      log_error("telling_not_decided",
                {{"incident", row.incident.text()}, {"why", one.error().message}, {"cause", one.error().cause}});
    }
    looked += alone;
    if (alone == 0) return written.error();
  }
  return looked;
}

Result<void> Telling::look(Transaction& tx, const TellingRow& seen, Instant now, bool together) {
  auto row = TRY(parts_.tellings.find(tx, seen.workspace, seen.incident));
  if (!row) return {};
  const bool looks = row->look_at.is_set() && row->look_at <= now;
  const bool repeats = row->repeat_at.is_set() && row->repeat_at <= now;
  if (!looks && !repeats) return {};
  const auto incident = TRY(parts_.incidents.find(tx, row->workspace, row->incident));
  const auto subject = TRY(parts_.subjects.find(tx, row->workspace, row->subject));
  if (!incident || incident->resolved_at.is_set() || !subject || row->phase == TellingPhase::over) {
    row->phase = TellingPhase::over;
    row->look_at = row->repeat_at = row->awaits_until = {};
    return parts_.tellings.put(tx, *row);
  }
  const Rule rule = TRY(rule_of(tx, *incident));
  if (row->phase != TellingPhase::told) return decide(tx, *incident, rule, *subject, row, together);
  const bool has_end = incident->acknowledged_at.is_set() && incident->acknowledged_until.is_set();
  const bool goes_on = has_end && is_still_acknowledged(*incident, parts_.engine_now(), parts_.clock.now());
  if (looks && has_end && !goes_on) return end_acknowledgement(tx, *incident, rule, *subject, *row, together);
  if (looks) row->look_at = goes_on ? acknowledgement_end(*incident) : Instant{};
  if (repeats) return remind(tx, *incident, rule, *subject, *row, now);
  return parts_.tellings.put(tx, *row);
}

Result<void> Telling::remind(Transaction& tx, const Incident& incident, const Rule& rule, const Subject& subject,
                             TellingRow row, Instant now) {
  row.repeat_at = rule.repeat_seconds > 0 ? now + seconds(rule.repeat_seconds) : Instant{};
  const Judged judged = TRY(gather(tx, incident, rule, subject, row, false));
  RecipientFacts facts;
  facts.now = judged.facts.now;
  facts.severity = incident.severity;
  facts.is_reminder = true;
  facts.acknowledged_for_ever = incident.acknowledged_at.is_set() && !incident.acknowledged_until.is_set();
  // Its end is counted by the engine's clock, as look_at.
  if (incident.acknowledged_at.is_set() && row.look_at.is_set()) facts.acknowledged_until = wall_of(row.look_at);
  TellingDecision decision = decide_telling(judged.facts, parts_.without);
  if (decision.answer.verdict == StageVerdict::pass) decision = decide_telling(facts, parts_.without);
  std::vector<Recipient> knowing;
  std::vector<Pace::Told> told;
  if (decision.answer.verdict == StageVerdict::pass && rule.repeat_seconds > 0) {
    knowing = TRY(parts_.announcements.told_of(tx, incident.workspace, incident.id));
    if (!knowing.empty()) told = TRY(parts_.pace.tell(tx, incident, ToldWhat::reminder, knowing, now));
  }
  if (!told.empty()) {
    ++row.reminders;
    StageAnswer answer;
    answer.reason = TellingReason::told_again;
    answer.text = "it is still open, and was told again";
    row.reason = to_text(answer.reason);
    TRY(note(tx, incident, StageName::repeat, answer));
  } else if (decision.answer.verdict != StageVerdict::pass && row.reason != to_text(decision.answer.reason)) {
    row.reason = to_text(decision.answer.reason);
    TRY(note(tx, incident, decision.stage, decision.answer));
  }
  return parts_.tellings.put(tx, row);
}

// Nobody looks after it any more, and it stands: it is told again.
Result<void> Telling::end_acknowledgement(Transaction& tx, Incident incident, const Rule& rule, const Subject& subject,
                                          const TellingRow& row, bool together) {
  const std::string by = incident.acknowledged_by;
  incident.acknowledged_at = incident.acknowledged_until = {};
  incident.acknowledged_by.clear();
  incident.version += 1;
  TRY(parts_.incidents.update(tx, incident));
  const Instant at = parts_.clock.now();
  TRY(parts_.incidents.add_event(tx, {.id = IncidentEventId::make(at, parts_.random),
                                      .incident = incident.id,
                                      .workspace = incident.workspace,
                                      .at = at,
                                      .kind = "unacknowledged",
                                      .actor_name = "connlog",
                                      .text = "The acknowledgement by " + by + " has ended."}));
  publish(tx, incident);
  return decide(tx, incident, rule, subject, row, together);
}

// ── The rest ──

Result<int> Telling::flaps(Instant now) {
  std::vector<std::pair<WorkspaceId, SubjectId>> due;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    due = TRY(parts_.tellings.due_flaps(snapshot, now, kSlice));
    return {};
  });
  TRY(read);
  if (due.empty()) return 0;
  const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
    for (const auto& [workspace, id] : due) {
      const auto subject = TRY(parts_.subjects.find(tx, workspace, id));
      const auto observed = TRY(parts_.subjects.state(tx, workspace, id));
      if (!subject || !observed || subject->removed_at.is_set()) {
        TRY(parts_.tellings.clear_flapping(tx, workspace, id));
      } else {
        TRY(judge_flapping(tx, *subject, *observed));
      }
    }
    stir(tx);
    return {};
  });
  TRY(written);
  return static_cast<int>(due.size());
}

Result<void> Telling::paces(Instant now) {
  const Monotonic monotonic = parts_.clock.monotonic();
  const bool is_weekly_due = weekly_looked_.micros == 0 || monotonic - weekly_looked_ >= kWeeklyEvery;
  for (int slice = 0; slice < kSlicesMax; ++slice) {
    bool is_due = false;
    const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      const auto due = TRY(parts_.tellings.due_paces(snapshot, now, parts_.clock.now(), 1));
      is_due = !due.empty();
      return {};
    });
    TRY(read);
    if (!is_due) break;
    int sent = 0;
    const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      sent = TRY(parts_.pace.round(tx, now, kPacesInSlice));
      return {};
    });
    TRY(written);
    if (sent == 0) break;
  }
  if (!is_weekly_due) return {};
  weekly_looked_ = monotonic;
  for (int slice = 0; slice < kSlicesMax; ++slice) {
    int letters = 0;
    const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      letters = TRY(parts_.pace.weekly(tx, now));
      return {};
    });
    TRY(written);
    if (letters == 0) return {};
  }
  weekly_looked_ = {};  // the others at the next round
  return {};
}

// What is held for a maintenance, for hours, for a grace may not be any more, or anew: all of it is looked at, as after a start.
Result<void> Telling::clock_was_set() {
  const Instant now = parts_.engine_now();
  return parts_.stores.write([&](Transaction& tx) -> Result<void> {
    TRY(parts_.tellings.after_restart(tx, now));
    stir(tx);
    return {};
  });
}

// Windows of maintenances and mutes that ended: screens are told, and what is held is looked at again.
Result<void> Telling::edges() {
  const Instant now = parts_.clock.now();
  const Monotonic monotonic = parts_.clock.monotonic();
  const Instant before = std::exchange(edges_seen_, now);
  const microseconds passed = monotonic - std::exchange(edges_looked_, monotonic);
  if (now == before) return {};
  const microseconds step = (now - before) - passed;
  if (step > kStep || step < -kStep) TRY(clock_was_set());
  const std::vector<WorkspaceId> stirred = parts_.quiets.edges_between(std::min(before, now), std::max(before, now));
  if (stirred.empty()) return {};
  return parts_.stores.write([&](Transaction& tx) -> Result<void> {
    for (const WorkspaceId& workspace : stirred) {
      TRY(reconsider(tx, workspace));
      tx.after_commit([bus = &parts_.bus, workspace] {
        bus->publish({workspace, EventScope::everybody(), EventName::quiet_changed,
                      R"({"workspace_id":")" + workspace.text() + R"("})"});
      });
    }
    return {};
  });
}

}  // namespace connlog
