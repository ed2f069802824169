// The database of one appliance as main and the tests see it: opened, checked, brought up to date, with its writer, its
// readers and every store. Everything that was acknowledged is durable. The destructor answers what was submitted,
// commits it, and leaves a file without a write-ahead log beside it. The stores may be used from any thread as their
// headers say.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/access/administration_stores.h"
#include "core/appliance/backup/backup.h"
#include "core/appliance/backup/database_pages.h"
#include "core/appliance/dead_man.h"
#include "core/appliance/inspection.h"
#include "core/appliance/recovery.h"
#include "core/appliance/security_case.h"
#include "core/appliance/space.h"
#include "core/agents/agent.h"
#include "core/agents/enrolment_key.h"
#include "core/monitors/monitor.h"
#include "core/monitors/ping.h"
#include "core/monitors/sources/event_source.h"
#include "core/people/idempotency.h"
#include "core/access/invitation.h"
#include "core/people/member.h"
#include "core/people/removed.h"
#include "core/people/retention_plan.h"
#include "core/people/setting_store.h"
#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/people/workspace_rows.h"
#include "core/people/workspace_setting.h"
#include "core/watch/subject.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/rule.h"
#include "core/watch/telling/telling_settings.h"
#include "core/watch/telling/telling_store.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/base/clock.h"
#include "core/base/embedded.h"
#include "core/base/loop_beat.h"
#include "core/base/random.h"
#include "core/base/storage_health.h"
#include "core/base/transaction.h"
#include "storage/unknown_words.h"
#include "core/crypto/keyring.h"
#include "core/watch/reading.h"
#include "core/identity/abuse_watch.h"
#include "core/identity/account_store.h"
#include "core/identity/factor.h"
#include "core/identity/links.h"
#include "core/identity/oidc/provider.h"
#include "core/people/user.h"
#include "core/trust/trust_stores.h"
#include "core/notify/ack_links.h"
#include "core/notify/announcement.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/letter_store.h"
#include "core/notify/notification.h"
#include "core/notify/recipient_codes.h"
#include "storage/data_directory.h"

namespace connlog::storage {

struct StorageOptions {
  std::optional<milliseconds> commit_window = {};  // 0–2,000 ms; absent: chosen by the kind of disk
  int readers = 6;                                 // connections, each with its own cache of 2 MiB
  std::string vfs = {};                            // SQLite's name of the VFS; empty: the system's default
  std::span<const EmbeddedMigration> migrations = embedded_migrations();
  bool accept_damage = false;  // open what looks like a torn copy, with a warning (storage/soundness.h)
};

struct StorageFacts {
  std::int64_t file_bytes = 0, log_bytes = 0, free_pages = 0;
  std::int64_t schema_version = 0;
  std::int64_t commits = 0, failed_commits = 0;
  std::int64_t closures = 0, readings = 0;  // committed since the start
  std::int64_t last_group = 0, largest_group = 0;
  std::int64_t waiting = 0;  // submitted and not yet answered
};

struct RowsOfRooms {  // what deletes a workspace's rows, room by room
  WorkspaceRows &trust, &monitors, &agents, &watch, &access;
};

class Storage {
 public:
  // `directory` holds the lock already (data_directory.h), because the keys are made under the same lock. An error is
  // one clear line; a file that is refused is left untouched.
  static Result<std::unique_ptr<Storage>> open(DataDirectory directory, const Keyring& keys,
                                               const StorageOptions& options, const Clock& clock, Random& random);
  ~Storage();

  Stores& stores();
  WorkspaceStore& workspaces();
  WorkspaceSettingStore& workspace_settings();
  RowsOfRooms workspace_rows();
  TeamStore& teams();
  SubjectStore& subjects();
  GroupStore& groups();
  MemberStore& members();
  InvitationStore& invitations();
  UserStore& users();
  SessionStore& sessions();
  FactorStore& factors();
  AgentStore& agents();
  MonitorStore& monitors();
  PingStore& pings();
  EventSourceStore& event_sources();
  ReadingStore& readings();
  RuleStore& rules();
  IncidentStore& incidents();
  QuietStore& quiets();
  DependencyStore& dependencies();
  RecipientStore& recipients();
  RecipientCodeStore& recipient_codes();
  ChatAccountStore& chat_accounts();
  AnnouncementStore& announcements();
  OutboxStore& outbox();
  TellingSettingStore& telling_settings();
  TellingStore& tellings();
  AckLinkStore& ack_links();
  SettingStore& settings();
  LetterStore& letters();
  LinkStore& links();
  AccountStore& accounts();
  LoginStore& logins();
  EnrolmentStore& enrolment();
  AttemptNoticeStore& attempt_notices();
  AuditLog& audit();
  TrailLog& trails();
  IdempotencyStore& idempotency();
  AdministrationStores administration();
  TrustStores trust();
  BackupStore& backups();
  SecurityCaseStore& security_cases();
  const InspectionStore& inspection() const;
  RecoveryStore& recovery();
  RemovedStore& removed();
  RetentionChangeStore& retention_changes();
  const SpaceStore& space() const;
  const DeadManStore& dead_man() const;

  // Whether anything can be stored; told by every write.
  StorageHealth& health();
  // Writes a little, to find out whether it is possible.
  Result<void> probe();
  // The writer's sign of life.
  LoopSign sign() const;

  const DataDirectory& directory() const;
  // Copies the pages of the running database, on the thread that asks for it.
  std::unique_ptr<DatabasePages> pages() const;
  milliseconds commit_window() const;

  // Reads without the limit on a snapshot's age. For start-up, which rebuilds what is kept in memory before anybody
  // writes.
  Result<void> read_at_start(Stores::ReadWork work) const;

  // Moves the write-ahead log into the file while the writer goes on, when the log is long enough or has waited long
  // enough (`due`), or in any case (`now`). For the maintenance thread, every few seconds; cheap when it is not due.
  enum class CheckpointWhen { due, now };
  Result<void> checkpoint(CheckpointWhen when = CheckpointWhen::due);
  // From now on torn copies of the file and its log can be recognised (storage/soundness.h). Writes; called once, when
  // the appliance begins to serve.
  Result<void> keep_marks();
  // The time of the newest reading and the newest row of the trails; not set: there are none. Start-up only.
  Result<Instant> newest_data() const;
  // Gives at most `pages` free pages back to the file system.
  Result<void> shrink(std::int64_t pages);
  Result<StorageFacts> facts() const;
  // Rows that are left out because this version does not know a word of theirs. Reads whole tables.
  Result<std::vector<UnknownWord>> unknown_words() const;

  // Answers what was submitted and refuses what comes later. The destructor does the same.
  void close();

 private:
  struct Inside;
  explicit Storage(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace connlog::storage
