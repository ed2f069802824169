// The pipeline between incidents and messages, wired: what it asks of the other rooms, and what the scheduler's rounds make it do.
#include "cli/appliance_services.h"
#include "core/agents/agent_entry.h"
#include "core/base/log.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

void say(const char* what, const Error& error) {
  log_error(what, {{"why", error.message}, {"cause", error.cause}});
}

// How often it reports, or is checked. 0: nobody says.
seconds interval_of(const Subject& subject, const AgentDirectory& agents, const MonitorDirectory& monitors) {
  if (subject.kind == SubjectKind::agent) {
    AgentEntry* entry = agents.by_id(AgentId::of(subject.id));
    if (entry == nullptr) return seconds(0);
    const std::lock_guard lock(entry->mutex);
    return seconds(entry->agent.interval_seconds);
  }
  if (subject.kind == SubjectKind::monitor) {
    MonitorEntry* entry = monitors.by_id(MonitorId::of(subject.id));
    if (entry == nullptr) return seconds(0);
    const std::lock_guard lock(entry->mutex);
    return seconds(entry->timing.interval_seconds.value);
  }
  return seconds(0);
}

}  // namespace

Stores& ApplianceServices::stores_of_heartbeats() const {
  return parts.stores_of_heartbeats != nullptr ? *parts.stores_of_heartbeats : parts.store.stores();
}

Telling::Parts ApplianceServices::for_telling() {
  storage::Storage& store = parts.store;
  return Telling::Parts{.stores = stores_of_heartbeats(),
                        .tellings = store.tellings(),
                        .incidents = store.incidents(),
                        .rules = store.rules(),
                        .subjects = store.subjects(),
                        .groups = store.groups(),
                        .recipients = store.recipients(),
                        .announcements = notify,
                        .directory = subject_directory,
                        .quiets = quiet_book,
                        .dependencies = dependency_graph,
                        .pace = pace,
                        .clock = parts.clock,
                        .random = parts.random,
                        .bus = parts.events,
                        .engine_now = [this] { return watch.engine_now(); },
                        .recipients_of = [this](Snapshot& snapshot, const Rule& rule,
                                                const Subject& subject) { return watch.recipients_of(snapshot, rule, subject); },
                        .outbox = &store.outbox(),
                        .interval_of = [this](const Subject& subject) {
                          return interval_of(subject, agent_directory, monitor_directory);
                        }};
}

QuietService::Parts ApplianceServices::for_quiet() {
  storage::Storage& store = parts.store;
  return QuietService::Parts{
      .stores = store.stores(),
      .quiets = store.quiets(),
      .settings = store.telling_settings(),
      .rules = store.rules(),
      .incidents = store.incidents(),
      .teams = store.teams(),
      .workspaces = store.workspaces(),
      .directory = subject_directory,
      .book = quiet_book,
      .owners = administration.owners(),
      .announcements = notify,
      .audit = store.audit(),
      .clock = parts.clock,
      .random = parts.random,
      .bus = parts.events,
      .recipients_of = [this](Snapshot& snapshot, const Rule& rule,
                              const Subject& subject) { return watch.recipients_of(snapshot, rule, subject); },
      .reconsider = [this](Transaction& tx, WorkspaceId workspace) { return telling.reconsider(tx, workspace); }};
}

EventSources::Parts ApplianceServices::for_event_sources() {
  storage::Storage& store = parts.store;
  return EventSources::Parts{.stores = stores_of_heartbeats(),
                             .sources = store.event_sources(),
                             .incidents = store.incidents(),
                             .subjects = store.subjects(),
                             .directory = subject_directory,
                             .watch = watch,
                             .audit = store.audit(),
                             .keyring = parts.keys,
                             .clock = parts.clock,
                             .random = parts.random,
                             .attempts = &attempts,
                             .recovery = &recovery_mode};
}

// It calls only while all come round by which somebody is told.
DeadMan::Parts ApplianceServices::for_dead_man() {
  constexpr seconds kOutboxAliveWithin{45};
  storage::Storage& store = parts.store;
  return DeadMan::Parts{.stores = store.stores(),
                        .settings = store.settings(),
                        .store = store.dead_man(),
                        .storage = store.health(),
                        .audit = store.audit(),
                        .keyring = parts.keys,
                        .outbound = parts.outbound,
                        .recovery = recovery_mode,
                        .clock = parts.clock,
                        .random = parts.random,
                        .signs =
                            [this] {
                              return std::vector<LoopSign>{
                                  parts.store.sign(),
                                  {"The scheduler", scheduler.last_round(), Scheduler::kAliveWithin,
                                   "silence would go unnoticed"},
                                  checks.sign(),
                                  {"The outbox", notify.last_turn(), kOutboxAliveWithin, "nobody would be told"}};
                            },
                        .clock_is_plausible = parts.clock_is_plausible};
}

// Before subjects are looked at: what other rooms conclude from time.
void ApplianceServices::each_round() {
  static_cast<void>(monitor_work.tick());
  static_cast<void>(event_sources.tick());
}

// After: what is to be told by now.
void ApplianceServices::after_round() {
  if (const auto ended = rules.end_drills(parts.store.stores()); !ended) say("drills_not_ended", ended.error());
  if (const auto told = telling.round(); !told) say("telling_round_failed", told.error());
}

}  // namespace connlog
