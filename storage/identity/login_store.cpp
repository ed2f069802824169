// Login providers and people's logins there, in SQL.
#include "storage/identity/stores.h"

#include "storage/connection.h"
#include "storage/lists.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

LoginProvider read_provider(Row& row) {
  LoginProvider provider;
  provider.id = row.id<LoginProviderId>();
  provider.preset = row.word(kLoginProviderPreset);
  provider.name = row.text();
  provider.issuer = row.text();
  provider.client_id = row.text();
  provider.sealed_secret = row.text();
  provider.ca_pem = row.text();
  provider.allowed_domains = split(row.text(), ' ');
  provider.create_accounts = row.boolean();
  provider.counts_as_second_factor = row.boolean();
  provider.second_factor_acr = row.text();
  provider.role_claim = row.text();
  provider.enabled = row.boolean();
  provider.created_at = row.instant();
  provider.version = row.integer();
  return provider;
}

ClaimRole read_claim_role(Row& row) {
  ClaimRole role;
  role.value = row.text();
  role.workspace = row.id<WorkspaceId>();
  role.role = row.word(kLoginProviderRole);
  return role;
}

Login read_login(Row& row) {
  Login login;
  login.id = row.id<LoginId>();
  login.user = row.id<UserId>();
  login.provider = row.id<LoginProviderId>();
  login.sub = row.text();
  login.mail = row.text();
  login.name = row.text();
  login.linked_at = row.instant();
  login.last_used_at = row.instant();
  return login;
}

GivenRole read_given(Row& row) {
  GivenRole given;
  given.provider = row.id<LoginProviderId>();
  given.user = row.id<UserId>();
  given.workspace = row.id<WorkspaceId>();
  given.role = row.word(kLoginMembershipRole);
  given.value = row.text();
  if (row.peek().empty()) {
    row.text();
  } else {
    given.former = row.word(kLoginMembershipFormer);
  }
  return given;
}

// False: a row is left out, so the provider must be, too. Else people would lose the role that it gives at their next
// login, and it would be gone with the next change of the provider.
Result<bool> read_claim_roles(Snapshot& snapshot, LoginProvider& provider) {
  Statement select =
      TRY(at(snapshot).prepare("SELECT claim_value, workspace_id, role FROM login_provider_role "
                               "WHERE provider_id = :provider ORDER BY position"));
  provider.roles = TRY(all(select.id(":provider", provider.id), read_claim_role));
  select.tell_left_out();
  return !select.left_rows_out();
}

}  // namespace

// -------------------------------------------------------------------- providers

Result<std::vector<LoginProvider>> SqlLoginStore::providers(Snapshot& snapshot) const {
  std::vector<LoginProvider> rows;
  {
    Statement select = TRY(at(snapshot).prepare(
        "SELECT id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, create_accounts, "
        "counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version FROM login_provider "
        "ORDER BY name, id"));
    rows = TRY(all(select, read_provider));
  }
  std::vector<LoginProvider> found;
  for (LoginProvider& provider : rows) {
    const bool whole = TRY(read_claim_roles(snapshot, provider));
    if (whole) found.push_back(std::move(provider));
  }
  return found;
}

Result<std::optional<LoginProvider>> SqlLoginStore::find_provider(Snapshot& snapshot, LoginProviderId id) const {
  std::optional<LoginProvider> found;
  {
    Statement select = TRY(at(snapshot).prepare(
        "SELECT id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, create_accounts, "
        "counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version FROM login_provider "
        "WHERE id = :id"));
    found = TRY(one(select.id(":id", id), read_provider));
  }
  if (!found) return found;
  const bool whole = TRY(read_claim_roles(snapshot, *found));
  if (!whole) found.reset();
  return found;
}

Result<void> SqlLoginStore::put_provider(Transaction& tx, const LoginProvider& provider) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO login_provider (id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, "
      "create_accounts, counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version) VALUES "
      "(:id, :preset, :name, :issuer, :client_id, :sealed_secret, :ca_pem, :allowed_domains, :create_accounts, "
      ":counts_as_second_factor, :second_factor_acr, :role_claim, :enabled, :created_at, :version) "
      "ON CONFLICT (id) DO UPDATE SET preset = excluded.preset, name = excluded.name, issuer = excluded.issuer, "
      "client_id = excluded.client_id, sealed_secret = excluded.sealed_secret, ca_pem = excluded.ca_pem, "
      "allowed_domains = excluded.allowed_domains, create_accounts = excluded.create_accounts, "
      "counts_as_second_factor = excluded.counts_as_second_factor, second_factor_acr = excluded.second_factor_acr, "
      "role_claim = excluded.role_claim, enabled = excluded.enabled, version = excluded.version"));
  put.id(":id", provider.id)
      .text(":preset", to_text(provider.preset))
      .text(":name", provider.name)
      .text(":issuer", provider.issuer)
      .text(":client_id", provider.client_id)
      .text(":sealed_secret", provider.sealed_secret)
      .text(":ca_pem", provider.ca_pem)
      .text(":allowed_domains", joined(provider.allowed_domains, ' '))
      .boolean(":create_accounts", provider.create_accounts)
      .boolean(":counts_as_second_factor", provider.counts_as_second_factor)
      .text(":second_factor_acr", provider.second_factor_acr)
      .text(":role_claim", provider.role_claim)
      .boolean(":enabled", provider.enabled)
      .instant(":created_at", provider.created_at)
      .integer(":version", provider.version);
  TRY(put.run());
  Statement clear = TRY(at(tx).prepare("DELETE FROM login_provider_role WHERE provider_id = :provider"));
  TRY(clear.id(":provider", provider.id).run());
  std::int64_t position = 0;
  for (const ClaimRole& row : provider.roles) {
    Statement insert =
        TRY(at(tx).prepare("INSERT INTO login_provider_role (provider_id, position, claim_value, workspace_id, role) "
                           "VALUES (:provider, :position, :value, :workspace, :role)"));
    TRY(insert.id(":provider", provider.id)
            .integer(":position", position++)
            .text(":value", row.value)
            .id(":workspace", row.workspace)
            .text(":role", to_text(row.role))
            .run());
  }
  return {};
}

Result<void> SqlLoginStore::remove_provider(Transaction& tx, LoginProviderId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM login_provider WHERE id = :id"));
  return exactly_one(remove.id(":id", id), "login provider");
}

Result<std::int64_t> SqlLoginStore::count_logins(Snapshot& snapshot, LoginProviderId provider) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM login WHERE provider_id = :provider"));
  const bool counted = TRY(select.id(":provider", provider).step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

// ----------------------------------------------------------------------- logins

Result<std::optional<Login>> SqlLoginStore::find(Snapshot& snapshot, LoginProviderId provider,
                                                 const std::string& sub) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id, user_id, provider_id, subject, mail, name, linked_at, last_used_at "
                               "FROM login WHERE provider_id = :provider AND subject = :subject"));
  return one(select.id(":provider", provider).text(":subject", sub), read_login);
}

Result<std::vector<Login>> SqlLoginStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id, user_id, provider_id, subject, mail, name, linked_at, last_used_at "
                               "FROM login WHERE user_id = :user ORDER BY id"));
  return all(select.id(":user", user), read_login);
}

Result<void> SqlLoginStore::put(Transaction& tx, const Login& login) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO login (id, user_id, provider_id, subject, mail, name, linked_at, last_used_at) "
                         "VALUES (:id, :user, :provider, :subject, :mail, :name, :linked_at, :last_used_at) "
                         "ON CONFLICT (id) DO UPDATE SET mail = excluded.mail, name = excluded.name, "
                         "last_used_at = excluded.last_used_at"));
  put.id(":id", login.id)
      .id(":user", login.user)
      .id(":provider", login.provider)
      .text(":subject", login.sub)
      .text(":mail", login.mail)
      .text(":name", login.name)
      .instant(":linked_at", login.linked_at)
      .instant(":last_used_at", login.last_used_at);
  TRY(put.run());
  return {};
}

Result<void> SqlLoginStore::remove(Transaction& tx, UserId user, LoginId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM login WHERE id = :id AND user_id = :user"));
  return exactly_one(remove.id(":id", id).id(":user", user), "login");
}

// ------------------------------------------------------------------ memberships

Result<std::vector<GivenRole>> SqlLoginStore::given_by(Snapshot& snapshot, LoginProviderId provider) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT provider_id, user_id, workspace_id, role, claim_value, former_role "
                               "FROM login_membership WHERE provider_id = :provider ORDER BY user_id, workspace_id"));
  return all(select.id(":provider", provider), read_given);
}

Result<std::vector<GivenRole>> SqlLoginStore::given_in(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT provider_id, user_id, workspace_id, role, claim_value, former_role "
                               "FROM login_membership WHERE workspace_id = :workspace ORDER BY user_id, provider_id"));
  return all(select.id(":workspace", workspace), read_given);
}

Result<void> SqlLoginStore::put_given(Transaction& tx, const GivenRole& given) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO login_membership (provider_id, user_id, workspace_id, role, claim_value, former_role) VALUES "
      "(:provider, :user, :workspace, :role, :value, :former) ON CONFLICT (provider_id, user_id, workspace_id) "
      "DO UPDATE SET role = excluded.role, claim_value = excluded.claim_value, former_role = excluded.former_role"));
  TRY(put.id(":provider", given.provider)
          .id(":user", given.user)
          .id(":workspace", given.workspace)
          .text(":role", to_text(given.role))
          .text(":value", given.value)
          .text(":former", given.former ? to_text(*given.former) : "")
          .run());
  return {};
}

Result<void> SqlLoginStore::forget_given(Transaction& tx, LoginProviderId provider, UserId user,
                                         WorkspaceId workspace) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM login_membership WHERE provider_id = :provider AND user_id = :user AND workspace_id = :workspace"));
  TRY(remove.id(":provider", provider).id(":user", user).id(":workspace", workspace).run());
  return {};
}

}  // namespace connlog::storage
