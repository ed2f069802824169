// Drills: a rule's messages are tried for real. An incident opens that is marked as a drill, goes through every stage of the
// pipeline, and ends by a click or by itself. It says nothing of a state, so no subject looks different because of it.
#include <fmt/format.h>

#include <utility>

#include "core/watch/rule_service.h"

namespace connlog {

Result<Incident> Watch::open_drill(Transaction& tx, const Rule& rule, const Subject& subject, const std::string& by) {
  const auto standing = TRY(parts_.incidents.open_of(tx, rule.workspace, rule.id, subject.id, kDrillPart));
  if (standing) {
    return Error{ErrorCode::conflict,
                 "A drill of this rule is under way. It ends by itself after ten minutes; end it to begin another one."};
  }
  const Instant now = parts_.clock.now();
  Incident drill;
  drill.id = IncidentId::make(now, parts_.random);
  drill.workspace = rule.workspace;
  drill.rule = rule.id;
  drill.subject = subject.id;
  drill.subject_kind = subject.kind;
  drill.subject_name = subject.name;
  drill.part = kDrillPart;
  drill.rule_sentence = TRY(sentence_of(tx, rule));
  drill.kind = rule.kind;
  drill.severity = rule.severity;
  drill.summary = fmt::format("Drill of the rule “{}” on {}: nothing happened", rule.name, subject.name);
  drill.opened_at = now;
  drill.is_drill = true;
  TRY(parts_.incidents.insert(tx, drill));
  TRY(parts_.incidents.add_event(tx, {.id = IncidentEventId::make(now, parts_.random),
                                      .incident = drill.id,
                                      .workspace = drill.workspace,
                                      .at = now,
                                      .kind = "opened",
                                      .actor_name = by,
                                      .text = drill.summary}));
  if (parts_.telling != nullptr) TRY(parts_.telling->opened(tx, drill, rule, subject));
  publish(tx, EventName::incident_opened, drill);
  return drill;
}

Result<void> Watch::end_drill(Transaction& tx, const Incident& drill, const std::string& by) {
  return resolve_incident(tx, drill, Resolution::drill_ended, by);
}

// One that is not paused, if there is one: of what is paused nobody is told.
std::optional<LiveSubject> RuleService::subject_for_drill(const Actor& actor, const Rule& rule) const {
  std::optional<LiveSubject> paused;
  std::vector<LiveSubject> subjects = parts_.directory.list(rule.workspace);
  for (LiveSubject& live : subjects) {
    if (!targets(rule, *live.row) || !actor.sight.sees(live.row->teams)) continue;
    if (live.shown != ShownState::paused) return std::move(live);
    if (!paused) paused = std::move(live);
  }
  return paused;
}

Result<Incident> RuleService::drill(Transaction& tx, const Actor& actor, RuleId id) {
  Rule rule = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, rule));
  const auto live = subject_for_drill(actor, rule);
  if (!live) {
    return Error{ErrorCode::conflict,
                 "The rule is about nothing that you see at present, so there is nothing to try it with."};
  }
  const Incident opened = TRY(parts_.watch.open_drill(tx, rule, *live->row, actor.name));
  rule.last_tested_at = opened.opened_at;
  TRY(parts_.rules.update(tx, rule));
  TRY(parts_.audit.append(tx, actor, "rule.drilled", id.text(), fmt::format("{}, on {}", rule.name, live->row->name)));
  tx.after_commit([this] { may_have_drills_ = true; });
  take(tx, rule);
  publish(tx, rule);
  return opened;
}

Result<Incident> RuleService::end_drill(Transaction& tx, const Actor& actor, IncidentId id) {
  const Error not_there{ErrorCode::not_found, "There is no such incident."};
  const auto drill = TRY(parts_.incidents.find(tx, actor.workspace, id));
  if (!drill) return not_there;
  if (!actor.sight.all) {
    const auto subject = TRY(parts_.subjects.find(tx, actor.workspace, drill->subject));
    if (!subject || !actor.sight.sees(subject->teams)) return not_there;
  }
  if (!drill->is_drill)
    return Error{ErrorCode::conflict, "This is no drill: an incident ends when its condition does."};
  if (drill->resolved_at.is_set()) return Error{ErrorCode::conflict, "The drill has ended already."};
  TRY(parts_.watch.end_drill(tx, *drill, actor.name));
  TRY(parts_.audit.append(tx, actor, "rule.drill_ended", drill->rule.text(), drill->summary));
  auto ended = TRY(parts_.incidents.find(tx, actor.workspace, id));
  if (!ended) return not_there;
  return *std::move(ended);
}

Result<int> RuleService::end_drills(Stores& stores) {
  if (!may_have_drills_.exchange(false)) return 0;
  std::vector<Incident> over;
  const auto read = stores.read([&](Snapshot& snapshot) -> Result<void> {
    auto open = TRY(parts_.incidents.open_drills(snapshot));
    if (!open.empty()) may_have_drills_ = true;
    const Instant now = parts_.clock.now();
    for (Incident& drill : open) {
      // One that seems to begin later was opened by a clock that was ahead.
      if (drill.opened_at + kDrillLasts <= now || drill.opened_at > now) over.push_back(std::move(drill));
    }
    return {};
  });
  if (!read) {
    may_have_drills_ = true;
    return read.error();
  }
  if (over.empty()) return 0;
  const auto written = stores.write([&](Transaction& tx) -> Result<void> {
    for (const Incident& each : over) {
      const auto drill = TRY(parts_.incidents.find(tx, each.workspace, each.id));
      if (drill && !drill->resolved_at.is_set()) TRY(parts_.watch.end_drill(tx, *drill, {}));
    }
    return {};
  });
  if (!written) return written.error();
  return static_cast<int>(over.size());
}

}  // namespace connlog
