// Agents, their tags and the history of their machine binding, in SQL.
#include "storage/watch/stores.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_agent reads them.
#define CONNLOG_AGENT_COLUMNS                                                                                         \
  "id, workspace_id, name, token_digest, token_hint, interval_seconds, missed_threshold, metric_cpu, metric_memory, " \
  "metric_disk, metric_load, config_version, disabled, created_at, removed_at, agent_version, hostname, os, arch, "   \
  "core_count, machine_id, pending_machine_id, first_seen_at, last_seen_at, offline_since, interval_in_force_seconds"

Agent read_agent(Row& row) {
  Agent agent;
  agent.id = row.id<AgentId>();
  agent.workspace = row.id<WorkspaceId>();
  agent.name = row.text();
  agent.token_digest = row.bytes<32>();
  agent.token_hint = row.text();
  agent.interval_seconds = row.integer();
  agent.missed_threshold = row.integer();
  agent.metrics.cpu = row.boolean();
  agent.metrics.memory = row.boolean();
  agent.metrics.disk = row.boolean();
  agent.metrics.load = row.boolean();
  agent.config_version = static_cast<std::uint32_t>(row.integer());
  agent.disabled = row.boolean();
  agent.created_at = row.instant();
  agent.removed_at = row.instant();
  agent.agent_version = row.text();
  agent.hostname = row.text();
  agent.os = row.text();
  agent.arch = row.text();
  agent.core_count = row.integer();
  agent.machine_id = row.text();
  agent.pending_machine_id = row.text();
  agent.first_seen_at = row.instant();
  agent.last_seen_at = row.instant();
  agent.offline_since = row.instant();
  agent.interval_in_force_seconds = row.integer();
  return agent;
}

void bind_agent(Statement& statement, const Agent& agent) {
  statement.id(":id", agent.id)
      .id(":workspace", agent.workspace)
      .text(":name", agent.name)
      .blob(":token_digest", agent.token_digest)
      .text(":token_hint", agent.token_hint)
      .integer(":interval_seconds", agent.interval_seconds)
      .integer(":missed_threshold", agent.missed_threshold)
      .boolean(":metric_cpu", agent.metrics.cpu)
      .boolean(":metric_memory", agent.metrics.memory)
      .boolean(":metric_disk", agent.metrics.disk)
      .boolean(":metric_load", agent.metrics.load)
      .integer(":config_version", agent.config_version)
      .boolean(":disabled", agent.disabled)
      .instant(":removed_at", agent.removed_at)
      .text(":agent_version", agent.agent_version)
      .text(":hostname", agent.hostname)
      .text(":os", agent.os)
      .text(":arch", agent.arch)
      .integer(":core_count", agent.core_count)
      .text(":machine_id", agent.machine_id)
      .text(":pending_machine_id", agent.pending_machine_id)
      .instant(":first_seen_at", agent.first_seen_at)
      .instant(":last_seen_at", agent.last_seen_at)
      .instant(":offline_since", agent.offline_since)
      .integer(":interval_in_force_seconds", agent.interval_in_force_seconds);
}

struct Tag {
  AgentId agent;
  std::string text;
};

Tag read_tag(Row& row) {
  Tag tag;
  tag.agent = row.id<AgentId>();
  tag.text = row.text();
  return tag;
}

struct Belonging {
  AgentId agent;
  Uuid to;
};

Belonging read_belonging(Row& row) {
  Belonging belonging;
  belonging.agent = row.id<AgentId>();
  belonging.to = row.id<Uuid>();
  return belonging;
}

// Sets the teams and groups of `agents`. Rows of `teams`: agent, team; rows of `groups`: agent, group.
Result<void> give_team_and_groups(std::vector<Agent>& agents, Statement teams, Statement groups) {
  std::unordered_map<AgentId, Agent*> by_id;
  for (Agent& agent : agents) by_id[agent.id] = &agent;
  const auto belongings = TRY(storage::all(teams, read_belonging));
  for (const Belonging& each : belongings) {
    if (const auto found = by_id.find(each.agent); found != by_id.end()) found->second->team = TeamId{each.to};
  }
  const auto group_belongings = TRY(storage::all(groups, read_belonging));
  for (const Belonging& each : group_belongings) {
    if (const auto found = by_id.find(each.agent); found != by_id.end())
      found->second->groups.push_back(GroupId{each.to});
  }
  return {};
}

void give_tags(std::vector<Agent>& agents, std::vector<Tag> tags) {
  std::unordered_map<AgentId, Agent*> by_id;
  for (Agent& agent : agents) by_id[agent.id] = &agent;
  for (Tag& tag : tags) {
    if (const auto found = by_id.find(tag.agent); found != by_id.end())
      found->second->tags.push_back(std::move(tag.text));
  }
}

Result<void> write_tags(Connection& connection, const Agent& agent) {
  Statement remove =
      TRY(connection.prepare("DELETE FROM agent_tag WHERE workspace_id = :workspace AND agent_id = :agent"));
  TRY(remove.id(":workspace", agent.workspace).id(":agent", agent.id).run());
  std::int64_t position = 0;
  for (const std::string& tag : agent.tags) {
    Statement insert =
        TRY(connection.prepare("INSERT INTO agent_tag (workspace_id, agent_id, position, tag) "
                               "VALUES (:workspace, :agent, :position, :tag)"));
    TRY(insert.id(":workspace", agent.workspace)
            .id(":agent", agent.id)
            .integer(":position", position++)
            .text(":tag", tag)
            .run());
  }
  return {};
}

Result<void> write_team_and_groups(Connection& connection, const Agent& agent) {
  Statement leave =
      TRY(connection.prepare("DELETE FROM agent_team WHERE workspace_id = :workspace AND agent_id = :agent"));
  TRY(leave.id(":workspace", agent.workspace).id(":agent", agent.id).run());
  if (!agent.team.is_nil()) {
    Statement join = TRY(connection.prepare(
        "INSERT INTO agent_team (workspace_id, agent_id, team_id) VALUES (:workspace, :agent, :team)"));
    TRY(join.id(":workspace", agent.workspace).id(":agent", agent.id).id(":team", agent.team).run());
  }
  Statement ungroup =
      TRY(connection.prepare("DELETE FROM agent_group_member WHERE workspace_id = :workspace AND agent_id = :agent"));
  TRY(ungroup.id(":workspace", agent.workspace).id(":agent", agent.id).run());
  for (const GroupId& group : agent.groups) {
    Statement join = TRY(connection.prepare(
        "INSERT INTO agent_group_member (workspace_id, agent_id, group_id) VALUES (:workspace, :agent, :group)"));
    TRY(join.id(":workspace", agent.workspace).id(":agent", agent.id).id(":group", group).run());
  }
  return {};
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
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_AGENT_COLUMNS " FROM agent ORDER BY id"));
  std::vector<Agent> agents = TRY(storage::all(select, read_agent));
  Statement tags =
      TRY(at(snapshot).prepare("SELECT agent_id, tag FROM agent_tag ORDER BY workspace_id, agent_id, position"));
  auto all_tags = TRY(storage::all(tags, read_tag));
  give_tags(agents, std::move(all_tags));
  Statement teams = TRY(at(snapshot).prepare("SELECT agent_id, team_id FROM agent_team"));
  Statement groups =
      TRY(at(snapshot).prepare("SELECT agent_id, group_id FROM agent_group_member ORDER BY agent_id, group_id"));
  TRY(give_team_and_groups(agents, std::move(teams), std::move(groups)));
  // Agents of deleted workspaces leave only their tokens' digests. They become tombstones, and the tokens answer 410
  // for ever.
  Statement gone = TRY(at(snapshot).prepare("SELECT token_digest FROM gone_agent"));
  const auto digests = TRY(storage::all(gone, [](Row& row) { return row.bytes<32>(); }));
  for (const TokenDigest& digest : digests) {
    Agent tombstone;
    std::copy_n(digest.begin(), tombstone.id.bytes.size(), tombstone.id.bytes.begin());
    tombstone.token_digest = digest;
    tombstone.removed_at = Instant{1};
    agents.push_back(std::move(tombstone));
  }
  return agents;
}

Result<std::optional<Agent>> SqlAgentStore::find(Snapshot& snapshot, WorkspaceId workspace, AgentId id) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_AGENT_COLUMNS " FROM agent WHERE workspace_id = :workspace AND id = :id"));
  std::optional<Agent> agent = TRY(one(select.id(":workspace", workspace).id(":id", id), read_agent));
  if (!agent) return agent;
  Statement tags = TRY(
      at(snapshot).prepare("SELECT agent_id, tag FROM agent_tag WHERE workspace_id = :workspace AND agent_id = :agent "
                           "ORDER BY position"));
  auto own_tags = TRY(storage::all(tags.id(":workspace", workspace).id(":agent", id), read_tag));
  for (Tag& tag : own_tags) agent->tags.push_back(std::move(tag.text));
  Statement team =
      TRY(at(snapshot).prepare("SELECT team_id FROM agent_team WHERE workspace_id = :workspace AND agent_id = :agent"));
  team.id(":workspace", workspace).id(":agent", id);
  agent->team = TRY(value_or(one(team, [](Row& row) { return row.id<TeamId>(); }), {}));
  Statement groups = TRY(at(snapshot).prepare(
      "SELECT group_id FROM agent_group_member WHERE workspace_id = :workspace AND agent_id = :agent ORDER BY group_id"));
  groups.id(":workspace", workspace).id(":agent", id);
  agent->groups = TRY(storage::all(groups, [](Row& row) { return row.id<GroupId>(); }));
  return agent;
}

Result<std::vector<Agent>> SqlAgentStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_AGENT_COLUMNS
                               " FROM agent WHERE workspace_id = :workspace AND removed_at = 0 ORDER BY name, id"));
  std::vector<Agent> agents = TRY(storage::all(select.id(":workspace", workspace), read_agent));
  Statement tags =
      TRY(at(snapshot).prepare("SELECT agent_id, tag FROM agent_tag WHERE workspace_id = :workspace "
                               "ORDER BY agent_id, position"));
  auto all_tags = TRY(storage::all(tags.id(":workspace", workspace), read_tag));
  give_tags(agents, std::move(all_tags));
  Statement teams =
      TRY(at(snapshot).prepare("SELECT agent_id, team_id FROM agent_team WHERE workspace_id = :workspace"));
  Statement groups =
      TRY(at(snapshot).prepare("SELECT agent_id, group_id FROM agent_group_member WHERE workspace_id = :workspace "
                               "ORDER BY agent_id, group_id"));
  teams.id(":workspace", workspace);
  groups.id(":workspace", workspace);
  TRY(give_team_and_groups(agents, std::move(teams), std::move(groups)));
  return agents;
}

// Numbers are given on the one writer thread, in one statement, so two agents never get the same.
Result<void> SqlAgentStore::insert(Transaction& tx, const Agent& agent) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO agent (number, created_at, id, workspace_id, name, token_digest, token_hint, interval_seconds, missed_threshold, "
      "metric_cpu, metric_memory, metric_disk, metric_load, config_version, disabled, removed_at, agent_version, hostname, os, arch, "
      "core_count, machine_id, pending_machine_id, first_seen_at, last_seen_at, offline_since, interval_in_force_seconds) "
      "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM (SELECT number FROM agent UNION ALL SELECT number FROM gone_agent) AS used), "
      ":created_at, :id, :workspace, :name, :token_digest, :token_hint, "
      ":interval_seconds, :missed_threshold, :metric_cpu, :metric_memory, :metric_disk, :metric_load, :config_version, :disabled, "
      ":removed_at, :agent_version, :hostname, :os, :arch, :core_count, :machine_id, :pending_machine_id, :first_seen_at, "
      ":last_seen_at, :offline_since, :interval_in_force_seconds)"));
  bind_agent(insert, agent);
  TRY(insert.instant(":created_at", agent.created_at).run());
  TRY(write_tags(at(tx), agent));
  return write_team_and_groups(at(tx), agent);
}

Result<void> SqlAgentStore::update(Transaction& tx, const Agent& agent) {
  {
    Statement update = TRY(at(tx).prepare(
        "UPDATE agent SET name = :name, token_digest = :token_digest, token_hint = :token_hint, interval_seconds = :interval_seconds, "
        "missed_threshold = :missed_threshold, metric_cpu = :metric_cpu, metric_memory = :metric_memory, metric_disk = :metric_disk, "
        "metric_load = :metric_load, config_version = :config_version, disabled = :disabled, removed_at = :removed_at, "
        "agent_version = :agent_version, hostname = :hostname, os = :os, arch = :arch, core_count = :core_count, "
        "machine_id = :machine_id, pending_machine_id = :pending_machine_id, first_seen_at = :first_seen_at, "
        "last_seen_at = :last_seen_at, offline_since = :offline_since, interval_in_force_seconds = :interval_in_force_seconds "
        "WHERE workspace_id = :workspace AND id = :id"));
    bind_agent(update, agent);
    TRY(exactly_one(update, "agent"));
  }
  TRY(write_tags(at(tx), agent));
  return write_team_and_groups(at(tx), agent);
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
