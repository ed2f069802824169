// How strangers get an account, where the administrator allows it. The mail address is proved first: the name is stored
// with the link, and no account exists until the person has followed that link and chosen a password behind it. So
// nobody can prepare an account for somebody else's address, with a password that they know, and wait for the owner
// (threat 11).
#include <fmt/format.h>

#include "core/people/limits.h"
#include "core/identity/accounts.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

struct Wanted {
  std::string mail, name;
};

// The link's data has two lines: the address and the name.
Wanted wanted_of(const Link& link) {
  const std::size_t line = link.data.find('\n');
  return {link.data.substr(0, line), line == std::string::npos ? std::string() : link.data.substr(line + 1)};
}

Error closed() {
  return Error{ErrorCode::forbidden, "Nobody can register here by themselves. Ask for an invitation."};
}

}  // namespace

bool Accounts::registration_open() const {
  return parts_.limits.is_on(Limit::open_registration);
}

Result<void> Accounts::ask_registration(Transaction& tx, const Origin& origin, const std::string& name,
                                        const std::string& mail) {
  if (!registration_open()) return {};
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (!can_send) return {};
  const std::string key = mail_key(mail);
  TRY(parts_.audit.append_security(tx, nobody(origin), {}, {}, "registration.asked", key));
  Letter letter;
  letter.to_address = mail;
  // Counted by the mail address alone, so that a stranger cannot fill a mailbox by asking under many names.
  const std::string asked = "asked:" + key;
  const Instant since = parts_.clock.believed() - std::chrono::hours(1);
  const std::int64_t open = TRY(parts_.links.count_since(tx, link_purpose::kRegistration, asked, since));
  if (open >= kRegistrationsOpenMax) return {};
  TRY(links_.open(tx, {.purpose = link_purpose::kRegistration, .data = asked}));
  if (const auto user = TRY(parts_.users.find_by_mail(tx, key))) {
    if (!user->enabled) return {};
    letter.kind = "registration_known";
    letter.to_name = user->name;
    letter.headline = "You have an account already";
    letter.paragraphs = {
        "Somebody, hopefully you, wanted to register with this address. It has an account already: log in "
        "with it, or use \"Forgot the password?\" on the login page.",
        "If it was not you, there is nothing to do."};
    const auto posted = parts_.letters.post(tx, letter);
    if (!posted) return posted.error();
    return {};
  }
  const std::string data = fmt::format("{}\n{}", mail, name);
  letter.kind = "registration";
  letter.to_name = name;
  letter.headline = "Confirm your address to get an account";
  letter.paragraphs = {
      "Somebody, hopefully you, wants to make an account with this address.",
      "Behind the link you choose a password. It works once, for a day. If it was not you, do nothing."};
  return send_link(tx, std::move(letter),
                   {.purpose = link_purpose::kRegistration, .data = data, .lifetime = kMailLinkLifetime},
                   "/register#token=", "Choose a password");
}

Result<Accounts::NewAccount> Accounts::prepare_registration(std::string_view token, const Secret& password) {
  if (!registration_open()) return closed();
  Wanted wanted;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto link = TRY(links_.look(snapshot, link_purpose::kRegistration, token));
    wanted = wanted_of(link);
    return {};
  });
  if (!read) return read.error();  // before the hash, which is costly: a request without a valid link must be cheap
  TRY(check_person_name("name", wanted.name));
  NewAccount account{wanted.name, wanted.mail, {}};
  account.hash = TRY(parts_.identity.hash_password(password, account.name, account.mail));
  return account;
}

Result<OpenedSession> Accounts::complete_registration(Transaction& tx, const Origin& origin, std::string_view token,
                                                      const NewAccount& account, std::string_view old_token) {
  if (!registration_open()) return closed();
  const auto link = TRY(links_.use(tx, link_purpose::kRegistration, token));
  const Wanted wanted = wanted_of(link);
  if (wanted.mail != account.mail || wanted.name != account.name) return closed();
  const User user = TRY(add_person(tx, account.name, account.mail, account.hash));
  const Actor actor = parts_.identity.actor_of(user, origin.address);
  TRY(parts_.audit.append(tx, actor, "user.registered", user.mail, "by themselves; the address was confirmed"));
  return parts_.identity.enter(tx, origin, user.id, old_token, "after registration");
}

Result<User> Accounts::add_person(Transaction& tx, const std::string& name, const std::string& mail,
                                  const std::string& hash, bool mail_proved) {
  TRY(check_person_name("name", name));
  TRY(check_mail("mail", mail));
  const auto owner = TRY(parts_.users.find_by_mail(tx, mail_key(mail)));
  if (owner) return Error{ErrorCode::conflict, "This address has an account already. Log in with it.", "mail"};
  const Instant now = parts_.clock.believed();
  User user;
  user.id = UserId::make(now, parts_.random);
  user.name = name;
  user.mail = mail;
  user.mail_key = mail_key(mail);
  user.password_hash = hash;
  user.created_at = now;
  TRY(parts_.users.insert(tx, user));
  if (!mail_proved) return user;
  AccountFacts facts = TRY(parts_.accounts.facts(tx, user.id));
  facts.mail_verified_at = now;
  TRY(parts_.accounts.put_facts(tx, facts));
  return user;
}

}  // namespace connlog
