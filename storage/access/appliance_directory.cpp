// People and workspaces as the appliance administrator lists them, in SQL; see storage/access/stores.h.
#include <string_view>

#include "storage/access/stores.h"
#include "storage/connection.h"
#include "storage/statement.h"
#include "storage/people/own_workspace.h"
#include "storage/people/user_rows.h"

namespace connlog::storage {
namespace {

// The pattern for LIKE that finds `search` anywhere. Wildcards in `search` are escaped, ASCII letters become lower
// case.
std::string pattern_of(std::string_view search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return pattern + "%";
}

#define CONNLOG_LISTED_USER_COLUMNS                                                        \
  CONNLOG_USER_COLUMNS                                                                     \
  ", (SELECT COUNT(*) FROM membership m WHERE m.user_id = u.id), "                         \
  "(SELECT COUNT(*) FROM session s WHERE s.user_id = u.id), "                              \
  "(SELECT COUNT(*) FROM api_key k WHERE k.user_id = u.id AND k.revoked_at = 0), "         \
  "(SELECT COALESCE(MAX(s.last_seen_at), 0) FROM session s WHERE s.user_id = u.id), "      \
  "(SELECT COUNT(*) FROM totp_factor f WHERE f.user_id = u.id AND f.confirmed_at <> 0) + " \
  "(SELECT COUNT(*) FROM passkey p WHERE p.user_id = u.id)"

ListedUser read_listed_user(Row& row) {
  ListedUser listed;
  listed.user = read_user(row);
  listed.has_password = !listed.user.password_hash.empty();
  listed.user.password_hash.clear();
  listed.workspaces = row.integer();
  listed.sessions = row.integer();
  listed.api_keys = row.integer();
  listed.last_seen_at = row.instant();
  listed.second_factor = row.integer() > 0;
  return listed;
}

#define CONNLOG_LISTED_WORKSPACE_COLUMNS                                                  \
  "w.id, w.slug, w.name, w.machine_policy, w.enabled, w.created_at, w.version, "          \
  "(SELECT COUNT(*) FROM membership m WHERE m.workspace_id = w.id), "                     \
  "(SELECT COUNT(*) FROM agent a WHERE a.workspace_id = w.id), "                          \
  "(SELECT COUNT(*) FROM recipient r WHERE r.workspace_id = w.id), "                      \
  "(SELECT COUNT(*) FROM incident i WHERE i.workspace_id = w.id AND i.resolved_at = 0), " \
  "(SELECT COUNT(*) FROM api_key k WHERE k.workspace_id = w.id AND k.revoked_at = 0), "   \
  "COALESCE((SELECT ws.deletion_due_at FROM workspace_setting ws WHERE ws.workspace_id = w.id), 0)"

ListedWorkspace read_listed_workspace(Row& row) {
  ListedWorkspace listed;
  listed.workspace.id = row.id<WorkspaceId>();
  listed.workspace.slug = row.text();
  listed.workspace.name = row.text();
  listed.workspace.machine_policy = row.word(kWorkspaceMachinePolicy);
  listed.workspace.enabled = row.boolean();
  listed.workspace.created_at = row.instant();
  listed.workspace.version = row.integer();
  listed.members = row.integer();
  listed.agents = row.integer();
  listed.recipients = row.integer();
  listed.open_incidents = row.integer();
  listed.api_keys = row.integer();
  listed.deletion_at = row.instant();
  return listed;
}

}  // namespace

Result<std::vector<ListedUser>> SqlApplianceDirectory::users(Snapshot& snapshot, const std::string& search,
                                                             const std::string& after, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_LISTED_USER_COLUMNS
      " FROM app_user u WHERE u.mail_key > :after AND (lower(u.name) LIKE :pattern ESCAPE '\\' OR u.mail_key LIKE :pattern "
      "ESCAPE '\\') ORDER BY u.mail_key LIMIT :limit"));
  return all(select.text(":after", after).text(":pattern", pattern_of(search)).integer(":limit", limit),
             read_listed_user);
}

Result<std::optional<ListedUser>> SqlApplianceDirectory::user(Snapshot& snapshot, UserId id) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_LISTED_USER_COLUMNS " FROM app_user u WHERE u.id = :id"));
  return one(select.id(":id", id), read_listed_user);
}

Result<std::int64_t> SqlApplianceDirectory::enabled_administrators(Snapshot& snapshot) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT COUNT(*) FROM app_user WHERE appliance_administrator = 1 AND enabled = 1"));
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

// All workspaces but the appliance's own: the administrator's list.
Result<std::vector<ListedWorkspace>> SqlApplianceDirectory::workspaces(Snapshot& snapshot, const std::string& search,
                                                                       const std::string& after, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_LISTED_WORKSPACE_COLUMNS
      " FROM workspace w WHERE w.id <> :own AND w.slug > :after AND (lower(w.name) LIKE :pattern ESCAPE '\\' "
      "OR w.slug LIKE :pattern ESCAPE '\\') ORDER BY w.slug LIMIT :limit"));
  select.id(":own", own_workspace()).text(":after", after).text(":pattern", pattern_of(search));
  auto listed = TRY(all(select.integer(":limit", limit), read_listed_workspace));
  for (ListedWorkspace& each : listed) {
    const auto owners = TRY(owners_of(snapshot, each.workspace.id));
    for (const User& owner : owners) each.owners.push_back(owner.mail);
  }
  return listed;
}

Result<std::optional<ListedWorkspace>> SqlApplianceDirectory::workspace(Snapshot& snapshot, WorkspaceId id) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_LISTED_WORKSPACE_COLUMNS " FROM workspace w WHERE w.id = :id AND w.id <> :own"));
  auto listed = TRY(one(select.id(":id", id).id(":own", own_workspace()), read_listed_workspace));
  if (!listed) return listed;
  const auto owners = TRY(owners_of(snapshot, id));
  for (const User& owner : owners) listed->owners.push_back(owner.mail);
  return listed;
}

Result<std::vector<User>> SqlApplianceDirectory::owners_of(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_USER_COLUMNS
      " FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = :workspace AND "
      "m.role = 'owner' AND u.enabled = 1 ORDER BY u.mail_key"));
  return all(select.id(":workspace", workspace), read_user);
}

Result<bool> SqlApplianceDirectory::is_verified_member(Snapshot& snapshot, WorkspaceId workspace,
                                                       const std::string& mail_key) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM app_user u JOIN membership m ON m.user_id = u.id JOIN account a ON a.user_id = u.id "
      "WHERE u.mail_key = :mail_key AND m.workspace_id = :workspace AND u.enabled = 1 AND a.mail_verified_at <> 0"));
  const bool counted = TRY(select.text(":mail_key", mail_key).id(":workspace", workspace).step());
  if (!counted) return damaged_row();
  return Row(select).integer() > 0;
}

}  // namespace connlog::storage
