// Removed groups, and what other subjects share with them, come back. What came since must leave room for them: names,
// memberships, nesting.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/watch/group_nesting.h"
#include "core/watch/subject_service.h"

namespace connlog {
namespace {

// The tombstone of a removed subject had one version more than its row.
constexpr std::int64_t kVersionsOn = 2;

Error in_the_way(std::string why) {
  return {ErrorCode::conflict, std::move(why)};
}

Result<void> check_name_is_free(Snapshot& snapshot, const SubjectStore& subjects, const Subject& group) {
  const auto others = TRY(subjects.list(snapshot, group.workspace));
  for (const Subject& other : others) {
    if (other.kind != SubjectKind::group || other.id == group.id || folded(other.name) != folded(group.name)) continue;
    return in_the_way(fmt::format("Another group is called {} now. Rename it, then put this one back.", other.name));
  }
  return {};
}

}  // namespace

// Each member has room for one group more than it has, and the groups are not nested too deep.
Result<void> SubjectService::check_members_fit(Snapshot& snapshot, const Group& group) const {
  for (const SubjectId& member : group.members) {
    const auto row = TRY(parts_.subjects.find(snapshot, group.workspace, member));
    if (!row || row->groups.size() <= kGroupsOfSubjectMax) continue;
    return in_the_way(fmt::format("{} is in {} groups already, and may be in no more. Take it out of one, then put this "
                                  "group back.",
                                  row->name, kGroupsOfSubjectMax));
  }
  MembersOfGroups members;
  const auto groups = TRY(parts_.groups.list(snapshot, group.workspace));
  for (const Group& each : groups) members.emplace(each.id, each.members);
  if (const auto nested = check_nesting("group", members); !nested) return in_the_way(nested.error().message);
  return {};
}

Result<Subject> SubjectService::came_back(Transaction& tx, const Actor& actor, SubjectId id) {
  auto subject = TRY(parts_.subjects.find(tx, actor.workspace, id));
  if (!subject || subject->removed_at.is_set()) return Error{ErrorCode::not_found, "There is no such subject."};
  if (subject->kind == SubjectKind::group) TRY(check_name_is_free(tx, parts_.subjects, *subject));
  for (const GroupId& joined : subject->groups) {
    const auto group = TRY(parts_.groups.find(tx, actor.workspace, joined));
    if (!group || group->members.size() <= kMembersMax) continue;
    return in_the_way(fmt::format("A group in which it was has {} members, and may have no more. Take one out, then put "
                                  "this back.",
                                  kMembersMax));
  }
  subject->version += kVersionsOn;
  TRY(parts_.subjects.update(tx, *subject));
  TRY(parts_.watch.came_back(tx, *subject));
  TRY(depends_again(tx, *subject));
  TRY(regroup(tx, subject->workspace, {}, subject->groups));
  publish(tx, *subject);
  return *std::move(subject);
}

Result<std::vector<std::string>> SubjectService::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  const auto others = TRY(parts_.groups.list(tx, actor.workspace));
  if (others.size() >= kGroupsMax)
    return in_the_way(fmt::format("A workspace may have at most {} groups. Remove one first.", kGroupsMax));
  std::vector<std::string> left_out = TRY(parts_.removed->put_back(tx, removed));
  const GroupId id = GroupId::of(removed.object);
  TRY(came_back(tx, actor, id));
  const auto group = TRY(parts_.groups.find(tx, actor.workspace, id));
  if (!group) return Error{ErrorCode::not_found, "There is no such group."};
  TRY(check_members_fit(tx, *group));
  Group empty = *group;
  empty.members.clear();
  TRY(move_members(tx, actor, empty, *group));
  TRY(parts_.watch.group_changed(tx, *group));
  return left_out;
}

}  // namespace connlog
