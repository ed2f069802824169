#include "core/watch/rule_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "core/base/text.h"
#include "core/watch/rule_parts.h"
#include "core/watch/subject_entry.h"
#include "core/watch/subject_kind.h"
#include "core/watch/subject_service.h"
#include "core/watch/subject_texts.h"

namespace connlog {
namespace {

constexpr std::size_t kRulesMax = 200;             // of one workspace; each observation is judged by all of them
constexpr std::int64_t kPreviewRowsMax = 300'000;  // about a month of one agent at 10 s; more would block a worker
constexpr microseconds kPreviewSpan = seconds(30 * 86'400);

Error not_found() {
  return {ErrorCode::not_found, "There is no such rule."};
}

// Whether the rule names one subject, or one group: who sees that sees the rule.
bool names_one(const Rule& rule) {
  return rule.target.kind == RuleTarget::Kind::subject || rule.target.kind == RuleTarget::Kind::group;
}

// The condition of the rule on a subject named by it can hold for its kind.
Result<void> check_fits(const Rule& rule, SubjectKind kind) {
  if (applies(rule, kind)) return {};
  const SubjectKindRow& row = row_of(kind);
  if (rule.kind == RuleKind::silence) {
    return invalid("kind", fmt::format("The {} reports nothing itself, so it cannot fall silent. Choose the condition "
                                       "on its state: it is down.",
                                       row.noun));
  }
  return invalid("metric", fmt::format("This is not measured of {}.", row.plural));
}

// The parts of the subject, where the rule looks at parts.
Result<std::vector<Part>> parts_for(const SubjectStore& subjects, Snapshot& snapshot, const Rule& rule,
                                    const Subject& subject) {
  if (!is_about_parts(rule)) return std::vector<Part>();
  return subjects.parts(snapshot, subject.workspace, subject.id);
}

bool condition_holds(const Rule& rule, const LiveSubject& live, PartNumber part) {
  const Seen subject{.state = live.observed.state, .reason = live.observed.reason, .is_reading = true};
  const std::optional<Seen> seen = seen_of(rule, part, subject, live.newest ? &live.newest->values : nullptr);
  if (!seen || is_calm(live.observed.reason)) return false;
  switch (rule.kind) {
    case RuleKind::silence:
      return seen->state == State::down && seen->reason == StateReason::silent;
    case RuleKind::state:
      return seen->state == rule.state;
    case RuleKind::event:
      return false;
    case RuleKind::metric:
      break;
  }
  if (!seen->value_x100) return false;
  return rule.comparison == Comparison::above ? *seen->value_x100 > rule.threshold_x100
                                              : *seen->value_x100 < rule.threshold_x100;
}

bool holds_anywhere(const Rule& rule, const LiveSubject& live, const std::vector<Part>& parts) {
  bool holds = false;
  each_part(rule, parts, [&](const Part& part) { holds = holds || condition_holds(rule, live, part.number); });
  return holds;
}

// What the readings say of the part's state.
std::vector<StateChange> states_of(const Rule& rule, const std::vector<Reading>& readings, PartNumber part) {
  std::vector<StateChange> states;
  for (const Reading& reading : readings) {
    const std::optional<Seen> seen = seen_of(rule, part, Seen{.is_reading = true}, &reading.values);
    if (!seen) continue;
    StateChange change;
    change.at = reading.at;
    change.state = seen->state;
    change.reason = seen->reason;
    states.push_back(std::move(change));
  }
  return states;
}

// How long the subject may say nothing before it is silent.
microseconds window_of(SubjectDirectory& directory, SubjectId subject) {
  SubjectEntry* entry = directory.impl().by_id(subject);
  if (entry == nullptr) return microseconds(0);
  const std::lock_guard lock(entry->mutex);
  return entry->window;
}

}  // namespace

std::int64_t incidents_over(const Rule& rule, const std::vector<Reading>& readings, microseconds silence_window,
                            PartNumber part) {
  std::int64_t opened = 0;
  RuleState state;
  Instant before{};
  for (const Reading& reading : readings) {
    const bool after_gap = silence_window.count() > 0 && before.is_set() && reading.at - before > silence_window;
    const Seen seen{
        .value_x100 = value_x100(rule.metric, reading.values, part), .after_gap = after_gap, .is_reading = true};
    const Decision decision = decide(rule, state, seen, reading.at);
    if (decision.verdict != Verdict::keep) state = decision.next;
    opened += decision.verdict == Verdict::open;
    before = reading.at;
  }
  return opened;
}

std::int64_t incidents_over(const Rule& rule, const std::vector<StateChange>& changes, Instant from, Instant to) {
  const auto is_meant = [&](const StateChange& change) {
    return change.state == rule.state && !is_calm(change.reason);
  };
  std::int64_t opened = 0;
  Instant cooldown_until{};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!is_meant(changes[i])) continue;
    const Instant begin = changes[i].at;
    while (i + 1 < changes.size() && is_meant(changes[i + 1])) ++i;  // only reason or detail changed
    const bool has_ended = i + 1 < changes.size();
    const Instant end = has_ended ? changes[i + 1].at : to;
    const Instant opens = std::max(begin + seconds(rule.duration_seconds), cooldown_until);
    if (has_ended ? opens >= end : opens > end) continue;
    opened += opens >= from;
    cooldown_until = end + seconds(rule.cooldown_seconds);
  }
  return opened;
}

Result<Rule> RuleService::find(Snapshot& snapshot, const Actor& actor, RuleId id) const {
  auto found = TRY(parts_.rules.find(snapshot, actor.workspace, id));
  if (!found) return not_found();
  if (!actor.sight.all && names_one(*found)) {
    const auto subject = TRY(parts_.subjects.find(snapshot, actor.workspace, found->target.subject));
    if (!subject || !actor.sight.sees(subject->teams)) return not_found();
  }
  return *std::move(found);
}

Result<void> RuleService::check_may_edit(Snapshot& snapshot, const Actor& actor, const Rule& rule) const {
  if (actor.role != Role::operator_ || actor.user.is_nil()) return {};
  if (rule.target.kind == RuleTarget::Kind::subject) {
    const auto subject = TRY(parts_.subjects.find(snapshot, actor.workspace, rule.target.subject));
    const auto granting = TRY(granting_teams(snapshot, parts_.teams, actor));
    if (subject && Sight{.all = false, .teams = granting}.sees(subject->teams)) return {};
  }
  return Error{ErrorCode::forbidden,
               "Your teams let you edit rules about one of their own subjects. Rules about more are for admins."};
}

Result<std::string> RuleService::sentence_of(Snapshot& snapshot, const Rule& rule) const {
  if (!names_one(rule)) return sentence(rule);
  const auto subject = TRY(parts_.subjects.find(snapshot, rule.workspace, rule.target.subject));
  return sentence(rule, subject ? std::string_view(subject->name) : std::string_view());
}

// What the target names is there and in sight, and the condition can hold for it.
Result<void> RuleService::check_target(Snapshot& snapshot, const Actor& actor, Rule& rule,
                                       const Rule* before) const {
  RuleTarget& target = rule.target;
  if (target.kind == RuleTarget::Kind::tag) {
    target.text = TRY(one_line("target.tag", "The tag", target.text, 1, kTagCharactersMax));
  } else if (target.kind == RuleTarget::Kind::label) {
    const Label label = TRY(parse_label("target.label", target.text));
    target.text = is_any_value(target.text) ? label.key : label.key + "=" + label.value;
  } else {
    target.text.clear();
  }
  if (!names_one(rule)) {
    target.subject = {};
    return {};
  }
  const auto subject = TRY(parts_.subjects.find(snapshot, rule.workspace, target.subject));
  // A rule whose subject was removed is about nobody; it can be renamed, switched off and changed all the same.
  const bool is_gone = !subject || subject->removed_at.is_set();
  if (is_gone && before != nullptr && before->target.subject == target.subject && before->target.kind == target.kind)
    return {};
  const bool is_there = subject && !subject->removed_at.is_set() && actor.sight.sees(subject->teams);
  if (target.kind == RuleTarget::Kind::group) {
    if (!is_there || subject->kind != SubjectKind::group) return invalid("target.group_id", "There is no such group.");
    return {};
  }
  if (!is_there) return invalid("target.subject_id", "There is no such subject.");
  return check_fits(rule, subject->kind);
}

// Checks that the rule is valid, and that everything it names exists in this workspace.
Result<Rule> RuleService::checked(Snapshot& snapshot, const Actor& actor, Rule rule, const Rule* before) const {
  TRY(validate(rule));
  rule.name = TRY(one_line("name", "The rule's name", rule.name, 1, 80));
  rule.runbook = TRY(checked_runbook(rule.runbook));
  rule.notes = TRY(some_lines("notes", "The notes", rule.notes, 0, kRuleNotesBytesMax));
  if (rule.hours.days == 0) rule.hours = {};
  TRY(check_target(snapshot, actor, rule, before));
  if (rule.kind == RuleKind::silence) rule.duration_seconds = 0;
  std::sort(rule.recipients.begin(), rule.recipients.end());
  rule.recipients.erase(std::unique(rule.recipients.begin(), rule.recipients.end()), rule.recipients.end());
  for (const RecipientId id : rule.recipients) {
    const auto recipient = TRY(parts_.recipients.find(snapshot, rule.workspace, id));
    if (!recipient) {
      return invalid("recipient_ids", "There is no such recipient.");
    }
  }
  return rule;
}

void RuleService::take(Transaction& tx, const Rule& rule) {
  tx.after_commit([this, rule] {
    SubjectDirectory::Impl& inside = parts_.directory.impl();
    inside.put_rule(rule);
    if (rule.kind == RuleKind::metric) return;  // readings alone are judged by it
    if (!inside.is_listening()) return;
    // Its condition may hold already, and what is silent or down says nothing more.
    const Monotonic now = parts_.clock.monotonic();
    for (SubjectEntry* entry : inside.entries(rule.workspace)) {
      const std::lock_guard lock(entry->mutex);
      const bool is_well = entry->state == State::up || entry->state == State::pending;
      if (is_well && rule.part.empty()) continue;
      if (targets(rule, *entry->row)) inside.look_at(*entry, now);
    }
  });
}

// A rule about one subject is told to the people who see the subject, as nobody else sees the rule.
void RuleService::publish(Transaction& tx, const Rule& rule) {
  const EventScope scope = names_one(rule) ? EventScope::about(rule.target.subject) : EventScope::everybody();
  tx.after_commit([bus = &parts_.bus, workspace = rule.workspace, id = rule.id, scope] {
    bus->publish({workspace, scope, EventName::rule_changed,
                  fmt::format(R"({{"workspace_id":"{}","rule_id":"{}"}})", workspace.text(), id.text())});
  });
}

Result<void> RuleService::check_room(Snapshot& snapshot, WorkspaceId workspace) const {
  const auto rules = TRY(parts_.rules.list(snapshot, workspace));
  if (rules.size() < kRulesMax) return {};
  return Error{ErrorCode::conflict, fmt::format("A workspace may have at most {} rules. Delete one first.", kRulesMax)};
}

Result<Rule> RuleService::add(Transaction& tx, const Actor& actor, Rule rule) {
  rule.workspace = actor.workspace;
  rule.created_at = parts_.clock.now();
  rule.id = RuleId::make(rule.created_at, parts_.random);
  rule.version = 1;
  rule.last_tested_at = {};
  rule = TRY(checked(tx, actor, std::move(rule)));
  TRY(check_may_edit(tx, actor, rule));
  TRY(check_room(tx, rule.workspace));
  TRY(parts_.rules.insert(tx, rule));
  const std::string text = TRY(sentence_of(tx, rule));
  TRY(parts_.audit.append(tx, actor, "rule.added", rule.id.text(), rule.name + ": " + text));
  take(tx, rule);
  publish(tx, rule);
  return rule;
}

Result<Rule> RuleService::change(Transaction& tx, const Actor& actor, RuleId id, Rule rule,
                                 std::int64_t expected_version) {
  const Rule before = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, before));
  if (expected_version != 0 && expected_version != before.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed this rule in the meantime. Load it again and repeat your change."};
  }
  rule.id = before.id;
  rule.workspace = before.workspace;
  rule.created_at = before.created_at;
  rule.last_tested_at = before.last_tested_at;
  rule.version = before.version + 1;
  rule = TRY(checked(tx, actor, std::move(rule), &before));
  TRY(check_may_edit(tx, actor, rule));
  TRY(parts_.rules.update(tx, rule));
  TRY(parts_.watch.rule_changed(tx, before, rule, actor.name));
  const std::string text = TRY(sentence_of(tx, rule));
  TRY(parts_.audit.append(tx, actor, "rule.changed", rule.id.text(),
                          rule.name + ": " + text + (rule.enabled ? "" : " (switched off)")));
  take(tx, rule);
  publish(tx, rule);
  const bool moved = before.target.kind != rule.target.kind || before.target.subject != rule.target.subject;
  if (moved) publish(tx, before);  // also to those who do not see it any more
  return rule;
}

Result<void> RuleService::remove(Transaction& tx, const Actor& actor, RuleId id) {
  const Rule before = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, before));
  if (parts_.removed != nullptr) {
    TRY(parts_.removed->take(
        tx, removed_now(RemovedKind::rule, id, before.name, actor, parts_.clock, parts_.random)));
  }
  TRY(parts_.watch.rule_changed(tx, before, std::nullopt, actor.name));
  TRY(parts_.incidents.remove_states(tx, before.workspace, id));
  TRY(parts_.rules.remove(tx, before.workspace, id));
  const std::string text = TRY(sentence_of(tx, before));
  TRY(parts_.audit.append(tx, actor, "rule.deleted", id.text(), before.name + ": " + text));
  tx.after_commit([this, workspace = before.workspace, id] { parts_.directory.impl().remove_rule(workspace, id); });
  publish(tx, before);
  return {};
}

Result<std::vector<std::string>> RuleService::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  TRY(check_room(tx, actor.workspace));
  std::vector<std::string> left_out = TRY(parts_.removed->put_back(tx, removed));
  Rule rule = TRY(find(tx, actor, RuleId::of(removed.object)));
  rule.version += 1;
  TRY(parts_.rules.update(tx, rule));
  if (!left_out.empty() && rule.recipients.empty())
    left_out.emplace_back("It tells the recipients that receive by default.");
  if (names_one(rule)) {
    const auto subject = TRY(parts_.subjects.find(tx, rule.workspace, rule.target.subject));
    if (!subject || subject->removed_at.is_set())
      left_out.emplace_back("What it is about is removed, so it is about nobody until that comes back or it is changed.");
  }
  take(tx, rule);
  publish(tx, rule);
  return left_out;
}

Result<std::int64_t> RuleService::send_test(Transaction& tx, const Actor& actor, RuleId id) {
  const Rule rule = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, rule));
  const auto recipients = TRY(parts_.watch.recipients_of(tx, rule));
  Announcement test;
  test.workspace = rule.workspace;
  test.kind = Announcement::Kind::test;
  // About the subject that the rule names: it is seen by those who see the rule.
  if (names_one(rule)) {
    const auto named = TRY(parts_.subjects.find(tx, rule.workspace, rule.target.subject));
    test.subject = rule.target.subject;
    test.subject_kind = named ? to_text(named->kind) : std::string_view();
    test.subject_name = named ? named->name : std::string();
  }
  test.headline = fmt::format("This is a test of the rule “{}”.", rule.name);
  std::string text = TRY(sentence_of(tx, rule));
  test.facts.emplace_back(kFactRule, std::move(text));
  const std::int64_t queued = TRY(parts_.announcements.announce(tx, std::move(test), recipients));
  TRY(parts_.audit.append(tx, actor, "rule.tested", id.text(), fmt::format("{} notifications", queued)));
  return queued;
}

Result<void> RuleService::count_silence(Snapshot& snapshot, const std::vector<LiveSubject>& targeted, Instant from,
                                        RulePreview& preview) const {
  std::vector<SubjectId> ids;
  for (const LiveSubject& live : targeted) ids.push_back(live.id());
  if (ids.empty()) return {};
  std::sort(ids.begin(), ids.end());
  IncidentStore::Filter filter;
  filter.opened_since = from;
  filter.limit = 200;
  for (;;) {
    const auto page = TRY(parts_.incidents.list(snapshot, targeted.front().row->workspace, filter));
    for (const Incident& incident : page) {
      preview.incidents_30_days +=
          incident.kind == RuleKind::silence && std::binary_search(ids.begin(), ids.end(), incident.subject);
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) return {};
    filter.after = page.back().id;
  }
}

// Of metric and state rules.
Result<void> RuleService::count_past(Snapshot& snapshot, const Rule& rule, const std::vector<LiveSubject>& targeted,
                                     Instant from, RulePreview& preview) const {
  const Instant now = parts_.clock.now();
  std::int64_t looked_at = 0;
  for (const LiveSubject& live : targeted) {
    if (looked_at >= kPreviewRowsMax) {
      preview.complete = false;
      return {};
    }
    if (rule.kind == RuleKind::state && rule.part.empty()) {
      const auto changes = TRY(parts_.subjects.changes(snapshot, rule.workspace, live.id(), from, now));
      looked_at += static_cast<std::int64_t>(changes.size());
      preview.incidents_30_days += incidents_over(rule, changes, from, now);
      continue;
    }
    const auto readings =
        TRY(parts_.readings.range(snapshot, rule.workspace, live.id(), from, now + microseconds(1)));  // up to now
    looked_at += static_cast<std::int64_t>(readings.size());
    const microseconds window = window_of(parts_.directory, live.id());
    const auto parts = TRY(parts_for(parts_.subjects, snapshot, rule, *live.row));
    each_part(rule, parts, [&](const Part& part) {
      preview.incidents_30_days += rule.kind == RuleKind::metric
                                       ? incidents_over(rule, readings, window, part.number)
                                       : incidents_over(rule, states_of(rule, readings, part.number), from, now);
    });
  }
  return {};
}

Result<RulePreview> RuleService::preview(Snapshot& snapshot, const Actor& actor, const Rule& asked) const {
  Rule rule = asked;
  rule.workspace = actor.workspace;
  if (rule.name.empty()) rule.name = "preview";  // people may ask for a preview before they name the rule
  rule = TRY(checked(snapshot, actor, std::move(rule)));
  RulePreview preview;
  std::vector<LiveSubject> targeted = parts_.directory.list(actor.workspace);
  std::erase_if(targeted, [&](const LiveSubject& live) {
    return !targets(rule, *live.row) || !actor.sight.sees(live.row->teams);
  });
  preview.targeted_subjects = static_cast<std::int64_t>(targeted.size());
  for (const LiveSubject& live : targeted) {
    const auto parts = TRY(parts_for(parts_.subjects, snapshot, rule, *live.row));
    preview.matching_now += holds_anywhere(rule, live, parts);
  }
  const Instant from = parts_.clock.now() - kPreviewSpan;
  if (rule.kind == RuleKind::silence) {
    TRY(count_silence(snapshot, targeted, from, preview));
  } else {
    TRY(count_past(snapshot, rule, targeted, from, preview));
  }
  return preview;
}

}  // namespace connlog
