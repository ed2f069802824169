// Subjects of every kind; what is about groups and membership in them: subject_groups.cpp; how a removed subject comes
// back: subject_return.cpp.
#include "core/watch/subject_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/people/named.h"
#include "core/watch/subject_texts.h"

namespace connlog {
namespace {

Error not_there() {
  return {ErrorCode::not_found, "There is no such subject."};
}

// Whether the actor's right to edit comes from teams alone.
bool edits_by_grant(const Actor& actor) {
  return actor.role == Role::operator_ && !actor.user.is_nil();
}

bool has_any(const std::vector<TeamId>& teams, const std::vector<TeamId>& wanted) {
  return std::ranges::any_of(teams,
                             [&](const TeamId& team) { return std::ranges::find(wanted, team) != wanted.end(); });
}

// Whether rules could be about another set of subjects, or judge this one otherwise.
bool concerns_rules(const Subject& before, const Subject& after) {
  return before.tags != after.tags || before.labels != after.labels || before.teams != after.teams ||
         before.groups != after.groups || before.paused_at != after.paused_at;
}

// Words for the trail, with commas between them.
void note(std::string& details, const std::string& what) {
  if (what.empty()) return;
  if (!details.empty()) details += ", ";
  details += what;
}

std::string from_to(std::string_view what, const std::string& before, const std::string& after) {
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("none") : text; };
  return fmt::format("{} {} → {}", what, shown(before), shown(after));
}

// What stays of a removed subject.
Subject tombstone(const Subject& subject, Instant now) {
  Subject rest;
  rest.id = subject.id;
  rest.workspace = subject.workspace;
  rest.number = subject.number;
  rest.kind = subject.kind;
  rest.name = subject.name;
  rest.teams = subject.teams;
  rest.created_at = subject.created_at;
  rest.removed_at = now;
  rest.version = subject.version + 1;  // as the store counts
  return rest;
}

}  // namespace

Result<std::vector<TeamId>> granting_teams(Snapshot& snapshot, const TeamStore& teams, const Actor& actor) {
  std::vector<TeamId> granting;
  const auto memberships = TRY(teams.of_user(snapshot, actor.workspace, actor.user));
  for (const TeamMember& mine : memberships) {
    if (mine.may_edit) granting.push_back(mine.team);
  }
  std::sort(granting.begin(), granting.end());
  return granting;
}

Result<Subject> SubjectService::find(Snapshot& snapshot, const Actor& actor, SubjectId id) const {
  auto found = TRY(parts_.subjects.find(snapshot, actor.workspace, id));
  if (!found || found->removed_at.is_set() || !actor.sight.sees(found->teams)) return not_there();
  return *std::move(found);
}

Result<Subject> SubjectService::find_to_edit(Snapshot& snapshot, const Actor& actor, SubjectId id) const {
  Subject found = TRY(find(snapshot, actor, id));
  TRY(check_may_edit(snapshot, actor, found.teams));
  return found;
}

Result<void> SubjectService::check_may_edit(Snapshot& snapshot, const Actor& actor,
                                            const std::vector<TeamId>& teams) const {
  if (!edits_by_grant(actor)) return {};
  const auto granting = TRY(granting_teams(snapshot, parts_.teams, actor));
  if (has_any(teams, granting)) return {};
  return Error{ErrorCode::forbidden, "Your teams let you edit what belongs to them, and this does not."};
}

Result<std::string> SubjectService::checked_name(Snapshot& snapshot, const Subject& self,
                                                 const std::string& name) const {
  if (self.kind != SubjectKind::group) return one_line("name", "The name", name, 1, 80);
  auto others = TRY(parts_.subjects.list(snapshot, self.workspace));
  std::erase_if(others, [](const Subject& other) { return other.kind != SubjectKind::group; });
  return free_name("group", name, others, self.id);
}

Result<void> SubjectService::check_key(Snapshot& snapshot, const Subject& self, const std::string& key) const {
  TRY(check_subject_key(key));
  if (key.empty()) return {};
  const auto holder = TRY(parts_.subjects.find_by_key(snapshot, self.workspace, key));
  if (!holder || holder->id == self.id) return {};
  return invalid("key", "Another subject of this workspace has this key already. A key stands once.");
}

Result<std::vector<TeamId>> SubjectService::teams_of_new(Snapshot& snapshot, const Actor& actor,
                                                         const std::optional<std::vector<TeamId>>& wanted) const {
  if (wanted || !edits_by_grant(actor))
    return checked_teams(snapshot, actor, {}, wanted.value_or(std::vector<TeamId>()));
  auto granting = TRY(granting_teams(snapshot, parts_.teams, actor));
  if (granting.size() == 1) return granting;
  return invalid("team_ids", "Name the teams that it is to belong to: at least one that lets you edit.");
}

Result<std::vector<TeamId>> SubjectService::checked_teams(Snapshot& snapshot, const Actor& actor,
                                                          const std::vector<TeamId>& before,
                                                          std::vector<TeamId> wanted) const {
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.size() > kTeamsOfSubjectMax)
    return invalid("team_ids", fmt::format("A subject may belong to at most {} teams.", kTeamsOfSubjectMax));
  for (const TeamId& team : wanted) {
    const auto found = TRY(parts_.teams.team(snapshot, actor.workspace, team));
    if (!found) return invalid("team_ids", "There is no such team.");
  }
  if (!edits_by_grant(actor)) return wanted;
  const auto granting = TRY(granting_teams(snapshot, parts_.teams, actor));
  std::vector<TeamId> moved;
  std::ranges::set_symmetric_difference(before, wanted, std::back_inserter(moved));
  if (!std::ranges::includes(granting, moved))
    return Error{ErrorCode::forbidden, "You may add and take away only teams that let you edit what belongs to them."};
  if (!has_any(wanted, granting)) {
    return invalid(
        "team_ids",
        "At least one of your teams that let you edit must stay; without it you could not edit this any more.");
  }
  return wanted;
}

// Teams and groups. What differs then, in words.
Result<std::string> SubjectService::apply_belonging(Snapshot& snapshot, const Actor& actor, const SubjectChange& change,
                                                    Subject& subject) const {
  std::string details;
  if (change.teams) {
    auto teams = TRY(checked_teams(snapshot, actor, subject.teams, *change.teams));
    if (teams != subject.teams) note(details, "teams");
    subject.teams = std::move(teams);
  }
  if (change.groups) {
    auto groups = TRY(checked_groups(snapshot, actor, subject, *change.groups));
    if (groups != subject.groups) note(details, "groups");
    subject.groups = std::move(groups);
  }
  if (change.paused && *change.paused != subject.paused_at.is_set()) {
    subject.paused_at = *change.paused ? parts_.clock.now() : Instant{};
    note(details, *change.paused ? "paused" : "no longer paused");
  }
  return details;
}

// Checks and sets what the change names; what differs then, in words for the trail. Empty: nothing.
Result<std::string> SubjectService::apply(Snapshot& snapshot, const Actor& actor, const SubjectChange& change,
                                          Subject& subject) const {
  const Subject before = subject;
  std::string details;
  if (change.name && *change.name != before.name) {
    subject.name = TRY(checked_name(snapshot, before, *change.name));
    if (subject.name != before.name) note(details, from_to("name", before.name, subject.name));
  }
  if (change.key && *change.key != before.key) {
    TRY(check_key(snapshot, before, *change.key));
    subject.key = *change.key;
    note(details, from_to("key", before.key, subject.key));
  }
  if (change.notes) {
    subject.notes = TRY(checked_notes(*change.notes));
    if (subject.notes != before.notes) note(details, "notes");
  }
  if (change.runbook) {
    subject.runbook = TRY(checked_runbook(*change.runbook));
    if (subject.runbook != before.runbook) note(details, "runbook");
  }
  if (change.tags) {
    subject.tags = TRY(checked_tags(*change.tags));
    if (subject.tags != before.tags) note(details, "tags");
  }
  if (change.labels) {
    subject.labels = TRY(checked_labels(*change.labels));
    if (subject.labels != before.labels) note(details, "labels");
  }
  const std::string belonging = TRY(apply_belonging(snapshot, actor, change, subject));
  note(details, belonging);
  return details;
}

void SubjectService::put(Transaction& tx, std::vector<Subject> subjects) {
  tx.after_commit([this, subjects = std::move(subjects)] {
    for (const Subject& subject : subjects) parts_.directory.put(subject);
  });
}

void SubjectService::publish(Transaction& tx, const Subject& subject) {
  tx.after_commit([bus = &parts_.bus, workspace = subject.workspace, id = subject.id] {
    bus->publish({workspace, EventScope::about(id), EventName::subject_changed,
                  fmt::format(R"({{"workspace_id":"{}","subject_id":"{}"}})", workspace.text(), id.text())});
  });
}

Result<Subject> SubjectService::add(Transaction& tx, const Actor& actor, const NewSubject& wanted,
                                    const std::string& act, const std::string& details) {
  Subject subject;
  subject.created_at = parts_.clock.now();
  subject.id = SubjectId::make(subject.created_at, parts_.random);
  subject.workspace = actor.workspace;
  subject.kind = wanted.kind;
  subject.name = TRY(checked_name(tx, subject, wanted.name));
  TRY(check_key(tx, subject, wanted.key));
  subject.key = wanted.key;
  subject.notes = TRY(checked_notes(wanted.notes));
  subject.runbook = TRY(checked_runbook(wanted.runbook));
  subject.tags = TRY(checked_tags(wanted.tags));
  subject.labels = TRY(checked_labels(wanted.labels));
  subject.teams = TRY(teams_of_new(tx, actor, wanted.teams));
  subject.groups = TRY(checked_groups(tx, actor, subject, wanted.groups));
  subject.number = TRY(parts_.subjects.insert(tx, subject));
  TRY(parts_.watch.added(tx, subject));
  TRY(parts_.audit.append(tx, actor, act, subject.id.text(),
                          details.empty() ? subject.name : subject.name + " " + details));
  put(tx, {subject});
  TRY(regroup(tx, subject.workspace, {}, subject.groups));
  publish(tx, subject);
  return subject;
}

Result<Subject> SubjectService::change(Transaction& tx, const Actor& actor, SubjectId id, const SubjectChange& change,
                                       std::int64_t expected_version, const std::string& more) {
  const Subject before = TRY(find_to_edit(tx, actor, id));
  TRY(check_version(expected_version, before.version));
  Subject after = before;
  std::string details = TRY(apply(tx, actor, change, after));
  note(details, more);
  if (details.empty()) return before;
  after.version += 1;
  TRY(parts_.subjects.update(tx, after));
  if (concerns_rules(before, after)) TRY(parts_.watch.subject_changed(tx, before, after, actor.name));
  TRY(parts_.audit.append(tx, actor, std::string(to_text(after.kind)) + ".changed", id.text(),
                          after.name + ": " + details));
  put(tx, {after});
  TRY(regroup(tx, after.workspace, before.groups, after.groups));
  publish(tx, after);
  return after;
}

Result<void> SubjectService::remove(Transaction& tx, const Actor& actor, SubjectId id) {
  const Subject subject = TRY(find_to_edit(tx, actor, id));
  std::vector<SubjectId> members;
  if (subject.kind == SubjectKind::group) {
    const auto rules = TRY(parts_.groups.rules_about(tx, subject.workspace, id));
    if (rules > 0) {
      return Error{ErrorCode::conflict,
                   fmt::format("{} of the alert rules are about this group. Change or remove them first.", rules)};
    }
    if (!subject.groups.empty()) {
      return Error{
          ErrorCode::conflict,
          fmt::format("This group is a member of {} other groups, whose states it decides. Take it out of them "
                      "first.",
                      subject.groups.size())};
    }
    if (auto group = TRY(parts_.groups.find(tx, subject.workspace, GroupId::of(id)))) members = group->members;
  }
  const Instant now = parts_.clock.now();
  // Of other kinds, who calls has taken it, with the rows that only they have.
  if (parts_.removed != nullptr && subject.kind == SubjectKind::group) {
    TRY(parts_.removed->take(
        tx, removed_now(RemovedKind::group, id, subject.name, actor, parts_.clock, parts_.random)));
  }
  TRY(parts_.watch.removed(tx, subject, actor.name));
  TRY(parts_.subjects.remove(tx, subject, now));
  TRY(no_longer_depends(tx, subject));
  TRY(parts_.audit.append(tx, actor, std::string(to_text(subject.kind)) + ".removed", id.text(), subject.name));
  std::vector<Subject> changed = {tombstone(subject, now)};
  for (const SubjectId member : members) {
    auto row = TRY(parts_.subjects.find(tx, subject.workspace, member));
    if (!row) continue;
    std::erase(row->groups, GroupId::of(id));
    changed.push_back(*std::move(row));
  }
  put(tx, std::move(changed));
  TRY(regroup(tx, subject.workspace, subject.groups, {}));
  publish(tx, subject);
  return {};
}

}  // namespace connlog
