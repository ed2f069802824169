// What the stages look at, gathered for one incident: what is quiet, how its parents stand, what else is open, who would be told.
#include <algorithm>

#include "core/watch/quiet/quiet_reach.h"
#include "core/watch/subject_entry.h"
#include "core/watch/telling/telling_inside.h"
#include "core/watch/telling/working_hours.h"

namespace connlog {
namespace {

constexpr seconds kVerdictWithin{60};     // how long an opening waits for its parents
constexpr int kIntervalsOfGrace = 2;      // that a child has to follow a parent that is back
constexpr seconds kIntervalOfNone{60};    // where nothing says how often a subject is looked at
constexpr std::size_t kParentsLooked = 20;
constexpr std::size_t kMembersLooked = 50;
constexpr int kOpenLooked = 50;
constexpr seconds kOnItsWay{60};          // a message counts as received before it was sent
constexpr seconds kGroupedWithin{360};    // likewise one that waits for the next group: 5 min, and 60 s to be sent
constexpr seconds kReceptionKept{1};

bool tells_of_opening(const Announcement& told, const IncidentId& incident) {
  using Kind = Announcement::Kind;
  const bool is_about_opening = told.kind == Kind::incident_opened || told.kind == Kind::summary ||
                                told.kind == Kind::group || told.kind == Kind::reminder || told.kind == Kind::digest;
  return is_about_opening && std::ranges::find(told.recovered, incident) == told.recovered.end();
}

bool is_about_being_down(const Incident& incident) {
  return incident.part == 0 && (incident.kind == RuleKind::silence || incident.kind == RuleKind::state);
}

// One that was told, and is held since its acknowledgement ended, is as known as it was.
bool is_told_of(const TellingRow& row) {
  return row.told_at.is_set() && (row.phase == TellingPhase::told || row.phase == TellingPhase::held);
}

template <typename T>
void add_once(std::vector<T>& list, const T& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

}  // namespace

Instant Telling::wall_of(Instant engine) const {
  return parts_.clock.now() + (engine - parts_.engine_now());
}

Instant Telling::engine_of(Instant wall) const {
  return parts_.engine_now() + (wall - parts_.clock.now());
}

seconds Telling::interval_of(const Subject& subject) const {
  if (!parts_.interval_of) return kIntervalOfNone;
  const seconds interval = parts_.interval_of(subject);
  return interval.count() > 0 ? interval : kIntervalOfNone;
}

// A rule that was removed, and that of a drill: as far as the incident knows it.
Result<Rule> Telling::rule_of(Snapshot& snapshot, const Incident& incident) const {
  auto stored = TRY(parts_.rules.find(snapshot, incident.workspace, incident.rule));
  if (stored) return *std::move(stored);
  Rule rule = rule_of_event(incident);
  rule.kind = incident.kind;
  return rule;
}

std::vector<GroupId> Telling::groups_above(const Subject& subject) const {
  return connlog::groups_above(parts_.directory, subject);
}

Result<Telling::Judged> Telling::gather(Snapshot& snapshot, const Incident& incident, const Rule& rule,
                                        const Subject& subject, const std::optional<TellingRow>& row, bool asks) const {
  Judged judged{.facts = {.now = parts_.clock.now(), .incident = incident}};
  TellingFacts& facts = judged.facts;
  judged.now = parts_.engine_now();
  judged.groups = groups_above(subject);
  const auto observed = TRY(parts_.subjects.state(snapshot, subject.workspace, subject.id));
  facts.is_paused = subject.paused_at.is_set() || subject.removed_at.is_set() || (observed && is_calm(observed->reason));
  // What the appliance says of itself cannot be made quiet.
  if (!is_of_appliance(incident)) {
    QuietBook::Found found = parts_.quiets.covering(
        incident.workspace,
        {.subject = subject, .groups = judged.groups, .rule = incident.rule, .severity = incident.severity}, facts.now);
    facts.maintenances = std::move(found.maintenances);
    facts.mutes = std::move(found.mutes);
  }
  facts.parents = TRY(parents_of(snapshot, judged, subject, row, asks));
  facts.more_severe = TRY(more_severe(snapshot, incident));
  if (is_about_being_down(incident)) {
    Instant since, said_at;
    const bool flaps = TRY(parts_.tellings.is_flapping(snapshot, subject.workspace, subject.id, &since, &said_at));
    if (flaps) {
      facts.flapping_since = since;
      facts.flapping_said = said_at.is_set();
      if (observed && observed->state == State::down) facts.down_since = observed->since;
    }
  }
  if (rule.hours.days != 0) {
    // A zone that this machine does not have any more holds nothing.
    const auto zone = TimeZone::load(rule.hours.zone);
    if (zone) facts.hours_begin = hours_begin(rule.hours, *zone, facts.now);
  }
  judged.recipients = TRY(parts_.recipients_of(snapshot, rule, subject));
  facts.recipients = judged.recipients.size();
  if (is_of_appliance(incident)) facts.recipients = 1;  // its administrators, by letter (core/appliance/health.h)
  return judged;
}

// ── Parents ──

Result<std::vector<ParentFact>> Telling::parents_of(Snapshot& snapshot, const Judged& judged, const Subject& subject,
                                                    const std::optional<TellingRow>& row, bool asks) const {
  std::vector<SubjectId> ids = parts_.dependencies.parents_of(subject.id);
  for (const GroupId& group : judged.groups) {
    for (const SubjectId& parent : parts_.dependencies.parents_of(group)) add_once(ids, parent);
  }
  std::vector<ParentFact> parents;
  for (const SubjectId& id : ids) {
    const auto parent = parts_.directory.row(subject.workspace, id);
    if (parent == nullptr || parent->removed_at.is_set() || id == subject.id) continue;
    if (std::ranges::find(judged.groups, GroupId::of(id)) != judged.groups.end()) continue;  // it is in it
    ParentFact fact = TRY(parent_fact(snapshot, *parent, subject, judged.facts.incident, row, asks));
    parents.push_back(std::move(fact));
    if (parents.size() == kParentsLooked) break;
  }
  return parents;
}

Result<ParentFact> Telling::parent_fact(Snapshot& snapshot, const Subject& parent, const Subject& child,
                                        const Incident& incident, const std::optional<TellingRow>& row,
                                        bool asks) const {
  const Instant now = parts_.clock.now();
  ParentFact fact;
  fact.subject = parent.id;
  fact.name = parent.name;
  fact.verdict = ParentFact::Verdict::unknown;
  const auto observed = TRY(parts_.subjects.state(snapshot, parent.workspace, parent.id));
  if (!observed || parent.paused_at.is_set() || is_calm(observed->reason)) return fact;
  fact.since = observed->since;
  fact.is_maintained = parts_.quiets.is_maintained(parent.workspace, parent, groups_above(parent), now);
  Instant since, said_at;
  fact.is_flapping = TRY(parts_.tellings.is_flapping(snapshot, parent.workspace, parent.id, &since, &said_at));
  if (fact.is_flapping && said_at.is_set()) {
    fact.since = since;
    fact.verdict = ParentFact::Verdict::down_covered;
    return fact;
  }
  fact.is_flapping = false;  // as long as nobody was told, its state counts
  // The wait for its verdict: 60 s from the first look, whatever clocks do meanwhile.
  const bool waits = row && row->reason == to_text(TellingReason::waiting_for_parent);
  const bool may_wait = !row || waits;
  fact.awaited_until = now + kVerdictWithin;
  if (waits && row->awaits_until.is_set())
    fact.awaited_until = std::min(wall_of(row->awaits_until), fact.awaited_until);
  switch (observed->state) {
    case State::pending:
    case State::unknown:
      return fact;
    case State::down:
      TRY(judge_down_parent(snapshot, fact, parent, may_wait));
      return fact;
    case State::up:
    case State::degraded:
      break;
  }
  const bool is_back = TRY(is_back_just_now(snapshot, fact, *observed, interval_of(child) * kIntervalsOfGrace, row));
  if (is_back) return fact;
  fact.verdict = ParentFact::Verdict::up;
  if (!may_wait) return fact;
  const bool is_out = TRY(is_awaited(snapshot, parent, incident.opened_at, asks));
  if (is_out) fact.verdict = ParentFact::Verdict::awaited;
  return fact;
}

Result<void> Telling::judge_down_parent(Snapshot& snapshot, ParentFact& fact, const Subject& parent,
                                        bool may_wait) const {
  using Stands = ParentFact::Verdict;
  fact.verdict = Stands::down_uncovered;
  const auto telling = TRY(parts_.tellings.open_of_subject(snapshot, parent.workspace, parent.id));
  if (!telling) {
    // Its own rule may take a while to open its incident, or still cool down (what is neither has no stored state).
    const auto states = TRY(parts_.incidents.states_of(snapshot, parent.workspace, parent.id));
    const bool opens_soon =
        std::ranges::any_of(states, [](const RuleState& state) { return state.phase != RuleState::Phase::open; });
    if (opens_soon && may_wait) fact.verdict = Stands::awaited;
    return {};
  }
  Reception reception;
  if (is_told_of(*telling)) reception = TRY(reception_of(snapshot, *telling));
  if (reception.is_covered) {
    fact.verdict = Stands::down_covered;
    fact.awaited_until = reception.until;
    const auto told = TRY(parts_.announcements.told_of(snapshot, parent.workspace, telling->incident));
    for (const Recipient& recipient : told) fact.told_to.push_back(recipient.name);
    return {};
  }
  if (telling->phase != TellingPhase::held || telling->stage != to_text(StageName::dependency)) return {};
  if (telling->reason != to_text(TellingReason::waiting_for_parent)) {
    fact.verdict = Stands::down_covered;
    fact.awaited_until = {};
  } else if (may_wait) {
    fact.verdict = Stands::awaited;
  }
  return {};
}

// Of an incident that was told. What nobody received covers nothing: its children are loud.
Result<Telling::Reception> Telling::reception_of(Snapshot& snapshot, const TellingRow& told) const {
  if (parts_.outbox == nullptr) return Reception{.is_covered = true, .until = {}};
  const Monotonic now = parts_.clock.monotonic();
  {
    const std::lock_guard lock(reception_mutex_);
    if (reception_ && reception_->incident == told.incident && now - reception_->at < kReceptionKept)
      return reception_->found;
  }
  const Reception found = TRY(read_reception(snapshot, told));
  const std::lock_guard lock(reception_mutex_);
  reception_ = AskedReception{told.incident, now, found};
  return found;
}

Result<Telling::Reception> Telling::read_reception(Snapshot& snapshot, const TellingRow& told) const {
  const Instant now = parts_.clock.now();
  const auto deliveries = TRY(parts_.outbox->of_incident(snapshot, told.workspace, told.incident));
  Reception found;
  bool was_queued = false;
  for (const LoggedDelivery& each : deliveries) {
    if (!tells_of_opening(each.announcement, told.incident)) continue;
    was_queued = true;
    const Notification& row = each.notification;
    if (row.state == Notification::State::sent) return Reception{.is_covered = true, .until = {}};
    if (row.state == Notification::State::failed) continue;
    // One that the clock puts ahead was written before the clock was set: it has waited.
    const bool is_fresh = row.created_at <= now + kOnItsWay && now - row.created_at < kOnItsWay;
    if (!is_fresh) continue;
    found.is_covered = true;
    found.until = std::max(found.until, row.created_at + kOnItsWay);
  }
  if (was_queued) return found;
  // Nothing is queued yet: it waits for the next group of messages.
  const Instant until = told.told_at + kGroupedWithin;
  if (parts_.engine_now() < until) found = {.is_covered = true, .until = wall_of(until)};
  return found;
}

// Whether it came back from being down less than `grace` ago: its children are given that time to follow. A clock that was set
// back puts its return ahead of now: by as much as the grace or more, that says nothing, and only a grace that runs goes on.
Result<bool> Telling::is_back_just_now(Snapshot& snapshot, ParentFact& fact, const ObservedState& observed,
                                       microseconds grace, const std::optional<TellingRow>& row) const {
  const Instant now = parts_.clock.now();
  const microseconds back_for = now - observed.since;
  const bool goes_on = row && row->reason == to_text(TellingReason::parent_recovering) &&
                       row->held_by == observed.subject && row->awaits_until.is_set();
  if (back_for >= grace || (back_for <= -grace && !goes_on)) return false;
  const auto changes =
      TRY(parts_.subjects.changes(snapshot, observed.workspace, observed.subject, observed.since - microseconds(1),
                                  observed.since + microseconds(1)));
  if (changes.empty() || changes.front().at >= observed.since || changes.front().state != State::down) return false;
  fact.verdict = ParentFact::Verdict::recovering;
  fact.awaited_until = now + (grace - std::max(back_for, microseconds(0)));
  if (goes_on) fact.awaited_until = std::min(wall_of(row->awaits_until), fact.awaited_until);
  return true;
}

// Whether it is not known yet how it is since then. A monitor is asked at once; an agent will say so itself, or fall silent.
Result<bool> Telling::is_awaited(Snapshot& snapshot, const Subject& subject, Instant since, bool asks) const {
  switch (subject.kind) {
    case SubjectKind::agent: {
      const auto live = parts_.directory.find(subject.workspace, subject.id);
      return live && live->last_seen_at < since;
    }
    case SubjectKind::monitor:
      if (parts_.verdicts == nullptr) return false;
      if (asks) parts_.verdicts->check_at_once(subject.id);
      return parts_.verdicts->is_awaited(subject.id, since);
    case SubjectKind::group: {
      const auto group = TRY(parts_.groups.find(snapshot, subject.workspace, GroupId::of(subject.id)));
      if (!group) return false;
      bool is_out = false;
      std::size_t looked = 0;
      for (const SubjectId& id : group->members) {
        const auto member = parts_.directory.row(subject.workspace, id);
        if (member == nullptr || member->paused_at.is_set() || member->kind == SubjectKind::group) continue;
        const bool awaits = TRY(is_awaited(snapshot, *member, since, asks));
        is_out = is_out || awaits;
        if (++looked == kMembersLooked) break;
      }
      return is_out;
    }
    case SubjectKind::appliance:
    case SubjectKind::source:
      break;
  }
  return false;
}

// ── What else is open ──

// The summary of a more severe incident of the same subject, part and metric that somebody was told of. Events of another
// system are each their own.
Result<std::string> Telling::more_severe(Snapshot& snapshot, const Incident& incident) const {
  if (incident.severity == Severity::critical || incident.kind == RuleKind::event) return std::string();
  IncidentStore::Filter open;
  open.state = IncidentStore::Filter::State::open;
  open.subject = incident.subject;
  open.limit = kOpenLooked;
  const auto others = TRY(parts_.incidents.list(snapshot, incident.workspace, open));
  for (const Incident& other : others) {
    if (other.id == incident.id || other.severity <= incident.severity || other.part != incident.part ||
        other.kind != incident.kind || other.is_drill != incident.is_drill)
      continue;
    if (incident.kind == RuleKind::metric) {
      const Rule mine = TRY(rule_of(snapshot, incident));
      const Rule theirs = TRY(rule_of(snapshot, other));
      if (mine.metric != theirs.metric) continue;
    }
    const auto row = TRY(parts_.tellings.find(snapshot, other.workspace, other.id));
    if (row && is_told_of(*row)) return other.summary;
  }
  return std::string();
}

}  // namespace connlog
