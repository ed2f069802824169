#include "core/watch/quiet/dependency.h"

#include <algorithm>
#include <utility>

namespace connlog {
namespace {

using Ways = std::map<SubjectId, std::vector<SubjectId>>;

const std::vector<SubjectId>& at_or_none(const Ways& ways, SubjectId id) {
  static const std::vector<SubjectId> none;
  const auto found = ways.find(id);
  return found == ways.end() ? none : found->second;
}

void take_out(Ways& ways, SubjectId from, SubjectId to) {
  const auto found = ways.find(from);
  if (found == ways.end()) return;
  std::erase(found->second, to);
  if (found->second.empty()) ways.erase(found);
}

// All that can be reached from these by `ways`, themselves included.
std::set<SubjectId> reached(std::vector<SubjectId> from, const Ways& ways) {
  std::set<SubjectId> seen(from.begin(), from.end());
  while (!from.empty()) {
    const SubjectId at = from.back();
    from.pop_back();
    for (const SubjectId next : at_or_none(ways, at)) {
      if (seen.insert(next).second) from.push_back(next);
    }
  }
  return seen;
}

}  // namespace

void Memberships::add(SubjectId group, SubjectId member) {
  groups_of[member].push_back(group);
  members_of[group].push_back(member);
}

void Memberships::remove(SubjectId group, SubjectId member) {
  take_out(groups_of, member, group);
  take_out(members_of, group, member);
}

void DependencyGraph::load(std::vector<Dependency> dependencies) {
  const std::lock_guard lock(mutex_);
  parents_.clear();
  children_.clear();
  for (const Dependency& each : dependencies) {
    parents_[each.subject].push_back(each.parent);
    children_[each.parent].push_back(each.subject);
  }
}

void DependencyGraph::set(WorkspaceId, SubjectId subject, std::vector<SubjectId> parents) {
  const std::lock_guard lock(mutex_);
  for (const SubjectId parent : at_or_none(parents_, subject)) take_out(children_, parent, subject);
  for (const SubjectId parent : parents) children_[parent].push_back(subject);
  if (parents.empty())
    parents_.erase(subject);
  else
    parents_[subject] = std::move(parents);
}

void DependencyGraph::forget(SubjectId subject) {
  const std::lock_guard lock(mutex_);
  for (const SubjectId parent : at_or_none(parents_, subject)) take_out(children_, parent, subject);
  for (const SubjectId child : at_or_none(children_, subject)) take_out(parents_, child, subject);
  parents_.erase(subject);
  children_.erase(subject);
}

bool DependencyGraph::is_empty() const {
  const std::lock_guard lock(mutex_);
  return parents_.empty();
}

std::vector<SubjectId> DependencyGraph::parents_of(SubjectId subject) const {
  const std::lock_guard lock(mutex_);
  return at_or_none(parents_, subject);
}

std::vector<SubjectId> DependencyGraph::children_of(SubjectId parent) const {
  const std::lock_guard lock(mutex_);
  return at_or_none(children_, parent);
}

// Of what the state, or the telling, of `at` depends: its parents, those of the groups above it, and its members.
std::vector<SubjectId> DependencyGraph::ways_from(SubjectId at, const Memberships& memberships) const {
  std::vector<SubjectId> ways = at_or_none(memberships.members_of, at);
  for (const SubjectId above : reached({at}, memberships.groups_of)) {
    const std::vector<SubjectId>& parents = at_or_none(parents_, above);
    ways.insert(ways.end(), parents.begin(), parents.end());
  }
  return ways;
}

bool DependencyGraph::would_circle(SubjectId subject, const std::vector<SubjectId>& parents,
                                   const Memberships& memberships) const {
  const std::set<SubjectId> concerned = reached({subject}, memberships.members_of);
  const std::lock_guard lock(mutex_);
  std::set<SubjectId> seen(parents.begin(), parents.end());
  std::vector<SubjectId> open(seen.begin(), seen.end());
  while (!open.empty()) {
    const SubjectId at = open.back();
    open.pop_back();
    if (concerned.contains(at)) return true;
    for (const SubjectId next : ways_from(at, memberships)) {
      if (seen.insert(next).second) open.push_back(next);
    }
  }
  return false;
}

bool DependencyGraph::has_circle(const Memberships& memberships) const {
  const std::lock_guard lock(mutex_);
  if (parents_.empty()) return false;
  struct Step {
    SubjectId at;
    std::vector<SubjectId> ways;
    std::size_t next = 0;
  };
  std::set<SubjectId> done, on_the_way;
  for (const auto& [group, members] : memberships.members_of) {
    if (done.contains(group)) continue;
    std::vector<Step> way;
    way.push_back({group, ways_from(group, memberships)});
    on_the_way.insert(group);
    while (!way.empty()) {
      Step& step = way.back();
      if (step.next == step.ways.size()) {
        on_the_way.erase(step.at);
        done.insert(step.at);
        way.pop_back();
        continue;
      }
      const SubjectId next = step.ways[step.next++];
      if (on_the_way.contains(next)) return true;
      if (done.contains(next)) continue;
      on_the_way.insert(next);
      way.push_back({next, ways_from(next, memberships)});
    }
  }
  return false;
}

}  // namespace connlog
