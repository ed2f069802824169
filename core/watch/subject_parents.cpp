// What SubjectService does with dependencies: on which other subjects one depends. No way leads in a circle, neither when
// parents change nor when members of groups do, so nothing ever waits for itself.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/watch/subject_service.h"

namespace connlog {
namespace {

constexpr std::size_t kBehindUnasked = 10;  // what depends on one without a question, however small the workspace is

std::vector<SubjectId> parents_in(const std::vector<Dependency>& all, SubjectId subject) {
  std::vector<SubjectId> parents;
  for (const Dependency& each : all) {
    if (each.subject == subject) parents.push_back(each.parent);
  }
  std::sort(parents.begin(), parents.end());
  return parents;
}

}  // namespace

Result<Memberships> SubjectService::memberships(Snapshot& snapshot, WorkspaceId workspace) const {
  Memberships known;
  const auto groups = TRY(parts_.groups.list(snapshot, workspace));
  for (const Group& group : groups) {
    for (const SubjectId& member : group.members) known.add(group.id, member);
  }
  return known;
}

Result<void> SubjectService::check_no_circle(Snapshot& snapshot, WorkspaceId workspace, const std::string& field,
                                             const std::vector<GroupId>& joined,
                                             const std::vector<SubjectId>& members) const {
  if (parts_.graph == nullptr || parts_.graph->is_empty() || joined.empty() || members.empty()) return {};
  Memberships after = TRY(memberships(snapshot, workspace));
  if (parts_.graph->has_circle(after)) return {};  // it is not this change that makes one
  for (const GroupId& group : joined) {
    for (const SubjectId& member : members) after.add(group, member);
  }
  if (!parts_.graph->has_circle(after)) return {};
  return invalid(field, "A subject would depend on itself: the group, or what it depends on, depends on the member. Change "
                        "the dependencies first.");
}

// While a parent is down, all behind it is quiet, without an end: where that is most of the workspace, it is meant.
Result<void> SubjectService::check_not_wide(WorkspaceId workspace, SubjectId child,
                                            const std::vector<SubjectId>& parents,
                                            const std::vector<Dependency>& all, const Memberships& known) const {
  if (parents.empty()) return {};
  std::size_t subjects = 0;
  for (const LiveSubject& live : parts_.directory.list(workspace)) subjects += live.row->kind != SubjectKind::appliance;
  for (const SubjectId& parent : parents) {
    std::vector<SubjectId> open = {child};
    for (const Dependency& each : all) {
      if (each.parent == parent) open.push_back(each.subject);
    }
    std::set<SubjectId> behind(open.begin(), open.end());
    while (!open.empty()) {  // members of groups depend on what their groups depend on
      const auto members = known.members_of.find(open.back());
      open.pop_back();
      if (members == known.members_of.end()) continue;
      for (const SubjectId& member : members->second) {
        if (behind.insert(member).second) open.push_back(member);
      }
    }
    if (behind.size() <= kBehindUnasked || behind.size() * 2 <= subjects) continue;
    return Error{ErrorCode::conflict,
                 fmt::format("With this, {} of {} subjects depend on one. While it is down and that was told, nobody is "
                             "told of any of them. Confirm that this is meant.",
                             behind.size(), subjects),
                 "confirm_wide"};
  }
  return {};
}

Result<std::vector<SubjectId>> SubjectService::parents(Snapshot& snapshot, const Actor& actor, SubjectId id) const {
  TRY(find(snapshot, actor, id));
  std::vector<SubjectId> seen;
  if (parts_.dependencies == nullptr) return seen;
  const auto all = TRY(parts_.dependencies->list(snapshot, actor.workspace));
  for (const SubjectId& parent : parents_in(all, id)) {
    const auto row = TRY(parts_.subjects.find(snapshot, actor.workspace, parent));
    if (row && actor.sight.sees(row->teams)) seen.push_back(parent);
  }
  return seen;
}

Result<std::vector<SubjectId>> SubjectService::set_parents(Transaction& tx, const Actor& actor, SubjectId id,
                                                           std::vector<SubjectId> wanted, bool confirm_wide) {
  const Subject subject = TRY(find_to_edit(tx, actor, id));
  if (parts_.dependencies == nullptr || parts_.graph == nullptr)
    return Error{ErrorCode::conflict, "Dependencies are not kept here."};
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::string names;
  for (const SubjectId& parent : wanted) {
    const auto row = TRY(parts_.subjects.find(tx, actor.workspace, parent));
    if (!row || row->removed_at.is_set() || !actor.sight.sees(row->teams))
      return invalid("parents", "There is no such subject.");
    if (parent == id) return invalid("parents", "A subject cannot depend on itself.");
    names += fmt::format("{}{}", names.empty() ? "" : ", ", row->name);
  }
  const std::vector<SubjectId> seen = wanted;
  const auto all = TRY(parts_.dependencies->list(tx, actor.workspace));
  const std::vector<SubjectId> before = parents_in(all, id);
  for (const SubjectId& parent : before) {
    if (std::ranges::binary_search(seen, parent)) continue;
    const auto row = TRY(parts_.subjects.find(tx, actor.workspace, parent));
    if (row && !actor.sight.sees(row->teams)) wanted.push_back(parent);  // it stays: the actor cannot name it
  }
  std::sort(wanted.begin(), wanted.end());
  if (wanted.size() > kParentsMax) {
    return invalid("parents", fmt::format("A subject may depend on at most {} others. Where several paths stand in for each "
                                          "other, put them into a group and depend on that.",
                                          kParentsMax));
  }
  if (wanted == before) return seen;
  const Memberships known = TRY(memberships(tx, actor.workspace));
  if (parts_.graph->would_circle(id, wanted, known)) {
    return invalid("parents", "These dependencies would lead in a circle: one of them depends on this subject already, by "
                              "itself or through a group.");
  }
  if (!confirm_wide) {
    std::vector<SubjectId> added;
    std::ranges::set_difference(wanted, before, std::back_inserter(added));
    TRY(check_not_wide(actor.workspace, id, added, all, known));
  }
  TRY(parts_.dependencies->replace(tx, actor.workspace, id, wanted));
  TRY(parts_.audit.append(tx, actor, std::string(to_text(subject.kind)) + ".changed", id.text(),
                          subject.name + (names.empty() ? ": depends on nothing" : ": depends on " + names)));
  tx.after_commit([graph = parts_.graph, workspace = actor.workspace, id, wanted] { graph->set(workspace, id, wanted); });
  if (parts_.reconsider) TRY(parts_.reconsider(tx, actor.workspace));
  publish(tx, subject);
  return seen;
}

// Its rows went with it (SubjectStore::remove).
Result<void> SubjectService::no_longer_depends(Transaction& tx, const Subject& subject) {
  if (parts_.graph == nullptr) return {};
  tx.after_commit([graph = parts_.graph, id = subject.id] { graph->forget(id); });
  if (parts_.reconsider) TRY(parts_.reconsider(tx, subject.workspace));
  return {};
}

// Its rows came back with it, as far as their other ends stand.
Result<void> SubjectService::depends_again(Transaction& tx, const Subject& subject) {
  if (parts_.graph == nullptr || parts_.dependencies == nullptr) return {};
  const auto all = TRY(parts_.dependencies->list(tx, subject.workspace));
  std::map<SubjectId, std::vector<SubjectId>> concerned;
  for (const Dependency& each : all) {
    if (each.subject == subject.id || each.parent == subject.id) concerned.try_emplace(each.subject);
  }
  const Memberships known = TRY(memberships(tx, subject.workspace));
  for (auto& [child, parents] : concerned) {
    parents = parents_in(all, child);
    if (parts_.graph->would_circle(child, parents, known)) {
      return Error{ErrorCode::conflict,
                   "What it depended on depends on it by now. Change those dependencies, then put it back."};
    }
  }
  tx.after_commit([graph = parts_.graph, workspace = subject.workspace, concerned = std::move(concerned)] {
    for (const auto& [child, parents] : concerned) graph->set(workspace, child, parents);
  });
  return {};
}

}  // namespace connlog
