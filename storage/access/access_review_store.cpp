// Who has what in a workspace, and the access reviews that were done, in SQL; see storage/access/stores.h.
#include <iterator>

#include "storage/access/stores.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Reads the columns in the order in which every SELECT below lists them.
AccessItem read_item(Row& row, AccessItem::Kind kind) {
  AccessItem item;
  item.kind = kind;
  item.id = row.id<Id<struct AnyTag>>();
  item.name = row.text();
  item.address = row.text();
  item.rights = row.text();
  item.given_by = row.text();
  item.since = row.instant();
  item.last_used_at = row.instant();
  item.ends_at = row.instant();
  item.state = row.text();
  return item;
}

Result<void> gather(Statement& select, AccessItem::Kind kind, std::vector<AccessItem>& into) {
  auto found = TRY(all(select, [kind](Row& row) { return read_item(row, kind); }));
  into.insert(into.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  return {};
}

}  // namespace

Result<std::vector<AccessItem>> SqlAccessReviewStore::items(Snapshot& snapshot, WorkspaceId workspace,
                                                            Instant now) const {
  std::vector<AccessItem> items;
  {
    Statement members = TRY(at(snapshot).prepare(
        "SELECT u.id, u.name, u.mail, m.role, '' AS given_by, m.since, "
        "CASE WHEN (SELECT COALESCE(MAX(s.last_seen_at), 0) FROM session s WHERE s.user_id = u.id) > u.last_login_at THEN (SELECT MAX(s.last_seen_at) FROM session s WHERE s.user_id = u.id) ELSE u.last_login_at END, 0 AS ends_at, "
        "CASE WHEN u.enabled = 1 THEN '' ELSE 'disabled' END FROM membership m JOIN app_user u ON u.id = m.user_id "
        "WHERE m.workspace_id = :workspace ORDER BY u.name, u.id"));
    TRY(gather(members.id(":workspace", workspace), AccessItem::Kind::member, items));
  }
  {
    Statement teams = TRY(at(snapshot).prepare(
        "SELECT tm.user_id, t.name FROM team_member tm JOIN team t ON t.workspace_id = tm.workspace_id AND t.id = tm.team_id "
        "WHERE tm.workspace_id = :workspace ORDER BY t.name_key"));
    teams.id(":workspace", workspace);
    while (true) {
      const bool has_row = TRY(teams.step());
      if (!has_row) break;
      Row row(teams);
      const UserId user = row.id<UserId>();
      const std::string name = row.text();
      for (AccessItem& item : items) {
        if (Uuid(user) == item.id) item.teams += (item.teams.empty() ? "" : ", ") + name;
      }
    }
  }
  {
    Statement invitations = TRY(at(snapshot).prepare(
        "SELECT id, mail, mail, role, inviter_name, sent_at, 0 AS last_used_at, expires_at, CASE WHEN expires_at <= :now THEN "
        "'expired' ELSE '' END FROM invitation WHERE workspace_id = :workspace ORDER BY mail_key"));
    TRY(gather(invitations.id(":workspace", workspace).instant(":now", now), AccessItem::Kind::invitation, items));
  }
  {
    Statement keys = TRY(
        at(snapshot).prepare("SELECT id, name, token_hint, CASE WHEN form = 'ping' THEN 'ping' ELSE scopes END, created_by, created_at, "
                             "last_used_at, expires_at, "
                             "CASE WHEN expires_at <> 0 AND expires_at <= :now THEN 'expired' ELSE '' END FROM api_key "
                             "WHERE workspace_id = :workspace AND revoked_at = 0 ORDER BY name, id"));
    TRY(gather(keys.id(":workspace", workspace).instant(":now", now), AccessItem::Kind::api_key, items));
  }
  {
    // The API keys of members act in this workspace too, until the membership ends.
    Statement personal = TRY(at(snapshot).prepare(
        "SELECT k.id, k.name, u.name, k.scopes, u.mail, k.created_at, k.last_used_at, k.expires_at, '' AS state FROM membership m "
        "JOIN api_key k ON k.user_id = m.user_id JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = :workspace AND "
        "k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > :now) ORDER BY u.name, k.id"));
    TRY(gather(personal.id(":workspace", workspace).instant(":now", now), AccessItem::Kind::personal_key, items));
  }
  {
    Statement enrolment = TRY(at(snapshot).prepare(
        "SELECT id, name, token_hint, 'edit_subjects' AS rights, created_by, created_at, last_used_at, expires_at, "
        "CASE WHEN (expires_at <> 0 AND expires_at <= :now) OR uses >= uses_max THEN 'expired' ELSE '' END FROM enrolment_key "
        "WHERE workspace_id = :workspace AND revoked_at = 0 ORDER BY name, id"));
    TRY(gather(enrolment.id(":workspace", workspace).instant(":now", now), AccessItem::Kind::enrolment_key, items));
  }
  {
    Statement recipients = TRY(at(snapshot).prepare(
        "SELECT r.id, r.name, r.shown, r.kind, '' AS given_by, r.created_at, "
        "(SELECT COALESCE(MAX(n.sent_at), 0) FROM notification n WHERE n.workspace_id = r.workspace_id AND n.recipient_id = r.id), "
        "0 AS ends_at, r.consent FROM recipient r WHERE r.workspace_id = :workspace ORDER BY r.name, r.id"));
    TRY(gather(recipients.id(":workspace", workspace), AccessItem::Kind::recipient, items));
  }
  {
    // Secrets with which checks log in elsewhere, and the addresses by which jobs ping: last used with the last result.
    Statement secrets = TRY(at(snapshot).prepare(
        "SELECT s.id, s.name, m.kind, (SELECT GROUP_CONCAT(f.field, ' ') FROM sealed_field f WHERE f.workspace_id = "
        "m.workspace_id AND f.owner_kind = 'monitor' AND f.owner = m.id), '' AS given_by, m.created_at, "
        "(SELECT COALESCE(MAX(c.last_seen_at), 0) FROM subject_state c WHERE c.workspace_id = m.workspace_id AND "
        "c.subject_id = m.id), 0 AS ends_at, '' AS state FROM monitor m JOIN subject s ON s.workspace_id = m.workspace_id "
        "AND s.id = m.id WHERE m.workspace_id = :workspace AND EXISTS (SELECT 1 FROM sealed_field f WHERE f.workspace_id = "
        "m.workspace_id AND f.owner_kind = 'monitor' AND f.owner = m.id) ORDER BY s.name, s.id"));
    TRY(gather(secrets.id(":workspace", workspace), AccessItem::Kind::monitor_secret, items));
  }
  {
    // The keys of event sources: last used with the last message.
    Statement keys = TRY(at(snapshot).prepare(
        "SELECT s.id, s.name, e.key_start, 'open and resolve events' AS rights, '' AS given_by, e.created_at, e.last_at, "
        "0 AS ends_at, '' AS state FROM event_source e JOIN subject s ON s.workspace_id = e.workspace_id AND s.id = e.id "
        "WHERE e.workspace_id = :workspace ORDER BY s.name, s.id"));
    TRY(gather(keys.id(":workspace", workspace), AccessItem::Kind::event_key, items));
  }
  {
    Statement openings = TRY(at(snapshot).prepare(
        "SELECT id, administrator, reason, 'view' AS rights, administrator, opened_at, (SELECT COALESCE(MAX(r.last_at), 0) FROM "
        "break_glass_read r WHERE r.workspace_id = b.workspace_id AND r.break_glass_id = b.id), expires_at, '' AS state "
        "FROM break_glass b WHERE workspace_id = :workspace AND ended_at = 0 AND expires_at > :now ORDER BY opened_at"));
    TRY(gather(openings.id(":workspace", workspace).instant(":now", now), AccessItem::Kind::break_glass, items));
  }
  return items;
}

Result<std::vector<AccessReview>> SqlAccessReviewStore::reviews(Snapshot& snapshot, WorkspaceId workspace,
                                                                int limit) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id, workspace_id, done_at, done_by, note FROM access_review "
                               "WHERE workspace_id = :workspace ORDER BY done_at DESC, id DESC LIMIT :limit"));
  return all(select.id(":workspace", workspace).integer(":limit", limit), [](Row& row) {
    AccessReview review;
    review.id = row.id<Id<struct AnyTag>>();
    review.workspace = row.id<WorkspaceId>();
    review.done_at = row.instant();
    review.done_by = row.text();
    review.note = row.text();
    return review;
  });
}

Result<void> SqlAccessReviewStore::insert(Transaction& tx, const AccessReview& review) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO access_review (id, workspace_id, done_at, done_by, note) "
                         "VALUES (:id, :workspace, :done_at, :done_by, :note)"));
  insert.id(":id", review.id)
      .id(":workspace", review.workspace)
      .instant(":done_at", review.done_at)
      .text(":done_by", review.done_by)
      .text(":note", review.note);
  TRY(insert.run());
  return {};
}

Result<Instant> SqlAccessReviewStore::reminded_at(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT reminded_at FROM access_review_reminder WHERE workspace_id = :workspace"));
  const auto found = TRY(one(select.id(":workspace", workspace), [](Row& row) { return row.instant(); }));
  return found.value_or(Instant{});
}

Result<void> SqlAccessReviewStore::put_reminder(Transaction& tx, WorkspaceId workspace, Instant when) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO access_review_reminder (workspace_id, reminded_at) VALUES (:workspace, :at) "
                         "ON CONFLICT (workspace_id) DO UPDATE SET reminded_at = excluded.reminded_at"));
  TRY(put.id(":workspace", workspace).instant(":at", when).run());
  return {};
}

}  // namespace connlog::storage
