// What is watched: a subject. Readings, rules, incidents, tags, labels, teams, notes and pages are about subjects; where
// the observations of a subject come from, its kind says (subject_kind.h) and a room above knows. Plain data and the
// interface of the store. Any thread.
//
// Two tables hold what is known of a subject: what people set (Subject), and what follows from observations
// (ObservedState, StateChange). The version of a subject rises by what people change, and by nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/watch/values.h"

namespace connlog {

enum class SubjectKind : std::uint8_t { agent, group, appliance, monitor, source };
template <>
inline constexpr auto kWords<SubjectKind> = words_for<SubjectKind>({
    {SubjectKind::agent, "agent"},
    {SubjectKind::group, "group"},
    {SubjectKind::appliance, "appliance"},
    {SubjectKind::monitor, "monitor"},
    {SubjectKind::source, "source"},
});

// The observed state: it follows from what sources say, from silence, or from members, and from nothing else. Rules,
// groups, uptime and the record of changes read it. Stored as metric 1 with these numbers: never reordered.
enum class State : std::uint8_t { pending, up, degraded, down, unknown };
template <>
inline constexpr auto kWords<State> = words_for<State>({
    {State::pending, "pending"},
    {State::up, "up"},
    {State::degraded, "degraded"},
    {State::down, "down"},
    {State::unknown, "unknown"},
});

// The state as people see it: `paused` where the subject is paused or switched off, else the observed one, `degraded`
// where that is `up` and an incident is open, `unknown` while nothing can be stored.
enum class ShownState : std::uint8_t { pending, up, degraded, down, unknown, paused };
template <>
inline constexpr auto kWords<ShownState> = words_for<ShownState>({
    {ShownState::pending, "pending"},
    {ShownState::up, "up"},
    {ShownState::degraded, "degraded"},
    {ShownState::down, "down"},
    {ShownState::unknown, "unknown"},
    {ShownState::paused, "paused"},
});
// What people look for first comes first: down 0, degraded, unknown, pending, up, paused.
int urgency_of(ShownState state);

// Why a state began. `paused` and `disabled` go with State::unknown, and such a subject does not count in its groups.
enum class StateReason : std::uint8_t {
  added,     // pending: nothing was observed yet
  heard,     // a source reported
  silent,    // a source did not report in time
  source,    // what the source said
  members,   // of a group
  paused,    // by a person
  disabled,  // switched off by a person (agents)
  resumed,   // after a pause: nothing was observed yet
  carried,   // as it was when the database was carried over
  late,      // a ping is in its grace
  missing,   // a ping did not come in time
  unchecked, // it cannot be checked or judged: a trouble of ours, not theirs
};
template <>
inline constexpr auto kWords<StateReason> = words_for<StateReason>({
    {StateReason::added, "added"},
    {StateReason::heard, "heard"},
    {StateReason::silent, "silent"},
    {StateReason::source, "source"},
    {StateReason::members, "members"},
    {StateReason::paused, "paused"},
    {StateReason::disabled, "disabled"},
    {StateReason::resumed, "resumed"},
    {StateReason::carried, "carried"},
    {StateReason::late, "late"},
    {StateReason::missing, "missing"},
    {StateReason::unchecked, "unchecked"},
});
// Whether nothing is judged while the state has this reason.
constexpr bool is_calm(StateReason reason) { return reason == StateReason::paused || reason == StateReason::disabled; }

struct Label {
  std::string key, value;  // key: [A-Za-z0-9._/-], 1–63; value: one line, 0–200 characters
  friend auto operator<=>(const Label&, const Label&) = default;
};

inline constexpr std::size_t kTagsMax = 20, kTagCharactersMax = 40;
inline constexpr std::size_t kLabelsMax = 32, kLabelKeyMax = 63, kLabelValueMax = 200;
inline constexpr std::size_t kNotesBytesMax = 10'000;
inline constexpr std::size_t kTeamsOfSubjectMax = 10;
inline constexpr std::size_t kGroupsOfSubjectMax = 20;
inline constexpr std::size_t kSubjectKeyMax = 64;  // [a-z0-9._-]

// What people set of a subject. In memory an immutable shared copy, exchanged on change.
struct Subject {
  SubjectId id;
  WorkspaceId workspace;
  std::int64_t number = 0;  // its short name in the reading log; given by the store, never given out again
  SubjectKind kind = SubjectKind::agent;
  std::string name;                // 1–80 characters
  std::string key;                 // for programs, unique in the workspace; empty: none
  std::string notes;               // some lines
  std::string runbook;             // an https address; in every message that has room
  std::vector<std::string> tags;   // sorted
  std::vector<Label> labels;       // sorted by key; a key stands once
  std::vector<TeamId> teams;       // sorted. They decide who sees the subject where the workspace is scoped by team
  std::vector<GroupId> groups;     // sorted: the groups of which it is a member itself
  Instant paused_at;               // set: nothing is judged
  Instant created_at;
  Instant removed_at;              // set: only name, number, kind and teams are left, for incidents that refer to it
  std::int64_t version = 1;        // rises by what people change
};

struct ObservedState {
  SubjectId subject;
  WorkspaceId workspace;
  State state = State::pending;
  StateReason reason = StateReason::added;
  std::string detail;     // for people: "2 of 5 members are down"; may be empty
  Instant since;          // from when it holds, not when that was noticed
  Instant first_seen_at;  // the first observation
  Instant last_seen_at;   // as of the last change of the state; SubjectDirectory has the live value
};

// A row of the record. `n` counts the changes of one instant.
struct StateChange {
  SubjectId subject;
  WorkspaceId workspace;
  Instant at;
  std::int64_t n = 0;
  State state = State::pending;
  StateReason reason = StateReason::added;
  std::string detail;
};

// What a value is about inside its subject: a mount, an interface, a check. Its text stands here once.
struct Part {
  PartNumber number = 0;
  std::string text;  // 1–200 bytes
  Instant last_used_at;
};
inline constexpr std::size_t kPartsMax = 64;  // of one subject

class SubjectStore {
 public:
  virtual ~SubjectStore() = default;
  virtual Result<std::vector<Subject>> all(Snapshot&) const = 0;  // start-up only: every workspace, removed ones too
  virtual Result<std::optional<Subject>> find(Snapshot&, WorkspaceId, SubjectId) const = 0;  // removed ones too
  virtual Result<std::optional<Subject>> find_by_key(Snapshot&, WorkspaceId, std::string_view key) const = 0;
  virtual Result<std::vector<Subject>> list(Snapshot&, WorkspaceId) const = 0;  // without removed ones, by name
  // Gives the number, which it returns. With tags, labels, teams, and memberships in groups.
  virtual Result<std::int64_t> insert(Transaction&, const Subject&) = 0;
  virtual Result<void> update(Transaction&, const Subject&) = 0;  // all but number, kind and created_at
  // Deletes all that belongs to the subject but what incidents need: the row with removed_at stays while an incident
  // refers to it, with its teams; else the row goes too and the number joins gone_subject. Readings become unreachable.
  virtual Result<void> remove(Transaction&, const Subject&, Instant now) = 0;

  virtual Result<std::vector<ObservedState>> all_states(Snapshot&) const = 0;  // start-up only
  virtual Result<std::optional<ObservedState>> state(Snapshot&, WorkspaceId, SubjectId) const = 0;
  // Writes the newest state, and a row of the record where state, reason or since differ from what was stored.
  virtual Result<void> put_state(Transaction&, const ObservedState&) = 0;
  // Changes that overlap [from, to), oldest first: the last one before `from` is the first.
  virtual Result<std::vector<StateChange>> changes(Snapshot&, WorkspaceId, SubjectId, Instant from,
                                                   Instant to) const = 0;
  virtual Result<std::int64_t> delete_changes_before(Transaction&, Instant before, std::int64_t limit) = 0;

  virtual Result<std::vector<std::pair<SubjectId, Part>>> all_parts(Snapshot&) const = 0;  // start-up only; by subject
  virtual Result<std::vector<Part>> parts(Snapshot&, WorkspaceId, SubjectId) const = 0;
  virtual Result<void> put_part(Transaction&, WorkspaceId, SubjectId, const Part&) = 0;
  virtual Result<void> remove_part(Transaction&, WorkspaceId, SubjectId, PartNumber) = 0;
};

// The appliance itself is a subject, in a workspace of its own that is made with the database and is in nobody's list.
WorkspaceId appliance_workspace();
SubjectId appliance_subject();

}  // namespace connlog
