// Accounts and single-use links, in SQL.
#include "storage/identity/stores.h"

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

std::int64_t as_count(Row& row) {
  return row.integer();
}

}  // namespace

// ------------------------------------------------------------------------ links

Result<void> SqlLinkStore::insert(Transaction& tx, const Link& link) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO single_use_link (token_digest, purpose, user_id, workspace_id, data, created_at, expires_at, used_at) "
      "VALUES (:digest, :purpose, :user, :workspace, :data, :created_at, :expires_at, :used_at)"));
  insert.blob(":digest", link.token_digest)
      .text(":purpose", link.purpose)
      .id_or_null(":user", link.user)
      .id_or_null(":workspace", link.workspace)
      .text(":data", link.data)
      .instant(":created_at", link.created_at)
      .instant(":expires_at", link.expires_at)
      .instant(":used_at", link.used_at);
  TRY(insert.run());
  return {};
}

// Found by its digest alone: a link's holder need not know which workspace it belongs to.
Result<std::optional<Link>> SqlLinkStore::find(Snapshot& snapshot, const TokenDigest& digest) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT token_digest, purpose, user_id, workspace_id, data, created_at, expires_at, used_at FROM single_use_link "
      "WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), [](Row& row) {
    Link link;
    link.token_digest = row.bytes<32>();
    link.purpose = row.text();
    link.user = row.id_or_nil<UserId>();
    link.workspace = row.id_or_nil<WorkspaceId>();
    link.data = row.text();
    link.created_at = row.instant();
    link.expires_at = row.instant();
    link.used_at = row.instant();
    return link;
  });
}

Result<void> SqlLinkStore::mark_used(Transaction& tx, const TokenDigest& digest, Instant used) {
  Statement update =
      TRY(at(tx).prepare("UPDATE single_use_link SET used_at = :used_at WHERE token_digest = :digest AND used_at = 0"));
  return exactly_one(update.blob(":digest", digest).instant(":used_at", used), "link");
}

Result<std::int64_t> SqlLinkStore::count_open(Snapshot& snapshot, UserId user, std::string_view purpose,
                                              Instant now) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM single_use_link WHERE user_id = :user AND purpose = :purpose AND used_at = 0 AND expires_at > :now"));
  return value_or(one(select.id(":user", user).text(":purpose", purpose).instant(":now", now), as_count), 0);
}

Result<std::int64_t> SqlLinkStore::count_since(Snapshot& snapshot, std::string_view purpose, const std::string& data,
                                               Instant since) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM single_use_link WHERE purpose = :purpose AND data = :data AND created_at > :since"));
  return value_or(one(select.text(":purpose", purpose).text(":data", data).instant(":since", since), as_count), 0);
}

Result<void> SqlLinkStore::remove_of_user(Transaction& tx, UserId user, std::string_view purpose) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM single_use_link WHERE user_id = :user AND purpose = :purpose"));
  TRY(remove.id(":user", user).text(":purpose", purpose).run());
  return {};
}

Result<void> SqlLinkStore::remove_of_data(Transaction& tx, std::string_view purpose, const std::string& data) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM single_use_link WHERE purpose = :purpose AND data = :data"));
  TRY(remove.text(":purpose", purpose).text(":data", data).run());
  return {};
}

Result<void> SqlLinkStore::remove_ended(Transaction& tx, Instant ended_before) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM single_use_link WHERE expires_at > 0 AND expires_at <= :before"));
  TRY(remove.instant(":before", ended_before).run());
  return {};
}

// --------------------------------------------------------------------- accounts

Result<AccountFacts> SqlAccountStore::facts(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT mail_verified_at, password_changed_at, login_notices FROM account WHERE user_id = :user"));
  AccountFacts facts;
  const auto stored = TRY(one(select.id(":user", user), [](Row& row) {
    AccountFacts found;
    found.mail_verified_at = row.instant();
    found.password_changed_at = row.instant();
    found.login_notices = row.boolean();
    return found;
  }));
  if (stored) facts = *stored;
  facts.user = user;
  return facts;
}

Result<void> SqlAccountStore::put_facts(Transaction& tx, const AccountFacts& facts) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO account (user_id, mail_verified_at, password_changed_at, login_notices) VALUES (:user, :mail_verified_at, "
      ":password_changed_at, :login_notices) ON CONFLICT (user_id) DO UPDATE SET mail_verified_at = excluded.mail_verified_at, "
      "password_changed_at = excluded.password_changed_at, login_notices = excluded.login_notices"));
  put.id(":user", facts.user)
      .instant(":mail_verified_at", facts.mail_verified_at)
      .instant(":password_changed_at", facts.password_changed_at)
      .boolean(":login_notices", facts.login_notices);
  TRY(put.run());
  return {};
}

Result<std::optional<MailChange>> SqlAccountStore::mail_change(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT user_id, id, mail, mail_key, former_agreed_at, new_agreed_at, created_at, expires_at FROM mail_change "
      "WHERE user_id = :user"));
  return one(select.id(":user", user), [](Row& row) {
    MailChange change;
    change.user = row.id<UserId>();
    change.id = row.id<Uuid>();
    change.mail = row.text();
    change.mail_key = row.text();
    change.former_agreed_at = row.instant();
    change.new_agreed_at = row.instant();
    change.created_at = row.instant();
    change.expires_at = row.instant();
    return change;
  });
}

Result<void> SqlAccountStore::put_mail_change(Transaction& tx, const MailChange& change) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO mail_change (user_id, id, mail, mail_key, former_agreed_at, new_agreed_at, created_at, expires_at) VALUES (:user, "
      ":id, :mail, :mail_key, :former_agreed_at, :new_agreed_at, :created_at, :expires_at) ON CONFLICT (user_id) DO UPDATE SET "
      "id = excluded.id, mail = excluded.mail, mail_key = excluded.mail_key, former_agreed_at = excluded.former_agreed_at, "
      "new_agreed_at = excluded.new_agreed_at, created_at = excluded.created_at, expires_at = excluded.expires_at"));
  put.id(":user", change.user)
      .id(":id", change.id)
      .text(":mail", change.mail)
      .text(":mail_key", change.mail_key)
      .instant(":former_agreed_at", change.former_agreed_at)
      .instant(":new_agreed_at", change.new_agreed_at)
      .instant(":created_at", change.created_at)
      .instant(":expires_at", change.expires_at);
  TRY(put.run());
  return {};
}

Result<void> SqlAccountStore::remove_mail_change(Transaction& tx, UserId user) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM mail_change WHERE user_id = :user"));
  TRY(remove.id(":user", user).run());
  return {};
}

Result<std::int64_t> SqlAccountStore::count_devices(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM known_device WHERE user_id = :user"));
  return value_or(one(select.id(":user", user), as_count), 0);
}

Result<bool> SqlAccountStore::note_device(Transaction& tx, UserId user, const TokenDigest& digest, Instant now,
                                          int devices_max) {
  Statement update =
      TRY(at(tx).prepare("UPDATE known_device SET last_used_at = :now WHERE user_id = :user AND digest = :digest"));
  const std::int64_t changed = TRY(update.id(":user", user).blob(":digest", digest).instant(":now", now).run());
  if (changed > 0) return true;
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO known_device (user_id, digest, last_used_at) VALUES (:user, :digest, :now)"));
  TRY(insert.id(":user", user).blob(":digest", digest).instant(":now", now).run());
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM known_device WHERE user_id = :user AND digest NOT IN (SELECT digest FROM known_device WHERE user_id = :user "
      "ORDER BY last_used_at DESC LIMIT :keep)"));
  TRY(remove.id(":user", user).integer(":keep", devices_max).run());
  return false;
}

Result<std::int64_t> SqlAccountStore::count_administrators(Snapshot& snapshot) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT COUNT(*) FROM app_user WHERE appliance_administrator = 1 AND enabled = 1"));
  return value_or(one(select, as_count), 0);
}

// Sessions, links and all else that belongs to one person go with the row by their foreign keys. A membership belongs
// to a person and a workspace, so it is deleted explicitly. All workspaces: the person leaves each of them.
Result<void> SqlAccountStore::remove_person(Transaction& tx, UserId user) {
  Statement memberships = TRY(at(tx).prepare("DELETE FROM membership WHERE user_id = :user"));
  TRY(memberships.id(":user", user).run());
  Statement letters =
      TRY(at(tx).prepare("DELETE FROM letter WHERE to_address IN (SELECT mail FROM app_user WHERE id = :user)"));
  TRY(letters.id(":user", user).run());
  Statement answers = TRY(at(tx).prepare("DELETE FROM idempotency_key WHERE user_id = :user"));
  TRY(answers.id(":user", user).run());
  // What they made quiet stays for charts and uptime, under their name.
  Statement quiets = TRY(at(tx).prepare("UPDATE quiet SET by_user = NULL WHERE by_user = :user"));
  TRY(quiets.id(":user", user).run());
  Statement person = TRY(at(tx).prepare("DELETE FROM app_user WHERE id = :user"));
  return exactly_one(person.id(":user", user), "account");
}

}  // namespace connlog::storage
