// What monitors add to a workspace's export: event sources, the monitors without their secrets, what groups and tags set for them, and the
// pings that are kept.
#include <nlohmann/json.hpp>

#include "web/api/monitors/event_services.h"
#include "web/api/monitors/event_view.h"
#include "web/api/monitors/handlers.h"
#include "web/api/monitors/monitor_view.h"
#include "web/api/views.h"
#include "web/api/watch/subject_columns.h"
#include "web/api/watch/views.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr int kPingsPage = 200;

json secrets_set(const Monitor& monitor) {
  json names = json::array();
  for (const SealedField& sealed : monitor.sealed) names.push_back(sealed.field);
  return names;
}

Result<void> write_monitors(Context& ctx, Section& section) {
  const std::vector<LiveMonitor> monitors = ctx.of<Services>().directory.list(ctx.workspace->id);
  for (const LiveMonitor& live : monitors) {
    json item = subject_view(live);
    json agents = json::array();
    for (const AgentId& agent : live.monitor.probes) agents.push_back(agent.text());
    item.update({{"check", live.monitor.kind},
                 {"fields", fields_view(live.monitor)},
                 {"secrets_set", secrets_set(live.monitor)},
                 {"own", own_view(live.monitor.own)},
                 {"slow_after_ms", live.monitor.slow_after_ms},
                 {"certificate_days_limit", live.monitor.certificate_days},
                 {"invert", live.monitor.invert},
                 {"probes",
                  {{"mode", to_text(live.monitor.probe_mode)},
                   {"agents", std::move(agents)},
                   {"needed", live.monitor.probes_needed}}},
                 {"slug", live.monitor.ping ? json(live.monitor.ping->slug) : json(nullptr)}});
    TRY(section.item(item));
  }
  return {};
}

Result<void> write_defaults(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  std::vector<CheckDefaults> all;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    all = TRY(services.monitors.defaults(snapshot, ctx.workspace->id));
    return {};
  });
  TRY(read);
  for (const CheckDefaults& each : all) {
    json item = own_view(each.timing);
    json recipients = json::array();
    for (const RecipientId& recipient : each.recipients) recipients.push_back(recipient.text());
    item.update({{"scope", to_text(each.scope)}, {"of", each.of}, {"recipient_ids", std::move(recipients)}});
    TRY(section.item(item));
  }
  return {};
}

Result<void> write_pings_of(const Services& services, const LiveMonitor& live, Section& section) {
  std::int64_t before = INT64_MAX;
  while (true) {
    std::vector<Ping> page;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      page = TRY(services.pings.list(snapshot, live.monitor.workspace, live.monitor.id, before, kPingsPage));
      return {};
    });
    TRY(read);
    for (const Ping& ping : page) {
      TRY(section.item({{"monitor_id", ping.monitor.text()},
                        {"n", ping.n},
                        {"at", time_view(ping.at)},
                        {"kind", to_text(ping.kind)},
                        {"method", ping.method},
                        {"address", ping.address},
                        {"user_agent", ping.user_agent},
                        {"exit_status", ping.exit_status ? json(*ping.exit_status) : json(nullptr)},
                        {"duration_seconds",
                         ping.duration ? json(static_cast<double>(ping.duration->count()) / 1e6) : json(nullptr)},
                        {"body", ping.body}}));
    }
    if (page.size() < static_cast<std::size_t>(kPingsPage)) return {};
    before = page.back().n;
  }
}

Result<void> write_pings(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  const std::vector<LiveMonitor> monitors = services.directory.list(ctx.workspace->id);
  for (const LiveMonitor& live : monitors) {
    if (live.monitor.ping) TRY(write_pings_of(services, live, section));
  }
  return {};
}

// Without keys; of those the beginning, by which people know them.
Result<void> write_sources(Context& ctx, Section& section) {
  const EventServices& events = ctx.of<EventServices>();
  for (const LiveSubject& live : events.directory.list(ctx.workspace->id)) {
    if (live.row->kind != SubjectKind::source) continue;
    const auto source = events.events.live(EventSourceId::of(live.id()));
    if (!source) continue;
    json item = subject_view(live);
    item.update({{"format", to_text(source->format)},
                 {"key_start", source->key_start},
                 {"addresses", addresses_view(*source)},
                 {"stale_after_seconds", source->stale_after_seconds},
                 {"watchdog_event", source->watchdog_event},
                 {"watchdog_seconds", source->watchdog_seconds},
                 {"watchdog_at", time_view(source->watchdog_at)},
                 {"last_at", time_view(source->last_at)}});
    TRY(section.item(item));
  }
  return {};
}

constexpr auto kSourceColumns = [] {
  using enum ColumnType;
  constexpr std::array kOwn{
      Column{"format", text, "How it sends: alertmanager, pagerduty, json"},
      Column{"key_start", text, "The beginning of its key; no key is exported"},
      Column{"addresses", list, "From where it may send; empty: from anywhere"},
      Column{"stale_after_seconds", integer, "When an event ends of which nothing is heard", Missing::never, "seconds"},
      Column{"watchdog_event", text, "The event that must keep coming; empty: none"},
      Column{"watchdog_seconds", integer, "How long it may stay away", Missing::never, "seconds"},
      Column{"watchdog_at", time, "When it came last", Missing::null},
      Column{"last_at", time, "Its last message", Missing::null}};
  return add_columns(kSubjectColumns, kOwn);
}();

constexpr auto kMonitorColumns = [] {
  using enum ColumnType;
  constexpr std::array kOwn{
      Column{"check", text, "Its kind of check: http, tcp, ping, dns, tls, ntp, push, manual"},
      Column{"fields", object, "The values of the kind's fields that are not secret"},
      Column{"secrets_set", list, "The names of its secret fields that are set; no secret is exported"},
      Column{"own", object, "Its own timing: interval_seconds, retries, retry_interval_seconds, time_limit_ms, recover_after; null: "
                            "that of its groups and tags"},
      Column{"slow_after_ms", integer, "Slower answers are degraded; 0: no limit", Missing::never, "milliseconds"},
      Column{"certificate_days_limit", integer, "Fewer days left of its certificate are degraded; 0: not looked at",
             Missing::never, "days"},
      Column{"invert", boolean, "Whether it must not answer"},
      Column{"probes", object, "From where it is checked: mode, agents, needed"},
      Column{"slug", text, "The name in its ping address", Missing::null}};
  return add_columns(kSubjectColumns, kOwn);
}();

constexpr Column kDefaultColumns[] = {
    {"scope", ColumnType::text, "What sets it: group or tag"},
    {"of", ColumnType::text, "The group (an id in subjects), or the tag"},
    {"interval_seconds", ColumnType::integer, "How often monitors in it are checked", Missing::null, "seconds"},
    {"retries", ColumnType::integer, "How many more failures before one is down", Missing::null},
    {"retry_interval_seconds", ColumnType::integer, "How soon a failed check is repeated", Missing::null, "seconds"},
    {"time_limit_ms", ColumnType::integer, "How long a check may take", Missing::null, "milliseconds"},
    {"recover_after", ColumnType::integer, "How many good results before one is up again", Missing::null},
    {"recipient_ids", ColumnType::list, "Who is told where a rule names nobody: ids in recipients"},
};

constexpr Column kPingColumns[] = {
    {"monitor_id", ColumnType::id, "The monitor that was pinged: an id in monitors"},
    {"n", ColumnType::integer, "Its number, from 1"},
    {"at", ColumnType::time, "When it came"},
    {"kind", ColumnType::text, "success, start, fail, log, or ign (ignored)"},
    {"method", ColumnType::text, "The method of the request"},
    {"address", ColumnType::text, "Where it came from"},
    {"user_agent", ColumnType::text, "What program sent it, by its own word"},
    {"exit_status", ColumnType::integer, "The exit status that it told", Missing::null},
    {"duration_seconds", ColumnType::number, "How long the run took that it ended", Missing::null, "seconds"},
    {"body", ColumnType::text, "What it brought along, secrets masked"},
};

constexpr WorkspaceSection kSections[] = {
    {"event_sources", "A system whose events become incidents: what every subject has, and what only event sources have.",
     kSourceColumns, write_sources},
    {"monitors", "A monitor: what every subject has, and what only monitors have.", kMonitorColumns, write_monitors},
    {"check_defaults", "What a group or a tag sets for the monitors in it.", kDefaultColumns, write_defaults},
    {"pings", "A ping of a job that is kept. All pings of a monitor stand together, newest first.", kPingColumns,
     write_pings},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::monitors
