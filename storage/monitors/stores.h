// Monitors with their probes, what groups and tags set for them, kept answers and confirmed hosts; and pings, in SQL. What
// is said of a monitor as a subject is in storage/watch. Stateless: any thread, with the snapshot or transaction that it
// was given.
#pragma once

#include "core/monitors/monitor.h"
#include "core/monitors/ping.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<ProbeMode> kMonitorProbeMode{"monitor", "probe_mode", "probes_needed"};
inline constexpr WordColumn<CheckDefaults::Scope> kCheckDefaultScope{"check_default", "scope", "interval_seconds"};
// As storage/watch reads them, whose columns they are.
inline constexpr WordColumn<State> kMonitorChangeState{"state_change", "state"};
inline constexpr WordColumn<StateReason> kMonitorChangeReason{"state_change", "reason"};
inline constexpr WordColumn<PingKind> kPingKind{"ping", "kind"};  // rows are never changed

class SqlMonitorStore final : public MonitorStore {
 public:
  Result<std::vector<Monitor>> all(Snapshot&) const override;
  Result<std::optional<Monitor>> find(Snapshot&, WorkspaceId, MonitorId) const override;
  Result<std::vector<Monitor>> list(Snapshot&, WorkspaceId) const override;
  Result<std::int64_t> count(Snapshot&, WorkspaceId) const override;
  Result<void> insert(Transaction&, const Monitor&) override;
  Result<void> update(Transaction&, const Monitor&) override;
  Result<void> remove(Transaction&, WorkspaceId, MonitorId) override;
  Result<void> put_aside(Transaction&, WorkspaceId, MonitorId) override;

  Result<std::vector<CheckDefaults>> all_defaults(Snapshot&) const override;
  Result<std::vector<CheckDefaults>> defaults(Snapshot&, WorkspaceId) const override;
  Result<void> put_defaults(Transaction&, const CheckDefaults&) override;
  Result<void> remove_defaults(Transaction&, WorkspaceId, CheckDefaults::Scope, std::string_view of) override;

  Result<void> keep_answer(Transaction&, const KeptAnswer&) override;
  Result<std::vector<KeptAnswer>> answers(Snapshot&, WorkspaceId, MonitorId, int limit) const override;
  Result<std::int64_t> delete_answers_before(Transaction&, Instant before, std::int64_t limit) override;

  Result<bool> is_host_confirmed(Snapshot&, WorkspaceId, std::string_view host) const override;
  Result<void> confirm_host(Transaction&, WorkspaceId, std::string_view host, const std::string& by,
                            Instant at) override;

  Result<std::vector<StateChange>> changes(Snapshot&, WorkspaceId, std::span<const MonitorId>, Instant from,
                                           Instant to) const override;
};

class SqlPingStore final : public PingStore {
 public:
  Result<std::vector<std::pair<MonitorId, PingState>>> all_states(Snapshot&) const override;
  Result<void> append(Transaction&, const Ping&, const PingState&, std::int64_t keep) override;
  Result<void> put_state(Transaction&, WorkspaceId, MonitorId, const PingState&) override;
  Result<std::vector<MonitorId>> by_slug(Snapshot&, WorkspaceId, std::string_view slug) const override;
  Result<std::vector<Ping>> list(Snapshot&, WorkspaceId, MonitorId, std::int64_t before_n, int limit) const override;
  Result<std::optional<Ping>> find(Snapshot&, WorkspaceId, MonitorId, std::int64_t n) const override;
};

}  // namespace connlog::storage
