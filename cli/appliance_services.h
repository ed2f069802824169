// The services of the appliance, wired: each built on those before it. Appliance makes one over the open database, and
// so do the tests, with a fake clock and with stores that fail on purpose.
//
// Order at start: make → open() → load() → the threads of `notify` and `provider_http` → workers and listeners →
// listening() → the threads of `scheduler` and `checks`. At stop: stop(), then close the database (what still waits for its
// commit is answered through these services), then destroy.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/access/access_services.h"
#include "core/access/administration.h"
#include "core/access/removed.h"
#include "core/agents/agent_directory.h"
#include "core/agents/agents_resident.h"
#include "core/agents/enrolment_keys.h"
#include "core/agents/ingest.h"
#include "core/agents/machine_letter.h"
#include "core/agents/agent_service.h"
#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/backup/bucket_service.h"
#include "core/appliance/dead_man.h"
#include "core/appliance/health.h"
#include "core/appliance/inspection_service.h"
#include "core/appliance/security_cases.h"
#include "core/appliance/retention.h"
#include "core/appliance/space.h"
#include "core/appliance/recovery.h"
#include "core/audit/trail_services.h"
#include "core/base/recovery_mode.h"
#include "core/base/storage_health.h"
#include "core/identity/abuse_watch.h"
#include "core/identity/accounts.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "core/checks/check_loop.h"
#include "core/monitors/check_now_limit.h"
#include "core/monitors/default_recipients.h"
#include "core/monitors/monitor_directory.h"
#include "core/monitors/monitor_service.h"
#include "core/monitors/monitor_uptimes.h"
#include "core/monitors/monitor_work.h"
#include "core/monitors/monitors_resident.h"
#include "core/monitors/pings.h"
#include "core/monitors/probe_offers.h"
#include "core/monitors/sources/event_source_service.h"
#include "core/monitors/sources/event_sources.h"
#include "core/notify/ack_links.h"
#include "core/notify/notify.h"
#include "core/notify/remote_acknowledge.h"
#include "core/people/workspace_networks.h"
#include "core/trust/trust_resident.h"
#include "core/trust/trust_services.h"
#include "core/watch/incident_announcements.h"
#include "core/watch/incident_service.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/quiet/quiet_book.h"
#include "core/watch/quiet/quiet_service.h"
#include "core/watch/remote_acknowledgements.h"
#include "core/watch/rule_service.h"
#include "core/watch/scheduler.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_service.h"
#include "core/watch/telling/pace.h"
#include "core/watch/telling/telling.h"
#include "core/watch/watch.h"
#include "core/watch/watch_resident.h"
#include "storage/storage.h"
#include "web/api/rooms.h"

namespace connlog {

struct ServiceParts {
  storage::Storage& store;
  Keyring& keys;
  KeyRotation& rotation;
  EventBus& events;
  Clock& clock;
  Random& random;
  std::string public_url;  // "https://monitor.example.org", without a slash at the end
  OutboundOptions outbound = {};
  PasswordCost password_cost = {};
  std::map<Limit, std::int64_t> limit_defaults = {};  // those that differ from the table's
  std::function<bool()> clock_is_plausible = {};            // empty: it always is
  std::function<std::optional<DiskRoom>()> disk_room = {};  // empty: what the data directory's file system says
  std::vector<IpAddress> check_witnesses = {};              // of connlog.toml

  std::vector<std::string> backup_directories = {};         // of connlog.toml
  std::function<std::vector<ExtraFile>()> backup_files = {};  // what goes with each backup beside the database
  // Restores an archive beside and compares it (cli/drill). Empty: drills are refused.
  std::function<Result<std::string>(const Key& content_key, ByteSource& archive, const Manifest& expected)> drill = {};

  // Replacements that tests give; null and empty mean the real ones.
  Stores* stores_of_heartbeats = nullptr;
  ReadingStore* readings = nullptr;
  std::function<void()> wake_outbox = {};
  RecoveryMode* recovery = nullptr;  // of the appliance, where parts before the services ask it too; null: an own one
  bool limit_heartbeats = true;  // off for benchmarks too, whose agents report as fast as they can
};

struct ApplianceServices {
  explicit ApplianceServices(const ServiceParts& given);
  ~ApplianceServices();
  ApplianceServices(const ApplianceServices&) = delete;
  ApplianceServices& operator=(const ApplianceServices&) = delete;

  Result<void> open();  // reads the limits in force, and whether this is a recovery; called before anything asks for them
  Result<void> load();  // fills the directories of subjects and agents from the database
  // Called when the listeners are bound: silence counts from now on, not from when the appliance last ran.
  void listening();
  void stop();                                // ends the threads of members
  web::Rooms for_web(TrailServices& trails);  // the services that each room of the web uses

  // Members are declared in the order in which they are made, so they are destroyed in reverse.
  const ServiceParts parts;
  RecoveryMode own_recovery_mode;
  RecoveryMode& recovery_mode;
  Limits limits;
  WorkspaceNetworks networks;
  RetentionPlan retention_plan;
  IncidentAnnouncements announcements;
  RemoteAcknowledgeSlot remote_acknowledge_slot;
  Notify notify;
  AttemptLimiter attempts;
  AbuseWatch abuse_watch;
  IdentityService identity;
  SecondFactors second_factors;

  SubjectDirectory subject_directory;
  AgentDirectory agent_directory;
  MonitorDirectory monitor_directory;
  DefaultRecipients default_recipients;
  ProbeOffers probe_offers;
  QuietBook quiet_book;
  DependencyGraph dependency_graph;
  TrustResident trust_resident;
  MonitorsResident monitors_resident;
  AgentsResident agents_resident;
  WatchResident watch_resident;
  Residents residents;  // the only list of residents, upper floors first

  Administration administration;
  AccessServices access;
  Accounts accounts;
  oidc::ProviderHttp provider_http;
  oidc::ProviderLogins logins;

  Pace pace;
  Telling telling;
  Watch watch;
  QuietService quiet_service;
  SubjectService subjects;
  RuleService rules;
  IncidentService incidents;
  RemoteAcknowledgements remote_acknowledgements;
  AckLinks ack_links;
  Scheduler scheduler;

  MachineLetter machine_letter;
  Ingest ingest;
  AgentService agents;
  EnrolmentKeys enrolment;

  MonitorService monitors;
  GroupsBack groups_back;
  MonitorUptimes monitor_uptimes;
  CheckNowLimit check_now;
  MonitorWork monitor_work;
  Pings pings;
  CheckLoop checks;
  EventSources event_sources;
  EventSourceService event_source_service;

  RemovedThings removed;
  TrustServices trust;
  BucketService bucket;
  Space space;
  Retention retention;
  Recovery recovery;
  BackupKeys backup_keys;
  Backups backups;
  SecurityCases security_cases;
  InspectionService inspection;
  ApplianceHealth health;
  DeadMan dead_man;

  // Last: it is told no more while the others end.
  StorageHealth::Watch storage_watch;

 private:
  void storage_changed(const std::optional<StorageHealth::Outage>& outage);
  Recovery::Parts for_recovery();
  Backups::Parts for_backups();
  MonitorWork::Parts for_monitor_work();
  Pings::Parts for_pings();
  Telling::Parts for_telling();
  QuietService::Parts for_quiet();
  EventSources::Parts for_event_sources();
  DeadMan::Parts for_dead_man();
  Stores& stores_of_heartbeats() const;
  void each_round();
  void after_round();
  CheckLoop::Parts for_checks();
};

}  // namespace connlog
