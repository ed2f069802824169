#include "storage/watch/quiet_store.h"

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_QUIET_COLUMNS                                                                                            \
  "id, workspace_id, kind, name, reason, repeat, zone, schedule, duration_seconds, starts_at, ends_at, ended_early_at, " \
  "by_user, by_name, by_host, is_wide, owners_told_at, created_at, version"

Quiet read_quiet(Row& row) {
  Quiet quiet;
  quiet.id = row.id<QuietId>();
  quiet.workspace = row.id<WorkspaceId>();
  quiet.kind = row.word(kQuietKind);
  quiet.name = row.text();
  quiet.reason = row.text();
  quiet.repeat = row.word(kQuietRepeat);
  quiet.zone = row.text();
  quiet.schedule = row.text();
  quiet.duration_seconds = row.integer();
  quiet.starts_at = row.instant();
  quiet.ends_at = row.instant();
  quiet.ended_early_at = row.instant();
  quiet.by = row.id_or_nil<UserId>();
  quiet.by_name = row.text();
  quiet.by_host = row.id_or_nil<SubjectId>();
  quiet.is_wide = row.boolean();
  quiet.owners_told_at = row.instant();
  quiet.created_at = row.instant();
  quiet.version = row.integer();
  return quiet;
}

QuietMatcher read_matcher(Row& row) {
  QuietMatcher matcher;
  matcher.subject = row.id_or_nil<SubjectId>();
  matcher.group = row.id_or_nil<GroupId>();
  matcher.tag = row.text();
  matcher.label = row.text();
  matcher.rule = row.id_or_nil<RuleId>();
  if (const int severity = row.word_in(kMatcherSeverity); severity != kAnySeverity)
    matcher.severity = static_cast<Severity>(severity);
  return matcher;
}

Result<void> read_matchers(Snapshot& snapshot, Quiet& quiet) {
  Statement select =
      TRY(at(snapshot).prepare("SELECT subject_id, group_id, tag, label, rule_id, severity FROM quiet_matcher "
                               "WHERE workspace_id = :workspace AND quiet_id = :quiet ORDER BY position"));
  quiet.matchers = TRY(all(select.id(":workspace", quiet.workspace).id(":quiet", quiet.id), read_matcher));
  return {};
}

Result<std::vector<Quiet>> with_matchers(Snapshot& snapshot, std::vector<Quiet> quiets) {
  for (Quiet& quiet : quiets) TRY(read_matchers(snapshot, quiet));
  return quiets;
}

void bind_values(Statement& statement, const Quiet& quiet) {
  statement.id(":id", quiet.id)
      .id(":workspace", quiet.workspace)
      .text(":kind", to_text(quiet.kind))
      .text(":name", quiet.name)
      .text(":reason", quiet.reason)
      .text(":repeat", to_text(quiet.repeat))
      .text(":zone", quiet.zone)
      .text(":schedule", quiet.schedule)
      .integer(":duration", quiet.duration_seconds)
      .instant(":starts_at", quiet.starts_at)
      .instant(":ends_at", quiet.ends_at)
      .instant(":ended_early_at", quiet.ended_early_at)
      .boolean(":is_wide", quiet.is_wide)
      .instant(":owners_told_at", quiet.owners_told_at)
      .integer(":version", quiet.version);
}

Result<void> insert_matchers(Transaction& tx, const Quiet& quiet) {
  std::int64_t position = 0;
  for (const QuietMatcher& matcher : quiet.matchers) {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO quiet_matcher (workspace_id, quiet_id, position, subject_id, group_id, tag, label, rule_id, severity) "
        "VALUES (:workspace, :quiet, :position, :subject, :group, :tag, :label, :rule, :severity)"));
    insert.id(":workspace", quiet.workspace)
        .id(":quiet", quiet.id)
        .integer(":position", position++)
        .id_or_null(":subject", matcher.subject)
        .id_or_null(":group", matcher.group)
        .text(":tag", matcher.tag)
        .text(":label", matcher.label)
        .id_or_null(":rule", matcher.rule)
        .text(":severity", matcher.severity ? to_text(*matcher.severity) : std::string_view());
    TRY(insert.run());
  }
  return {};
}

}  // namespace

// At start, and to tell owners: all workspaces.
Result<std::vector<Quiet>> SqlQuietStore::all_current(Snapshot& snapshot, Instant now) const {
  std::vector<Quiet> quiets;
  {
    Statement select = TRY(at(snapshot).prepare(
        "SELECT " CONNLOG_QUIET_COLUMNS " FROM quiet WHERE ended_early_at = 0 AND (ends_at = 0 OR ends_at > :now)"));
    quiets = TRY(all(select.instant(":now", now), read_quiet));
  }
  return with_matchers(snapshot, std::move(quiets));
}

Result<std::vector<Quiet>> SqlQuietStore::list(Snapshot& snapshot, WorkspaceId workspace, bool with_past,
                                               int limit) const {
  std::vector<Quiet> quiets;
  {
    // The time of the database's clock would be another than ours: what is over by it is left out by who asks.
    Statement select = TRY(
        at(snapshot).prepare("SELECT " CONNLOG_QUIET_COLUMNS
                             " FROM quiet WHERE workspace_id = :workspace AND (:with_past = 1 OR ended_early_at = 0) "
                             "ORDER BY created_at DESC, id DESC LIMIT :limit"));
    select.id(":workspace", workspace).boolean(":with_past", with_past).integer(":limit", limit);
    quiets = TRY(all(select, read_quiet));
  }
  return with_matchers(snapshot, std::move(quiets));
}

Result<std::optional<Quiet>> SqlQuietStore::find(Snapshot& snapshot, WorkspaceId workspace, QuietId id) const {
  std::optional<Quiet> quiet;
  {
    Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_QUIET_COLUMNS
                                                " FROM quiet WHERE workspace_id = :workspace AND id = :id"));
    quiet = TRY(one(select.id(":workspace", workspace).id(":id", id), read_quiet));
  }
  if (quiet) TRY(read_matchers(snapshot, *quiet));
  return quiet;
}

Result<void> SqlQuietStore::insert(Transaction& tx, const Quiet& quiet) {
  {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO quiet (" CONNLOG_QUIET_COLUMNS
        ") VALUES (:id, :workspace, :kind, :name, :reason, :repeat, :zone, "
        ":schedule, :duration, :starts_at, :ends_at, :ended_early_at, :by, :by_name, :by_host, :is_wide, :owners_told_at, "
        ":created_at, :version)"));
    bind_values(insert, quiet);
    insert.id_or_null(":by", quiet.by)
        .text(":by_name", quiet.by_name)
        .id_or_null(":by_host", quiet.by_host)
        .instant(":created_at", quiet.created_at);
    TRY(insert.run());
  }
  return insert_matchers(tx, quiet);
}

Result<void> SqlQuietStore::update(Transaction& tx, const Quiet& quiet) {
  {
    Statement update = TRY(at(tx).prepare(
        "UPDATE quiet SET kind = :kind, name = :name, reason = :reason, repeat = :repeat, zone = :zone, "
        "schedule = :schedule, duration_seconds = :duration, starts_at = :starts_at, ends_at = :ends_at, "
        "ended_early_at = :ended_early_at, is_wide = :is_wide, owners_told_at = :owners_told_at, version = :version "
        "WHERE workspace_id = :workspace AND id = :id"));
    bind_values(update, quiet);
    TRY(exactly_one(update, "maintenance or mute"));
  }
  {
    Statement remove =
        TRY(at(tx).prepare("DELETE FROM quiet_matcher WHERE workspace_id = :workspace AND quiet_id = :quiet"));
    TRY(remove.id(":workspace", quiet.workspace).id(":quiet", quiet.id).run());
  }
  return insert_matchers(tx, quiet);
}

Result<std::vector<Quiet>> SqlQuietStore::overlapping(Snapshot& snapshot, WorkspaceId workspace, Instant from,
                                                      Instant to) const {
  std::vector<Quiet> quiets;
  {
    Statement select = TRY(at(snapshot).prepare(
        "SELECT " CONNLOG_QUIET_COLUMNS
        " FROM quiet WHERE workspace_id = :workspace AND starts_at < :to AND (ends_at = 0 OR ends_at > :from) "
        "AND (ended_early_at = 0 OR ended_early_at > :from) ORDER BY starts_at, id"));
    select.id(":workspace", workspace).instant(":from", from).instant(":to", to);
    quiets = TRY(all(select, read_quiet));
  }
  return with_matchers(snapshot, std::move(quiets));
}

// For retention: all workspaces. What has no end of its own is over when people ended it.
Result<std::int64_t> SqlQuietStore::delete_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement remove = TRY(
      at(tx).prepare("DELETE FROM quiet WHERE id IN (SELECT id FROM quiet WHERE (ends_at <> 0 AND ends_at < :before) "
                     "OR (ended_early_at <> 0 AND ended_early_at < :before) LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
