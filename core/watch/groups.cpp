#include "core/watch/groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/people/standing.h"
#include "core/people/named.h"

namespace connlog {
namespace {

Error no_such_group() {
  return Error{ErrorCode::not_found, "There is no such group."};
}

}  // namespace

Result<Group> Groups::add(Transaction& tx, const Actor& actor, const std::string& name) {
  const auto others = TRY(parts_.groups.list(tx, actor.workspace));
  if (others.size() >= kGroupsMax)
    return Error{ErrorCode::conflict, fmt::format("A workspace may have at most {} groups.", kGroupsMax)};
  Group group;
  group.name = TRY(free_name("group", name, others, GroupId{}));
  group.created_at = parts_.clock.now();
  group.id = GroupId::make(group.created_at, parts_.random);
  group.workspace = actor.workspace;
  TRY(parts_.groups.insert(tx, group));
  TRY(parts_.audit.append(tx, actor, "group.added", group.id.text(), group.name));
  announce_access(tx, parts_.bus, actor.workspace);
  return group;
}

Result<Group> Groups::rename(Transaction& tx, const Actor& actor, GroupId id, const std::string& name,
                             std::int64_t expected_version) {
  auto group = TRY(parts_.groups.find(tx, actor.workspace, id));
  if (!group) return no_such_group();
  TRY(check_version(expected_version, group->version));
  const std::string before = group->name;
  const auto others = TRY(parts_.groups.list(tx, actor.workspace));
  group->name = TRY(free_name("group", name, others, id));
  if (group->name == before) return *group;
  group->version += 1;
  TRY(parts_.groups.update(tx, *group));
  TRY(parts_.audit.append(tx, actor, "group.renamed", id.text(), before + " → " + group->name));
  announce_access(tx, parts_.bus, actor.workspace);
  return *group;
}

Result<void> Groups::remove(Transaction& tx, const Actor& actor, GroupId id) {
  const auto group = TRY(parts_.groups.find(tx, actor.workspace, id));
  if (!group) return no_such_group();
  if (group->rules > 0) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} of the alert rules are about this group. Change or remove them first.", group->rules)};
  }
  const auto agents = TRY(parts_.agents.list(tx, actor.workspace));
  for (Agent agent : agents) {
    if (std::erase(agent.groups, id) == 0) continue;
    tx.after_commit([directory = &parts_.directory, agent] { directory->put(agent); });
  }
  TRY(parts_.groups.remove(tx, actor.workspace, id));
  TRY(parts_.audit.append(tx, actor, "group.removed", id.text(), group->name));
  announce_access(tx, parts_.bus, actor.workspace);
  return {};
}

}  // namespace connlog
