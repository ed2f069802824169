#include "web/api/monitors/monitor_answer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "web/api/monitors/monitor_view.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subjects_in_sight.h"

namespace connlog::web::monitors {
namespace {

constexpr seconds kDay{86'400};

std::optional<std::int64_t> percent(const std::vector<StateChange>& changes, Instant now, int days,
                                    const std::vector<QuietWindow>& without) {
  return uptime_of(changes, now - kDay * days, now, without).percent_x100();
}

std::optional<Instant> next_at(const Services& services, const LiveMonitor& live) {
  if (services.checks == nullptr || live.monitor.ping) return std::nullopt;
  return services.checks->next_at(live.monitor.id.bytes);
}

}  // namespace

Error no_such_monitor() {
  return Error{ErrorCode::not_found, "There is no such monitor."};
}

Result<LiveMonitor> live_monitor(const Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  auto live = ctx.of<Services>().directory.find(ctx.workspace->id, id);
  if (!live || !ctx.actor.sight.sees(live->row->teams)) return no_such_monitor();
  live->row = as_seen(ctx.of<watch::Services>().directory, ctx.actor, std::move(live->row));
  return *std::move(live);
}

Result<nlohmann::json> shown(Snapshot& snapshot, const Around& around, const Actor& actor, const LiveMonitor& live) {
  const Services& services = around.services;
  MonitorFacts facts;
  facts.now = services.clock.now();
  const LiveSubject& subject = live;
  const QuietService& quiets = around.watched.quiet_service;
  const MaintainedTimes of_bars =
      TRY(quiets.maintained(snapshot, actor.workspace, MonitorUptimes::first_day(facts.now), facts.now));
  const auto bars = TRY(services.uptimes.of(snapshot, actor.workspace, {&subject, 1}, facts.now, of_bars));
  facts.bars = bars.front();
  const auto changes =
      TRY(services.subjects.changes(snapshot, actor.workspace, live.id(), facts.now - kDay * 365, facts.now));
  const MaintainedTimes maintained = TRY(quiets.maintained(snapshot, actor.workspace, facts.now - kDay * 365, facts.now));
  const std::vector<QuietWindow> without = maintained.of(*live.row);
  facts.day = percent(changes, facts.now, 1, without);
  facts.week = percent(changes, facts.now, 7, without);
  facts.month = percent(changes, facts.now, 30, without);
  facts.quarter = percent(changes, facts.now, 90, without);
  facts.year = percent(changes, facts.now, 365, without);
  facts.next_at = next_at(services, live);
  facts.name_of = [&](const SubjectId& id) {
    const auto row = around.watched.directory.row(actor.workspace, id);
    return row != nullptr && actor.sight.sees(row->teams) ? row->name : std::string();
  };
  nlohmann::json shown = view(live, facts);
  shown["maintenance"] = is_maintained(around.watched, *live.row);
  return shown;
}

Result<Reply> answer(Snapshot& snapshot, const Around& around, const Actor& actor, int status, const Monitor& monitor) {
  LiveMonitor live = around.services.directory.find(actor.workspace, monitor.id).value_or(LiveMonitor{});
  LiveSubject subject = TRY(as_changed(snapshot, around.watched, actor, monitor.id));
  static_cast<LiveSubject&>(live) = std::move(subject);
  live.monitor = monitor;
  live.timing = effective_timing(monitor.own, *live.row, around.services.directory.defaults(actor.workspace));
  if (const CheckKind* kind = all_checks().find(monitor.kind)) live.shown_fields = kind->shown(monitor.fields);
  const nlohmann::json body = TRY(shown(snapshot, around, actor, live));
  return tagged(json_reply(status, body), live.row->version);
}

}  // namespace connlog::web::monitors
