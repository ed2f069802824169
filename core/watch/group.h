// Groups of subjects, inside one workspace. A group is a subject itself: its name, tags, teams and notes are the
// subject's, and its observed state follows from its members by its health rule. Members may be groups. Plain data, the
// pure computation of the state, and the interface of the store. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/watch/subject.h"

namespace connlog {

inline constexpr std::size_t kGroupsMax = 1'000;  // of one workspace
inline constexpr std::size_t kMembersMax = 5'000;
inline constexpr std::size_t kNestingMax = 5;  // a group in a group in …

// What must hold for the group to be up.
enum class Health : std::uint8_t {
  all,       // every member is up
  at_least,  // at least `amount` members are up, or all where fewer count
  share,     // at least `amount` percent of the members are up
  any,       // one member is up
};
template <>
inline constexpr auto kWords<Health> = words_for<Health>({
    {Health::all, "all"},
    {Health::at_least, "at_least"},
    {Health::share, "share"},
    {Health::any, "any"},
});

struct Group {
  GroupId id;
  WorkspaceId workspace;
  Health health = Health::all;
  std::int64_t amount = 1;         // at_least: 1–5000; share: 1–100; else ignored
  std::vector<SubjectId> members;  // sorted; not removed ones
};

// How many members have which observed state. Members that are paused, disabled or removed are not counted.
struct MemberCounts {
  std::int64_t up = 0, degraded = 0, down = 0, unknown = 0, pending = 0;
  std::int64_t all() const { return up + degraded + down + unknown + pending; }
};

// `down` where down members alone break the health rule; `unknown` where unknown members could decide; `degraded` where a
// member is down or degraded and the rule holds; `pending` while no member counts. A pending member does not count yet. A
// degraded member counts as up for the rule.
State state_of(const Group& group, const MemberCounts& counts);
// "2 of 5 members are down". Empty while all are up.
std::string detail_of(const MemberCounts& counts);

class GroupStore {
 public:
  virtual ~GroupStore() = default;
  virtual Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const = 0;  // with members
  virtual Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const = 0;
  virtual Result<std::vector<GroupId>> groups_of(Snapshot&, WorkspaceId, SubjectId member) const = 0;
  virtual Result<MemberCounts> counts(Snapshot&, WorkspaceId, GroupId) const = 0;  // of the members' stored states
  // The subject's row was inserted before. Members are replaced.
  virtual Result<void> put(Transaction&, const Group&) = 0;
  virtual Result<std::int64_t> rules_about(Snapshot&, WorkspaceId, SubjectId) const = 0;  // rules that name it
};

}  // namespace connlog
