// What SubjectService does with groups: membership, health rule, nesting.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/watch/group_nesting.h"
#include "core/watch/subject_service.h"

namespace connlog {
namespace {

constexpr std::int64_t kPercentMax = 100;

template <typename T>
void sort_each_once(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <typename T>
std::vector<T> only_in(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> only;
  std::ranges::set_difference(a, b, std::back_inserter(only));
  return only;
}

Result<MembersOfGroups> members_of_groups(Snapshot& snapshot, const GroupStore& store, WorkspaceId workspace) {
  MembersOfGroups members;
  auto groups = TRY(store.list(snapshot, workspace));
  for (Group& group : groups) members.emplace(group.id, std::move(group.members));
  return members;
}

Result<std::int64_t> checked_amount(Health health, std::int64_t amount) {
  if (health != Health::at_least && health != Health::share) return std::int64_t{1};
  const bool is_share = health == Health::share;
  const std::int64_t most = is_share ? kPercentMax : static_cast<std::int64_t>(kMembersMax);
  if (amount >= 1 && amount <= most) return amount;
  return invalid("amount", fmt::format("{} must lie between 1 and {}.",
                                       is_share ? "The share of members, in percent," : "The number of members", most));
}

std::string health_text(const Group& group) {
  switch (group.health) {
    case Health::all:
      return "all members up";
    case Health::at_least:
      return fmt::format("at least {} members up", group.amount);
    case Health::share:
      return fmt::format("at least {} % of members up", group.amount);
    case Health::any:
      return "any member up";
  }
  return {};
}

// What differs, in words for the trail. Empty: nothing.
std::string differences(const Group& before, const Group& after) {
  std::string details;
  if (health_text(before) != health_text(after)) details = health_text(before) + " → " + health_text(after);
  const std::size_t joined = only_in(after.members, before.members).size();
  const std::size_t left = only_in(before.members, after.members).size();
  if (joined + left > 0)
    details += fmt::format("{}members: {} added, {} taken out", details.empty() ? "" : ", ", joined, left);
  return details;
}

}  // namespace

// A group of teams is filled by those who may edit it: its state follows from its members. One of no team is open to
// everybody who may edit the member.
Result<void> SubjectService::check_may_fill(Snapshot& snapshot, const Actor& actor, const Subject& group) const {
  if (group.teams.empty()) return {};
  return check_may_edit(snapshot, actor, group.teams);
}

Result<void> SubjectService::check_room_in(Snapshot& snapshot, const Actor& actor, GroupId id) const {
  const auto row = TRY(parts_.subjects.find(snapshot, actor.workspace, id));
  const auto group = TRY(parts_.groups.find(snapshot, actor.workspace, id));
  if (!row || !group || row->removed_at.is_set() || !actor.sight.sees(row->teams))
    return invalid("group_ids", "There is no such group.");
  TRY(check_may_fill(snapshot, actor, *row));
  if (group->members.size() < kMembersMax) return {};
  return invalid("group_ids",
                 fmt::format("The group {} has {} members, and may have no more.", row->name, kMembersMax));
}

Result<std::vector<GroupId>> SubjectService::checked_groups(Snapshot& snapshot, const Actor& actor,
                                                            const Subject& member, std::vector<GroupId> wanted) const {
  sort_each_once(wanted);
  for (const GroupId& group : only_in(member.groups, wanted)) {
    const auto row = TRY(parts_.subjects.find(snapshot, actor.workspace, group));
    if (!row) continue;
    if (!actor.sight.sees(row->teams)) {
      wanted.push_back(group);  // it stays: the actor cannot name it
    } else {
      TRY(check_may_fill(snapshot, actor, *row));
    }
  }
  sort_each_once(wanted);
  if (wanted.size() > kGroupsOfSubjectMax)
    return invalid("group_ids", fmt::format("A subject may be in at most {} groups.", kGroupsOfSubjectMax));
  const std::vector<GroupId> joined = only_in(wanted, member.groups);
  for (const GroupId& group : joined) TRY(check_room_in(snapshot, actor, group));
  TRY(check_no_circle(snapshot, actor.workspace, "group_ids", joined, {member.id}));
  if (member.kind != SubjectKind::group || joined.empty()) return wanted;
  auto groups = TRY(members_of_groups(snapshot, parts_.groups, actor.workspace));
  groups.try_emplace(member.id);
  for (const GroupId& group : joined) groups[group].push_back(member.id);
  TRY(check_nesting("group_ids", groups));
  return wanted;
}

Result<std::vector<SubjectId>> SubjectService::checked_members(Snapshot& snapshot, const Actor& actor,
                                                               const Group& before,
                                                               std::vector<SubjectId> wanted) const {
  sort_each_once(wanted);
  for (const SubjectId& member : only_in(before.members, wanted)) {
    const auto row = TRY(parts_.subjects.find(snapshot, actor.workspace, member));
    if (row && !actor.sight.sees(row->teams)) wanted.push_back(member);  // it stays: the actor cannot name it
  }
  sort_each_once(wanted);
  if (wanted.size() > kMembersMax)
    return invalid("member_ids", fmt::format("A group may have at most {} members.", kMembersMax));
  for (const SubjectId& member : only_in(wanted, before.members)) {
    const auto row = TRY(parts_.subjects.find(snapshot, actor.workspace, member));
    if (!row || row->removed_at.is_set() || !actor.sight.sees(row->teams))
      return invalid("member_ids", "There is no such subject.");
    if (row->groups.size() >= kGroupsOfSubjectMax) {
      return invalid("member_ids",
                     fmt::format("{} is in {} groups already, and may be in no more.", row->name, kGroupsOfSubjectMax));
    }
  }
  TRY(check_no_circle(snapshot, actor.workspace, "member_ids", {before.id}, only_in(wanted, before.members)));
  auto groups = TRY(members_of_groups(snapshot, parts_.groups, actor.workspace));
  groups[before.id] = wanted;
  TRY(check_nesting("member_ids", groups));
  return wanted;
}

Result<Group> SubjectService::checked_group(Snapshot& snapshot, const Actor& actor, const Group& before,
                                            const GroupChange& change) const {
  Group group = before;
  group.health = change.health.value_or(before.health);
  group.amount = TRY(checked_amount(group.health, change.amount.value_or(before.amount)));
  if (change.members) group.members = TRY(checked_members(snapshot, actor, before, *change.members));
  return group;
}

// The groups that the subject joined or left: their members are others now, so their versions rise, and their states
// are computed anew.
Result<void> SubjectService::regroup(Transaction& tx, WorkspaceId workspace, const std::vector<GroupId>& before,
                                     const std::vector<GroupId>& after) {
  std::vector<GroupId> moved;
  std::ranges::set_symmetric_difference(before, after, std::back_inserter(moved));
  for (const GroupId& id : moved) {
    const auto group = TRY(parts_.groups.find(tx, workspace, id));
    auto row = TRY(parts_.subjects.find(tx, workspace, id));
    if (!group || !row) continue;
    row->version += 1;
    TRY(parts_.subjects.update(tx, *row));
    put(tx, {*row});
    TRY(parts_.watch.group_changed(tx, *group));
    publish(tx, *row);
  }
  return {};
}

// Rules about the members of the group begin and end to be about those who joined and left. Their own version stays:
// nobody changed them.
Result<void> SubjectService::move_members(Transaction& tx, const Actor& actor, const Group& before,
                                          const Group& after) {
  std::vector<SubjectId> moved;
  std::ranges::set_symmetric_difference(before.members, after.members, std::back_inserter(moved));
  std::vector<Subject> rows;
  for (const SubjectId& id : moved) {
    auto now_in = TRY(parts_.subjects.find(tx, after.workspace, id));
    if (!now_in || now_in->removed_at.is_set()) continue;
    Subject was = *now_in;
    std::erase(was.groups, after.id);
    if (std::ranges::find(now_in->groups, after.id) == now_in->groups.end()) {
      was.groups.push_back(after.id);
      std::sort(was.groups.begin(), was.groups.end());
    }
    TRY(parts_.watch.subject_changed(tx, was, *now_in, actor.name));
    rows.push_back(*std::move(now_in));
  }
  put(tx, std::move(rows));
  return {};
}

Result<std::pair<Subject, Group>> SubjectService::add_group(Transaction& tx, const Actor& actor, NewSubject wanted,
                                                            const GroupChange& change) {
  const auto others = TRY(parts_.groups.list(tx, actor.workspace));
  if (others.size() >= kGroupsMax)
    return Error{ErrorCode::conflict, fmt::format("A workspace may have at most {} groups.", kGroupsMax)};
  wanted.kind = SubjectKind::group;
  Group empty;
  empty.workspace = actor.workspace;
  empty.health = change.health.value_or(empty.health);
  empty.amount = TRY(checked_amount(empty.health, change.amount.value_or(empty.amount)));
  const std::size_t members = change.members ? change.members->size() : 0;
  const Subject subject =
      TRY(add(tx, actor, wanted, "group.added", fmt::format("({}, {} members)", health_text(empty), members)));
  empty.id = GroupId::of(subject.id);
  const Group group = TRY(checked_group(tx, actor, empty, change));
  TRY(parts_.groups.put(tx, group));
  TRY(move_members(tx, actor, empty, group));
  TRY(parts_.watch.group_changed(tx, group));
  return std::pair(subject, group);
}

Result<Group> SubjectService::change_group(Transaction& tx, const Actor& actor, GroupId id, const GroupChange& change) {
  Subject subject = TRY(find_to_edit(tx, actor, id));
  const auto before = TRY(parts_.groups.find(tx, actor.workspace, id));
  if (!before) return Error{ErrorCode::not_found, "There is no such group."};
  const Group after = TRY(checked_group(tx, actor, *before, change));
  const std::string details = differences(*before, after);
  if (details.empty()) return *before;
  TRY(parts_.groups.put(tx, after));
  subject.version += 1;
  TRY(parts_.subjects.update(tx, subject));
  TRY(move_members(tx, actor, *before, after));
  TRY(parts_.watch.group_changed(tx, after));
  TRY(parts_.audit.append(tx, actor, "group.changed", id.text(), subject.name + ": " + details));
  put(tx, {subject});
  publish(tx, subject);
  return after;
}

}  // namespace connlog
