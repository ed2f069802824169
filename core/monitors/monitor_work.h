// What a check's result becomes: confirmation, the state of the monitor and of its parts, readings, kept answers. It joins
// the loop of core/checks to core/watch, plans the loop from the directory, and decides k of n where agents are the probes.
// It also keeps the deadlines of pings: late, missing, or not to be judged because connlog itself was away.
//
// Threads: result() and absence() on the loop's thread; probe_results() on any worker; tick() on the scheduler's thread;
// uses(), listening() on main; everything else on any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/recovery_mode.h"
#include "core/checks/check_loop.h"
#include "core/crypto/keyring.h"
#include "core/monitors/monitor_directory.h"
#include "core/people/workspace_networks.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/watch.h"

namespace connlog {

// One result of a probe, as it came from an agent.
struct ProbeResult {
  MonitorId monitor;
  CheckResult result;  // `at` is ours
};

class MonitorWork final : public VerdictRequests {
 public:
  struct Parts {
    Stores& stores;
    MonitorStore& monitors;
    PingStore& pings;
    MonitorDirectory& directory;
    Watch& watch;
    const WorkspaceNetworks& networks;
    Keyring& keyring;
    Clock& clock;
    Random& random;
    EventBus& bus;
    const RecoveryMode* recovery = nullptr;
    std::function<bool()> clock_is_plausible = {};  // empty: it always is
  };
  explicit MonitorWork(const Parts& parts);
  ~MonitorWork() override;

  // The loop of this appliance; set once, before listening(). Null in tests that hand results in themselves.
  void uses(CheckLoop* loop);
  // Plans every monitor. After load_monitors; from then on the directory's changes plan too.
  void listening();

  // ── Results ──
  // As CheckLoop::Finished: returns the retry interval while a change is being confirmed.
  std::optional<milliseconds> result(MonitorId monitor, CheckResult result);
  void absence(const CheckLoop::Absence& absence);
  // Results from an agent. Those for monitors that it is not assigned to come back: a 404 and a security event.
  std::vector<MonitorId> probe_results(AgentId agent, std::span<const ProbeResult> results);
  // What the agent is to check now, with its version: it rises with every change.
  struct Assignment {
    MonitorId monitor;
    std::shared_ptr<const CheckSpec> spec;
    seconds interval{60};
  };
  std::vector<Assignment> assigned(AgentId agent) const;
  std::int64_t assignment_version(AgentId agent) const;

  // ── Verdicts (what depends on a monitor waits for one) ──
  // Checks it at once, where this appliance checks it.
  void check_at_once(SubjectId subject) override;
  // True while no result came since then, while a change is being confirmed, and while one is being written. False of jobs that
  // ping and of what agents check: nobody can ask them.
  bool is_awaited(SubjectId subject, Instant since) const override;

  // ── Pings ──
  // The monitor's deadlines changed (a ping came, its settings changed): plans the next look. Needs no lock.
  void plan_ping(MonitorEntry& entry);
  // Looks at everything whose deadline has come: called once a second. Returns how many turned late or missing.
  int tick();

  // ── Time ──
  // The earliest instant from which silence of anything may count: the end of our last absence, or the start.
  Instant present_since() const;
  // Nothing could be stored from then on, and can again: silence counts anew. On the writer's thread.
  void storing_again(Monotonic from);

  // ── How it goes ──
  // What an administrator must know of the checks as a whole: lag, absences, what this system forbids, a clock that was set.
  struct Trouble {
    bool is_of_clock = false, is_down = false;
    std::string text;  // what is wrong and what to do
  };
  std::vector<Trouble> troubles() const;
  struct Counts {
    std::size_t monitors = 0;
    std::uint64_t up = 0, degraded = 0, down = 0, unknown = 0;  // results since the start
    std::uint64_t late = 0, missing = 0, not_judged = 0;        // pings since the start
  };
  Counts counts() const;

  // A safeguard that a test switches off to see that it would be missed. Never used outside of tests.
  struct Safeguards {
    bool confirms = true;        // failures are confirmed
    bool forgets_absence = true; // what was counted before an absence does not count
  };
  void switch_off_for_test(const Safeguards& safeguards);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
