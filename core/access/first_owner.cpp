#include "core/access/first_owner.h"

#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr std::string_view kSetupPrefix = "setup_";
const std::string kSetupPurpose = "setup";

Error bad_link() {
  return Error{
      ErrorCode::forbidden,
      "This set-up link is not valid (any more). The server prints a new one each time it starts until it is set up: restart it and "
      "use the link from its output.",
      "token"};
}

Error already_set_up() {
  return Error{ErrorCode::conflict,
               "This appliance is already set up. Log in; `connlog user reset-password` helps whoever is locked out."};
}

}  // namespace

FirstOwner::FirstOwner(Parts parts) : parts_(parts), digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)) {}

Result<bool> FirstOwner::is_needed(Snapshot& snapshot) const {
  const std::int64_t people = TRY(parts_.users.count(snapshot));
  return people == 0;
}

Result<Secret> FirstOwner::open_link(Transaction& tx) {
  const bool needed = TRY(is_needed(tx));
  if (!needed) return already_set_up();
  const Instant now = parts_.clock.believed();
  while (auto open = TRY(parts_.sessions.open_link(tx, kSetupPurpose))) {
    open->used_at = now;
    TRY(parts_.sessions.put_link(tx, *open));
  }
  Secret token = make_token(kSetupPrefix, parts_.random);
  TRY(parts_.sessions.put_link(tx,
                               SingleUseLink{digest_token(digest_key_, token.reveal()), kSetupPurpose, now, {}, {}}));
  return token;
}

Result<SingleUseLink> FirstOwner::valid_link(Snapshot& snapshot, std::string_view token) const {
  if (!is_token_shaped(kSetupPrefix, token)) return bad_link();
  const auto link = TRY(parts_.sessions.find_link(snapshot, digest_token(digest_key_, token)));
  if (!link || link->purpose != kSetupPurpose || link->used_at.is_set()) return bad_link();
  if (link->expires_at.is_set() && link->expires_at <= parts_.clock.believed()) return bad_link();
  return *link;
}

Result<std::string> FirstOwner::prepare(const Origin& origin, std::string_view token, const NewOwner& owner,
                                        const Secret& password) {
  const AttemptBy by{.address = origin.address};
  TRY(parts_.attempts.admit(Attempt::login, by));
  const auto invited = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const bool needed = TRY(is_needed(snapshot));
    if (!needed) return already_set_up();
    TRY(valid_link(snapshot, token));
    return {};
  });
  if (!invited) {
    parts_.attempts.failed(Attempt::login, by);
    return invited.error();
  }
  // Uncounts the attempt: with a valid link, fields may be mistyped any number of times.
  parts_.attempts.succeeded(Attempt::login, by);
  TRY(check_person_name("name", owner.name));
  TRY(check_mail("mail", owner.mail));
  TRY(check_person_name("workspace_name", owner.workspace_name));
  TRY(checked_networks("networks", owner.networks));
  return parts_.identity.hash_password(password, owner.name, owner.mail);
}

Result<OpenedSession> FirstOwner::claim(Transaction& tx, const Origin& origin, std::string_view token,
                                        const NewOwner& owner, const std::string& password_hash) {
  const bool needed = TRY(is_needed(tx));
  if (!needed) return already_set_up();
  SingleUseLink link = TRY(valid_link(tx, token));
  const Instant now = parts_.clock.believed();
  link.used_at = now;
  TRY(parts_.sessions.put_link(tx, link));

  User user;
  user.id = UserId::make(now, parts_.random);
  user.name = owner.name;
  user.mail = owner.mail;
  user.mail_key = mail_key(owner.mail);
  user.password_hash = password_hash;
  user.appliance_administrator = true;
  user.created_at = now;
  user.last_login_at = now;
  TRY(parts_.users.insert(tx, user));

  const Actor actor = parts_.identity.actor_of(user, origin.address);
  TRY(parts_.audit.append(tx, actor, "appliance.claimed", user.mail, "first owner, administrator of the appliance"));
  const Workspace first =
      TRY(parts_.workspaces.create(tx, actor, owner.workspace_name, user.id, user.name, user.mail));
  if (!owner.networks.empty()) TRY(parts_.networks.change(tx, actor, first.id, owner.networks));
  return parts_.identity.open_session(tx, origin, user);
}

}  // namespace connlog
