#include "core/trust/person_leaks.h"

#include <fmt/format.h>

namespace connlog {
namespace {

using Ways = std::shared_ptr<const std::vector<WayIn>>;

constexpr seconds kLinkLifetime{86'400};

Error gone(std::string_view what) {
  return Error{ErrorCode::not_found, fmt::format("There is no such {} (any more).", what), "subject"};
}

std::string with_name(const std::string& sentence, const std::string& name) {
  std::string out = sentence;
  if (const std::size_t at = out.find("{}"); at != std::string::npos) out.replace(at, 2, name);
  return out;
}

// What the kinds about a whole person share: finding the person, for a person's own list and the appliance's.
class OfPerson : public LeakKind {
 public:
  OfPerson(LeakOwnerKind owner_kind, const PersonLeakParts& parts) : owner_kind_(owner_kind), parts_(parts) {}
  LeakOwnerKind owner_kind() const override { return owner_kind_; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    if (owner_kind_ == LeakOwnerKind::account) {
      const auto self = TRY(find(snapshot, actor, actor.user.text()));
      out.push_back(leaked_of(self));
      return out;
    }
    const auto listed_users = TRY(parts_.directory.users(snapshot, search, {}, kLeakedSecretsMax));
    for (const ListedUser& listed : listed_users) out.push_back(leaked_of(listed.user));
    return out;
  }

  Result<std::vector<LeakTold>> told(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const User user = TRY(find(snapshot, actor, leaked));
    return std::vector<LeakTold>{{user.name, user.mail}};
  }

 protected:
  // In their own list (`account`) people find only themselves.
  Result<User> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    UserId id;
    if (!UserId::parse(leaked, id)) return gone("person");
    if (owner_kind_ == LeakOwnerKind::account && id != actor.user) return gone("person");
    auto user = TRY(parts_.users.find(snapshot, id));
    if (!user) return gone("person");
    return *std::move(user);
  }

  static LeakedSecret leaked_of(const User& user) { return {user.id.text(), user.name, user.mail}; }

  // Removes the password. The answer shows a link for a new one, once.
  Result<void> replace_password(Transaction& tx, User user, LeakAnswer& answer) {
    user.password_hash.clear();
    TRY(parts_.users.update(tx, user));
    TRY(parts_.links.end_of_user(tx, user.id, link_purpose::kPasswordReset));
    const Secret token =
        TRY(parts_.links.open(tx, NewLink{link_purpose::kPasswordReset, user.id, {}, {}, kLinkLifetime}));
    answer.done.push_back(fmt::format("The password of {} was made useless.", user.name));
    answer.secret = Secret("/reset#token=" + std::string(token.reveal()));
    answer.secret_label = "The link for a new password";
    answer.secret_is_link = true;
    return {};
  }

  std::string choose_step(const User& user) const {
    return owner_kind_ == LeakOwnerKind::account
               ? std::string("Choose a new password with the link that was shown; it is valid for a day.")
               : fmt::format(
                     "Hand {} the link for a new password in person or by phone, not by mail; it is valid for a day.",
                     user.name);
  }

  const LeakOwnerKind owner_kind_;
  const PersonLeakParts parts_;
};

class Password final : public OfPerson {
 public:
  using OfPerson::OfPerson;
  std::string_view name() const override { return "password"; }
  std::string_view title() const override {
    return owner_kind_ == LeakOwnerKind::account ? "My password" : "Somebody's password";
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const User user = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(user),
                    {fmt::format("The password of {} stops working at once.", user.name),
                     "A link for a new password is shown to you once.",
                     owner_kind_ == LeakOwnerKind::account ? "Every other session of yours ends."
                                                           : fmt::format("Every session of {} ends.", user.name)},
                    left(user)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId kept, const std::string& leaked) override {
    const User user = TRY(find(tx, actor, leaked));
    LeakAnswer answer;
    answer.leaked = leaked_of(user);
    answer.about = user.id;
    TRY(replace_password(tx, user, answer));
    TRY(end_sessions(parts_.identity, tx, actor, user.id, kept));
    answer.done.push_back(fmt::format("The sessions of {} were ended.", user.name));
    answer.by_people = left(user);
    return answer;
  }

  // The session in which a person reports their own leak stays, so that they see the link.
  static Result<void> end_sessions(IdentityService& identity, Transaction& tx, const Actor& actor, UserId user,
                                   SessionId kept) {
    if (user == actor.user && !kept.is_nil()) return identity.end_other_sessions(tx, user, kept);
    return identity.end_sessions(tx, user);
  }

 private:
  std::vector<std::string> left(const User& user) const {
    return {choose_step(user), "Change it everywhere else where the same password is used.",
            "Look through the list of sessions and the trail for logins that were somebody else's.",
            "Set up a second factor where there is none."};
  }
};

class Everything final : public OfPerson {
 public:
  Everything(LeakOwnerKind owner_kind, const PersonLeakParts& parts, Ways ways)
      : OfPerson(owner_kind, parts), ways_(std::move(ways)) {}
  std::string_view name() const override { return "everything"; }
  std::string_view title() const override {
    return owner_kind_ == LeakOwnerKind::account ? "Everything of mine (a device was stolen or taken over)"
                                                 : "Everything of one person (a device was stolen or taken over)";
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const User user = TRY(find(snapshot, actor, leaked));
    LeakPlan plan{leaked_of(user),
                  {fmt::format("The password of {} stops working at once.", user.name),
                   "A link for a new password is shown to you once."},
                  left(user)};
    for (const WayIn& way : *ways_) {
      const std::int64_t count = TRY(way.count(snapshot, user));
      if (count > 0) plan.automatic.push_back(with_name(way.plan, user.name));
    }
    return plan;
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId kept, const std::string& leaked) override {
    const User user = TRY(find(tx, actor, leaked));
    LeakAnswer answer;
    answer.leaked = leaked_of(user);
    answer.about = user.id;
    for (const WayIn& way : *ways_) {
      const std::int64_t count = TRY(way.count(tx, user));
      if (count == 0) continue;
      TRY(way.end(tx, actor, user, user.id == actor.user ? kept : SessionId{}));
      answer.done.push_back(with_name(way.done, user.name));
    }
    TRY(replace_password(tx, user, answer));
    answer.by_people = left(user);
    return answer;
  }

 private:
  std::vector<std::string> left(const User& user) const {
    return {choose_step(user),
            "Set up second factors anew, on a device that is clean.",
            "Secure the mail account: whoever reads it can ask for links.",
            "Make new API keys for the programs that used the old ones.",
            "Look through the trails for what was done meanwhile, in each workspace.",
            "Have the device wiped or locked, and changed passwords of other services checked."};
  }

  const Ways ways_;
};

class Sessions final : public OfPerson {
 public:
  using OfPerson::OfPerson;
  std::string_view name() const override { return "sessions"; }
  std::string_view title() const override { return "Somebody's sessions"; }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const User user = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(user), {fmt::format("Every session of {} ends at once.", user.name)}, left()};
  }
  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId kept, const std::string& leaked) override {
    const User user = TRY(find(tx, actor, leaked));
    TRY(Password::end_sessions(parts_.identity, tx, actor, user.id, kept));
    LeakAnswer answer;
    answer.leaked = leaked_of(user);
    answer.about = user.id;
    answer.done = {fmt::format("Every session of {} was ended.", user.name)};
    answer.by_people = left();
    return answer;
  }

 private:
  static std::vector<std::string> left() {
    return {"Find out how the session got out (a shared computer, an extension, a copied cookie).",
            "Look in the trail for what was done with it."};
  }
};

class OwnSession final : public LeakKind {
 public:
  explicit OwnSession(const PersonLeakParts& parts) : parts_(parts) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::account; }
  std::string_view name() const override { return "session"; }
  std::string_view title() const override { return "A session of mine"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto sessions = TRY(parts_.sessions.of_user(snapshot, actor.user));
    for (const Session& session : sessions) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      const LeakedSecret leaked = leaked_of(session);
      if (contains_folded(leaked.name, search)) out.push_back(leaked);
    }
    return out;
  }
  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const Session session = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(session), {"The session ends at once; whoever uses it is logged out."}, left()};
  }
  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId kept, const std::string& leaked) override {
    const Session session = TRY(find(tx, actor, leaked));
    if (session.id == kept) return invalid("subject", "This is the session that you use right now. Log out to end it.");
    TRY(parts_.identity.end_session(tx, actor.user, session.id));
    LeakAnswer answer;
    answer.leaked = leaked_of(session);
    answer.about = actor.user;
    answer.done = {"The session was ended."};
    answer.by_people = left();
    return answer;
  }

 private:
  static LeakedSecret leaked_of(const Session& session) {
    return {session.id.text(),
            fmt::format("Session from {}, opened {}", session.address, to_iso8601(session.created_at)),
            session.user_agent.substr(0, 80)};
  }
  static std::vector<std::string> left() {
    return {"Answer “My password” too, unless you are sure that only the session got out.",
            "Look at your security events for what was done with it."};
  }
  Result<Session> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    auto sessions = TRY(parts_.sessions.of_user(snapshot, actor.user));
    for (Session& session : sessions) {
      if (session.id.text() == leaked) return std::move(session);
    }
    return gone("session");
  }
  const PersonLeakParts parts_;
};

class OwnApiKey final : public LeakKind {
 public:
  explicit OwnApiKey(const PersonLeakParts& parts) : parts_(parts) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::account; }
  std::string_view name() const override { return "api_key"; }
  std::string_view title() const override { return "An API key of mine"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto keys = TRY(parts_.api_keys.list(snapshot, actor));
    for (const ApiKey& key : keys) {
      if (!key.revoked_at.is_set() && contains_folded(key.name, search)) out.push_back(leaked_of(key));
    }
    return out;
  }
  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const ApiKey key = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(key), {fmt::format("The key {} is revoked at once.", key.name)}, left()};
  }
  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const ApiKey key = TRY(find(tx, actor, leaked));
    TRY(parts_.api_keys.revoke(tx, actor, key.id));
    LeakAnswer answer;
    answer.leaked = leaked_of(key);
    answer.about = actor.user;
    answer.done = {fmt::format("The key {} was revoked.", key.name)};
    answer.by_people = left();
    return answer;
  }

 private:
  static LeakedSecret leaked_of(const ApiKey& key) { return {key.id.text(), key.name, key.token_hint}; }
  static std::vector<std::string> left() {
    return {"Make a new key for the program that used it, with the fewest rights it can do with.",
            "Find out how it got out (a repository, a log, a ticket) and remove it there.",
            "Look in the audit logs of your workspaces for what it did."};
  }
  Result<ApiKey> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    auto keys = TRY(parts_.api_keys.list(snapshot, actor));
    for (ApiKey& key : keys) {
      if (key.id.text() == leaked && !key.revoked_at.is_set()) return std::move(key);
    }
    return gone("API key");
  }
  const PersonLeakParts parts_;
};

Result<void> unlink_chats(const PersonLeakParts& parts, Transaction& tx, const Actor& actor, const User& user) {
  const auto linked = TRY(parts.chats.of_user(tx, user.id));
  for (const ChatAccount& account : linked) {
    TRY(parts.chats.remove(tx, user.id, account.service));
    TRY(parts.audit.append_security(tx, actor, {}, user.id, "chat_account.unlinked", account.service, "leak"));
  }
  return {};
}

// An account in a chat acts as the person: who took it over acknowledges in their name.
class ChatAccountLeak final : public OfPerson {
 public:
  using OfPerson::OfPerson;
  std::string_view name() const override { return "chat_account"; }
  std::string_view title() const override {
    return owner_kind_ == LeakOwnerKind::account ? "My account in a chat" : "Somebody's account in a chat";
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const User user = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(user),
                    {fmt::format("The chat accounts with which {} acknowledges are unlinked at once.", user.name)},
                    left()};
  }
  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const User user = TRY(find(tx, actor, leaked));
    TRY(unlink_chats(parts_, tx, actor, user));
    LeakAnswer answer;
    answer.leaked = leaked_of(user);
    answer.about = user.id;
    answer.done = {fmt::format("The chat accounts of {} were unlinked.", user.name)};
    answer.by_people = left();
    return answer;
  }

 private:
  static std::vector<std::string> left() {
    return {"Secure the account at its service: end its other sessions there, and set a second step.",
            "Look for incidents that were acknowledged meanwhile, and take back what nobody looks after."};
  }
};

// A person's own keys are listed and revoked as that person, outside of any workspace.
Actor as_person(const Actor& actor, UserId user) {
  Actor out = actor;
  out.workspace = {};
  out.user = user;
  return out;
}

}  // namespace

std::vector<WayIn> ways_in(const PersonLeakParts& parts) {
  std::vector<WayIn> ways;
  ways.push_back({"Every (other) session of {} ends.", "The sessions of {} were ended.",
                  [parts](Snapshot& snapshot, const User& user) -> Result<std::int64_t> {
                    const auto sessions = TRY(parts.sessions.of_user(snapshot, user.id));
                    return static_cast<std::int64_t>(sessions.size());
                  },
                  [parts](Transaction& tx, const Actor& actor, const User& user, SessionId kept) {
                    return Password::end_sessions(parts.identity, tx, actor, user.id, kept);
                  }});
  ways.push_back({"Every API key of {} is revoked.", "Every API key of {} was revoked.",
                  [parts](Snapshot& snapshot, const User& user) -> Result<std::int64_t> {
                    std::int64_t count = 0;
                    const auto keys = TRY(parts.api_keys.list(snapshot, as_person({}, user.id)));
                    for (const ApiKey& key : keys) count += key.revoked_at.is_set() ? 0 : 1;
                    return count;
                  },
                  [parts](Transaction& tx, const Actor& actor, const User& user, SessionId) -> Result<void> {
                    const Actor owner = as_person(actor, user.id);
                    const auto keys = TRY(parts.api_keys.list(tx, owner));
                    for (const ApiKey& key : keys) {
                      if (!key.revoked_at.is_set()) TRY(parts.api_keys.revoke(tx, owner, key.id));
                    }
                    return {};
                  }});
  ways.push_back({"The second factors of {} (codes, passkeys, recovery codes) are removed.",
                  "The second factors of {} were removed.",
                  [parts](Snapshot& snapshot, const User& user) -> Result<std::int64_t> {
                    const Factors factors = TRY(parts.second_factors.of(snapshot, user.id));
                    return factors.any() || factors.recovery_left > 0 ? 1 : 0;
                  },
                  [parts](Transaction& tx, const Actor& actor, const User& user, SessionId) {
                    return parts.second_factors.remove_all(tx, actor, user.id);
                  }});
  ways.push_back({"The logins of {} at other providers are unlinked.",
                  "The logins of {} at other providers were unlinked.",
                  [parts](Snapshot& snapshot, const User& user) -> Result<std::int64_t> {
                    const auto logins = TRY(parts.logins.of_user(snapshot, user.id));
                    return static_cast<std::int64_t>(logins.size());
                  },
                  [parts](Transaction& tx, const Actor& actor, const User& user, SessionId) -> Result<void> {
                    const auto logins = TRY(parts.logins.of_user(tx, user.id));
                    for (const Login& login : logins) TRY(parts.logins.remove(tx, user.id, login.id));
                    return parts.audit.append_security(tx, actor, {}, user.id, "login.unlinked", user.mail, "leak");
                  }});
  ways.push_back({"The chat accounts with which {} acknowledges are unlinked.",
                  "The chat accounts of {} were unlinked.",
                  [parts](Snapshot& snapshot, const User& user) -> Result<std::int64_t> {
                    const auto linked = TRY(parts.chats.of_user(snapshot, user.id));
                    return static_cast<std::int64_t>(linked.size());
                  },
                  [parts](Transaction& tx, const Actor& actor, const User& user, SessionId) {
                    return unlink_chats(parts, tx, actor, user);
                  }});
  return ways;
}

std::vector<std::unique_ptr<LeakKind>> person_leaks(const PersonLeakParts& parts, Ways ways) {
  std::vector<std::unique_ptr<LeakKind>> kinds;
  kinds.push_back(std::make_unique<Password>(LeakOwnerKind::account, parts));
  kinds.push_back(std::make_unique<OwnSession>(parts));
  kinds.push_back(std::make_unique<OwnApiKey>(parts));
  kinds.push_back(std::make_unique<ChatAccountLeak>(LeakOwnerKind::account, parts));
  kinds.push_back(std::make_unique<Everything>(LeakOwnerKind::account, parts, ways));
  kinds.push_back(std::make_unique<Password>(LeakOwnerKind::appliance, parts));
  kinds.push_back(std::make_unique<Sessions>(LeakOwnerKind::appliance, parts));
  kinds.push_back(std::make_unique<Everything>(LeakOwnerKind::appliance, parts, ways));
  return kinds;
}

}  // namespace connlog
