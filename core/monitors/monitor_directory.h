// Every monitor in memory: by id, and, for pings, by the digests of their addresses and by slug. Rebuilt at start from the
// tables; the subjects' entries are core/watch's (SubjectDirectory) and are filled before. Any thread may enter. It locks
// inside, and calls nothing outside while it holds a lock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/monitors/confirmation.h"
#include "core/monitors/monitor.h"
#include "core/monitors/ping.h"
#include "core/watch/subject_entry.h"

namespace connlog {

// One monitor in memory. For core/monitors only; screens see copies (LiveMonitor). Every member below the mutex is guarded by
// it. Order of locks: the monitor's entry, then its subject's. No lock is held while calling a store, the bus, the loop or a
// completion.
struct MonitorEntry {
  MonitorEntry(MonitorId monitor_id, SubjectEntry& of) : id(monitor_id), subject(of) {}
  const MonitorId id;
  SubjectEntry& subject;

  std::mutex mutex;
  Monitor row;        // as of the last commit
  std::string shown;  // what people see in place of its fields
  bool gone = false;  // removed
  EffectiveTiming timing;
  Confirmation confirmation;
  std::optional<CheckResult> last;  // without its excerpt
  std::array<std::int32_t, 24> spark{};  // response times of the last results, hundredths of a ms; -1: it failed; 0: none
  std::size_t spark_next = 0;
  // By probe: the newest result from each.
  std::map<AgentId, CheckResult> by_probe;
  struct ProbeSeen {
    Confirmation confirmation;  // of this probe alone
    Monotonic heard{};          // its newest result came
  };
  std::map<AgentId, ProbeSeen> probe_seen;
  // Pings:
  PingSettings ping_settings;
  PingState ping;
  std::int64_t next_n = 1;
  Instant limited_from;  // of the limit of one ping a second
  double limit_left = 10;
};

// What lists sort, filter and count by: no copy of the whole row.
struct MonitorGlance {
  std::string kind, shown;
  std::int32_t response = 0;  // of the newest result, as in MonitorEntry::spark
};

// A monitor as screens see it.
struct LiveMonitor : LiveSubject {
  Monitor monitor;
  std::string shown_fields;  // what people see in place of its fields
  EffectiveTiming timing;
  std::optional<CheckResult> last;
  std::vector<std::int32_t> spark;  // oldest first
  std::map<AgentId, CheckResult> by_probe;
  PingState ping;
};

class MonitorDirectory {
 public:
  explicit MonitorDirectory(SubjectDirectory& subjects);
  ~MonitorDirectory();

  std::optional<LiveMonitor> find(WorkspaceId, MonitorId) const;
  std::vector<LiveMonitor> list(WorkspaceId) const;  // by name
  std::size_t count(WorkspaceId) const;              // without removed ones
  std::optional<MonitorGlance> glance(MonitorId) const;
  std::vector<CheckDefaults> defaults(WorkspaceId) const;

  // Take rows as they are now. Called from Transaction::after_commit, after the subject's row was put.
  void put(const Monitor& monitor);
  void put_defaults(const CheckDefaults& defaults);  // computes the timing of the workspace's monitors anew
  void subject_changed(const Subject& subject);      // tags or groups: likewise, of this one
  void remove(const Monitor& monitor);
  void bring_back(const Monitor& monitor);
  // Called after put, put_defaults, subject_changed, bring_back and remove (entry.gone then), for each entry whose row or
  // timing changed, without a lock. The work plans the loop by it. Set once before load.
  void on_change(std::function<void(MonitorEntry&)> call);

  // For core/monitors only.
  MonitorEntry* by_id(MonitorId id) const;
  MonitorEntry* by_ping_uuid(const TokenDigest& digest) const;
  MonitorEntry* by_ping_token(const TokenDigest& digest) const;
  std::vector<MonitorEntry*> by_slug(WorkspaceId workspace, std::string_view slug) const;
  std::vector<MonitorEntry*> all() const;  // of every workspace, in no order; without removed ones
  SubjectDirectory& subjects() { return subjects_; }

 private:
  struct Impl;
  void agent_removed(WorkspaceId workspace, AgentId agent);

  SubjectDirectory& subjects_;
  std::unique_ptr<Impl> impl_;
};

struct MonitorStores {
  const MonitorStore& monitors;
  const PingStore& pings;
};
Result<void> load_monitors(Snapshot&, MonitorDirectory&, const MonitorStores&);

}  // namespace connlog
