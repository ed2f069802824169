// Agents: list, add, show, change, remove, tokens, machines, readings.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <semaphore>
#include <utility>

#include "core/base/text.h"
#include "core/base/value_or.h"
#include "core/watch/series.h"
#include "core/watch/subject_filter.h"
#include "web/api/agent_programs.h"
#include "web/api/agents/handlers.h"
#include "web/api/agents/views.h"
#include "web/api/slot.h"
#include "web/api/views.h"
#include "web/api/watch/subject_body.h"
#include "web/api/watch/subject_query.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subjects_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

constexpr int kMachineEventsMax = 200;
constexpr seconds kReadingsByDefault{24 * 3600};

constexpr seconds kLongLook{8 * 86'400};

// For readings of more than a week. Such a request occupies a worker, and heartbeats need the same workers.
std::counting_semaphore<2> free_slots(2);

// An agent is also found by its host's name.
bool fits(const SubjectFilter& filter, const SubjectFilter& without_text, const LiveAgent& live) {
  if (filter.matches(live)) return true;
  if (filter.text.empty() || !without_text.matches(live)) return false;
  return folded(live.agent.hostname).find(folded(filter.text)) != std::string::npos;
}

Error no_such_agent() {
  return Error{ErrorCode::not_found, "There is no such agent."};
}

Result<LiveAgent> live_agent(const Context& ctx) {
  const AgentId id = TRY(ctx.id<AgentId>());
  auto live = ctx.of<Services>().directory.find(ctx.workspace->id, id);
  if (!live || !ctx.actor.sight.sees(live->row->teams)) return no_such_agent();
  live->row = as_seen(ctx.of<watch::Services>().directory, ctx.actor, std::move(live->row));
  return *std::move(live);
}

// The agent as it will be after the commit.
Result<LiveAgent> changed(Snapshot& snapshot, const watch::Services& watched, const Actor& actor, const Agent& agent) {
  LiveSubject subject = TRY(as_changed(snapshot, watched, actor, agent.id));
  return LiveAgent{std::move(subject), agent};
}

Result<json> with_commands(Snapshot& snapshot, const watch::Services& watched, const WebOptions& options,
                           const Actor& actor, const AgentWithToken& made) {
  const LiveAgent live = TRY(changed(snapshot, watched, actor, made.agent));
  const InstallScriptFacts facts = install_facts(options);
  return json{{"agent", view(live)},
              {"token", made.token.reveal()},
              {"install_command", install_command(facts, made.token.reveal())},
              {"run_command", run_command(facts, made.token.reveal())}};
}

// What only agents have.
Result<void> read_settings(const Body& body, AgentChange& change) {
  change.interval_seconds = TRY(body.maybe_integer("interval_seconds", 10, 86'400));
  change.missed_threshold = TRY(body.maybe_integer("missed_threshold", 1, 100));
  change.disabled = TRY(body.maybe_flag("disabled"));
  const auto metrics = TRY(body.maybe_object("metrics"));
  if (!metrics) return {};
  wire::MetricToggles toggles;
  toggles.cpu = TRY(metrics->flag("cpu"));
  toggles.memory = TRY(metrics->flag("memory"));
  toggles.disk = TRY(metrics->flag("disk"));
  toggles.load = TRY(metrics->flag("load"));
  change.metrics = toggles;
  return {};
}

}  // namespace

Result<Reply> list_agents(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const PageOfList page = TRY(ctx.page(200, 1000, kSubjectCursorCharactersMax));
  const SubjectFilter filter = TRY(subject_filter_of(ctx));
  const SubjectOrder order = TRY(subject_order_of(ctx));
  SubjectFilter without_text = filter;
  without_text.text.clear();
  const SubjectDirectory& watched = ctx.of<watch::Services>().directory;
  std::vector<LiveSubject> found;
  for (LiveAgent& live : services.directory.list(ctx.workspace->id)) {
    if (!ctx.actor.sight.sees(live.row->teams)) continue;
    live.row = as_seen(watched, ctx.actor, std::move(live.row));
    if (fits(filter, without_text, live)) found.push_back(std::move(live));
  }
  TRY(order_from(found, order, page.after));
  const bool more = found.size() > static_cast<std::size_t>(page.limit);
  if (more) found.resize(static_cast<std::size_t>(page.limit));
  json items = json::array();
  for (const LiveSubject& live : found) {
    auto agent = services.directory.find(ctx.workspace->id, AgentId::of(live.id()));
    if (!agent) continue;  // it was removed just now
    agent->row = live.row;
    json item = view(*agent);
    item["maintenance"] = is_maintained(ctx.of<watch::Services>(), *live.row);
    items.push_back(std::move(item));
  }
  return json_reply(200, {{"items", std::move(items)},
                          {"next", more ? json(cursor_at(found.back(), order)) : json(nullptr)}});
}

Result<Reply> add_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  NewSubject subject = TRY(new_subject_of(body));
  NewAgent wanted;
  static_cast<NewSubject&>(wanted) = std::move(subject);
  wanted.interval_seconds = TRY(value_or(body.maybe_integer("interval_seconds", 10, 86'400), wanted.interval_seconds));
  wanted.missed_threshold = TRY(value_or(body.maybe_integer("missed_threshold", 1, 100), wanted.missed_threshold));
  wanted.authorised = TRY(value_or(body.maybe_flag("authorised"), false));
  return ctx.create([&services, &watched = ctx.of<watch::Services>(), &options = ctx.options(), actor = ctx.actor,
                     wanted](Transaction& tx) -> Result<Reply> {
    const AgentWithToken made = TRY(services.agent_service.add(tx, actor, wanted));
    const json shown = TRY(with_commands(tx, watched, options, actor, made));
    return json_reply(201, shown);
  });
}

Result<Reply> show_agent(Context& ctx) {
  const LiveAgent live = TRY(live_agent(ctx));
  return tagged(json_reply(200, view(live)), live.row->version);
}

Result<Reply> change_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const AgentId id = TRY(ctx.id<AgentId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  SubjectChange of_subject = TRY(subject_change_of(body));
  AgentChange change;
  static_cast<SubjectChange&>(change) = std::move(of_subject);
  TRY(read_settings(body, change));
  return ctx.write([&services, &watched = ctx.of<watch::Services>(), actor = ctx.actor, id, change,
                    expected](Transaction& tx) -> Result<Reply> {
    const AgentAndSubject now = TRY(services.agent_service.change(tx, actor, id, change, expected));
    const LiveAgent live = TRY(changed(tx, watched, actor, now.agent));
    return tagged(json_reply(200, view(live)), live.row->version);
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
  return ctx.create([&services, &watched = ctx.of<watch::Services>(), &options = ctx.options(), actor = ctx.actor,
                     id](Transaction& tx) -> Result<Reply> {
    const AgentWithToken made = TRY(services.agent_service.rotate_token(tx, actor, id));
    const json shown = TRY(with_commands(tx, watched, options, actor, made));
    return json_reply(200, shown);
  });
}

Result<Reply> decide_machine(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::size_t decision = TRY(body.one_of("decision", {"approve", "reject"}));
  const bool approve = decision == 0;
  const auto id = TRY(ctx.id<AgentId>());
  return ctx.write([&services, &watched = ctx.of<watch::Services>(), actor = ctx.actor, id,
                    approve](Transaction& tx) -> Result<Reply> {
    const AgentAndSubject now = TRY(services.agent_service.decide_machine(tx, actor, id, approve));
    const LiveAgent live = TRY(changed(tx, watched, actor, now.agent));
    return json_reply(200, view(live));
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
    json shown = view(series);
    shown["maintenances"] = TRY(maintenances_view(snapshot, ctx.of<watch::Services>(), *live.row, from, to));
    return json_reply(200, shown);
  });
}

}  // namespace connlog::web::agents
