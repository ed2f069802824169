// People, their sessions and single-use links, in SQL.
#include "storage/people/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"
#include "storage/people/user_rows.h"

namespace connlog::storage {
namespace {

void bind_user(Statement& statement, const User& user) {
  statement.id(":id", user.id)
      .text(":name", user.name)
      .text(":mail", user.mail)
      .text(":mail_key", user.mail_key)
      .text(":password_hash", user.password_hash)
      .boolean(":appliance_administrator", user.appliance_administrator)
      .boolean(":enabled", user.enabled)
      .instant(":last_login_at", user.last_login_at);
}

Session read_session(Row& row) {
  Session session;
  session.id = row.id<SessionId>();
  session.user = row.id<UserId>();
  session.token_digest = row.bytes<32>();
  session.address = row.text();
  session.user_agent = row.text();
  session.created_at = row.instant();
  session.last_seen_at = row.instant();
  session.expires_at = row.instant();
  return session;
}

SingleUseLink read_link(Row& row) {
  SingleUseLink link;
  link.token_digest = row.bytes<32>();
  link.purpose = row.text();
  link.created_at = row.instant();
  link.expires_at = row.instant();
  link.used_at = row.instant();
  return link;
}

}  // namespace

// ----------------------------------------------------------------------- people

Result<std::int64_t> SqlUserStore::count(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM app_user"));
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

Result<std::optional<User>> SqlUserStore::find(Snapshot& snapshot, UserId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_USER_COLUMNS " FROM app_user u WHERE u.id = :id"));
  return one(select.id(":id", id), read_user);
}

Result<std::optional<User>> SqlUserStore::find_by_mail(Snapshot& snapshot, const std::string& mail_key) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_USER_COLUMNS " FROM app_user u WHERE u.mail_key = :mail_key"));
  return one(select.text(":mail_key", mail_key), read_user);
}

Result<void> SqlUserStore::insert(Transaction& tx, const User& user) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO app_user (id, name, mail, mail_key, password_hash, appliance_administrator, enabled, created_at, last_login_at) "
      "VALUES (:id, :name, :mail, :mail_key, :password_hash, :appliance_administrator, :enabled, :created_at, :last_login_at)"));
  bind_user(insert, user);
  TRY(insert.instant(":created_at", user.created_at).run());
  return {};
}

Result<void> SqlUserStore::update(Transaction& tx, const User& user) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE app_user SET name = :name, mail = :mail, mail_key = :mail_key, password_hash = :password_hash, "
      "appliance_administrator = :appliance_administrator, enabled = :enabled, last_login_at = :last_login_at WHERE id = :id"));
  bind_user(update, user);
  return exactly_one(update, "user");
}

// --------------------------------------------------------------------- sessions

Result<std::optional<Session>> SqlSessionStore::find(Snapshot& snapshot, const TokenDigest& digest) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at "
      "FROM session WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), read_session);
}

Result<std::vector<Session>> SqlSessionStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at "
      "FROM session WHERE user_id = :user ORDER BY id DESC"));
  return all(select.id(":user", user), read_session);
}

Result<void> SqlSessionStore::insert(Transaction& tx, const Session& session) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO session (id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at) "
      "VALUES (:id, :user, :digest, :address, :user_agent, :created_at, :last_seen_at, :expires_at)"));
  insert.id(":id", session.id)
      .id(":user", session.user)
      .blob(":digest", session.token_digest)
      .text(":address", session.address)
      .text(":user_agent", session.user_agent)
      .instant(":created_at", session.created_at)
      .instant(":last_seen_at", session.last_seen_at)
      .instant(":expires_at", session.expires_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlSessionStore::touch(Transaction& tx, SessionId id, Instant last_seen) {
  Statement update = TRY(at(tx).prepare("UPDATE session SET last_seen_at = :last_seen WHERE id = :id"));
  return exactly_one(update.id(":id", id).instant(":last_seen", last_seen), "session");
}

// Removing a session that is gone already is no error: two tabs may log out at once.
Result<void> SqlSessionStore::remove(Transaction& tx, SessionId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM session WHERE id = :id"));
  TRY(remove.id(":id", id).run());
  return {};
}

Result<void> SqlSessionStore::remove_of_user(Transaction& tx, UserId user) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM session WHERE user_id = :user"));
  TRY(remove.id(":user", user).run());
  return {};
}

Result<void> SqlSessionStore::remove_expired(Transaction& tx, Instant expired_before, Instant idle_before) {
  Statement remove =
      TRY(at(tx).prepare("DELETE FROM session WHERE expires_at <= :expired_before OR last_seen_at <= :idle_before"));
  TRY(remove.instant(":expired_before", expired_before).instant(":idle_before", idle_before).run());
  return {};
}

// ------------------------------------------------------------------------ links

Result<std::optional<SingleUseLink>> SqlSessionStore::find_link(Snapshot& snapshot, const TokenDigest& digest) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT token_digest, purpose, created_at, expires_at, used_at FROM single_use_link "
                               "WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), read_link);
}

Result<std::optional<SingleUseLink>> SqlSessionStore::open_link(Snapshot& snapshot, const std::string& purpose) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT token_digest, purpose, created_at, expires_at, used_at FROM single_use_link "
                               "WHERE purpose = :purpose AND used_at = 0 ORDER BY created_at DESC LIMIT 1"));
  return one(select.text(":purpose", purpose), read_link);
}

Result<void> SqlSessionStore::put_link(Transaction& tx, const SingleUseLink& link) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO single_use_link (token_digest, purpose, created_at, expires_at, used_at) "
      "VALUES (:digest, :purpose, :created_at, :expires_at, :used_at) ON CONFLICT (token_digest) DO UPDATE SET "
      "purpose = excluded.purpose, created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = excluded.used_at"));
  put.blob(":digest", link.token_digest)
      .text(":purpose", link.purpose)
      .instant(":created_at", link.created_at)
      .instant(":expires_at", link.expires_at)
      .instant(":used_at", link.used_at);
  TRY(put.run());
  return {};
}

}  // namespace connlog::storage
