// The mail address of an account: proved by a link, and changed only when both addresses agree.
#include <fmt/format.h>

#include "core/identity/accounts.h"
#include "core/net/mail_header.h"
#include "core/notify/letter_text.h"

namespace connlog {
namespace {

Error mail_not_set_up() {
  return Error{ErrorCode::conflict,
               "Mail is not set up on this appliance, so no address can be confirmed. Ask an administrator."};
}

std::string_view purpose_of(Accounts::MailLink kind) {
  switch (kind) {
    case Accounts::MailLink::verification:
      return link_purpose::kMailVerification;
    case Accounts::MailLink::former:
      return link_purpose::kMailChangeFormer;
    case Accounts::MailLink::wanted:
      break;
  }
  return link_purpose::kMailChangeNew;
}

Error no_change_waits() {
  return Error{ErrorCode::forbidden,
               "This change of address is not waiting (any more): it was refused, taken back or replaced by another.",
               "token"};
}

}  // namespace

Result<void> Accounts::ask_verification(Transaction& tx, const Actor& actor) {
  const User user = TRY(person(tx, actor.user));
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (!can_send) return mail_not_set_up();
  const std::int64_t open =
      TRY(parts_.links.count_open(tx, user.id, link_purpose::kMailVerification, parts_.clock.believed()));
  if (open >= kResetsOpenMax)
    return Error{
        ErrorCode::rate_limited, "Several links are on their way already. Look into your mailbox.", {}, {}, 600};
  Letter letter;
  letter.kind = "mail_verification";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "Confirm your mail address";
  letter.paragraphs = {"Please confirm that mail for your account reaches you here.",
                       "The link works once, for a day. If you know nothing of such an account, do nothing."};
  return send_link(tx, std::move(letter),
                   {.purpose = link_purpose::kMailVerification,
                    .user = user.id,
                    .data = user.mail_key,
                    .lifetime = kMailLinkLifetime},
                   "/verify#mail=", "Confirm this address");
}

Result<void> Accounts::ask_mail_change(Transaction& tx, const Actor& actor, const std::string& mail) {
  TRY(check_mail("mail", mail));
  TRY(check_mail_address(mail, "mail"));
  const User user = TRY(person(tx, actor.user));
  if (mail_key(mail) == user.mail_key) return invalid("mail", "This is your address already.");
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (!can_send) return mail_not_set_up();
  const Instant now = parts_.clock.believed();
  if (const auto waiting = TRY(parts_.accounts.mail_change(tx, user.id));
      waiting && now - waiting->created_at < std::chrono::minutes(1))
    return Error{ErrorCode::rate_limited, "You asked a moment ago. Wait a minute, then try again.", {}, {}, 60};

  MailChange change;
  change.user = user.id;
  change.id = make_uuid7(now, parts_.random);
  change.mail = mail;
  change.mail_key = mail_key(mail);
  change.created_at = now;
  change.expires_at = now + kMailLinkLifetime;
  TRY(links_.end_of_user(tx, user.id, link_purpose::kMailChangeFormer));
  TRY(links_.end_of_user(tx, user.id, link_purpose::kMailChangeNew));
  TRY(parts_.accounts.put_mail_change(tx, change));
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "mail.change_asked", user.mail,
                                   fmt::format("to {}", change.mail)));

  TRY(ask_former_address(tx, user, change));
  return ask_new_address(tx, user, change);
}

Result<void> Accounts::ask_former_address(Transaction& tx, const User& user, const MailChange& change) {
  Letter letter;
  letter.kind = "mail_change_former";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "Your mail address is to be changed";
  letter.paragraphs = {
      fmt::format("Somebody, hopefully you, wants to change the address of your account from {} to {}. It changes only "
                  "when both addresses agree.",
                  user.mail, change.mail),
      "Behind the link you can agree, or refuse: then nothing changes. It works once, for a day.",
      "If it was not you, refuse and change your password."};
  return send_link(tx, std::move(letter),
                   {.purpose = link_purpose::kMailChangeFormer,
                    .user = user.id,
                    .data = to_text(change.id),
                    .lifetime = kMailLinkLifetime},
                   "/verify#former=", "Agree or refuse");
}

// Only the owner of an address may learn that it has an account. The person who typed it in is not told.
Result<void> Accounts::ask_new_address(Transaction& tx, const User& user, const MailChange& change) {
  Letter letter;
  letter.to_address = change.mail;
  const auto owner = TRY(parts_.users.find_by_mail(tx, change.mail_key));
  if (owner) {
    letter.kind = "mail_change_taken";
    letter.headline = "Your address has an account already";
    letter.paragraphs = {
        "Somebody wants to use this address for another account. It belongs to an account already, so "
        "nothing changes. If it was you, log in with this address, or choose another one."};
    const auto posted = parts_.letters.post(tx, letter);
    if (!posted) return posted.error();
    return {};
  }
  letter.kind = "mail_change_new";
  letter.to_name = user.name;
  letter.headline = "Confirm your new mail address";
  letter.paragraphs = {
      fmt::format("Somebody, hopefully you, wants to use this address for the account of {}. It changes "
                  "only when both addresses agree.",
                  unlinked(user.name)),
      "The link works once, for a day. If it was not you, do nothing."};
  return send_link(tx, std::move(letter),
                   {.purpose = link_purpose::kMailChangeNew,
                    .user = user.id,
                    .data = to_text(change.id),
                    .lifetime = kMailLinkLifetime},
                   "/verify#new=", "Confirm this address");
}

Result<void> Accounts::cancel_mail_change(Transaction& tx, const Actor& actor) {
  TRY(parts_.accounts.remove_mail_change(tx, actor.user));
  TRY(links_.end_of_user(tx, actor.user, link_purpose::kMailChangeFormer));
  TRY(links_.end_of_user(tx, actor.user, link_purpose::kMailChangeNew));
  return parts_.audit.append_security(tx, actor, {}, actor.user, "mail.change_cancelled", actor.name);
}

Result<Accounts::MailOutcome> Accounts::answer_mail_link(Transaction& tx, const Origin& origin, MailLink kind,
                                                         std::string_view token, bool agree) {
  const Link link = TRY(links_.use(tx, purpose_of(kind), token));
  User user = TRY(person_of_link(tx, link));
  const Actor actor = parts_.identity.actor_of(user, origin.address);
  if (kind == MailLink::verification) {
    if (link.data != user.mail_key)
      return Error{ErrorCode::forbidden, "Your address has changed since this link was sent. Ask for a new one.",
                   "token"};
    AccountFacts facts = TRY(parts_.accounts.facts(tx, user.id));
    facts.mail_verified_at = parts_.clock.believed();
    TRY(parts_.accounts.put_facts(tx, facts));
    TRY(links_.end_of_user(tx, user.id, link_purpose::kMailVerification));
    TRY(parts_.audit.append_security(tx, actor, {}, user.id, "mail.verified", user.mail));
    return MailOutcome::verified;
  }
  auto change = TRY(parts_.accounts.mail_change(tx, user.id));
  if (!change || to_text(change->id) != link.data || change->expires_at <= parts_.clock.believed())
    return no_change_waits();
  if (!agree) {
    TRY(cancel_mail_change(tx, actor));
    TRY(tell(tx, user, "mail_change_refused", "Your mail address stays as it is",
             {fmt::format("The change of your address to {} was refused by a link that went to {}.", change->mail,
                          kind == MailLink::former ? user.mail : change->mail),
              "If you did not ask for the change, change your password."}));
    return MailOutcome::refused;
  }
  (kind == MailLink::former ? change->former_agreed_at : change->new_agreed_at) = parts_.clock.believed();
  if (change->former_agreed_at.is_set() && change->new_agreed_at.is_set())
    return complete_mail_change(tx, actor, std::move(user), *change);
  TRY(parts_.accounts.put_mail_change(tx, *change));
  return MailOutcome::waits_for_other;
}

Result<Accounts::MailOutcome> Accounts::complete_mail_change(Transaction& tx, const Actor& actor, User user,
                                                             const MailChange& change) {
  const auto owner = TRY(parts_.users.find_by_mail(tx, change.mail_key));
  if (owner)
    return Error{ErrorCode::conflict, "This address has been given to another account in the meantime.", "token"};
  const User former = user;
  user.mail = change.mail;
  user.mail_key = change.mail_key;
  TRY(parts_.users.update(tx, user));
  AccountFacts facts = TRY(parts_.accounts.facts(tx, user.id));
  facts.mail_verified_at = parts_.clock.believed();
  TRY(parts_.accounts.put_facts(tx, facts));
  TRY(parts_.accounts.remove_mail_change(tx, user.id));
  for (const std::string_view purpose : {link_purpose::kMailChangeFormer, link_purpose::kMailChangeNew,
                                         link_purpose::kMailVerification, link_purpose::kPasswordReset})
    TRY(links_.end_of_user(tx, user.id, purpose));
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "mail.changed", user.mail,
                                   fmt::format("from {}; both addresses agreed", former.mail)));
  const std::vector<std::string> words = {
      fmt::format("The mail address of your account was changed from {} to {}.", former.mail, user.mail),
      "You log in with the new address now. If you did not want this, tell your administrator at once."};
  TRY(tell(tx, former, "mail_changed", "Your mail address was changed", words));
  TRY(tell(tx, user, "mail_changed", "Your mail address was changed", words));
  return MailOutcome::changed;
}

}  // namespace connlog
