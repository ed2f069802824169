// Dependencies: a subject depends on others (its parents: a router, a hypervisor, a group of redundant paths). While a parent is
// down and that was told, openings of its children are held (core/watch/telling/stage.h). A group's parents are those of its
// members. No circles. The graph is in memory, written after commits. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

inline constexpr std::size_t kParentsMax = 10;

struct Dependency {
  WorkspaceId workspace;
  SubjectId subject, parent;
  friend auto operator<=>(const Dependency&, const Dependency&) = default;
};

class DependencyStore {
 public:
  virtual ~DependencyStore() = default;
  virtual Result<std::vector<Dependency>> all(Snapshot&) const = 0;  // start-up
  virtual Result<std::vector<Dependency>> list(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> replace(Transaction&, WorkspaceId, SubjectId, const std::vector<SubjectId>& parents) = 0;
};

// Who is a member of which group, for circles: a group's state follows from its members, and its parents are theirs.
struct Memberships {
  std::map<SubjectId, std::vector<SubjectId>> groups_of, members_of;  // each with direct ones
  void add(SubjectId group, SubjectId member);
  void remove(SubjectId group, SubjectId member);
};

class DependencyGraph {
 public:
  void load(std::vector<Dependency> dependencies);
  void set(WorkspaceId workspace, SubjectId subject, std::vector<SubjectId> parents);
  void forget(SubjectId subject);  // removed: nobody depends on it any more
  bool is_empty() const;  // nothing depends on anything
  std::vector<SubjectId> parents_of(SubjectId subject) const;   // its own, not its groups'
  std::vector<SubjectId> children_of(SubjectId parent) const;
  // Whether a way leads from `parents` back to the subject, or to a member that would have these parents with it.
  bool would_circle(SubjectId subject, const std::vector<SubjectId>& parents, const Memberships& memberships) const;
  // Whether some way through these groups leads back to where it began: asked before memberships change.
  bool has_circle(const Memberships& memberships) const;

 private:
  using Ways = std::map<SubjectId, std::vector<SubjectId>>;
  std::vector<SubjectId> ways_from(SubjectId at, const Memberships& memberships) const;  // needs the lock
  mutable std::mutex mutex_;
  Ways parents_, children_;
};

// Asks for a verdict about a subject at once. Implemented by core/monitors (the check loop); agents cannot be asked. Any thread.
class VerdictRequests {
 public:
  virtual ~VerdictRequests() = default;
  virtual void check_at_once(SubjectId subject) = 0;
  // Whether its verdict is still out: it was not looked at since `since` (wall clock), or a failure of it is being confirmed. False
  // where it cannot be asked.
  virtual bool is_awaited(SubjectId subject, Instant since) const = 0;
};

}  // namespace connlog
