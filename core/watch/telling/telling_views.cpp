// How it stands, for people: why an incident was told or not, and whom a rule would tell now.
#include "core/watch/telling/telling_inside.h"
#include "core/watch/telling/working_hours.h"

namespace connlog {

Result<Telling::View> Telling::view(Snapshot& snapshot, WorkspaceId workspace, IncidentId id) const {
  View view;
  view.row = TRY(parts_.tellings.find(snapshot, workspace, id));
  view.entries = TRY(parts_.tellings.entries(snapshot, workspace, id));
  const auto incident = TRY(parts_.incidents.find(snapshot, workspace, id));
  if (!incident || incident->resolved_at.is_set()) return view;
  const auto subject = TRY(parts_.subjects.find(snapshot, workspace, incident->subject));
  if (!subject) return view;
  const Rule rule = TRY(rule_of(snapshot, *incident));
  const Judged judged = TRY(gather(snapshot, *incident, rule, *subject, view.row, false));
  for (const Stage& stage : stages()) {
    if (stage.decide == nullptr) continue;
    StageAnswer answer = stage.decide(judged.facts);
    view.now.push_back({stage.name, answer.verdict, answer.reason, std::move(answer.text), answer.until});
  }
  return view;
}

Result<std::vector<SubjectId>> Telling::held_for_parents(Snapshot& snapshot, WorkspaceId workspace, int most) const {
  const auto held = TRY(parts_.tellings.held(snapshot, workspace, most));
  std::vector<SubjectId> subjects;
  for (const TellingRow& row : held) {
    if (row.stage == to_text(StageName::dependency)) subjects.push_back(row.subject);
  }
  return subjects;
}

Result<std::vector<Telling::WouldTell>> Telling::would_tell(Snapshot& snapshot, const Rule& rule) const {
  // Of the subject that it names; else of any: then what is quiet for all counts, and those who receive by default.
  Subject subject;
  subject.workspace = rule.workspace;
  if (rule.target.kind == RuleTarget::Kind::subject) {
    auto named = TRY(parts_.subjects.find(snapshot, rule.workspace, rule.target.subject));
    if (named) subject = *std::move(named);
  }
  Incident opening;
  opening.workspace = rule.workspace;
  opening.rule = rule.id;
  opening.subject = subject.id;
  opening.subject_kind = subject.kind;
  opening.subject_name = subject.name;
  opening.kind = rule.kind;
  opening.severity = rule.severity;
  TellingFacts facts{.now = parts_.clock.now(), .incident = opening};
  QuietBook::Found found = parts_.quiets.covering(
      rule.workspace,
      {.subject = subject, .groups = groups_above(subject), .rule = rule.id, .severity = rule.severity}, facts.now);
  facts.is_paused = subject.paused_at.is_set();
  facts.maintenances = std::move(found.maintenances);
  facts.mutes = std::move(found.mutes);
  if (rule.hours.days != 0) {
    const auto zone = TimeZone::load(rule.hours.zone);
    if (zone) facts.hours_begin = hours_begin(rule.hours, *zone, facts.now);
  }
  const TellingDecision of_rule = decide_telling(facts);
  auto recipients = TRY(parts_.recipients_of(snapshot, rule, subject));
  std::vector<WouldTell> out;
  for (Recipient& recipient : recipients) {
    const RecipientFacts its = TRY(parts_.pace.facts_of(snapshot, recipient, rule.severity, parts_.engine_now()));
    TellingDecision decision = of_rule.answer.verdict == StageVerdict::pass ? decide_telling(its) : of_rule;
    out.push_back({std::move(recipient), decision.answer.verdict, decision.answer.reason, std::move(decision.answer.text),
                   decision.answer.until});
  }
  return out;
}

}  // namespace connlog
