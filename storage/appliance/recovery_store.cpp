#include "storage/appliance/recovery_store.h"

#include <algorithm>
#include <iterator>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// The columns of every list below: id, workspace's name, name, detail, when it came to be, when it was used last.
template <VouchKind kind>
Vouched read_vouched(Row& row) {
  Vouched vouched;
  vouched.kind = kind;
  vouched.id = to_text(row.id<UserId>());  // the type of id does not matter to its text
  vouched.workspace = row.text();
  vouched.name = row.text();
  vouched.detail = row.text();
  vouched.at = row.instant();
  vouched.last_used_at = row.instant();
  return vouched;
}

Vouched read_member(Row& row) {
  const std::string workspace = to_text(row.id<WorkspaceId>());
  Vouched vouched = read_vouched<VouchKind::member>(row);
  vouched.id = workspace + "/" + vouched.id;
  return vouched;
}

template <std::size_t N, typename Read>
Result<void> add(Snapshot& snapshot, std::vector<Vouched>& to, const char (&sql)[N], std::optional<Instant> now, int limit,
                 Read read) {
  Statement select = TRY(at(snapshot).prepare(sql));
  if (now) select.instant(":now", *now);
  auto found = TRY(all(select.integer(":limit", limit), read));
  std::move(found.begin(), found.end(), std::back_inserter(to));
  return {};
}

Result<void> add_of_workspaces(Snapshot& snapshot, std::vector<Vouched>& to, Instant now, int limit) {
  TRY(add(snapshot, to,
          "SELECT m.workspace_id, m.user_id, w.name, u.name || ' (' || u.mail || ')', m.role || "
          "CASE WHEN u.appliance_administrator = 1 THEN ', administrator of the appliance' ELSE '' END, m.since, "
          "u.last_login_at "
          "FROM membership m JOIN workspace w ON w.id = m.workspace_id JOIN app_user u ON u.id = m.user_id "
          "ORDER BY m.since DESC LIMIT :limit",
          {}, limit, read_member));
  TRY(add(snapshot, to,
          "SELECT i.id, w.name, i.mail, i.role || ', invited by ' || i.inviter_name, i.created_at, 0 FROM invitation i "
          "JOIN workspace w ON w.id = i.workspace_id WHERE i.expires_at > :now ORDER BY i.created_at DESC LIMIT :limit",
          now, limit, read_vouched<VouchKind::invitation>));
  TRY(add(snapshot, to,
          "SELECT k.id, w.name, k.name, k.token_hint || ', made by ' || k.created_by, k.created_at, k.last_used_at "
          "FROM enrolment_key k JOIN workspace w ON w.id = k.workspace_id "
          "WHERE k.revoked_at = 0 AND k.expires_at > :now ORDER BY k.created_at DESC LIMIT :limit",
          now, limit, read_vouched<VouchKind::enrolment_key>));
  return add(snapshot, to,
             "SELECT a.id, w.name, s.name, a.token_hint, s.created_at, COALESCE(t.last_seen_at, 0) FROM agent a "
             "JOIN subject s ON s.workspace_id = a.workspace_id AND s.id = a.id "
             "JOIN workspace w ON w.id = a.workspace_id LEFT JOIN subject_state t "
             "ON t.workspace_id = a.workspace_id AND t.subject_id = a.id "
             "WHERE s.removed_at = 0 ORDER BY s.created_at DESC LIMIT :limit",
             {}, limit, read_vouched<VouchKind::agent>);
}

// Accounts that open something by themselves. A disabled one does not.
Result<void> add_accounts(Snapshot& snapshot, std::vector<Vouched>& to, int limit) {
  TRY(add(snapshot, to,
          "SELECT u.id, '', u.name, u.mail, u.created_at, u.last_login_at FROM app_user u "
          "WHERE u.appliance_administrator = 1 AND u.enabled = 1 ORDER BY u.created_at DESC LIMIT :limit",
          {}, limit, read_vouched<VouchKind::administrator>));
  return add(snapshot, to,
             "SELECT u.id, '', u.name, u.mail || ', in no workspace', u.created_at, u.last_login_at FROM app_user u "
             "WHERE u.appliance_administrator = 0 AND u.enabled = 1 "
             "AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.user_id = u.id) "
             "ORDER BY u.created_at DESC LIMIT :limit",
             {}, limit, read_vouched<VouchKind::person>);
}

Result<void> add_of_people(Snapshot& snapshot, std::vector<Vouched>& to, Instant now, int limit) {
  TRY(add(snapshot, to,
          "SELECT k.id, COALESCE(w.name, ''), k.name, k.token_hint || ', ' || "
          "CASE WHEN u.id IS NULL THEN 'made by ' || k.created_by ELSE 'of ' || u.name END, k.created_at, "
          "k.last_used_at FROM api_key k LEFT JOIN workspace w ON w.id = k.workspace_id "
          "LEFT JOIN app_user u ON u.id = k.user_id WHERE k.revoked_at = 0 AND "
          "(k.expires_at = 0 OR k.expires_at > :now) ORDER BY k.created_at DESC LIMIT :limit",
          now, limit, read_vouched<VouchKind::api_key>));
  TRY(add(snapshot, to,
          "SELECT s.id, '', u.name, s.address || ', ' || s.user_agent, s.created_at, s.last_seen_at FROM session s "
          "JOIN app_user u ON u.id = s.user_id WHERE s.expires_at > :now ORDER BY s.created_at DESC LIMIT :limit",
          now, limit, read_vouched<VouchKind::session>));
  TRY(add(snapshot, to,
          "SELECT t.user_id, '', u.name, u.mail, t.confirmed_at, t.last_used_at FROM totp_factor t "
          "JOIN app_user u ON u.id = t.user_id WHERE t.sealed_secret <> '' ORDER BY t.confirmed_at DESC LIMIT :limit",
          {}, limit, read_vouched<VouchKind::totp>));
  TRY(add(snapshot, to,
          "SELECT p.id, '', u.name, p.name, p.created_at, p.last_used_at FROM passkey p "
          "JOIN app_user u ON u.id = p.user_id ORDER BY p.created_at DESC LIMIT :limit",
          {}, limit, read_vouched<VouchKind::passkey>));
  TRY(add(snapshot, to,
          "SELECT c.user_id, '', u.name, COUNT(*) || ' not used', MAX(c.created_at), 0 FROM recovery_code c "
          "JOIN app_user u ON u.id = c.user_id WHERE c.used_at = 0 GROUP BY c.user_id, u.name "
          "ORDER BY MAX(c.created_at) DESC LIMIT :limit",
          {}, limit, read_vouched<VouchKind::recovery_codes>));
  return add(snapshot, to,
             "SELECT l.id, '', u.name, p.name || ', as ' || l.mail, l.linked_at, l.last_used_at FROM login l "
             "JOIN app_user u ON u.id = l.user_id JOIN login_provider p ON p.id = l.provider_id "
             "ORDER BY l.linked_at DESC LIMIT :limit",
             {}, limit, read_vouched<VouchKind::login_link>);
}

template <std::size_t N>
Result<std::optional<RecoveryStore::Place>> find_place(Snapshot& snapshot, const char (&sql)[N], const Uuid& id) {
  Statement select = TRY(at(snapshot).prepare(sql));
  return one(select.id(":id", id), [](Row& row) {
    RecoveryStore::Place place;
    place.workspace = row.id_or_nil<WorkspaceId>();
    place.user = row.id_or_nil<UserId>();
    return place;
  });
}

}  // namespace

Result<std::vector<Vouched>> SqlRecoveryStore::vouched(Snapshot& snapshot, Instant now, int limit) const {
  std::vector<Vouched> found;
  TRY(add_accounts(snapshot, found, limit));
  TRY(add_of_workspaces(snapshot, found, now, limit));
  TRY(add_of_people(snapshot, found, now, limit));
  std::ranges::stable_sort(found, [](const Vouched& a, const Vouched& b) { return a.at > b.at; });
  return found;
}

Result<std::optional<RecoveryStore::Place>> SqlRecoveryStore::place_of(Snapshot& snapshot, VouchKind kind,
                                                                       const Uuid& id) const {
  switch (kind) {
    case VouchKind::administrator:
      return find_place(snapshot,
                        "SELECT NULL, id FROM app_user WHERE id = :id AND enabled = 1 AND appliance_administrator = 1", id);
    case VouchKind::person:
      return find_place(snapshot,
                        "SELECT NULL, id FROM app_user WHERE id = :id AND enabled = 1 AND appliance_administrator = 0", id);
    case VouchKind::invitation:
      return find_place(snapshot, "SELECT workspace_id, NULL FROM invitation WHERE id = :id", id);
    case VouchKind::enrolment_key:
      return find_place(snapshot, "SELECT workspace_id, NULL FROM enrolment_key WHERE id = :id", id);
    case VouchKind::agent:
      return find_place(snapshot, "SELECT workspace_id, NULL FROM agent WHERE id = :id", id);
    case VouchKind::api_key:
      return find_place(snapshot, "SELECT workspace_id, user_id FROM api_key WHERE id = :id", id);
    case VouchKind::session:
      return find_place(snapshot, "SELECT NULL, user_id FROM session WHERE id = :id", id);
    case VouchKind::totp:
      return find_place(snapshot, "SELECT NULL, user_id FROM totp_factor WHERE user_id = :id", id);
    case VouchKind::passkey:
      return find_place(snapshot, "SELECT NULL, user_id FROM passkey WHERE id = :id", id);
    case VouchKind::recovery_codes:
      return find_place(snapshot, "SELECT NULL, user_id FROM recovery_code WHERE user_id = :id LIMIT 1", id);
    case VouchKind::login_link:
      return find_place(snapshot, "SELECT NULL, user_id FROM login WHERE id = :id", id);
    case VouchKind::member:
      break;  // has two ids
  }
  return std::optional<RecoveryStore::Place>();
}

Result<std::int64_t> SqlRecoveryStore::fail_waiting(Transaction& tx, const std::string& why) {
  Statement notifications = TRY(at(tx).prepare(
      "UPDATE notification SET state = 'failed', lease_until = 0, last_error = :why WHERE state IN ('queued', 'leased')"));
  const std::int64_t told = TRY(notifications.text(":why", why).run());
  Statement letters = TRY(at(tx).prepare(
      "UPDATE letter SET state = 'failed', sealed_link = '', lease_until = 0, last_error = :why "
      "WHERE state IN ('queued', 'leased')"));
  const std::int64_t posted = TRY(letters.text(":why", why).run());
  return told + posted;
}

Result<void> SqlRecoveryStore::end_ways_in(Transaction& tx, Instant now) {
  TRY(at(tx).execute("DELETE FROM session; DELETE FROM login_ticket"));
  Statement links = TRY(at(tx).prepare("UPDATE single_use_link SET used_at = :now WHERE used_at = 0"));
  TRY(links.instant(":now", now).run());
  // Perhaps ended since the backup by the workspace's people.
  Statement opened = TRY(at(tx).prepare(
      "UPDATE break_glass SET ended_at = :now, ended_by = 'connlog' WHERE ended_at = 0 AND expires_at > :now"));
  TRY(opened.instant(":now", now).run());
  return {};
}

Result<void> SqlRecoveryStore::disown_backups(Transaction& tx, const std::string& why) {
  Statement backups = TRY(at(tx).prepare(
      "UPDATE backup SET state = 'removed', sealed_key = '', trouble = :why WHERE state IN ('running', 'complete')"));
  TRY(backups.text(":why", why).run());
  Statement copies =
      TRY(at(tx).prepare("UPDATE backup_copy SET is_there = 0, trouble = :why WHERE is_there = 1"));
  TRY(copies.text(":why", why).run());
  return {};
}

}  // namespace connlog::storage
