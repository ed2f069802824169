// What people and programs do with subjects of every kind: name, key, notes, tags, labels, teams, groups, pause,
// removal; and with groups, their health rule and members. Every method runs inside the caller's transaction, checks
// sight and the right to edit, writes the audit log, tells the watch, and updates the directory after the commit. The
// role was checked at the route. Any thread.
//
// A room with a kind of its own (core/agents) calls it for the subject's part of its rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/people/actor.h"
#include "core/people/removed.h"
#include "core/people/team.h"
#include "core/watch/group.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/subject.h"
#include "core/watch/watch.h"

namespace connlog {

struct NewSubject {
  SubjectKind kind = SubjectKind::group;
  std::string name;
  std::string key;  // empty: none
  std::string notes;
  std::string runbook;
  std::vector<std::string> tags;
  std::vector<Label> labels;
  std::optional<std::vector<TeamId>> teams;  // absent: the team that the actor may edit for, if there is exactly one
  std::vector<GroupId> groups;
};

struct SubjectChange {  // only what is set changes
  std::optional<std::string> name, key, notes, runbook;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::vector<Label>> labels;
  std::optional<std::vector<TeamId>> teams;
  std::optional<std::vector<GroupId>> groups;
  std::optional<bool> paused;

  bool is_empty() const { return !name && !key && !notes && !runbook && !tags && !labels && !teams && !groups && !paused; }
};

struct GroupChange {  // only what is set changes
  std::optional<Health> health;
  std::optional<std::int64_t> amount;
  std::optional<std::vector<SubjectId>> members;
};

// The teams that let this person edit what belongs to them, sorted.
Result<std::vector<TeamId>> granting_teams(Snapshot&, const TeamStore&, const Actor&);

class SubjectService final : public PutsBack {
 public:
  struct Parts {
    SubjectStore& subjects;
    GroupStore& groups;
    TeamStore& teams;
    AuditLog& audit;
    SubjectDirectory& directory;
    Watch& watch;
    Clock& clock;
    Random& random;
    EventBus& bus;
    RemovedStore* removed = nullptr;  // null: a removed subject is gone for good
    // Null, or absent: there are no dependencies.
    DependencyStore* dependencies = nullptr;
    DependencyGraph* graph = nullptr;
    // What is held in the workspace is looked at again (core/watch/telling); absent: nothing is held.
    std::function<Result<void>(Transaction&, WorkspaceId)> reconsider = {};
  };
  explicit SubjectService(const Parts& parts) : parts_(parts) {}

  // Inserts the row and the first state, and puts it into the directory after the commit. `act`: the word in the trail
  // ("agent.added", "group.added"); `details` stands behind the name there.
  Result<Subject> add(Transaction&, const Actor&, const NewSubject&, const std::string& act,
                      const std::string& details);
  // `expected_version` 0: unconditional; another one: conflict. What differs is audited as "<kind>.changed", with
  // `more` (the kind's own differences, in words) behind it. Nothing differs and `more` is empty: nothing is written.
  Result<Subject> change(Transaction&, const Actor&, SubjectId, const SubjectChange&, std::int64_t expected_version,
                         const std::string& more = {});
  // Ends what is open and removes the row (SubjectStore::remove). A group that a rule names, or that is a group's
  // member, is a conflict that says so.
  Result<void> remove(Transaction&, const Actor&, SubjectId);

  // A removed group, with those of its members that still stand.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;
  // The rows of a removed subject stand again (RemovedStore::put_back): checks them against what came since, and takes
  // the subject into memory. Of its kind, what only that has is the caller's.
  Result<Subject> came_back(Transaction&, const Actor&, SubjectId);

  // Members of a group, and groups of a subject, that the actor does not see stay as they are: they can be neither
  // named nor taken away.
  Result<std::pair<Subject, Group>> add_group(Transaction&, const Actor&, NewSubject, const GroupChange&);
  Result<Group> change_group(Transaction&, const Actor&, GroupId, const GroupChange&);

  // On which others the subject depends (core/watch/quiet/dependency.h): those that the actor sees. Parents that they do not see
  // stay as they are. invalid_input names "parents": there is none such, too many, a circle. conflict names "confirm_wide":
  // more than half of the workspace would be quiet behind one parent, and that was not confirmed.
  Result<std::vector<SubjectId>> parents(Snapshot&, const Actor&, SubjectId) const;
  Result<std::vector<SubjectId>> set_parents(Transaction&, const Actor&, SubjectId, std::vector<SubjectId>,
                                             bool confirm_wide = false);

  // The subject, if the actor sees it; if the actor may edit it.
  Result<Subject> find(Snapshot&, const Actor&, SubjectId) const;
  Result<Subject> find_to_edit(Snapshot&, const Actor&, SubjectId) const;
  // Operators edit by the grant of a team: one granting team must be among these.
  Result<void> check_may_edit(Snapshot&, const Actor&, const std::vector<TeamId>& teams) const;

 private:
  // core/watch/subject_service.cpp
  Result<std::string> checked_name(Snapshot&, const Subject& self, const std::string& name) const;
  Result<std::vector<TeamId>> teams_of_new(Snapshot&, const Actor&, const std::optional<std::vector<TeamId>>&) const;
  Result<std::vector<TeamId>> checked_teams(Snapshot&, const Actor&, const std::vector<TeamId>& before,
                                            std::vector<TeamId> wanted) const;
  Result<void> check_key(Snapshot&, const Subject& self, const std::string& key) const;
  Result<std::string> apply(Snapshot&, const Actor&, const SubjectChange&, Subject&) const;
  Result<std::string> apply_belonging(Snapshot&, const Actor&, const SubjectChange&, Subject&) const;
  void put(Transaction&, std::vector<Subject>);  // into memory
  void publish(Transaction&, const Subject&);

  // core/watch/subject_groups.cpp
  Result<std::vector<GroupId>> checked_groups(Snapshot&, const Actor&, const Subject& member,
                                              std::vector<GroupId> wanted) const;
  Result<void> check_may_fill(Snapshot&, const Actor&, const Subject& group) const;
  Result<void> check_room_in(Snapshot&, const Actor&, GroupId) const;
  Result<Group> checked_group(Snapshot&, const Actor&, const Group& before, const GroupChange&) const;
  Result<std::vector<SubjectId>> checked_members(Snapshot&, const Actor&, const Group& before,
                                                 std::vector<SubjectId> wanted) const;
  Result<void> regroup(Transaction&, WorkspaceId, const std::vector<GroupId>& before,
                       const std::vector<GroupId>& after);
  Result<void> check_members_fit(Snapshot&, const Group&) const;
  Result<void> move_members(Transaction&, const Actor&, const Group& before, const Group& after);

  // core/watch/subject_parents.cpp
  Result<Memberships> memberships(Snapshot&, WorkspaceId) const;
  Result<void> check_no_circle(Snapshot&, WorkspaceId, const std::string& field, const std::vector<GroupId>& joined,
                               const std::vector<SubjectId>& members) const;
  Result<void> check_not_wide(WorkspaceId, SubjectId child, const std::vector<SubjectId>& parents,
                              const std::vector<Dependency>& all, const Memberships&) const;
  Result<void> no_longer_depends(Transaction&, const Subject&);
  Result<void> depends_again(Transaction&, const Subject&);

  Parts parts_;
};

}  // namespace connlog
