// Leaks and their checklists, and acceptances (which person agreed to which legal text), in SQL.
#include "storage/trust/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_LEAK_COLUMNS                                                                                    \
  "SELECT id, place, owner_id, kind, subject, subject_name, circumstances, at, by_name, closed_at, closed_by, " \
  "version, (SELECT COUNT(*) FROM leak_step WHERE leak_id = leak.id AND done_at = 0) FROM leak "

Leak read_leak(Row& row) {
  Leak leak;
  leak.id = row.id<LeakId>();
  leak.owner.kind = row.word(kLeakPlace);
  leak.owner.id = row.id<Uuid>();
  leak.kind = row.text();
  leak.leaked = row.text();
  leak.leaked_name = row.text();
  leak.circumstances = row.text();
  leak.at = row.instant();
  leak.by_name = row.text();
  leak.closed_at = row.instant();
  leak.closed_by = row.text();
  leak.version = row.integer();
  leak.steps_open = row.integer();
  return leak;
}

LeakStep read_step(Row& row) {
  LeakStep step;
  step.position = row.integer();
  step.automatic = row.boolean();
  step.text = row.text();
  step.done_at = row.instant();
  step.done_by = row.text();
  step.note = row.text();
  return step;
}

Acceptance read_acceptance(Row& row) {
  Acceptance acceptance;
  acceptance.user = row.id<UserId>();
  acceptance.name = row.text();
  acceptance.digest = row.bytes<32>();
  acceptance.title = row.text();
  acceptance.at = row.instant();
  acceptance.address = row.text();
  return acceptance;
}

}  // namespace

// ------------------------------------------------------------------------ leaks

Result<void> SqlLeakStore::insert(Transaction& tx, const Leak& leak) {
  {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO leak (id, place, owner_id, workspace_id, user_id, kind, subject, subject_name, circumstances, at, "
        "by_name, closed_at, closed_by, version) VALUES (:id, :place, :owner, :workspace, :user, :kind, :subject, "
        ":subject_name, :circumstances, :at, :by_name, 0, '', :version)"));
    const Uuid none{};
    insert.id(":id", leak.id)
        .text(":place", to_text(leak.owner.kind))
        .id(":owner", leak.owner.id)
        .id_or_null(":workspace", leak.owner.kind == LeakOwnerKind::workspace ? leak.owner.id : none)
        .id_or_null(":user", leak.owner.kind == LeakOwnerKind::account ? leak.owner.id : none)
        .text(":kind", leak.kind)
        .text(":subject", leak.leaked)
        .text(":subject_name", leak.leaked_name)
        .text(":circumstances", leak.circumstances)
        .instant(":at", leak.at)
        .text(":by_name", leak.by_name)
        .integer(":version", leak.version);
    TRY(insert.run());
  }
  for (const LeakStep& step : leak.steps) {
    Statement insert =
        TRY(at(tx).prepare("INSERT INTO leak_step (leak_id, position, automatic, text, done_at, done_by, note) "
                           "VALUES (:leak, :position, :automatic, :text, :done_at, :done_by, :note)"));
    insert.id(":leak", leak.id)
        .integer(":position", step.position)
        .boolean(":automatic", step.automatic)
        .text(":text", step.text)
        .instant(":done_at", step.done_at)
        .text(":done_by", step.done_by)
        .text(":note", step.note);
    TRY(insert.run());
  }
  return {};
}

Result<std::optional<Leak>> SqlLeakStore::find(Snapshot& snapshot, const LeakOwner& owner, LeakId id) const {
  std::optional<Leak> leak;
  {
    Statement select =
        TRY(at(snapshot).prepare(CONNLOG_LEAK_COLUMNS "WHERE place = :place AND owner_id = :owner AND id = :id"));
    select.text(":place", to_text(owner.kind)).id(":owner", owner.id).id(":id", id);
    leak = TRY(one(select, read_leak));
  }
  if (!leak) return leak;
  Statement select =
      TRY(at(snapshot).prepare("SELECT position, automatic, text, done_at, done_by, note FROM leak_step "
                               "WHERE leak_id = :leak ORDER BY position"));
  leak->steps = TRY(all(select.id(":leak", id), read_step));
  return leak;
}

Result<std::vector<Leak>> SqlLeakStore::list(Snapshot& snapshot, const LeakOwner& owner, LeakId before,
                                             int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      CONNLOG_LEAK_COLUMNS
      "WHERE place = :place AND owner_id = :owner AND (:all = 1 OR id < :before) ORDER BY id DESC LIMIT :limit"));
  select.text(":place", to_text(owner.kind))
      .id(":owner", owner.id)
      .boolean(":all", before.is_nil())
      .id(":before", before)
      .integer(":limit", limit);
  return all(select, read_leak);
}

Result<void> SqlLeakStore::update(Transaction& tx, const Leak& leak, std::int64_t position) {
  {
    Statement update =
        TRY(at(tx).prepare("UPDATE leak SET closed_at = :closed_at, closed_by = :closed_by, version = :version "
                           "WHERE place = :place AND owner_id = :owner AND id = :id"));
    update.instant(":closed_at", leak.closed_at)
        .text(":closed_by", leak.closed_by)
        .integer(":version", leak.version)
        .text(":place", to_text(leak.owner.kind))
        .id(":owner", leak.owner.id)
        .id(":id", leak.id);
    TRY(exactly_one(update, "leak"));
  }
  for (const LeakStep& step : leak.steps) {
    if (step.position != position) continue;
    Statement update =
        TRY(at(tx).prepare("UPDATE leak_step SET done_at = :done_at, done_by = :done_by, note = :note "
                           "WHERE leak_id = :leak AND position = :position"));
    update.instant(":done_at", step.done_at)
        .text(":done_by", step.done_by)
        .text(":note", step.note)
        .id(":leak", leak.id)
        .integer(":position", step.position);
    TRY(exactly_one(update, "step of a leak"));
  }
  return {};
}

// -------------------------------------------------------------------- acceptances

Result<bool> SqlAcceptanceStore::has(Snapshot& snapshot, UserId user, const std::string& name,
                                     const LegalDigest& digest) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT 1 FROM legal_acceptance WHERE user_id = :user AND name = :name AND digest = :digest"));
  return select.id(":user", user).text(":name", name).blob(":digest", digest).step();
}

Result<void> SqlAcceptanceStore::insert(Transaction& tx, const Acceptance& acceptance) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO legal_acceptance (user_id, name, digest, title, at, address) "
      "VALUES (:user, :name, :digest, :title, :at, :address) ON CONFLICT (user_id, name, digest) DO NOTHING"));
  insert.id(":user", acceptance.user)
      .text(":name", acceptance.name)
      .blob(":digest", acceptance.digest)
      .text(":title", acceptance.title)
      .instant(":at", acceptance.at)
      .text(":address", acceptance.address);
  TRY(insert.run());
  return {};
}

Result<std::vector<Acceptance>> SqlAcceptanceStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT user_id, name, digest, title, at, address FROM legal_acceptance "
                               "WHERE user_id = :user ORDER BY at, name"));
  return all(select.id(":user", user), read_acceptance);
}

Result<std::vector<ListedAcceptance>> SqlAcceptanceStore::list(Snapshot& snapshot, const std::string& name,
                                                               UserId after, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT a.user_id, a.name, a.digest, a.title, a.at, a.address, u.name, u.mail FROM legal_acceptance AS a "
      "JOIN app_user AS u ON u.id = a.user_id WHERE (:name = '' OR a.name = :name) AND a.user_id > :after "
      "ORDER BY a.user_id, a.at LIMIT :limit"));
  select.text(":name", name).id(":after", after).integer(":limit", limit);
  return all(select, [](Row& row) {
    ListedAcceptance listed;
    listed.acceptance = read_acceptance(row);
    listed.person_name = row.text();
    listed.person_mail = row.text();
    return listed;
  });
}

}  // namespace connlog::storage
