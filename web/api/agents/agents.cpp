// Agents: list, add, show, change, remove, tokens, machines, readings.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <semaphore>

#include "core/base/value_or.h"
#include "core/watch/group.h"
#include "core/watch/series.h"
#include "web/api/agents/handlers.h"
#include "web/api/slot.h"
#include "web/api/agent_programs.h"
#include "web/api/views.h"
#include "web/api/agents/views.h"
#include "web/api/watch/agents_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

constexpr std::size_t kTagsMax = 20;
constexpr std::size_t kTagCharactersMax = 40;
constexpr int kMachineEventsMax = 200;
constexpr seconds kReadingsByDefault{24 * 3600};

constexpr seconds kLongLook{8 * 86'400};

// For readings of more than a week. Such a request occupies a worker, and heartbeats need the same workers.
std::counting_semaphore<2> free_slots(2);

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool matches_text(const LiveAgent& live, const std::string& wanted) {
  if (wanted.empty()) return true;
  const auto has = [&](const std::string& text) { return lower(text).find(wanted) != std::string::npos; };
  return has(live.agent.name) || has(live.agent.hostname) ||
         std::any_of(live.agent.tags.begin(), live.agent.tags.end(), has);
}

// Failed agents first, because people look for those.
int severity_rank(AgentState state) {
  switch (state) {
    case AgentState::down:
      return 0;
    case AgentState::warning:
      return 1;
    case AgentState::unknown:
      return 2;
    case AgentState::pending:
      return 3;
    case AgentState::up:
      return 4;
    case AgentState::disabled:
      return 5;
  }
  return 6;
}

Error no_such_agent() {
  return Error{ErrorCode::not_found, "There is no such agent."};
}

Result<LiveAgent> live_agent(const Context& ctx) {
  const AgentId id = TRY(ctx.id<AgentId>());
  auto live = agent_in_sight(ctx, id);
  if (!live) return no_such_agent();
  return *std::move(live);
}

// The agent as it will be after the commit, with its state from the directory.
LiveAgent as_changed(const AgentDirectory& directory, const Agent& agent) {
  LiveAgent live = directory.find(agent.workspace, agent.id).value_or(LiveAgent{});
  const bool enabled_again = live.agent.disabled && !agent.disabled;
  live.agent = agent;
  if (!live.last_seen_at.is_set()) live.last_seen_at = agent.last_seen_at;
  if (agent.disabled) {
    live.state = AgentState::disabled;
  } else if (enabled_again) {
    live.state = agent.first_seen_at.is_set() ? AgentState::down : AgentState::pending;
  }
  return live;
}

// Absent: the team stays. An empty text: no team.
Result<std::optional<TeamId>> team_of(const Body& body) {
  const auto text = TRY(body.maybe_text("team_id", 0, 64));
  if (!text) return std::optional<TeamId>{};
  TeamId team;
  if (!text->empty() && !TeamId::parse(*text, team)) return invalid("team_id", "There is no such team.");
  return std::optional<TeamId>(team);
}

Result<std::optional<std::vector<GroupId>>> groups_of(const Body& body) {
  const auto texts = TRY(body.maybe_texts("group_ids", kGroupsOfAgentMax, 64));
  if (!texts) return std::optional<std::vector<GroupId>>{};
  std::vector<GroupId> groups;
  for (const std::string& text : *texts) {
    if (!GroupId::parse(text, groups.emplace_back())) return invalid("group_ids", "There is no such group.");
  }
  return std::optional<std::vector<GroupId>>(std::move(groups));
}

json with_commands(const WebOptions& options, const AgentDirectory& directory, const AgentWithToken& made) {
  const InstallScriptFacts facts = install_facts(options);
  return {{"agent", view(as_changed(directory, made.agent))},
          {"token", made.token.reveal()},
          {"install_command", install_command(facts, made.token.reveal())},
          {"run_command", run_command(facts, made.token.reveal())}};
}

}  // namespace

Result<Reply> list_agents(Context& ctx) {
  const PageOfList page = TRY(ctx.page(200, 1000));
  const auto query = TRY(ctx.query_text("q", 80));
  const std::string wanted = lower(query);
  const std::string state = TRY(ctx.query_text("state", 20));
  const std::string tag = TRY(ctx.query_text("tag", kTagCharactersMax));
  const std::string sort = TRY(ctx.query_text("sort", 20));
  if (!sort.empty() && sort != "name" && sort != "state" && sort != "last_seen")
    return invalid("sort", "This must be one of: name, state, last_seen.");
  GroupId group;
  if (const std::string text = TRY(ctx.query_text("group", 64)); !text.empty() && !GroupId::parse(text, group))
    return invalid("group", "There is no such group.");
  TeamId team;
  if (const std::string text = TRY(ctx.query_text("team", 64)); !text.empty() && !TeamId::parse(text, team))
    return invalid("team", "There is no such team.");
  std::vector<LiveAgent> fleet = agents_in_sight(ctx);
  std::erase_if(fleet, [&](const LiveAgent& live) {
    const bool tagged =
        tag.empty() || std::find(live.agent.tags.begin(), live.agent.tags.end(), tag) != live.agent.tags.end();
    const auto& groups = live.agent.groups;
    if (!group.is_nil() && std::find(groups.begin(), groups.end(), group) == groups.end()) return true;
    if (!team.is_nil() && live.agent.team != team) return true;
    return !tagged || (!state.empty() && to_text(live.state) != state) || !matches_text(live, wanted);
  });
  if (sort == "state") {
    std::stable_sort(fleet.begin(), fleet.end(),
                     [](const auto& a, const auto& b) { return severity_rank(a.state) < severity_rank(b.state); });
  } else if (sort == "last_seen") {
    std::stable_sort(fleet.begin(), fleet.end(),
                     [](const auto& a, const auto& b) { return a.last_seen_at > b.last_seen_at; });
  }
  auto begin = fleet.begin();
  if (!page.after.empty()) {
    AgentId after;
    if (!AgentId::parse(page.after, after)) return invalid("after", "This is not a cursor of this list.");
    const auto found =
        std::find_if(fleet.begin(), fleet.end(), [&](const LiveAgent& live) { return live.agent.id == after; });
    // If the cursor's agent was removed, the list starts again from the beginning.
    if (found != fleet.end()) begin = found + 1;
  }
  json items = json::array();
  auto at = begin;
  for (; at != fleet.end() && items.size() < static_cast<std::size_t>(page.limit); ++at) items.push_back(view(*at));
  const bool more = at != fleet.end();
  return json_reply(200,
                    {{"items", std::move(items)}, {"next", more ? json((at - 1)->agent.id.text()) : json(nullptr)}});
}

Result<Reply> add_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  NewAgent wanted;
  wanted.name = TRY(body.text("name", 1, 80));
  wanted.tags = TRY(value_or(body.maybe_texts("tags", kTagsMax, kTagCharactersMax), {}));
  wanted.interval_seconds = TRY(value_or(body.maybe_integer("interval_seconds", 10, 86'400), wanted.interval_seconds));
  wanted.missed_threshold = TRY(value_or(body.maybe_integer("missed_threshold", 1, 100), wanted.missed_threshold));
  wanted.authorised = TRY(value_or(body.maybe_flag("authorised"), false));
  wanted.team = TRY(team_of(body));
  wanted.groups = TRY(value_or(groups_of(body), {}));
  return ctx.create([&services, &options = ctx.options(), actor = ctx.actor, wanted](Transaction& tx) -> Result<Reply> {
    const AgentWithToken made = TRY(services.agent_service.add(tx, actor, wanted));
    return json_reply(201, with_commands(options, services.directory, made));
  });
}

Result<Reply> show_agent(Context& ctx) {
  const LiveAgent live = TRY(live_agent(ctx));
  return tagged(json_reply(200, view(live)), live.agent.config_version);
}

Result<Reply> change_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const AgentId id = TRY(ctx.id<AgentId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  AgentChange change;
  change.name = TRY(body.maybe_text("name", 1, 80));
  change.tags = TRY(body.maybe_texts("tags", kTagsMax, kTagCharactersMax));
  change.interval_seconds = TRY(body.maybe_integer("interval_seconds", 10, 86'400));
  change.missed_threshold = TRY(body.maybe_integer("missed_threshold", 1, 100));
  change.disabled = TRY(body.maybe_flag("disabled"));
  change.team = TRY(team_of(body));
  change.groups = TRY(groups_of(body));
  if (const auto metrics = TRY(body.maybe_object("metrics"))) {
    wire::MetricToggles toggles;
    toggles.cpu = TRY(metrics->flag("cpu"));
    toggles.memory = TRY(metrics->flag("memory"));
    toggles.disk = TRY(metrics->flag("disk"));
    toggles.load = TRY(metrics->flag("load"));
    change.metrics = toggles;
  }
  return ctx.write([&services, actor = ctx.actor, id, change, expected](Transaction& tx) -> Result<Reply> {
    const auto before = TRY(services.agents.find(tx, actor.workspace, id));
    if (!before || before->removed_at.is_set() || !actor.sight.sees(before->team)) return no_such_agent();
    if (expected != 0 && expected != static_cast<std::int64_t>(before->config_version)) {
      return Error{ErrorCode::conflict,
                   "Somebody else changed this agent first. Read it again and repeat your change."};
    }
    const Agent agent = TRY(services.agent_service.change(tx, actor, id, change));
    return tagged(json_reply(200, view(as_changed(services.directory, agent))), agent.config_version);
  });
}

Result<Reply> remove_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<AgentId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.agent_service.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> rotate_agent_token(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<AgentId>());
  return ctx.create([&services, &options = ctx.options(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const AgentWithToken made = TRY(services.agent_service.rotate_token(tx, actor, id));
    return json_reply(200, with_commands(options, services.directory, made));
  });
}

Result<Reply> decide_machine(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::size_t decision = TRY(body.one_of("decision", {"approve", "reject"}));
  const bool approve = decision == 0;
  const auto id = TRY(ctx.id<AgentId>());
  return ctx.write([&services, actor = ctx.actor, id, approve](Transaction& tx) -> Result<Reply> {
    const Agent agent = TRY(services.agent_service.decide_machine(tx, actor, id, approve));
    return json_reply(200, view(as_changed(services.directory, agent)));
  });
}

Result<Reply> machine_events(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LiveAgent live = TRY(live_agent(ctx));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto events =
        TRY(services.agents.machine_events(snapshot, ctx.workspace->id, live.agent.id, kMachineEventsMax));
    for (const MachineEvent& event : events) {
      items.push_back(view(event));
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> agent_readings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LiveAgent live = TRY(live_agent(ctx));
  const Instant to = TRY(value_or(ctx.query_time("to"), services.clock.now()));
  const Instant from = TRY(value_or(ctx.query_time("from"), to - kReadingsByDefault));
  const std::int64_t points = TRY(value_or(ctx.query_integer("points", 1, Series::kPointsMax), 300));
  std::optional<Slot<2>> slot;
  if (to - from > kLongLook) slot.emplace(free_slots);
  if (slot && !slot->held())
    return Error{ErrorCode::unavailable, "Others look at long times right now. Try again in a moment.", {}, {}, 2};
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Series series = TRY(series_of(services.readings, snapshot, ctx.workspace->id, live.agent.id, from, to, points,
                                        live.agent.interval_seconds));
    json lines = json::object();
    for (const auto& [row, line] : series.lines) {
      json values = json::array();
      for (const std::optional<std::int64_t> value : line) values.push_back(value_view(*row, value));
      lines[std::string(row->word)] = std::move(values);
    }
    json at = json::array();
    for (const Instant instant : series.at) at.push_back(time_view(instant));
    return json_reply(200, {{"from", time_view(series.from)},
                            {"to", time_view(series.to)},
                            {"step_seconds", series.step_seconds},
                            {"at", std::move(at)},
                            {"series", std::move(lines)}});
  });
}

}  // namespace connlog::web::agents
