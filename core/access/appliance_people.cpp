#include "core/access/appliance_people.h"

#include <fmt/format.h>

namespace connlog {
namespace {

constexpr seconds kFirstLinkLifetime{7 * 86'400};
constexpr seconds kResetLinkLifetime{86'400};

}  // namespace

Result<ListedUser> AppliancePeople::find(Snapshot& snapshot, UserId id) const {
  auto found = TRY(parts_.directory.user(snapshot, id));
  if (!found) return Error{ErrorCode::not_found, "There is no such user."};
  return *std::move(found);
}

Result<void> AppliancePeople::check_not_last(Snapshot& snapshot, const User& user) const {
  if (!user.appliance_administrator || !user.enabled) return {};
  const std::int64_t administrators = TRY(parts_.directory.enabled_administrators(snapshot));
  if (administrators > 1) return {};
  return Error{ErrorCode::conflict,
               "This is the last administrator who can log in. Make somebody else an administrator first."};
}

Result<Secret> AppliancePeople::open_link(Transaction& tx, const User& user, seconds lifetime, bool send) {
  TRY(parts_.links.end_of_user(tx, user.id, link_purpose::kPasswordReset));
  const Secret token = TRY(parts_.links.open(tx, NewLink{link_purpose::kPasswordReset, user.id, {}, {}, lifetime}));
  Secret path("/reset#token=" + std::string(token.reveal()));
  if (!send) return path;
  Letter letter;
  letter.kind = "password_link";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "Choose your password for connlog";
  letter.paragraphs = {"An administrator of this connlog sends you a link with which you choose your password.",
                       "If you did not expect this, do nothing: without the link nothing changes."};
  letter.link = LetterLink{path.clone(), "Choose a password"};
  letter.useful_until = parts_.clock.believed() + lifetime;
  TRY(parts_.letters.post(tx, letter));
  return path;
}

Result<PersonWithLink> AppliancePeople::add(Transaction& tx, const Actor& actor, const NewPerson& wanted) {
  TRY(check_person_name("name", wanted.name));
  TRY(check_mail("mail", wanted.mail));
  User user;
  user.mail_key = mail_key(wanted.mail);
  const auto known = TRY(parts_.users.find_by_mail(tx, user.mail_key));
  if (known) return invalid("mail", "Somebody with this mail address has an account already.");
  user.created_at = parts_.clock.believed();
  user.id = UserId::make(user.created_at, parts_.random);
  user.name = wanted.name;
  user.mail = wanted.mail;
  user.appliance_administrator = wanted.appliance_administrator;
  TRY(parts_.users.insert(tx, user));
  Secret path = TRY(open_link(tx, user, kFirstLinkLifetime, wanted.send));
  TRY(parts_.audit.append(tx, actor, "user.added", user.mail,
                          user.appliance_administrator ? "as an administrator of the appliance" : ""));
  ListedUser person = TRY(find(tx, user.id));
  return PersonWithLink{std::move(person), std::move(path)};
}

Result<ListedUser> AppliancePeople::change(Transaction& tx, const Actor& actor, UserId id, const PersonChange& change) {
  auto user = TRY(parts_.users.find(tx, id));
  if (!user) return Error{ErrorCode::not_found, "There is no such user."};
  const bool stops = change.enabled == false && user->enabled;
  const bool loses = change.appliance_administrator == false && user->appliance_administrator;
  if (stops || loses) TRY(check_not_last(tx, *user));
  std::vector<std::string> acts;
  std::string details;
  if (change.name && *change.name != user->name) {
    TRY(check_person_name("name", *change.name));
    details = user->name + " → " + *change.name;
    user->name = *change.name;
    acts.push_back("user.renamed");
  }
  if (change.enabled && *change.enabled != user->enabled) {
    user->enabled = *change.enabled;
    acts.push_back(user->enabled ? "user.enabled" : "user.disabled");
  }
  if (change.appliance_administrator && *change.appliance_administrator != user->appliance_administrator) {
    user->appliance_administrator = *change.appliance_administrator;
    acts.push_back(user->appliance_administrator ? "administrator.appointed" : "administrator.dismissed");
  }
  TRY(parts_.users.update(tx, *user));
  if (stops) {
    TRY(parts_.identity.end_sessions(tx, id));
    TRY(parts_.links.end_of_user(tx, id, link_purpose::kPasswordReset));
  }
  if (stops || loses) TRY(parts_.break_glass.end_all(tx, actor, id));
  for (const std::string& act : acts) {
    TRY(parts_.audit.append(tx, actor, act, user->mail, act == "user.renamed" ? details : ""));
    if (act != "user.renamed") TRY(parts_.audit.append_security(tx, actor, {}, id, act, user->mail));
  }
  return find(tx, id);
}

Result<PersonWithLink> AppliancePeople::reset_link(Transaction& tx, const Actor& actor, UserId id, bool send) {
  ListedUser person = TRY(find(tx, id));
  if (!person.user.enabled)
    return Error{ErrorCode::conflict, "This account is disabled. Enable it first, then make a link."};
  Secret path = TRY(open_link(tx, person.user, kResetLinkLifetime, send));
  TRY(parts_.audit.append(tx, actor, "user.reset_link_made", person.user.mail, send ? "mailed, too" : ""));
  TRY(parts_.audit.append_security(tx, actor, {}, id, "user.reset_link_made", person.user.mail));
  return PersonWithLink{std::move(person), std::move(path)};
}

Result<void> AppliancePeople::end_sessions(Transaction& tx, const Actor& actor, UserId id) {
  const ListedUser person = TRY(find(tx, id));
  TRY(parts_.identity.end_sessions(tx, id));
  TRY(parts_.audit.append(tx, actor, "user.sessions_ended", person.user.mail,
                          fmt::format("{} sessions", person.sessions)));
  return parts_.audit.append_security(tx, actor, {}, id, "user.sessions_ended", person.user.mail);
}

Result<void> AppliancePeople::reset_second_factor(Transaction& tx, const Actor& actor, UserId id) {
  const ListedUser person = TRY(find(tx, id));
  TRY(parts_.second_factors.remove_all(tx, actor, id));
  TRY(parts_.identity.end_sessions(tx, id));
  TRY(parts_.audit.append(tx, actor, "user.second_factor_reset", person.user.mail));
  return parts_.audit.append_security(tx, actor, {}, id, "user.second_factor_reset", person.user.mail);
}

Result<void> AppliancePeople::remove(Transaction& tx, const Actor& actor, UserId id) {
  const ListedUser person = TRY(find(tx, id));
  TRY(check_not_last(tx, person.user));
  const auto alone = TRY(parts_.workspaces.owned_alone(tx, id));
  if (!alone.empty()) {
    return Error{ErrorCode::conflict,
                 fmt::format("This person is the only owner of \"{}\". Give it another owner, or delete it, first.",
                             alone.front().name)};
  }
  TRY(parts_.break_glass.end_all(tx, actor, id));
  TRY(parts_.identity.end_sessions(tx, id));
  TRY(parts_.audit.append(tx, actor, "user.deleted", person.user.mail));
  return parts_.accounts.remove_person(tx, id);
}

}  // namespace connlog
