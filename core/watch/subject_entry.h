// One subject in memory, with everything that an observation needs to be judged without a look at the database. For
// core/watch and the rooms that observe (core/agents) only; screens see copies (LiveSubject).
//
// Every member below a mutex is guarded by it. Order of locks: workspace, then the source's own entry (AgentEntry),
// then the subject's entry, then the due queue of the directory. No lock is held while calling a store, the bus, or a
// completion.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/people/workspace.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"

namespace connlog {

struct SubjectEntry;
using RuleList = std::vector<std::shared_ptr<const Rule>>;

struct WorkspaceLive {
  explicit WorkspaceLive(WorkspaceId workspace) : id(workspace) {}
  const WorkspaceId id;
  std::atomic<bool> enabled{true};
  std::atomic<MachinePolicy> machine_policy{MachinePolicy::warn};

  std::mutex mutex;
  std::vector<SubjectEntry*> subjects;
  RuleList rules;  // enabled or not
};

struct SubjectEntry {
  SubjectEntry(SubjectId subject, WorkspaceLive& of) : id(subject), workspace(of) {}
  const SubjectId id;
  WorkspaceLive& workspace;

  std::mutex mutex;
  // What an observation looks at that changes nothing stands first and together: with many thousand subjects it is rarely
  // in the processor's cache.
  //
  // The observed state as of the last commit.
  State state = State::pending;
  StateReason reason = StateReason::added;
  bool is_off = false;        // switched off by its source: a disabled agent. Shown as paused
  bool is_put_aside = false;  // the row says paused or removed
  bool heard_here = false;    // by this process
  bool event_seen = false;
  // Writes under way that may change what is here: until they end, every observation is written whole.
  int in_flight = 0;
  // Liveness: when a source reported, whether it could be stored or not. A fault of the appliance must never look like
  // the source's silence (threats 29).
  microseconds window{0};  // how long it may say nothing before it is silent; 0: it need not report
  Monotonic heard{};
  Monotonic silence_from{};     // silence counts from here at the earliest; where none counts: time judges from here
  std::int64_t queued_for = 0;  // when the due queue will look at it, monotonic microseconds; 0: not queued
  Instant first_seen_at;
  RuleList rules;                 // the enabled ones that are about it
  std::vector<RuleState> states;  // only those that are not ok, or cooling down: as of the last commit
  std::vector<Part> parts;        // known ones
  Instant last_seen_at;           // of committed observations
  std::optional<Reading> newest;
  Monotonic event_published{};

  std::shared_ptr<const Subject> row;  // as of the last commit; never null once the entry can be found
  std::string detail;
  Instant since;
  int open_events = 0;     // said by other systems; no state of a rule stands for them
  int open_incidents = 0;  // counted from `states`, and the open events

  // The last committed state of the rule for this part; a fresh one where none is kept. Needs the lock.
  RuleState state_of(const Rule& rule, PartNumber part) const;
  const RuleState* kept_state(const Rule& rule, PartNumber part) const;  // nullptr: it is ok and not cooling down
  PartNumber part_number(std::string_view text) const;                   // 0: not known
};

class SubjectDirectory::Impl {
 public:
  Impl();
  ~Impl();

  SubjectEntry* by_id(SubjectId id) const;
  WorkspaceLive& workspace(WorkspaceId id);
  std::vector<SubjectEntry*> entries(WorkspaceId id);
  std::vector<SubjectEntry*> all();

  // Inserts or replaces the row; keeps the live values. Returns the entry. Takes the entry's lock.
  SubjectEntry* put(const Subject& subject);
  void forget(SubjectId subject);  // a removed subject that nothing refers to any more leaves the lists, not the map
  void put_workspace(const Workspace& workspace);
  void put_rule(const Rule& rule);
  void remove_rule(WorkspaceId workspace, RuleId rule);
  void set_state(const RuleState& state);         // takes over a committed state of a rule
  void set_observed(const ObservedState& state);  // takes over a committed observed state
  void set_parts(SubjectId subject, std::vector<Part> parts);
  void count_event(SubjectId subject, int by);  // that many more of its events are open

  // ── Who is due ──
  // From now on silence counts. Subjects that were seen before are first looked at one window after `now`.
  void listening_since(Monotonic now);
  Monotonic listening() const { return Monotonic{listening_.load(std::memory_order_acquire)}; }
  bool is_listening() const { return listening_.load(std::memory_order_acquire) != 0; }
  // While nothing can be stored, shown states are unknown and nobody is judged silent. Once it can, silence counts anew
  // for everyone, as after a start: an outage of ours is not theirs.
  void storing_stopped(Monotonic now);
  void storing_again(Monotonic now);
  bool is_storing() const { return not_storing_since_.load(std::memory_order_acquire) == 0; }
  Monotonic not_storing_since() const { return Monotonic{not_storing_since_.load(std::memory_order_acquire)}; }  // or 0
  // Whether anything about the subject is judged: not paused, not off, not removed, its workspace enabled. Needs the
  // lock.
  static bool is_judged(const SubjectEntry& entry);
  // Whether it can fall silent: judged, seen once, has a window. Needs the entry's lock.
  static bool can_fall_silent(const SubjectEntry& entry);
  // Whether its silence is known already. Needs the entry's lock.
  static bool is_known_silent(const SubjectEntry& entry);
  // When the subject counts as silent, by what is known now. Needs the entry's lock.
  Monotonic silence_deadline(const SubjectEntry& entry) const;
  // Until when a look that time causes must wait, as what is known of the subject may be from before an outage of ours:
  // its source has its window to report first. 0: it need not wait. Needs the entry's lock.
  Monotonic waits_until(const SubjectEntry& entry) const;
  // Sees to it that the queue looks at the entry at `at` or earlier. Does nothing before listening_since. Needs the
  // entry's lock.
  void look_at(SubjectEntry& entry, Monotonic at);
  // Plans the earliest of: its silence deadline (unless it is known to be silent), and the deadlines and cooldown ends
  // of its rules' states, which are engine time (`engine_now` is the engine's now). Forgets cooldowns that are over.
  // Needs the entry's lock.
  void plan_look(SubjectEntry& entry, Instant engine_now, Monotonic now);
  // At most `limit` subjects whose time has come; they leave the queue until planned again.
  std::vector<SubjectEntry*> take_due(Monotonic now, std::size_t limit);
  std::optional<Monotonic> next_look() const;

 private:
  static constexpr std::size_t kShards = 64;
  struct IdShard;
  struct Look {
    std::int64_t at;
    SubjectEntry* entry;
    bool operator>(const Look& other) const { return at > other.at; }
  };

  static std::map<SubjectId, microseconds> longest_windows(const std::vector<SubjectEntry*>& entries);
  IdShard& shard_of(SubjectId id) const;
  void refresh_rules(SubjectEntry& entry, const RuleList& rules);  // needs workspace's and entry's lock

  std::unique_ptr<IdShard[]> by_id_;

  mutable std::mutex workspaces_mutex_;
  std::map<WorkspaceId, std::unique_ptr<WorkspaceLive>> workspaces_;

  std::atomic<std::int64_t> listening_{0};
  std::atomic<std::int64_t> not_storing_since_{0};

  mutable std::mutex due_mutex_;
  std::vector<Look> looks_;  // a heap, earliest first
};

}  // namespace connlog
