// The inside of MonitorWork, shared by its files: monitor_work.cpp (planning), work_results.cpp, work_probes.cpp,
// work_pings.cpp and work_troubles.cpp.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/monitors/monitor_work.h"
#include "core/monitors/ping_deadlines.h"
#include "core/monitors/presence.h"
#include "core/monitors/probe_quorum.h"
#include "core/watch/subject_entry.h"

namespace connlog {

struct MonitorWork::Impl {
  explicit Impl(const Parts& given) : parts(given) {}

  // ── Planning (monitor_work.cpp) ──
  // How the loop, or an agent, is to check a monitor at this moment.
  struct Wanted {
    bool from_here = false, from_agents = false;
    bool is_urgent = false;
    std::vector<AgentId> agents;
  };
  Wanted wanted(MonitorEntry& entry) const;  // takes the locks
  void plan(MonitorEntry& entry);
  void plan_here(MonitorEntry& entry, const Wanted& want);
  void unplan_here(MonitorId id);
  void assign(MonitorEntry& entry, const Wanted& want, bool is_changed);
  Result<std::shared_ptr<const CheckSpec>> spec_for(MonitorEntry& entry, std::shared_ptr<const ReachScope> scope) const;
  // Plans what is not planned as it should be: paused, resumed, a workspace that was disabled, networks that changed.
  void reconcile();

  // ── Results (work_results.cpp) ──
  // One result between its judgement and its commit. Exactly one thread owns it at a time.
  struct Flight {
    explicit Flight(MonitorEntry& of) : entry(of) {}
    MonitorEntry& entry;
    Observation observation;
    Confirmation before;  // to go back to, where it cannot be stored
    std::optional<KeptAnswer> kept;
    std::string new_part;                 // an address, or a probe, that was not seen before
    std::optional<CheckResult> of_probe;  // its values go to that part
    Monotonic admitted_at{};
    Urgency urgency = Urgency::may_wait;
    bool is_whole = false, settles = false;
  };
  std::optional<milliseconds> take(MonitorEntry& entry, CheckResult result);
  void fill(Flight& flight, const std::optional<CheckVerdict>& settled, const CheckResult& result);
  void choose_way(Flight& flight, const std::string& text);  // needs both locks
  void send(std::unique_ptr<Flight> flight);
  Result<void> write(Transaction& tx, Flight& flight) const;
  void land(std::unique_ptr<Flight> flight, const Result<void>& outcome);
  void count(const CheckResult& result);
  void log_failure(const Error& error);

  // ── Conclusions from time (work_results.cpp) ──
  struct Conclusion {
    MonitorEntry* entry = nullptr;
    Observation observation = {};
    std::int64_t pings = -1;  // what it was concluded from: holds only while no further ping came; -1: not from pings
    std::optional<CheckVerdict> settles = {};
  };
  // Writes them, in batches of one transaction. What cannot be written is concluded again.
  void conclude(std::vector<Conclusion> conclusions);
  bool conclude_batch(std::vector<Conclusion>& batch);
  Result<bool> still_holds(Transaction& tx, const Conclusion& conclusion) const;

  // ── Probes (work_probes.cpp) ──
  bool take_from_probe(MonitorEntry& entry, AgentId agent, CheckResult result);
  using Names = std::map<AgentId, std::string>;
  Names names_of_probes(MonitorEntry& entry) const;  // takes the entry's lock, and then others
  std::vector<ProbeVoice> voices_of(const MonitorEntry& entry, const Names& names, Monotonic now) const;  // needs it
  void fill_from_probes(Flight& flight, const std::string& name, const CheckResult& result, const Quorum& quorum);
  void look_at_probes(std::vector<Conclusion>& out);
  bool was_assigned(AgentId agent, MonitorId monitor) const;  // needs `mutex`

  // ── Pings (work_pings.cpp) ──
  void plan_ping(MonitorEntry& entry);
  void look_again(MonitorId id, std::optional<Monotonic> at);  // needs `mutex`
  std::vector<MonitorEntry*> due_pings(Monotonic now);
  void judge(MonitorEntry& entry, std::vector<Conclusion>& out);
  Presence::Now here_now() const;
  void replan_schedules(Instant wall, Monotonic now);

  // ── How it goes (work_troubles.cpp) ──
  void note_trouble(const CheckResult& result);

  const Parts parts;
  CheckLoop* loop = nullptr;
  std::atomic<bool> is_listening{false};
  Presence presence;
  Safeguards safeguards;

  // Held from looking at a monitor until it is planned, so that no older look comes after a newer one. Taken before all others.
  std::recursive_mutex planning;
  struct Planned {
    WorkspaceNetworks::Ranges networks;
  };
  struct Assigned {
    std::vector<AgentId> agents;
  };
  mutable std::mutex mutex;  // guards what follows; no other lock is taken, and nothing called, while it is held
  std::map<MonitorId, Planned> planned;
  std::map<MonitorId, Assigned> assigned;
  std::map<AgentId, std::int64_t> versions;
  std::int64_t first_version = 1;
  std::map<std::pair<AgentId, MonitorId>, Monotonic> formerly;  // until when results of what was assigned are ignored
  std::map<MonitorId, PingExpected> expected;
  std::map<MonitorId, Monotonic> looks;
  std::set<std::pair<Monotonic, MonitorId>> queue;  // the same, by time

  mutable std::mutex trouble_mutex;
  std::string forbidden;  // what this system forbids, in words
  Monotonic forbidden_at{};
  std::string own_trouble;
  Monotonic own_trouble_at{};
  std::int64_t own_troubles = 0;  // since own_trouble_from
  Monotonic own_trouble_from{};

  std::array<std::atomic<std::uint64_t>, 4> results{};  // by verdict
  std::atomic<std::uint64_t> late{0}, missing{0}, not_judged{0};
  std::atomic<std::int64_t> failure_logged{0};
};

// How results are confirmed by this timing.
ConfirmBy confirm_by(const EffectiveTiming& timing);
// Brings what is being confirmed in line with the state that the subject has, where the two differ: a resumed monitor begins
// anew, and after a start the stored state is what holds. Needs both locks.
void follow_state(Confirmation& confirmation, const SubjectEntry& subject);

}  // namespace connlog
