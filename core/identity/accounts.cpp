// Profile, sessions, notices and deletion of an account. Passwords, mail and registration are in files of their own.
#include "core/identity/accounts.h"

#include <fmt/format.h>

#include "core/people/limits.h"
#include "core/base/log.h"
#include "core/crypto/token.h"
#include "core/identity/device.h"
#include "core/net/address_range.h"

namespace connlog {

Accounts::Accounts(const Parts& parts)
    : parts_(parts),
      links_(parts.links, parts.keyring, parts.clock, parts.random),
      digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)) {
  parts_.identity.on_session_opening(
      [this](Transaction& tx, const User& user, const Origin& origin) { return note_device(tx, user, origin); });
}

Result<User> Accounts::person(Snapshot& snapshot, UserId id) const {
  auto user = TRY(parts_.users.find(snapshot, id));
  if (!user) return Error{ErrorCode::not_found, "This account no longer exists."};
  return *std::move(user);
}

Result<void> Accounts::admit(Attempt kind, const Origin& origin, const std::string& mail) {
  const std::string account = mail_key(mail);
  return parts_.attempts.admit(kind, {.address = origin.address, .account = account});
}

// ---- profile ----

Result<Accounts::Profile> Accounts::profile(Snapshot& snapshot, UserId id) const {
  Profile profile;
  profile.user = TRY(person(snapshot, id));
  profile.facts = TRY(parts_.accounts.facts(snapshot, id));
  profile.mail_change = TRY(parts_.accounts.mail_change(snapshot, id));
  if (profile.mail_change && profile.mail_change->expires_at <= parts_.clock.believed()) profile.mail_change.reset();
  profile.owned_alone = TRY(parts_.workspaces.owned_alone(snapshot, id));
  profile.mail_works = TRY(parts_.letters.can_send(snapshot));
  return profile;
}

Result<void> Accounts::change_profile(Transaction& tx, const Actor& actor, const std::optional<std::string>& name,
                                      std::optional<bool> login_notices) {
  if (name) {
    TRY(check_person_name("name", *name));
    User user = TRY(person(tx, actor.user));
    if (user.name != *name) {
      const std::string former = user.name;
      user.name = *name;
      TRY(parts_.users.update(tx, user));
      TRY(parts_.audit.append(tx, actor, "user.renamed", user.mail, fmt::format("from {} to {}", former, user.name)));
    }
  }
  if (login_notices) {
    AccountFacts facts = TRY(parts_.accounts.facts(tx, actor.user));
    if (facts.login_notices != *login_notices) {
      facts.login_notices = *login_notices;
      TRY(parts_.accounts.put_facts(tx, facts));
      TRY(parts_.audit.append_security(tx, actor, {}, actor.user, "account.login_notices_changed", actor.name,
                                       *login_notices ? "on" : "off"));
    }
  }
  return {};
}

// ---- sessions ----

Result<void> Accounts::end_session(Transaction& tx, const Actor& actor, SessionId session) {
  TRY(parts_.identity.end_session(tx, actor.user, session));
  return parts_.audit.append_security(tx, actor, {}, actor.user, "session.ended", actor.name, "one of their sessions");
}

Result<void> Accounts::end_other_sessions(Transaction& tx, const Actor& actor, SessionId kept) {
  TRY(parts_.identity.end_other_sessions(tx, actor.user, kept));
  return parts_.audit.append_security(tx, actor, {}, actor.user, "session.ended", actor.name, "all but the one used");
}

Result<void> Accounts::end_every_session(Transaction& tx, const Actor& actor) {
  TRY(parts_.identity.end_sessions(tx, actor.user));
  return parts_.audit.append_security(tx, actor, {}, actor.user, "session.ended", actor.name, "all of them");
}

// ---- notices ----

Result<void> Accounts::tell(Transaction& tx, const User& user, const std::string& kind, const std::string& headline,
                            std::vector<std::string> paragraphs) {
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (!can_send) return {};
  Letter letter;
  letter.kind = kind;
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = headline;
  letter.paragraphs = std::move(paragraphs);
  const auto posted = parts_.letters.post(tx, letter);
  if (posted) return {};
  // The notice is dropped if the address takes no mail or too many letters wait already.
  if (posted.error().code != ErrorCode::invalid_input && posted.error().code != ErrorCode::unavailable)
    return posted.error();
  log_warning("account.notice_not_posted", {{"kind", kind}, {"reason", posted.error().message}});
  return {};
}

Result<void> Accounts::send_link(Transaction& tx, Letter letter, const NewLink& wanted, std::string_view path,
                                 const std::string& text) {
  const Secret token = TRY(links_.open(tx, wanted));
  letter.link = LetterLink{Secret(fmt::format("{}{}", path, token.reveal())), text};
  letter.useful_until = parts_.clock.believed() + wanted.lifetime;
  const auto posted = parts_.letters.post(tx, letter);
  if (!posted) return posted.error();
  return {};
}

// A new device is another kind of browser, or another address; people read "a new place". No notice is sent of the
// first one, because the account was made there.
Result<void> Accounts::note_device(Transaction& tx, const User& user, const Origin& origin) {
  const std::string device = device_label(origin.user_agent);
  const TokenDigest digest =
      digest_token(digest_key_, fmt::format("device\n{}\n{}", device, address_unit(origin.address)));
  const std::int64_t devices = TRY(parts_.accounts.count_devices(tx, user.id));
  const bool first = devices == 0;
  const bool known = TRY(parts_.accounts.note_device(tx, user.id, digest, parts_.clock.believed(), kDevicesKept));
  if (known || first) return {};
  Actor actor = parts_.identity.actor_of(user, origin.address);
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "session.new_place", user.mail, device));
  const auto facts = TRY(parts_.accounts.facts(tx, user.id));
  if (!facts.login_notices) return {};
  return tell(
      tx, user, "new_login", "A login from a new place",
      {fmt::format("Somebody logged in to your account from a place that was not used before: {}, from the "
                   "address {}, at {}.",
                   device, origin.address, to_iso8601(parts_.clock.believed())),
       "If it was you, there is nothing to do.",
       "If it was not you: change your password, then look at Account, Sessions. You can switch these mails off "
       "in your profile."});
}

Actor Accounts::nobody(const Origin& origin) const {
  Actor actor;
  actor.name = "nobody";
  actor.address = origin.address;
  return actor;
}

// ---- deletion ----

Result<void> Accounts::delete_account(Transaction& tx, const Actor& actor) {
  const User user = TRY(person(tx, actor.user));
  const auto alone = TRY(parts_.workspaces.owned_alone(tx, user.id));
  if (!alone.empty()) {
    std::string names;
    for (const Workspace& workspace : alone) names += (names.empty() ? "" : ", ") + workspace.name;
    return Error{ErrorCode::conflict,
                 fmt::format("You are the only owner of: {}. Give each another owner, or delete it, first.", names)};
  }
  if (user.appliance_administrator) {
    const std::int64_t administrators = TRY(parts_.accounts.count_administrators(tx));
    if (administrators < 2) {
      return Error{ErrorCode::conflict,
                   "You are the only administrator of this appliance. Make somebody else one first."};
    }
  }
  const auto own = TRY(parts_.workspaces.of_user(tx, user.id));
  for (const Workspace& workspace : own) {
    Actor here = actor;
    here.workspace = workspace.id;
    TRY(parts_.audit.append(tx, here, "member.left", user.mail, "deleted their account"));
  }
  TRY(parts_.identity.end_sessions(tx, user.id));
  TRY(parts_.accounts.remove_person(tx, user.id));
  Actor self = actor;
  self.workspace = {};
  TRY(parts_.audit.append(tx, self, "user.deleted", user.mail, "by themselves"));
  return tell(
      tx, user, "account_deleted", "Your account is deleted",
      {"Your account was deleted, as you asked. What you did stays in the audit logs of the workspaces you were in, "
       "under your name."});
}

Result<void> Accounts::maintain(Transaction& tx) {
  // Ended links are kept for one more day, so that a used or expired link can still be told from one that never
  // existed.
  return parts_.links.remove_ended(tx, parts_.clock.proven() - std::chrono::hours(24));
}

}  // namespace connlog
