#include "storage/appliance/security_case_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_CASE_COLUMNS                                                                                    \
  "SELECT id, title, origin, origin_id, known_at, opened_at, opened_by, affected_people, affected_workspaces, " \
  "affected_data, closed_at, closed_by, conclusion, version, (SELECT COUNT(*) FROM security_case_entry WHERE "  \
  "case_id = security_case.id AND done_at = 0 AND kind IN ('step', 'early_warning', 'tell_authority')) FROM "   \
  "security_case "
#define CONNLOG_CASE_ENTRY_COLUMNS \
  "SELECT position, at, kind, by_name, text, done_at, done_by, done_note FROM security_case_entry "

SecurityCase read_case(Row& row) {
  SecurityCase one;
  one.id = row.id<SecurityCaseId>();
  one.title = row.text();
  one.origin = row.word(kSecurityCaseOrigin);
  one.origin_id = row.text();
  one.known_at = row.instant();
  one.opened_at = row.instant();
  one.opened_by = row.text();
  one.affected_people = row.text();
  one.affected_workspaces = row.text();
  one.affected_data = row.text();
  one.closed_at = row.instant();
  one.closed_by = row.text();
  one.conclusion = row.text();
  one.version = row.integer();
  one.steps_open = row.integer();
  return one;
}

CaseEntry read_entry(Row& row) {
  CaseEntry entry;
  entry.position = row.integer();
  entry.at = row.instant();
  entry.kind = row.word(kSecurityCaseEntryKind);
  entry.by = row.text();
  entry.text = row.text();
  entry.done_at = row.instant();
  entry.done_by = row.text();
  entry.done_note = row.text();
  return entry;
}

}  // namespace

Result<void> SqlSecurityCaseStore::insert(Transaction& tx, const SecurityCase& one) {
  {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO security_case (id, title, origin, origin_id, known_at, opened_at, opened_by, affected_people, "
        "affected_workspaces, affected_data, closed_at, closed_by, conclusion, version) VALUES (:id, :title, :origin, "
        ":origin_id, :known_at, :opened_at, :opened_by, :people, :workspaces, :data, :closed_at, :closed_by, "
        ":conclusion, :version)"));
    insert.id(":id", one.id)
        .text(":title", one.title)
        .text(":origin", to_text(one.origin))
        .text(":origin_id", one.origin_id)
        .instant(":known_at", one.known_at)
        .instant(":opened_at", one.opened_at)
        .text(":opened_by", one.opened_by)
        .text(":people", one.affected_people)
        .text(":workspaces", one.affected_workspaces)
        .text(":data", one.affected_data)
        .instant(":closed_at", one.closed_at)
        .text(":closed_by", one.closed_by)
        .text(":conclusion", one.conclusion)
        .integer(":version", one.version);
    TRY(insert.run());
  }
  for (const CaseEntry& entry : one.entries) TRY(add_entry(tx, one.id, entry));
  return {};
}

Result<std::optional<SecurityCase>> SqlSecurityCaseStore::find(Snapshot& snapshot, SecurityCaseId id) const {
  std::optional<SecurityCase> one;
  {
    Statement select = TRY(at(snapshot).prepare(CONNLOG_CASE_COLUMNS "WHERE id = :id"));
    select.id(":id", id);
    one = TRY(storage::one(select, read_case));
  }
  if (!one) return one;
  Statement select = TRY(at(snapshot).prepare(CONNLOG_CASE_ENTRY_COLUMNS "WHERE case_id = :case ORDER BY position"));
  select.id(":case", id);
  one->entries = TRY(all(select, read_entry));
  return one;
}

Result<std::vector<SecurityCase>> SqlSecurityCaseStore::list(Snapshot& snapshot, SecurityCaseId before,
                                                             int limit) const {
  std::vector<SecurityCase> found;
  {
    Statement select =
        TRY(at(snapshot).prepare(CONNLOG_CASE_COLUMNS "WHERE :all = 1 OR id < :before ORDER BY id DESC LIMIT :limit"));
    select.boolean(":all", before.is_nil()).id(":before", before).integer(":limit", limit);
    found = TRY(all(select, read_case));
  }
  for (SecurityCase& one : found) {
    Statement select = TRY(at(snapshot).prepare(
        CONNLOG_CASE_ENTRY_COLUMNS
        "WHERE case_id = :case AND kind IN ('early_warning', 'tell_authority') ORDER BY position"));
    select.id(":case", one.id);
    one.entries = TRY(all(select, read_entry));
  }
  return found;
}

Result<std::int64_t> SqlSecurityCaseStore::count(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM security_case"));
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

Result<void> SqlSecurityCaseStore::update(Transaction& tx, const SecurityCase& one) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE security_case SET title = :title, known_at = :known_at, affected_people = :people, "
      "affected_workspaces = :workspaces, affected_data = :data, closed_at = :closed_at, closed_by = :closed_by, "
      "conclusion = :conclusion, version = :version WHERE id = :id"));
  update.text(":title", one.title)
      .instant(":known_at", one.known_at)
      .text(":people", one.affected_people)
      .text(":workspaces", one.affected_workspaces)
      .text(":data", one.affected_data)
      .instant(":closed_at", one.closed_at)
      .text(":closed_by", one.closed_by)
      .text(":conclusion", one.conclusion)
      .integer(":version", one.version)
      .id(":id", one.id);
  return exactly_one(update, "case of the register");
}

Result<void> SqlSecurityCaseStore::add_entry(Transaction& tx, SecurityCaseId id, const CaseEntry& entry) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO security_case_entry (case_id, position, at, kind, by_name, text, done_at, done_by, done_note) "
      "VALUES (:case, :position, :at, :kind, :by, :text, :done_at, :done_by, :done_note)"));
  insert.id(":case", id)
      .integer(":position", entry.position)
      .instant(":at", entry.at)
      .text(":kind", to_text(entry.kind))
      .text(":by", entry.by)
      .text(":text", entry.text)
      .instant(":done_at", entry.done_at)
      .text(":done_by", entry.done_by)
      .text(":done_note", entry.done_note);
  TRY(insert.run());
  return {};
}

Result<void> SqlSecurityCaseStore::update_entry(Transaction& tx, SecurityCaseId id, const CaseEntry& entry) {
  Statement update = TRY(
      at(tx).prepare("UPDATE security_case_entry SET done_at = :done_at, done_by = :done_by, done_note = :done_note "
                     "WHERE case_id = :case AND position = :position"));
  update.instant(":done_at", entry.done_at)
      .text(":done_by", entry.done_by)
      .text(":done_note", entry.done_note)
      .id(":case", id)
      .integer(":position", entry.position);
  return exactly_one(update, "step of a case");
}

}  // namespace connlog::storage
