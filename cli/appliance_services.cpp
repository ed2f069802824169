#include "cli/appliance_services.h"

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/trust/event_source_leaks.h"
#include "core/trust/monitor_leaks.h"
#include "core/watch/load_directory.h"

namespace connlog {
namespace {

NotifyDependencies for_notify(const ServiceParts& given, const Limits& limits, IncidentAnnouncements& announcements,
                              const RecoveryMode& recovery, const WorkspaceNetworks& networks,
                              RemoteAcknowledge& acknowledge) {
  storage::Storage& store = given.store;
  NotifyDependencies needs{store.stores(),
                           store.recipients(),
                           store.outbox(),
                           store.announcements(),
                           store.settings(),
                           announcements,
                           announcements,
                           store.workspaces(),
                           store.audit(),
                           given.events,
                           given.clock,
                           given.random,
                           given.keys,
                           given.outbound,
                           given.public_url,
                           &store.letters(),
                           &limits,
                           &store.administration().directory};
  needs.trails = &store.trails();
  needs.storage = &store.health();
  needs.on_queued = given.wake_outbox;
  needs.removed = &store.removed();
  needs.recovery = &recovery;
  needs.networks = &networks;
  needs.acknowledge = &acknowledge;
  needs.codes = &store.recipient_codes();
  needs.chats.emplace(ChatParts{store.users(), store.chat_accounts(), store.workspace_settings(), store.teams()});
  return needs;
}

IdentityOptions for_identity(const ServiceParts& given, const Limits& limits) {
  IdentityOptions options;
  options.password_cost = given.password_cost;
  options.limits = &limits;
  return options;
}

ReadingStore& readings_of(const ServiceParts& given) {
  return given.readings != nullptr ? *given.readings : given.store.readings();
}

std::function<std::optional<DiskRoom>()> room_from(const ServiceParts& given) {
  if (given.disk_room) return given.disk_room;
  return [directory = given.store.directory().path()] { return disk_room_of(directory); };
}

}  // namespace

ApplianceServices::ApplianceServices(const ServiceParts& given)
    : parts(given),
      recovery_mode(given.recovery != nullptr ? *given.recovery : own_recovery_mode),
      limits(given.store.administration().limits, given.limit_defaults),
      retention_plan(limits, given.store.retention_changes(), given.clock),
      announcements(given.store.incidents()),
      notify(for_notify(given, limits, announcements, recovery_mode, networks, remote_acknowledge_slot)),
      attempts(given.clock, given.random),
      abuse_watch({given.store.stores(), given.store.users(), given.store.attempt_notices(), given.store.audit(),
                   notify.letters(), given.keys, given.clock, given.random}),
      identity({given.store.stores(), given.store.users(), given.store.sessions(), given.store.audit(), attempts,
                given.keys, given.clock, given.random},
               for_identity(given, limits)),
      second_factors({given.store.factors(), given.store.users(), given.store.workspaces(), given.store.audit(),
                      notify.letters(), attempts, given.events, limits, given.keys, given.clock, given.random},
                     given.public_url),

      agent_directory(subject_directory),
      monitor_directory(subject_directory),
      default_recipients(monitor_directory),
      trust_resident(given.store.workspace_rows().trust),
      monitors_resident({given.store.monitors(), given.store.workspace_rows().monitors, monitor_directory,
                         [this](WorkspaceId workspace) { event_sources.forget(workspace); }}),
      agents_resident({given.store.agents(), given.store.workspace_rows().agents, agent_directory, given.clock}),
      watch_resident({given.store.rules(), given.store.workspace_rows().watch, subject_directory, given.clock,
                      given.random, &quiet_book, &dependency_graph}),
      residents({&trust_resident, &monitors_resident, &agents_resident, &watch_resident}),

      administration({.stores = given.store.administration(),
                      .limits = limits,
                      .networks = networks,
                      .users = given.store.users(),
                      .accounts = given.store.accounts(),
                      .links = given.store.links(),
                      .workspaces = given.store.workspaces(),
                      .workspace_settings = given.store.workspace_settings(),
                      .audit = given.store.audit(),
                      .events = given.events,
                      .letters = notify.letters(),
                      .identity = identity,
                      .second_factors = second_factors,
                      .keyring = given.keys,
                      .clock = given.clock,
                      .random = given.random,
                      .residents = residents,
                      .retention = retention_plan}),
      access({.stores = given.store.stores(),
              .workspaces = given.store.workspaces(),
              .settings = given.store.workspace_settings(),
              .teams = given.store.teams(),
              .members = given.store.members(),
              .invitations = given.store.invitations(),
              .users = given.store.users(),
              .sessions = given.store.sessions(),
              .recipients = given.store.recipients(),
              .links = given.store.links(),
              .rows = given.store.workspace_rows().access,
              .residents = residents,
              .audit = given.store.audit(),
              .identity = identity,
              .attempts = attempts,
              .owners = administration.owners(),
              .letters = notify.letters(),
              .bus = given.events,
              .limits = limits,
              .networks = administration.network_changes(),
              .keyring = given.keys,
              .clock = given.clock,
              .random = given.random,
              .recovery = &recovery_mode}),
      accounts({given.store.stores(), given.store.users(), given.store.accounts(), given.store.links(),
                given.store.workspaces(), given.store.audit(), notify.letters(), identity, attempts, limits, given.keys,
                given.clock, given.random}),
      provider_http(given.outbound),
      logins({.logins = given.store.logins(),
              .users = given.store.users(),
              .sessions = given.store.sessions(),
              .accounts = given.store.accounts(),
              .links = given.store.links(),
              .workspaces = given.store.workspaces(),
              .members = given.store.members(),
              .identity = identity,
              .audit = given.store.audit(),
              .events = given.events,
              .owners = administration.owners(),
              .letters = notify.letters(),
              .second_factors = second_factors,
              .http = provider_http,
              .keyring = given.keys,
              .clock = given.clock,
              .random = given.random,
              .public_url = given.public_url}),

      pace({.tellings = given.store.tellings(),
            .settings = given.store.telling_settings(),
            .incidents = given.store.incidents(),
            .rules = given.store.rules(),
            .subjects = given.store.subjects(),
            .recipients = given.store.recipients(),
            .announcements = notify,
            .clock = given.clock,
            .random = given.random}),
      telling(for_telling()),
      watch({.subjects = given.store.subjects(),
             .groups = given.store.groups(),
             .rules = given.store.rules(),
             .incidents = given.store.incidents(),
             .readings = readings_of(given),
             .recipients = given.store.recipients(),
             .directory = subject_directory,
             .clock = given.clock,
             .random = given.random,
             .bus = given.events,
             .subject_recipients = &default_recipients,
             .telling = &telling}),
      quiet_service(for_quiet()),
      subjects({.subjects = given.store.subjects(),
                .groups = given.store.groups(),
                .teams = given.store.teams(),
                .audit = given.store.audit(),
                .directory = subject_directory,
                .watch = watch,
                .clock = given.clock,
                .random = given.random,
                .bus = given.events,
                .removed = &given.store.removed(),
                .dependencies = &given.store.dependencies(),
                .graph = &dependency_graph,
                .reconsider = [this](Transaction& tx,
                                     WorkspaceId workspace) { return telling.reconsider(tx, workspace); }}),
      rules({given.store.subjects(), readings_of(given), given.store.rules(), given.store.incidents(),
             given.store.recipients(), given.store.audit(), subject_directory, watch, notify, given.clock,
             given.random, given.events, given.store.teams(), &given.store.removed()}),
      incidents(given.store.incidents(), given.store.subjects(), given.store.audit(), given.clock, given.random,
                given.events, &given.store.telling_settings(), &telling),
      remote_acknowledgements(given.store.incidents(), incidents, notify),
      ack_links({.links = given.store.ack_links(),
                 .outbox = given.store.outbox(),
                 .recipients = given.store.recipients(),
                 .standings = announcements,
                 .incidents = incidents,
                 .announcements = notify,
                 .audit = given.store.audit(),
                 .keyring = given.keys,
                 .clock = given.clock}),
      scheduler(stores_of_heartbeats(), subject_directory, watch, given.clock, &recovery_mode),

      machine_letter(
          {administration.owners(), given.store.workspaces(), given.store.attempt_notices(), given.keys, given.clock}),
      ingest({stores_of_heartbeats(), given.store.agents(), given.store.audit(), agent_directory, watch,
              given.clock, given.events, given.keys.derive(key_purpose::kTokenDigest), given.public_url,
              given.limit_heartbeats, &attempts, &machine_letter}),
      agents({given.store.agents(), subjects, given.store.audit(), agent_directory, watch, given.clock, given.random,
              given.events, given.keys.derive(key_purpose::kTokenDigest), &limits, &given.store.removed()}),
      enrolment({given.store.enrolment(), given.store.workspaces(), given.store.teams(), given.store.agents(),
                 given.store.subjects(), agents,
                 given.store.audit(), limits, given.keys, given.clock, given.random}),

      monitors({.monitors = given.store.monitors(),
                .pings = given.store.pings(),
                .subjects = subjects,
                .recipients = given.store.recipients(),
                .audit = given.store.audit(),
                .directory = monitor_directory,
                .watch = watch,
                .networks = networks,
                .keyring = given.keys,
                .clock = given.clock,
                .random = given.random,
                .token_key = given.keys.derive(key_purpose::kTokenDigest),
                .limits = &limits,
                .removed = &given.store.removed()}),
      groups_back(subjects, monitors),
      monitor_uptimes(given.store.monitors()),
      check_now(given.clock),
      monitor_work(for_monitor_work()),
      pings(for_pings()),
      checks(for_checks()),
      event_sources(for_event_sources()),
      event_source_service({.sources = given.store.event_sources(),
                            .subjects = subjects,
                            .audit = given.store.audit(),
                            .events = event_sources,
                            .keyring = given.keys,
                            .clock = given.clock,
                            .random = given.random,
                            .removed = &given.store.removed()}),

      removed({.store = given.store.removed(),
               .audit = given.store.audit(),
               .limits = limits,
               .rules = rules,
               .recipients = notify,
               .groups = groups_back,
               .agents = agents,
               .monitors = monitors,
               .sources = event_source_service}),
      trust({.stores = given.store.trust(),
             .settings = given.store.settings(),
             .users = given.store.users(),
             .sessions = given.store.sessions(),
             .links = given.store.links(),
             .logins = given.store.logins(),
             .chats = given.store.chat_accounts(),
             .members = given.store.members(),
             .directory = given.store.administration().directory,
             .subjects = given.store.subjects(),
             .agents = given.store.agents(),
             .recipients = given.store.recipients(),
             .identity = identity,
             .second_factors = second_factors,
             .agent_service = agents,
             .api_keys = administration.api_keys(),
             .enrolment = enrolment,
             .letters = notify.letters(),
             .audit = given.store.audit(),
             .rotation = given.rotation,
             .clock = given.clock,
             .random = given.random}),
      bucket({.stores = given.store.stores(),
              .settings = given.store.settings(),
              .audit = given.store.audit(),
              .keyring = given.keys,
              .outbound = given.outbound,
              .recovery = recovery_mode,
              .clock = given.clock,
              .random = given.random}),
      space({.stores = given.store.stores(),
             .store = given.store.space(),
             .plan = retention_plan,
             .directory = given.store.directory().path(),
             .database = given.store.directory().database(),
             .clock = given.clock}),
      retention({.stores = given.store.stores(),
                 .readings = given.store.readings(),
                 .subjects = given.store.subjects(),
                 .incidents = given.store.incidents(),
                 .announcements = given.store.announcements(),
                 .letters = given.store.letters(),
                 .removed = given.store.removed(),
                 .monitors = given.store.monitors(),
                 .quiets = given.store.quiets(),
                 .plan = retention_plan,
                 .clock = given.clock,
                 .clock_is_plausible = given.clock_is_plausible,
                 .disk_room = room_from(given)}),
      recovery(for_recovery()),
      backup_keys({.settings = given.store.settings(),
                   .audit = given.store.audit(),
                   .keyring = given.keys,
                   .clock = given.clock,
                   .random = given.random}),
      backups(for_backups()),
      security_cases({.store = given.store.security_cases(),
                      .audit = given.store.audit(),
                      .clock = given.clock,
                      .random = given.random}),
      inspection({.store = given.store.inspection(),
                  .settings = given.store.settings(),
                  .limits = limits,
                  .clock = given.clock}),
      health({.stores = given.store.stores(),
              .watch = watch,
              .directory = subject_directory,
              .incidents = given.store.incidents(),
              .notices = given.store.attempt_notices(),
              .letters = notify.letters(),
              .keyring = given.keys,
              .clock = given.clock,
              .tellings = &given.store.tellings()}),
      dead_man(for_dead_man()) {
  trust.leaks().add(bucket_key_leak(bucket));
  trust.leaks().add(recovery_key_leak(backup_keys));
  trust.leaks().add(backup_passphrase_leak(backup_keys));
  trust.leaks().add(monitor_secret_leak(given.store.subjects(), given.store.monitors(), monitors));
  trust.leaks().add(ping_address_leak(given.store.subjects(), given.store.monitors(), monitors));
  trust.leaks().add(event_key_leak(event_source_service));
  trust.leaks().add(dead_man_leak(dead_man));
  monitor_work.uses(&checks);
  telling.asks(&monitor_work);
  remote_acknowledge_slot.fill(remote_acknowledgements);
  scheduler.also([this] { each_round(); });
  scheduler.then([this] { after_round(); });
  attempts.watch([this](Attempt kind, const AttemptBy& by) { abuse_watch.failed(kind, by); });
  storage_watch = given.store.health().watch([this](const auto& outage) { storage_changed(outage); });
}

ApplianceServices::~ApplianceServices() {
  stop();
}

Result<void> ApplianceServices::open() {
  const auto loaded = parts.store.stores().read([this](Snapshot& snapshot) -> Result<void> {
    TRY(limits.load(snapshot));
    TRY(load_networks(snapshot, parts.store.administration().networks, networks));
    TRY(retention_plan.load(snapshot));
    return recovery.load(snapshot);
  });
  TRY(loaded);
  TRY(backup_keys.open(parts.store.stores()));
  // What cannot be written now is no reason not to start.
  if (const auto settled = backups.open(); !settled)
    log_warning("backups.not_settled", {{"message", settled.error().message}, {"cause", settled.error().cause}});
  return {};
}

Result<void> ApplianceServices::load() {
  storage::Storage& store = parts.store;
  return store.stores().read([&](Snapshot& snapshot) -> Result<void> {
    TRY(load_directory(snapshot, subject_directory,
                       {store.workspaces(), store.rules(), store.subjects(), store.incidents(), readings_of(parts)}));
    TRY(load_agents(snapshot, agent_directory, {store.agents(), readings_of(parts)}, parts.clock.now()));
    TRY(load_monitors(snapshot, monitor_directory, {store.monitors(), store.pings()}));
    TRY(event_sources.load(snapshot));
    TRY(quiet_service.load(snapshot));
    auto dependencies = TRY(store.dependencies().all(snapshot));
    dependency_graph.load(std::move(dependencies));
    return {};
  });
}

MonitorWork::Parts ApplianceServices::for_monitor_work() {
  return MonitorWork::Parts{.stores = stores_of_heartbeats(),
                            .monitors = parts.store.monitors(),
                            .pings = parts.store.pings(),
                            .directory = monitor_directory,
                            .watch = watch,
                            .networks = networks,
                            .keyring = parts.keys,
                            .clock = parts.clock,
                            .random = parts.random,
                            .bus = parts.events,
                            .recovery = &recovery_mode,
                            .clock_is_plausible = parts.clock_is_plausible};
}

Pings::Parts ApplianceServices::for_pings() {
  return Pings::Parts{.stores = stores_of_heartbeats(),
                      .pings = parts.store.pings(),
                      .directory = monitor_directory,
                      .watch = watch,
                      .subjects = subjects,
                      .keys = administration.api_keys(),
                      .audit = parts.store.audit(),
                      .clock = parts.clock,
                      .keyring = parts.keys,
                      .attempts = &attempts,
                      .create = [this](Transaction& tx, const Actor& actor,
                                       const std::string& slug) -> Result<MonitorId> {
                        NewMonitor wanted;
                        wanted.name = slug;
                        wanted.check = kPushKind;
                        wanted.settings.slug = slug;
                        const MonitorAndSubject made = TRY(monitors.add(tx, actor, wanted));
                        return made.monitor.id;
                      },
                      .planned = [this](MonitorEntry& entry) { monitor_work.plan_ping(entry); }};
}

CheckLoop::Parts ApplianceServices::for_checks() {
  return CheckLoop::Parts{.outbound = parts.outbound,
                          .clock = parts.clock,
                          .random = parts.random,
                          .finished =
                              [this](const CheckId& id, CheckResult result) {
                                MonitorId monitor;
                                monitor.bytes = id;
                                return monitor_work.result(monitor, std::move(result));
                              },
                          .was_absent =
                              [this](const CheckLoop::Absence& absence) {
                                monitor_work.absence(absence);
                                // Agents could reach nobody meanwhile: their silence counts anew, too.
                                if (subject_directory.impl().is_listening())
                                  subject_directory.impl().listening_since(parts.clock.monotonic());
                              },
                          .clock_is_plausible = parts.clock_is_plausible,
                          .is_recovering = [this] { return recovery_mode.is_on(); },
                          .witnesses = parts.check_witnesses};
}

Backups::Parts ApplianceServices::for_backups() {
  return Backups::Parts{.stores = parts.store.stores(),
                        .store = parts.store.backups(),
                        .settings = parts.store.settings(),
                        .audit = parts.store.audit(),
                        .keyring = parts.keys,
                        .pages = [this] { return parts.store.pages(); },
                        .files = parts.backup_files,
                        .directories = parts.backup_directories,
                        .data_directory = parts.store.directory().path().string(),
                        .outbound = parts.outbound,
                        .recovery = recovery_mode,
                        .drill = parts.drill,
                        .clock = parts.clock,
                        .random = parts.random};
}

Recovery::Parts ApplianceServices::for_recovery() {
  storage::Storage& store = parts.store;
  return Recovery::Parts{.store = store.recovery(),
                         .settings = store.settings(),
                         .workspaces = store.workspaces(),
                         .incidents = store.incidents(),
                         .recipients = store.recipients(),
                         .announcements = notify,
                         .audit = store.audit(),
                         .access = access,
                         .administration = administration,
                         .enrolment = enrolment,
                         .agents = agents,
                         .identity = identity,
                         .second_factors = second_factors,
                         .factors = store.factors(),
                         .users = store.users(),
                         .logins = store.logins(),
                         .mode = recovery_mode,
                         .events = parts.events,
                         .clock = parts.clock,
                         .before_end =
                             [this] {
                               if (subject_directory.impl().is_listening()) listening();
                             },
                         .after_end = [this] { notify.wake(); }};
}

// Called on the writer's thread, in the order of the changes.
void ApplianceServices::storage_changed(const std::optional<StorageHealth::Outage>& outage) {
  if (!outage) {
    if (!subject_directory.impl().is_storing())
    {
      monitor_work.storing_again(subject_directory.impl().not_storing_since());
      event_sources.listening();
    }
    subject_directory.impl().storing_again(parts.clock.monotonic());
  } else if (subject_directory.impl().is_storing()) {
    subject_directory.impl().storing_stopped(outage->began);
  }
  notify.wake();
  const std::string data =
      outage ? fmt::format(R"({{"since":"{}","cause":{}}})", to_iso8601(outage->since), json_string(outage->cause))
             : std::string(R"({"since":null,"cause":null})");
  parts.events.publish({WorkspaceId{}, EventScope::everyone(), EventName::storage_changed, data});
}

void ApplianceServices::listening() {
  subject_directory.impl().listening_since(parts.clock.monotonic());
  monitor_work.listening();
  event_sources.listening();
}

void ApplianceServices::stop() {
  storage_watch = {};
  dead_man.stop();
  checks.stop();
  bucket.stop();
  backups.stop();
  provider_http.stop();
  scheduler.stop();
  notify.stop();
}

web::Rooms ApplianceServices::for_web(TrailServices& trails) {
  storage::Storage& store = parts.store;
  return web::Rooms{
      .context = {.stores = store.stores(),
                  .idempotency = store.idempotency(),
                  .keyring = parts.keys,
                  .clock = parts.clock,
                  .random = parts.random,
                  .storage = store.health(),
                  .recovery = &recovery_mode},
      .live = {.stores = store.stores(),
               .workspaces = store.workspaces(),
               .identity = identity,
               .access = access,
               .second_factors = second_factors,
               .directory = subject_directory,
               .events = parts.events,
               .clock = parts.clock},
      .middleware = {.stores = store.stores(),
                     .identity = identity,
                     .access = access,
                     .workspaces = store.workspaces(),
                     .administration = administration,
                     .second_factors = second_factors,
                     .logins = logins,
                     .trust = trust,
                     .attempts = attempts},
      .agents = {.stores = store.stores(),
                 .agents = store.agents(),
                 .agent_service = agents,
                 .readings = store.readings(),
                 .ingest = ingest,
                 .enrolment = enrolment,
                 .directory = agent_directory,
                 .attempts = attempts,
                 .clock = parts.clock,
                 .quiet_service = quiet_service},
      .watch = {.stores = store.stores(),
                .subjects = store.subjects(),
                .groups = store.groups(),
                .readings = store.readings(),
                .subject_service = subjects,
                .rules = store.rules(),
                .rule_service = rules,
                .incidents = store.incidents(),
                .incident_service = incidents,
                .outbox = store.outbox(),
                .directory = subject_directory,
                .quiets = store.quiets(),
                .quiet_book = quiet_book,
                .quiet_service = quiet_service,
                .telling_settings = store.telling_settings(),
                .clock = parts.clock,
                .telling = telling,
                .dependencies = store.dependencies()},
      .notify = {.notify_service = notify,
                 .recipients = store.recipients(),
                 .outbox = store.outbox(),
                 .letters = store.letters(),
                 .directory = subject_directory,
                 .attempts = attempts,
                 .ack_links = ack_links,
                 .keyring = parts.keys},
      .identity = {.stores = store.stores(),
                   .identity = identity,
                   .accounts = accounts,
                   .second_factors = second_factors,
                   .logins = logins,
                   .attempts = attempts,
                   .sessions = store.sessions(),
                   .workspaces = store.workspaces(),
                   .administration = administration,
                   .notify_service = notify,
                   .audit = store.audit(),
                   .clock = parts.clock},
      .access = {.stores = store.stores(),
                 .workspaces = store.workspaces(),
                 .access = access,
                 .administration = administration,
                 .removed = removed,
                 .identity = identity,
                 .accounts = accounts,
                 .second_factors = second_factors,
                 .logins = logins,
                 .attempts = attempts,
                 .audit = store.audit(),
                 .clock = parts.clock,
                 .random = parts.random},
      .audit = {.stores = store.stores(),
                .audit = store.audit(),
                .trails = store.trails(),
                .trail_services = trails,
                .clock = parts.clock,
                .random = parts.random},
      .trust = {.trust = trust, .clock = parts.clock},
      .appliance = {.stores = store.stores(),
                    .workspaces = store.workspaces(),
                    .access = access,
                    .notify_service = notify,
                    .subjects = store.subjects(),
                    .incidents = store.incidents(),
                    .directory = subject_directory,
                    .attempts = attempts,
                    .security_cases = security_cases,
                    .inspection = inspection,
                    .administration = administration,
                    .space = space,
                    .retention_plan = retention_plan,
                    .retention = retention,
                    .recovery = recovery,
                    .bucket = bucket,
                    .backup_keys = backup_keys,
                    .backups = backups,
                    .dead_man = dead_man},
      .monitors = {.stores = store.stores(),
                   .monitors = store.monitors(),
                   .pings = store.pings(),
                   .subjects = store.subjects(),
                   .readings = store.readings(),
                   .monitor_service = monitors,
                   .directory = monitor_directory,
                   .uptimes = monitor_uptimes,
                   .work = monitor_work,
                   .ingest = ingest,
                   .probe_offers = probe_offers,
                   .check_now = check_now,
                   .audit = store.audit(),
                   .keyring = parts.keys,
                   .clock = parts.clock,
                   .checks = &checks,
                   .recovery = &recovery_mode},
      .pings = {.stores = store.stores(),
                .pings = pings,
                .monitors = monitors,
                .directory = monitor_directory,
                .ping_store = store.pings(),
                .subjects = store.subjects(),
                .recipients = store.recipients(),
                .keys = administration.api_keys(),
                .attempts = attempts,
                .keyring = parts.keys,
                .clock = parts.clock},
      .events = {.stores = store.stores(),
                 .sources = event_source_service,
                 .events = event_sources,
                 .directory = subject_directory,
                 .store = store.event_sources()},
  };
}

}  // namespace connlog
