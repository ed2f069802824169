// Passwords of accounts: changed by the person, or replaced by means of a link.
#include <fmt/format.h>

#include "core/crypto/token.h"
#include "core/identity/accounts.h"

namespace connlog {
namespace {

// Prefix in a link's data: the link went by mail, to the address that follows. Using the link proves that mail arrives
// there.
constexpr std::string_view kByMail = "mail:";

Error changed_meanwhile() {
  return Error{ErrorCode::conflict, "The password was changed in the meantime. Log in again."};
}

}  // namespace

Result<Accounts::NewPassword> Accounts::prepare_change(const Origin& origin, const User& user, const Secret& current,
                                                       const Secret& wanted) {
  if (user.password_hash.empty()) {
    return invalid("current",
                   "Your account has no password yet. Log out and use \"Forgot the password?\" to choose one.");
  }
  const auto checked = parts_.identity.check_password_of(origin, user.mail, current);
  if (!checked && checked.error().code == ErrorCode::unauthenticated)
    return invalid("current", "This is not your current password.");
  if (!checked) return checked.error();
  if (current.reveal() == wanted.reveal()) return invalid("password", "This is the password that you have already.");
  NewPassword prepared{user.id, checked->user.password_hash, {}};
  prepared.hash = TRY(parts_.identity.hash_password(wanted, user.name, user.mail));
  return prepared;
}

Result<void> Accounts::record_wrong_password(Transaction& tx, const Actor& actor) {
  return parts_.audit.append_security(tx, actor, {}, actor.user, "password.refused", actor.name,
                                      "wrong current password at a change");
}

Result<OpenedSession> Accounts::change_password(Transaction& tx, const Origin& origin, const NewPassword& wanted) {
  const User user = TRY(person(tx, wanted.user));
  if (!user.enabled || user.password_hash != wanted.former_hash) return changed_meanwhile();
  TRY(parts_.identity.replace_password(tx, user, wanted.hash));
  const Actor actor = parts_.identity.actor_of(user, origin.address);
  TRY(password_was_changed(tx, actor, user, "by themselves"));
  return parts_.identity.enter(tx, origin, user.id, {}, "after a change of the password");
}

Result<void> Accounts::password_was_changed(Transaction& tx, const Actor& actor, const User& user,
                                            const std::string& how) {
  AccountFacts facts = TRY(parts_.accounts.facts(tx, user.id));
  facts.password_changed_at = parts_.clock.believed();
  TRY(parts_.accounts.put_facts(tx, facts));
  TRY(links_.end_of_user(tx, user.id, link_purpose::kPasswordReset));
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "password.changed", user.mail,
                                   how + "; every session was ended"));
  return tell(
      tx, user, "password_changed", "Your password was changed",
      {fmt::format("The password of your account was changed at {}, from the address {}. Every session was ended.",
                   to_iso8601(facts.password_changed_at), actor.address),
       "If it was you, there is nothing to do.",
       "If it was not you: choose a new password at once with \"Forgot the password?\" on the login page, and tell "
       "your administrator."});
}

// The answer was sent before this runs, so it cannot tell what is found here.
Result<void> Accounts::ask_reset(Transaction& tx, const Origin& origin, const std::string& mail) {
  const auto user = TRY(parts_.users.find_by_mail(tx, mail_key(mail)));
  const Instant now = parts_.clock.believed();
  if (!user || !user->enabled) {
    return parts_.audit.append_security(tx, nobody(origin), {}, {}, "password.reset_asked", typed_mail(mail),
                                        "there is no such account");
  }
  const std::int64_t open = TRY(parts_.links.count_open(tx, user->id, link_purpose::kPasswordReset, now));
  const bool enough = open >= kResetsOpenMax;
  const bool can_send = TRY(parts_.letters.can_send(tx));
  TRY(parts_.audit.append_security(tx, nobody(origin), {}, user->id, "password.reset_asked", user->mail,
                                   enough      ? "not sent: several links are open"
                                   : !can_send ? "not sent: mail is not set up"
                                               : "a link was sent"));
  if (enough || !can_send) return {};
  Letter letter;
  letter.kind = "password_reset";
  letter.to_name = user->name;
  letter.to_address = user->mail;
  letter.headline = "Choose a new password";
  letter.paragraphs = {"Somebody, hopefully you, asked for a new password for your account.",
                       "The link works once, for one hour. If you did not ask for it, do nothing: your password stays.",
                       fmt::format("The request came from the address {}.", origin.address)};
  return send_link(tx, std::move(letter),
                   {.purpose = link_purpose::kPasswordReset,
                    .user = user->id,
                    .data = fmt::format("{}{}", kByMail, user->mail_key),
                    .lifetime = kResetLifetime},
                   "/reset#token=", "Choose a new password");
}

Result<User> Accounts::person_of_link(Snapshot& snapshot, const Link& link) const {
  User user = TRY(person(snapshot, link.user));
  if (!user.enabled) return Error{ErrorCode::forbidden, "This account is disabled. Ask an administrator.", "token"};
  return user;
}

Result<Accounts::NewPassword> Accounts::prepare_reset(std::string_view token, const Secret& wanted) {
  User user;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const Link link = TRY(links_.look(snapshot, link_purpose::kPasswordReset, token));
    user = TRY(person_of_link(snapshot, link));
    return {};
  });
  if (!read) return read.error();  // before the hash, which is costly: a request without a valid link must be cheap
  NewPassword prepared{user.id, user.password_hash, {}};
  prepared.hash = TRY(parts_.identity.hash_password(wanted, user.name, user.mail));
  return prepared;
}

Result<void> Accounts::reset_password(Transaction& tx, const Origin& origin, std::string_view token,
                                      const NewPassword& wanted) {
  const Link link = TRY(links_.use(tx, link_purpose::kPasswordReset, token));
  const User user = TRY(person_of_link(tx, link));
  if (link.user != wanted.user || user.password_hash != wanted.former_hash) return changed_meanwhile();
  TRY(parts_.identity.replace_password(tx, user, wanted.hash));
  if (link.data == fmt::format("{}{}", kByMail, user.mail_key)) {
    AccountFacts facts = TRY(parts_.accounts.facts(tx, user.id));
    if (!facts.mail_verified_at.is_set()) facts.mail_verified_at = parts_.clock.believed();
    TRY(parts_.accounts.put_facts(tx, facts));
  }
  return password_was_changed(tx, parts_.identity.actor_of(user, origin.address), user, "by a reset link");
}

Result<void> Accounts::set_password(const Actor& actor, const std::string& mail, const Secret& password) {
  const auto checked = TRY(parts_.identity.prepare_password(mail, password));
  return parts_.stores.write([&](Transaction& tx) -> Result<void> {
    TRY(parts_.identity.set_password(tx, actor, checked));
    return links_.end_of_user(tx, checked.user.id, link_purpose::kPasswordReset);
  });
}

}  // namespace connlog
