#include "storage/storage.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <mutex>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "storage/word_columns.h"
#include "storage/appliance/inspection_store.h"
#include "storage/appliance/backup_store.h"
#include "storage/appliance/page_copy.h"
#include "storage/appliance/recovery_store.h"
#include "storage/appliance/security_case_store.h"
#include "storage/appliance/removed_store.h"
#include "storage/appliance/dead_man_store.h"
#include "storage/appliance/space_store.h"
#include "storage/identity/stores.h"
#include "storage/access/stores.h"
#include "storage/watch/dependency_store.h"
#include "storage/watch/quiet_store.h"
#include "storage/watch/stores.h"
#include "storage/watch/telling_setting_store.h"
#include "storage/watch/telling_store.h"
#include "storage/audit/audit_store.h"
#include "storage/database.h"
#include "storage/agents/stores.h"
#include "storage/monitors/event_source_store.h"
#include "storage/monitors/stores.h"
#include "storage/people/stores.h"
#include "storage/notify/ack_link_store.h"
#include "storage/notify/stores.h"
#include "storage/trust/stores.h"
#include "storage/migrations.h"
#include "storage/readers.h"
#include "storage/sealed_texts.h"
#include "storage/soundness.h"
#include "storage/workspace_rows.h"
#include "storage/writer.h"

namespace connlog::storage {
namespace {

// Lengths of the write-ahead log, in pages. From kCheckpointPages on a checkpoint is worth its two syncs of the disk.
// From kLogRestartPages on the log should start again from its beginning. The log that a start after a crash must read
// is between the two at most, which takes a second or so.
constexpr std::int64_t kCheckpointPages = 4'096;
constexpr std::int64_t kLogRestartPages = 16'384;
constexpr seconds kCheckpointEvery{300};

std::int64_t size_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : 0;
}

class WriterAndReaders final : public Stores {
 public:
  WriterAndReaders(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

  void submit(Urgency urgency, Work work, Completion done) override {
    writer_.submit(urgency, std::move(work), std::move(done));
  }
  Result<void> write(const Work& work) override { return writer_.write(work); }
  Result<void> read(Stores::ReadWork work) const override { return readers_.read(work); }

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace

// Members are destroyed from the last to the first, so the connections are closed before the lock is released.
struct Storage::Inside {
  Inside(DataDirectory held, OpenFile opened, std::unique_ptr<Connection> for_checkpoints,
         std::unique_ptr<ReadingLog> loaded, std::vector<std::unique_ptr<Connection>> for_reading,
         std::unique_ptr<Connection> for_writing, milliseconds window, const Keyring& keys, const TrailHeads& heads,
         const Clock& time)
      : directory(std::move(held)),
        file(std::move(opened)),
        commit_window(window),
        clock(time),
        checkpointer(std::move(for_checkpoints)),
        moved_at(time.monotonic()),
        log(std::move(loaded)),
        readers(std::move(for_reading), time),
        health(time),
        writer(std::move(for_writing), *log, window, health),
        stores(writer, readers),
        readings(*log, writer),
        removed(*log),
        audit(keys.derive(key_purpose::kAuditChain), keys.anchor_key(), heads, time) {}

  DataDirectory directory;
  OpenFile file;
  milliseconds commit_window;
  const Clock& clock;
  std::mutex checkpoint_mutex;
  std::unique_ptr<Connection> checkpointer;  // under checkpoint_mutex
  std::int64_t moved_pages = 0;              // under checkpoint_mutex: the log's length at the last checkpoint
  Monotonic moved_at;                        // under checkpoint_mutex
  bool keeps_marks = false;                  // under checkpoint_mutex
  std::unique_ptr<ReadingLog> log;
  Readers readers;
  StorageHealth health;
  Writer writer;
  WriterAndReaders stores;

  SqlWorkspaceStore workspaces;
  SqlWorkspaceSettingStore workspace_settings;
  SqlTrustRows trust_rows;
  SqlMonitorsRows monitors_rows;
  SqlAgentsRows agents_rows;
  SqlWatchRows watch_rows;
  SqlAccessRows access_rows;
  SqlTeamStore teams;
  SqlSubjectStore subjects;
  SqlGroupStore groups;
  SqlMemberStore members;
  SqlInvitationStore invitations;
  SqlUserStore users;
  SqlSessionStore sessions;
  SqlFactorStore factors;
  SqlAgentStore agents;
  SqlMonitorStore monitors;
  SqlPingStore pings;
  SqlEventSourceStore event_sources;
  SqlReadingStore readings;
  SqlRemovedStore removed;
  SqlRuleStore rules;
  SqlIncidentStore incidents;
  SqlQuietStore quiets;
  SqlDependencyStore dependencies;
  SqlRecipientStore recipients;
  SqlRecipientCodeStore recipient_codes;
  SqlChatAccountStore chat_accounts;
  SqlAnnouncementStore announcements;
  SqlOutboxStore outbox;
  SqlTellingSettingStore telling_settings;
  SqlTellingStore tellings;
  SqlAckLinkStore ack_links;
  SqlSettingStore settings;
  SqlLetterStore letters;
  SqlLinkStore links;
  SqlAccountStore accounts;
  SqlLoginStore logins;
  SqlEnrolmentStore enrolment;
  SqlAttemptNoticeStore attempt_notices;
  SqlAuditLog audit;
  SqlIdempotencyStore idempotency;
  SqlAdministrationStores administration;
  SqlLeakStore leaks;
  SqlSecurityCaseStore security_cases;
  SqlInspectionStore inspection;
  SqlAcceptanceStore acceptances;
  SqlSealedTexts sealed_texts;
  SqlBackupStore backups;
  SqlRecoveryStore recovery;
  SqlRetentionChangeStore retention_changes;
  SqlSpaceStore space;
  SqlDeadManStore dead_man;
};

Result<std::unique_ptr<Storage>> Storage::open(DataDirectory directory, const Keyring& keys,
                                               const StorageOptions& options, const Clock& clock, Random&) {
  OpenFile file{directory.database().string(), keys.database_key(), options.vfs};
  const OpenAs as{options.migrations, options.accept_damage, clock};
  std::unique_ptr<Connection> writer = TRY(open_database(directory, file, as));
  TRY(guard_unknown_words(*writer));
  auto log = std::make_unique<ReadingLog>();
  if (auto loaded = log->load(*writer); !loaded) return as_torn(std::move(loaded).error(), file.path);
  const auto loaded_heads = load_trail_heads(*writer);
  if (!loaded_heads) return as_torn(loaded_heads.error(), file.path);
  const TrailHeads heads = *loaded_heads;
  std::unique_ptr<Connection> checkpointer = TRY(open_beside(file, Connection::Access::read_write));
  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    std::unique_ptr<Connection> reader = TRY(open_beside(file, Connection::Access::read_only));
    readers.push_back(std::move(reader));
  }
  const milliseconds window = options.commit_window.value_or(directory.suggested_commit_window());
  return std::unique_ptr<Storage>(new Storage(
      std::make_unique<Inside>(std::move(directory), std::move(file), std::move(checkpointer), std::move(log),
                               std::move(readers), std::move(writer), window, keys, heads, clock)));
}

Storage::Storage(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Storage::~Storage() {
  close();
}

void Storage::close() {
  Inside& in = *inside_;
  const Result<void> saved = in.writer.write([&in](Transaction& tx) { return in.log->save_heads(at(tx)); });
  in.writer.stop();
  if (!saved) return;  // closed before, or the disk is in trouble: the next start reads more of the log
  const std::lock_guard lock(in.checkpoint_mutex);
  in.keeps_marks = false;
  const Result<std::int64_t> busy = in.checkpointer->pragma("wal_checkpoint(TRUNCATE)");
  if (!busy) log_warning("storage.checkpoint_failed", {{"cause", busy.error().cause}});
}

Stores& Storage::stores() {
  return inside_->stores;
}
WorkspaceStore& Storage::workspaces() {
  return inside_->workspaces;
}
WorkspaceSettingStore& Storage::workspace_settings() {
  return inside_->workspace_settings;
}
RowsOfRooms Storage::workspace_rows() {
  Inside& in = *inside_;
  return {in.trust_rows, in.monitors_rows, in.agents_rows, in.watch_rows, in.access_rows};
}
TeamStore& Storage::teams() {
  return inside_->teams;
}
SubjectStore& Storage::subjects() {
  return inside_->subjects;
}
GroupStore& Storage::groups() {
  return inside_->groups;
}
MemberStore& Storage::members() {
  return inside_->members;
}
InvitationStore& Storage::invitations() {
  return inside_->invitations;
}
UserStore& Storage::users() {
  return inside_->users;
}
SessionStore& Storage::sessions() {
  return inside_->sessions;
}
FactorStore& Storage::factors() {
  return inside_->factors;
}
AgentStore& Storage::agents() {
  return inside_->agents;
}
MonitorStore& Storage::monitors() {
  return inside_->monitors;
}
PingStore& Storage::pings() {
  return inside_->pings;
}
EventSourceStore& Storage::event_sources() {
  return inside_->event_sources;
}
ReadingStore& Storage::readings() {
  return inside_->readings;
}
RuleStore& Storage::rules() {
  return inside_->rules;
}
IncidentStore& Storage::incidents() {
  return inside_->incidents;
}
QuietStore& Storage::quiets() {
  return inside_->quiets;
}
DependencyStore& Storage::dependencies() {
  return inside_->dependencies;
}
RecipientStore& Storage::recipients() {
  return inside_->recipients;
}
RecipientCodeStore& Storage::recipient_codes() {
  return inside_->recipient_codes;
}
ChatAccountStore& Storage::chat_accounts() {
  return inside_->chat_accounts;
}
AnnouncementStore& Storage::announcements() {
  return inside_->announcements;
}
OutboxStore& Storage::outbox() {
  return inside_->outbox;
}
TellingSettingStore& Storage::telling_settings() {
  return inside_->telling_settings;
}
TellingStore& Storage::tellings() {
  return inside_->tellings;
}
AckLinkStore& Storage::ack_links() {
  return inside_->ack_links;
}
SettingStore& Storage::settings() {
  return inside_->settings;
}
LetterStore& Storage::letters() {
  return inside_->letters;
}
LinkStore& Storage::links() {
  return inside_->links;
}
LoginStore& Storage::logins() {
  return inside_->logins;
}
AttemptNoticeStore& Storage::attempt_notices() {
  return inside_->attempt_notices;
}
EnrolmentStore& Storage::enrolment() {
  return inside_->enrolment;
}
AccountStore& Storage::accounts() {
  return inside_->accounts;
}
AuditLog& Storage::audit() {
  return inside_->audit;
}
TrailLog& Storage::trails() {
  return inside_->audit;
}
IdempotencyStore& Storage::idempotency() {
  return inside_->idempotency;
}
SecurityCaseStore& Storage::security_cases() {
  return inside_->security_cases;
}
const InspectionStore& Storage::inspection() const {
  return inside_->inspection;
}
TrustStores Storage::trust() {
  return {inside_->leaks, inside_->acceptances, inside_->sealed_texts};
}
BackupStore& Storage::backups() {
  return inside_->backups;
}
RecoveryStore& Storage::recovery() {
  return inside_->recovery;
}
RemovedStore& Storage::removed() {
  return inside_->removed;
}
RetentionChangeStore& Storage::retention_changes() {
  return inside_->retention_changes;
}
const DeadManStore& Storage::dead_man() const {
  return inside_->dead_man;
}
const SpaceStore& Storage::space() const {
  return inside_->space;
}
AdministrationStores Storage::administration() {
  return inside_->administration.all();
}

StorageHealth& Storage::health() {
  return inside_->health;
}
Result<void> Storage::probe() {
  Inside& in = *inside_;
  return in.stores.write(
      [&in](Transaction& tx) { return in.settings.put(tx, "storage.probed_at", to_iso8601(in.clock.now(), true)); });
}
LoopSign Storage::sign() const {
  return inside_->writer.sign();
}

std::unique_ptr<DatabasePages> Storage::pages() const {
  return pages_of(inside_->file);
}
const DataDirectory& Storage::directory() const {
  return inside_->directory;
}
milliseconds Storage::commit_window() const {
  return inside_->commit_window;
}

Result<void> Storage::read_at_start(Stores::ReadWork work) const {
  return inside_->readers.read(work, Readers::Age::unlimited);
}

// A passive checkpoint moves the pages that the log held when it began. Under load more pages arrive meanwhile, and the
// log would never start again from its beginning. So when the log has grown long, the few remaining pages are moved on
// the writer thread between two groups. The writer then waits for the disk, so this is done rarely.
Result<void> Storage::checkpoint(CheckpointWhen when) {
  Inside& in = *inside_;
  const std::lock_guard lock(in.checkpoint_mutex);
  const std::int64_t pages = in.writer.facts().log_frames;
  if (pages < in.moved_pages) in.moved_pages = 0;  // the log started again
  const std::int64_t waiting = pages - in.moved_pages;
  const bool due =
      waiting >= kCheckpointPages || (waiting > 0 && in.clock.monotonic() - in.moved_at >= kCheckpointEvery);
  if (when == CheckpointWhen::due && !due) return {};
  const auto mark = [&in] {
    return in.writer.between_groups([&in](Connection& connection) { return move_mark(connection, in.file.path); });
  };
  if (in.keeps_marks) TRY(mark());
  TRY(in.checkpointer->execute("PRAGMA wal_checkpoint(PASSIVE)"));
  in.moved_pages = pages;
  in.moved_at = in.clock.monotonic();
  if (when == CheckpointWhen::now || pages >= kLogRestartPages) {
    TRY(in.writer.between_groups(
        [](Connection& connection) { return connection.execute("PRAGMA wal_checkpoint(PASSIVE)"); }));
  }
  if (!in.keeps_marks) return {};
  TRY(mark());
  in.moved_pages = in.writer.facts().log_frames;
  return {};
}

Result<void> Storage::keep_marks() {
  Inside& in = *inside_;
  const std::lock_guard lock(in.checkpoint_mutex);
  TRY(in.writer.between_groups([&in](Connection& connection) { return move_mark(connection, in.file.path); }));
  in.keeps_marks = true;
  return {};
}

Result<Instant> Storage::newest_data() const {
  Instant newest;
  const auto asked = inside_->readers.read(
      [&newest](Snapshot& snapshot) -> Result<void> {
        Statement select = TRY(at(snapshot).prepare(
            "SELECT COALESCE(MAX(newest), 0) FROM (SELECT MAX(sequence) AS newest FROM reading_log UNION ALL "
            "SELECT at AS newest FROM trail_entry WHERE (trail, sequence) IN "
            "(SELECT trail, MAX(sequence) FROM trail_entry GROUP BY trail)) AS newest_of_each"));
        const bool found = TRY(select.step());
        if (!found) return damaged_row();
        newest = Row(select).instant();
        return {};
      },
      Readers::Age::unlimited);
  if (!asked) return asked.error();
  return newest;
}

Result<void> Storage::shrink(std::int64_t pages) {
  return inside_->writer.between_groups([pages](Connection& connection) {
    return connection.execute(fmt::format("PRAGMA incremental_vacuum({})", pages));
  });
}

Result<std::vector<UnknownWord>> Storage::unknown_words() const {
  std::vector<UnknownWord> found;
  const Result<void> read = read_at_start([&found](Snapshot& snapshot) -> Result<void> {
    found = TRY(count_unknown_words(at(snapshot)));
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<StorageFacts> Storage::facts() const {
  StorageFacts facts;
  const WriterFacts writer = inside_->writer.facts();
  facts.file_bytes = size_of(inside_->file.path);
  facts.log_bytes = size_of(inside_->file.path + "-wal");
  facts.commits = writer.commits;
  facts.failed_commits = writer.failed_commits;
  facts.closures = writer.closures;
  facts.readings = writer.readings;
  facts.last_group = writer.last_group;
  facts.largest_group = writer.largest_group;
  facts.waiting = writer.waiting;
  const Result<void> asked = inside_->stores.read([&facts](Snapshot& snapshot) -> Result<void> {
    facts.schema_version = TRY(schema_version(at(snapshot)));
    facts.free_pages = TRY(at(snapshot).pragma("freelist_count"));
    return {};
  });
  if (!asked) return asked.error();
  return facts;
}

}  // namespace connlog::storage
