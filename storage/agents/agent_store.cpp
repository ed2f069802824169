// Agents, what their heartbeats taught, and the history of their machine binding, in SQL. What people set (agent) and what
// heartbeats teach (agent_fact) are written apart, each only where a value differs: a heartbeat that teaches something
// does not rewrite the token.
#include "storage/agents/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_agent reads them.
#define CONNLOG_AGENT_ROWS                                                                                      \
  "SELECT a.id, a.workspace_id, a.token_digest, a.token_hint, a.interval_seconds, a.missed_threshold, a.toggles, " \
  "a.config_version, a.disabled, f.agent_version, f.hostname, f.os, f.arch, f.core_count, f.machine_id, "       \
  "f.pending_machine_id, f.interval_in_force_seconds FROM agent a "                                             \
  "JOIN agent_fact f ON f.workspace_id = a.workspace_id AND f.id = a.id "

// A bit for each metric that can be switched, in the order of the wire.
constexpr std::int64_t kCpu = 1, kMemory = 2, kDisk = 4, kLoad = 8;

std::int64_t bits_of(const wire::MetricToggles& metrics) {
  return (metrics.cpu ? kCpu : 0) | (metrics.memory ? kMemory : 0) | (metrics.disk ? kDisk : 0) |
         (metrics.load ? kLoad : 0);
}

wire::MetricToggles toggles_of(std::int64_t bits) {
  wire::MetricToggles metrics;
  metrics.cpu = (bits & kCpu) != 0;
  metrics.memory = (bits & kMemory) != 0;
  metrics.disk = (bits & kDisk) != 0;
  metrics.load = (bits & kLoad) != 0;
  return metrics;
}

Agent read_agent(Row& row) {
  Agent agent;
  agent.id = row.id<AgentId>();
  agent.workspace = row.id<WorkspaceId>();
  agent.token_digest = row.bytes<32>();
  agent.token_hint = row.text();
  agent.interval_seconds = row.integer();
  agent.missed_threshold = row.integer();
  agent.metrics = toggles_of(row.integer());
  agent.config_version = static_cast<std::uint32_t>(row.integer());
  agent.disabled = row.boolean();
  agent.agent_version = row.text();
  agent.hostname = row.text();
  agent.os = row.text();
  agent.arch = row.text();
  agent.core_count = row.integer();
  agent.machine_id = row.text();
  agent.pending_machine_id = row.text();
  agent.interval_in_force_seconds = row.integer();
  return agent;
}

void bind_settings(Statement& statement, const Agent& agent) {
  statement.id(":id", agent.id)
      .id(":workspace", agent.workspace)
      .blob(":token_digest", agent.token_digest)
      .text(":token_hint", agent.token_hint)
      .integer(":interval_seconds", agent.interval_seconds)
      .integer(":missed_threshold", agent.missed_threshold)
      .integer(":toggles", bits_of(agent.metrics))
      .integer(":config_version", agent.config_version)
      .boolean(":disabled", agent.disabled);
}

void bind_facts(Statement& statement, const Agent& agent) {
  statement.id(":id", agent.id)
      .id(":workspace", agent.workspace)
      .text(":agent_version", agent.agent_version)
      .text(":hostname", agent.hostname)
      .text(":os", agent.os)
      .text(":arch", agent.arch)
      .integer(":core_count", agent.core_count)
      .text(":machine_id", agent.machine_id)
      .text(":pending_machine_id", agent.pending_machine_id)
      .integer(":interval_in_force", agent.interval_in_force_seconds);
}

bool same_settings(const Agent& a, const Agent& b) {
  return a.token_digest == b.token_digest && a.token_hint == b.token_hint && a.interval_seconds == b.interval_seconds &&
         a.missed_threshold == b.missed_threshold && a.metrics == b.metrics && a.config_version == b.config_version &&
         a.disabled == b.disabled;
}

bool same_facts(const Agent& a, const Agent& b) {
  return a.agent_version == b.agent_version && a.hostname == b.hostname && a.os == b.os && a.arch == b.arch &&
         a.core_count == b.core_count && a.machine_id == b.machine_id &&
         a.pending_machine_id == b.pending_machine_id && a.interval_in_force_seconds == b.interval_in_force_seconds;
}

MachineEvent read_machine_event(Row& row) {
  MachineEvent event;
  event.agent = row.id<AgentId>();
  event.workspace = row.id<WorkspaceId>();
  event.at = row.instant();
  event.kind = row.text();
  event.machine_id = row.text();
  event.actor_name = row.text();
  return event;
}

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<Agent>> SqlAgentStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_AGENT_ROWS "ORDER BY a.id"));
  return storage::all(select, read_agent);
}

// Start-up only: of all workspaces, also of those that were deleted.
Result<std::vector<TokenDigest>> SqlAgentStore::gone(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT token_digest FROM gone_agent"));
  return storage::all(select, [](Row& row) -> TokenDigest { return row.bytes<32>(); });
}

Result<std::optional<Agent>> SqlAgentStore::find(Snapshot& snapshot, WorkspaceId workspace, AgentId id) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_AGENT_ROWS "WHERE a.workspace_id = :workspace AND a.id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_agent);
}

Result<std::vector<Agent>> SqlAgentStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_AGENT_ROWS "WHERE a.workspace_id = :workspace ORDER BY a.id"));
  return storage::all(select.id(":workspace", workspace), read_agent);
}

Result<void> SqlAgentStore::insert(Transaction& tx, const Agent& agent) {
  Statement settings = TRY(at(tx).prepare(
      "INSERT INTO agent (id, workspace_id, token_digest, token_hint, interval_seconds, missed_threshold, toggles, "
      "config_version, disabled) VALUES (:id, :workspace, :token_digest, :token_hint, :interval_seconds, "
      ":missed_threshold, :toggles, :config_version, :disabled)"));
  bind_settings(settings, agent);
  TRY(settings.run());
  Statement facts = TRY(at(tx).prepare(
      "INSERT INTO agent_fact (id, workspace_id, agent_version, hostname, os, arch, core_count, machine_id, "
      "pending_machine_id, interval_in_force_seconds) VALUES (:id, :workspace, :agent_version, :hostname, :os, :arch, "
      ":core_count, :machine_id, :pending_machine_id, :interval_in_force)"));
  bind_facts(facts, agent);
  TRY(facts.run());
  return {};
}

Result<void> SqlAgentStore::update(Transaction& tx, const Agent& agent) {
  const std::optional<Agent> before = TRY(find(tx, agent.workspace, agent.id));
  if (!before) return Error{ErrorCode::not_found, "There is no such agent."};
  if (!same_settings(*before, agent)) {
    Statement settings = TRY(at(tx).prepare(
        "UPDATE agent SET token_digest = :token_digest, token_hint = :token_hint, interval_seconds = :interval_seconds, "
        "missed_threshold = :missed_threshold, toggles = :toggles, config_version = :config_version, "
        "disabled = :disabled WHERE workspace_id = :workspace AND id = :id"));
    bind_settings(settings, agent);
    TRY(exactly_one(settings, "agent"));
  }
  if (same_facts(*before, agent)) return {};
  Statement facts = TRY(at(tx).prepare(
      "UPDATE agent_fact SET agent_version = :agent_version, hostname = :hostname, os = :os, arch = :arch, "
      "core_count = :core_count, machine_id = :machine_id, pending_machine_id = :pending_machine_id, "
      "interval_in_force_seconds = :interval_in_force WHERE workspace_id = :workspace AND id = :id"));
  bind_facts(facts, agent);
  return exactly_one(facts, "agent");
}

// The digest is taken from the row, so that it is the one that requests were answered by until now.
Result<void> SqlAgentStore::remove(Transaction& tx, const Agent& agent) {
  Statement keep = TRY(at(tx).prepare(
      "INSERT INTO gone_agent (token_digest) SELECT token_digest FROM agent WHERE workspace_id = :workspace AND id = :id "
      "ON CONFLICT DO NOTHING"));
  TRY(keep.id(":workspace", agent.workspace).id(":id", agent.id).run());
  Statement remove = TRY(at(tx).prepare("DELETE FROM agent WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", agent.workspace).id(":id", agent.id), "agent");
}

Result<void> SqlAgentStore::add_machine_event(Transaction& tx, const MachineEvent& event) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO machine_event (workspace_id, agent_id, at, kind, machine_id, actor_name) "
                         "VALUES (:workspace, :agent, :at, :kind, :machine_id, :actor_name)"));
  insert.id(":workspace", event.workspace)
      .id(":agent", event.agent)
      .instant(":at", event.at)
      .text(":kind", event.kind)
      .text(":machine_id", event.machine_id)
      .text(":actor_name", event.actor_name);
  TRY(insert.run());
  return {};
}

Result<std::vector<MachineEvent>> SqlAgentStore::machine_events(Snapshot& snapshot, WorkspaceId workspace,
                                                                AgentId agent, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT agent_id, workspace_id, at, kind, machine_id, actor_name FROM machine_event "
      "WHERE workspace_id = :workspace AND agent_id = :agent ORDER BY sequence DESC LIMIT :limit"));
  return storage::all(select.id(":workspace", workspace).id(":agent", agent).integer(":limit", limit),
                      read_machine_event);
}

}  // namespace connlog::storage
