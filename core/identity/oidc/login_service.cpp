#include "core/identity/oidc/login_service.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/identity/oidc/claim_roles.h"
#include "core/identity/oidc/strict_json.h"
#include "core/identity/second_factor.h"

namespace connlog::oidc {
namespace {

using Kind = LoginOutcome::Kind;

// Tolerance for auth_time, which has whole seconds and comes from another clock.
constexpr seconds kStepUpSlack{60};

Error refusal(ErrorCode code, std::string word, std::string message) {
  return Error{code, std::move(message), std::move(word)};
}

Error over() {
  return refusal(ErrorCode::unauthenticated, "confirm_over",
                 "This confirmation is over. Begin again with the provider's button.");
}

LoginService::Verdict done(Kind kind) {
  LoginService::Verdict verdict;
  verdict.outcome.kind = kind;
  return verdict;
}

Actor nobody(const Origin& origin) {
  Actor actor;
  actor.kind = Actor::Kind::system;
  actor.name = "nobody";
  actor.address = origin.address;
  return actor;
}

std::string domain_of(const std::string& mail) {
  const std::string key = mail_key(mail);
  return key.substr(key.find('@') + 1);
}

// For the administrator.
std::string why_not_allowed(const LoginProvider& provider, const ProviderIdentity& identity) {
  if (identity.mail.empty() || !identity.mail_verified) return identity.mail_note;
  const std::string domain = domain_of(identity.mail);
  if (std::ranges::find(provider.allowed_domains, domain) == provider.allowed_domains.end())
    return fmt::format("{} is none of them", domain);
  return "Google does not say that one of them manages the account (hd)";
}

}  // namespace

bool domain_allowed(const LoginProvider& provider, const ProviderIdentity& identity) {
  if (provider.allowed_domains.empty()) return true;
  const auto listed = [&](const std::string& domain) {
    return std::ranges::find(provider.allowed_domains, domain) != provider.allowed_domains.end();
  };
  if (identity.mail.empty() || !identity.mail_verified || !listed(domain_of(identity.mail))) return false;
  // A private Google account may still have a company address that its owner lost long ago. Only `hd` says that the
  // company manages the account.
  return provider.preset != ProviderPreset::google || listed(mail_key(identity.hosted_domain));
}

// -------------------------------------------------------------------- arriving

Result<std::optional<LoginProvider>> LoginService::still(Snapshot& snapshot, const LoginProvider& before) const {
  auto now = TRY(parts_.logins.find_provider(snapshot, before.id));
  if (!now || !now->enabled || now->version != before.version) return std::optional<LoginProvider>{};
  return now;
}

Result<LoginService::Verdict> LoginService::refuse(Transaction& tx, const Origin& origin, const LoginProvider& provider,
                                                   UserId about, Error error, const std::string& note) {
  TRY(parts_.audit.append_security(tx, nobody(origin), {}, about, "login.refused", provider.name,
                                   fmt::format("{}: {}{}{}{}", error.field, error.message, note.empty() ? "" : " (",
                                               note, note.empty() ? "" : ")")));
  Verdict verdict;
  verdict.refused = std::move(error);
  return verdict;
}

Result<void> LoginService::record_failure(Transaction& tx, const Origin& origin, const Error& error) {
  if (error.code == ErrorCode::network || error.field == "declined") return {};  // no attack; the log has it
  return parts_.audit.append_security(tx, nobody(origin), {}, {}, "login.refused", "login provider",
                                      fmt::format("{}: {}", error.field, error.message));
}

Result<LoginService::Verdict> LoginService::arrive(Transaction& tx, const Origin& origin, const Arrival& arrival,
                                                   std::string_view old_token) {
  const auto provider = TRY(still(tx, arrival.pending.provider));
  if (!provider) {
    return refuse(tx, origin, arrival.pending.provider, {},
                  refusal(ErrorCode::unauthenticated, "provider_changed",
                          "The provider's settings were changed or it was switched off meanwhile. Begin again."));
  }
  if (!domain_allowed(*provider, arrival.identity)) {
    return refuse(tx, origin, *provider, {},
                  refusal(ErrorCode::forbidden, "domain",
                          "Only people with a verified mail address of certain domains may come in by this provider."),
                  why_not_allowed(*provider, arrival.identity));
  }
  switch (arrival.pending.purpose) {
    case LoginPurpose::log_in:
      return log_in(tx, origin, arrival, *provider, old_token);
    case LoginPurpose::link:
      return link(tx, origin, arrival, *provider);
    case LoginPurpose::step_up:
      return step_up(tx, origin, arrival, *provider);
  }
  return over();
}

Result<LoginService::Verdict> LoginService::log_in(Transaction& tx, const Origin& origin, const Arrival& arrival,
                                                   const LoginProvider& provider, std::string_view old_token) {
  const ProviderIdentity& identity = arrival.identity;
  const auto login = TRY(parts_.logins.find(tx, provider.id, identity.sub));
  if (!login) return meet(tx, origin, provider, identity, old_token);
  const auto user = TRY(parts_.users.find(tx, login->user));
  if (!user) return over();
  return enter(tx, origin, provider, identity, *user, *login, old_token);
}

// A person who has no login by this provider yet.
Result<LoginService::Verdict> LoginService::meet(Transaction& tx, const Origin& origin, const LoginProvider& provider,
                                                 const ProviderIdentity& identity, std::string_view old_token) {
  if (identity.mail.empty() || !identity.mail_verified) {
    return refuse(
        tx, origin, provider, {},
        refusal(ErrorCode::forbidden, "mail_unverified",
                "The provider does not vouch for your mail address, so it cannot show which account is yours. "
                "Log in otherwise and link the provider in your account."),
        identity.mail_note);
  }
  const auto user = TRY(parts_.users.find_by_mail(tx, mail_key(identity.mail)));
  if (user) return ask_account(tx, origin, provider, identity, *user);
  if (!provider.create_accounts || provider.allowed_domains.empty()) {
    return refuse(tx, origin, provider, {},
                  refusal(ErrorCode::forbidden, "no_account",
                          "There is no account for you here. Ask somebody of your workspace for an invitation."));
  }
  const User fresh = TRY(make_account(tx, origin, provider, identity));
  const Actor actor = parts_.identity.actor_of(fresh, origin.address);
  const Login login = TRY(add_login(tx, actor, provider, identity.sub, identity.mail, identity.name, fresh,
                                    "with the account, which was made by it"));
  return enter(tx, origin, provider, identity, fresh, login, old_token);
}

Result<User> LoginService::make_account(Transaction& tx, const Origin& origin, const LoginProvider& provider,
                                        const ProviderIdentity& identity) {
  User user;
  user.created_at = parts_.clock.believed();
  user.id = UserId::make(user.created_at, parts_.random);
  user.name = identity.name;
  user.mail = identity.mail;
  user.mail_key = mail_key(identity.mail);
  // Made without a password: this person logs in by the provider until they choose one.
  TRY(parts_.users.insert(tx, user));
  AccountFacts facts;
  facts.user = user.id;
  facts.mail_verified_at = user.created_at;
  TRY(parts_.accounts.put_facts(tx, facts));
  Actor actor = nobody(origin);
  actor.name = provider.name;
  TRY(parts_.audit.append(tx, actor, "user.added", user.mail, "at the first login by this provider"));
  return user;
}

Result<LoginService::Verdict> LoginService::enter(Transaction& tx, const Origin& origin, const LoginProvider& provider,
                                                  const ProviderIdentity& identity, const User& user, Login login,
                                                  std::string_view old_token) {
  if (!user.enabled) {
    return refuse(
        tx, origin, provider, user.id,
        refusal(ErrorCode::forbidden, "disabled", "This account cannot log in. Ask the appliance's administrator."));
  }
  // Userinfo may have failed this time. What the provider told last stays shown.
  if (!identity.mail.empty()) login.mail = identity.mail;
  if (identity.is_named || login.name.empty()) login.name = identity.name;
  login.last_used_at = parts_.clock.believed();
  TRY(parts_.logins.put(tx, login));
  if (identity.roles_unread.empty()) {
    TRY(apply_claim_roles(tx, claim_roles(), provider, user, origin.address, identity.role_values));
  } else {
    // What the provider says today may be anything, so what it said before still holds.
    TRY(apply_roles_of_everybody(tx, claim_roles(), provider, user, origin.address));
    if (!provider.roles.empty()) {
      TRY(parts_.audit.append_security(tx, parts_.identity.actor_of(user, origin.address), {}, user.id,
                                       "login.claim_unread", provider.name, identity.roles_unread));
    }
  }
  const bool two_factors = provider.counts_as_second_factor && identity.second_factor;
  if (!two_factors) {
    if (const auto ticket = TRY(parts_.second_factors.ask(tx, origin, user, ProofMethod::provider))) {
      Verdict verdict = done(Kind::second_factor);
      verdict.outcome.asked.ticket = ticket->reveal();
      const auto methods = TRY(parts_.second_factors.methods(tx, user.id));
      for (const ProofMethod method : methods) verdict.outcome.asked.methods.emplace_back(to_text(method));
      return verdict;
    }
  }
  Verdict verdict = done(Kind::entered);
  auto opened = TRY(parts_.identity.enter(tx, origin, user.id, old_token, fmt::format("by {}", provider.name)));
  verdict.outcome.opened = std::make_shared<OpenedSession>(std::move(opened));
  TRY(parts_.second_factors.opened_by(tx, verdict.outcome.opened->session, ProofMethod::provider));
  return verdict;
}

// ------------------------------------------------------------- the account agrees

Result<LoginService::Verdict> LoginService::ask_account(Transaction& tx, const Origin& origin,
                                                        const LoginProvider& provider, const ProviderIdentity& identity,
                                                        const User& user) {
  if (!user.enabled) {
    return refuse(
        tx, origin, provider, user.id,
        refusal(ErrorCode::forbidden, "disabled", "This account cannot log in. Ask the appliance's administrator."));
  }
  // Somebody may have made the account with another person's address before that person came. The maker knows the
  // password and would keep a way into an account that the other person takes for their own.
  const auto facts = TRY(parts_.accounts.facts(tx, user.id));
  if (!facts.mail_verified_at.is_set()) {
    return refuse(tx, origin, provider, user.id,
                  refusal(ErrorCode::forbidden, "account_unverified",
                          "There is an account with your mail address, but nobody has proved yet that the address is "
                          "its owner's. Log in with its password and link the provider in your account."));
  }
  if (auto why = TRY(why_not_linkable(tx, provider, identity.sub, user.id)))
    return refuse(tx, origin, provider, user.id, *std::move(why));
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (user.password_hash.empty() && !can_send) {
    return refuse(tx, origin, provider, user.id,
                  refusal(ErrorCode::forbidden, "no_way",
                          "Your account has no password, and this appliance sends no mail, so it cannot agree. Log in "
                          "the way you do and link the provider in your account."));
  }
  std::array<std::uint8_t, 32> bytes{};
  parts_.random.fill(bytes);
  Verdict verdict = done(Kind::confirm);
  verdict.outcome.ticket = to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  TRY(parts_.audit.append_security(tx, nobody(origin), {}, user.id, "login.confirmation_asked", provider.name,
                                   fmt::format("for {}", user.mail)));
  const Monotonic now = parts_.clock.monotonic();
  const std::lock_guard lock(mutex_);
  if (confirmations_.size() >= kConfirmationsMax) {
    std::erase_if(confirmations_, [now](const auto& entry) { return entry.second.until <= now; });
    if (confirmations_.size() >= kConfirmationsMax) {
      confirmations_.erase(
          std::min_element(confirmations_.begin(), confirmations_.end(),
                           [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
    }
  }
  confirmations_[digest_of(verdict.outcome.ticket)] = {provider, identity, user.id, now + kConfirmationLifetime};
  return verdict;
}

LoginService::Digest LoginService::digest_of(std::string_view ticket) {
  Digest digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(ticket.data()), ticket.size(),
                     nullptr, 0);
  return digest;
}

Result<LoginService::Confirmation> LoginService::find_confirmation(std::string_view ticket) const {
  const std::lock_guard lock(mutex_);
  const auto found = confirmations_.find(digest_of(ticket));
  if (found == confirmations_.end() || found->second.until <= parts_.clock.monotonic()) return over();
  return found->second;
}

void LoginService::drop_confirmation(std::string_view ticket) {
  const std::lock_guard lock(mutex_);
  confirmations_.erase(digest_of(ticket));
}

Result<LoginService::Waiting> LoginService::waiting(Snapshot& snapshot, std::string_view ticket) {
  const Confirmation confirmation = TRY(find_confirmation(ticket));
  const auto user = TRY(parts_.users.find(snapshot, confirmation.user));
  if (!user) return over();
  const bool can_send = TRY(parts_.letters.can_send(snapshot));
  return Waiting{confirmation.provider.name, user->mail, !user->password_hash.empty(), can_send};
}

Result<std::string> LoginService::mail_of(std::string_view ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = confirmations_.find(digest_of(ticket));
  if (found == confirmations_.end() || found->second.until <= parts_.clock.monotonic()) return over();
  if (++found->second.tries > kConfirmationTriesMax) {
    confirmations_.erase(found);
    return over();
  }
  return found->second.identity.mail;
}

Result<LoginService::Verdict> LoginService::confirm(Transaction& tx, const Origin& origin, std::string_view ticket,
                                                    UserId proved) {
  const Confirmation confirmation = TRY(find_confirmation(ticket));
  if (proved != confirmation.user) return over();
  const auto provider = TRY(still(tx, confirmation.provider));
  const auto user = TRY(parts_.users.find(tx, confirmation.user));
  if (!provider || !user) return over();
  const ProviderIdentity& identity = confirmation.identity;
  if (auto why = TRY(why_not_linkable(tx, *provider, identity.sub, user->id)))
    return refuse(tx, origin, *provider, user->id, *std::move(why));
  const Login login = TRY(add_login(tx, parts_.identity.actor_of(*user, origin.address), *provider, identity.sub,
                                    identity.mail, identity.name, *user, "agreed to by the account's password"));
  tx.after_commit([this, text = std::string(ticket)] { drop_confirmation(text); });
  return enter(tx, origin, *provider, identity, *user, login, {});
}

Result<void> LoginService::send_link(Transaction& tx, std::string_view ticket) {
  Confirmation confirmation = TRY(find_confirmation(ticket));
  const auto user = TRY(parts_.users.find(tx, confirmation.user));
  if (!user || !user->enabled) return over();
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (!can_send) return Error{ErrorCode::conflict, "This appliance sends no mail. Use the account's password."};
  if (confirmation.mails >= kConfirmationMailsMax)
    return Error{ErrorCode::rate_limited, "The mail was sent already, more than once. Look for it.", {}, {}, 900};
  const ProviderIdentity& identity = confirmation.identity;
  NewLink wanted;
  wanted.purpose = kLoginConfirmation;
  wanted.user = user->id;
  wanted.data = nlohmann::json{{"provider", confirmation.provider.id.text()},
                               {"subject", identity.sub},
                               {"mail", identity.mail},
                               {"name", identity.name}}
                    .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  wanted.lifetime = kMailLinkLifetime;
  const Secret token = TRY(parts_.links.open(tx, wanted));
  Letter letter;
  letter.kind = "login_confirmation";
  letter.to_name = user->name;
  letter.to_address = user->mail;
  letter.headline = fmt::format("Link {} to your account?", confirmation.provider.name);
  letter.paragraphs = {
      fmt::format("Somebody logged in at {} as {} and wants to use it for your account here.",
                  confirmation.provider.name, identity.mail),
      "If it was not you, do nothing: without this link, nothing happens. It is good for an hour, once."};
  letter.link = LetterLink{Secret(fmt::format("/provider#link={}", token.reveal())), "Link them"};
  letter.useful_until = parts_.clock.believed() + kMailLinkLifetime;
  TRY(parts_.letters.post(tx, letter));
  tx.after_commit([this, digest = digest_of(ticket)] {
    const std::lock_guard lock(mutex_);
    if (const auto found = confirmations_.find(digest); found != confirmations_.end()) ++found->second.mails;
  });
  return {};
}

Result<std::string> LoginService::confirm_by_link(Transaction& tx, const Origin& origin, std::string_view token) {
  const Link used = TRY(parts_.links.use(tx, kLoginConfirmation, token));
  const auto data = parse_strict_object(used.data, "The link");
  LoginProviderId id;
  if (!data || !LoginProviderId::parse(text_member(*data, "provider").value_or(""), id)) return over();
  const auto provider = TRY(parts_.logins.find_provider(tx, id));
  const auto user = TRY(parts_.users.find(tx, used.user));
  if (!provider || !provider->enabled || !user || !user->enabled) return over();
  // The link proved the address that the account had when it was sent. If the address has changed, the reader of that
  // mailbox may have nothing to do with the account.
  if (mail_key(text_member(*data, "mail").value_or("")) != user->mail_key) return over();
  const std::string sub = text_member(*data, "subject").value_or("");
  if (auto why = TRY(why_not_linkable(tx, *provider, sub, user->id))) return *std::move(why);
  TRY(add_login(tx, parts_.identity.actor_of(*user, origin.address), *provider, sub,
                text_member(*data, "mail").value_or(""), text_member(*data, "name").value_or(""), *user,
                "agreed to by a link to the account's mail address"));
  return provider->name;
}

// --------------------------------------------------------------------- linking

Result<std::optional<Error>> LoginService::why_not_linkable(Snapshot& snapshot, const LoginProvider& provider,
                                                            const std::string& sub, UserId user) const {
  using Why = std::optional<Error>;
  if (sub.empty()) return Why(over());
  if (const auto there = TRY(parts_.logins.find(snapshot, provider.id, sub))) {
    return there->user == user ? Why(refusal(ErrorCode::conflict, "already", "It is linked to your account already."))
                               : Why(refusal(ErrorCode::conflict, "taken",
                                             "This account at the provider is linked to somebody else here."));
  }
  const auto linked = TRY(parts_.logins.of_user(snapshot, user));
  for (const Login& other : linked) {
    if (other.provider == provider.id)
      return Why(refusal(ErrorCode::conflict, "another",
                         "Your account is linked to another account at this provider. Unlink that one first."));
  }
  return Why{};
}

Result<Login> LoginService::add_login(Transaction& tx, const Actor& actor, const LoginProvider& provider,
                                      const std::string& sub, const std::string& mail, const std::string& name,
                                      const User& user, const std::string& how) {
  Login login;
  login.linked_at = parts_.clock.believed();
  login.id = LoginId::make(login.linked_at, parts_.random);
  login.user = user.id;
  login.provider = provider.id;
  login.sub = sub;
  login.mail = mail;
  login.name = name;
  TRY(parts_.logins.put(tx, login));
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "login.linked", provider.name, how));
  const bool can_send = TRY(parts_.letters.can_send(tx));
  if (can_send) {
    Letter letter;
    letter.kind = "login_linked";
    letter.to_name = user.name;
    letter.to_address = user.mail;
    letter.headline = fmt::format("{} was linked to your account", provider.name);
    letter.paragraphs = {fmt::format("Your account can now be opened by logging in at {} as {}.", provider.name,
                                     mail.empty() ? name : mail),
                         "If it was not you, unlink it under Account, Logins, change your password, and tell the "
                         "appliance's administrator."};
    TRY(parts_.letters.post(tx, letter));
  }
  return login;
}

Result<std::optional<Session>> LoginService::session_of(Snapshot& snapshot, UserId user, SessionId id) const {
  const Instant now = parts_.clock.believed();
  const auto sessions = TRY(parts_.sessions.of_user(snapshot, user));
  for (const Session& session : sessions) {
    if (session.id == id && session.expires_at > now) return std::optional<Session>(session);
  }
  return std::optional<Session>{};
}

Result<LoginService::Verdict> LoginService::link(Transaction& tx, const Origin& origin, const Arrival& arrival,
                                                 const LoginProvider& provider) {
  const auto user = TRY(parts_.users.find(tx, arrival.pending.user));
  const auto session = TRY(session_of(tx, arrival.pending.user, arrival.pending.session));
  if (!user || !user->enabled || !session) {
    return refuse(tx, origin, provider, arrival.pending.user,
                  refusal(ErrorCode::unauthenticated, "session_over", "You were logged out meanwhile. Log in again."));
  }
  const ProviderIdentity& identity = arrival.identity;
  if (auto why = TRY(why_not_linkable(tx, provider, identity.sub, user->id)))
    return refuse(tx, origin, provider, user->id, *std::move(why));
  TRY(add_login(tx, parts_.identity.actor_of(*user, origin.address), provider, identity.sub, identity.mail,
                identity.name, *user, "by the person, logged in"));
  return done(Kind::linked);
}

Result<LoginService::Verdict> LoginService::step_up(Transaction& tx, const Origin& origin, const Arrival& arrival,
                                                    const LoginProvider& provider) {
  const auto user = TRY(parts_.users.find(tx, arrival.pending.user));
  const auto session = TRY(session_of(tx, arrival.pending.user, arrival.pending.session));
  const auto login = TRY(parts_.logins.find(tx, provider.id, arrival.identity.sub));
  if (!user || !user->enabled || !session) {
    return refuse(tx, origin, provider, arrival.pending.user,
                  refusal(ErrorCode::unauthenticated, "session_over", "You were logged out meanwhile. Log in again."));
  }
  if (!login || login->user != user->id) {
    return refuse(tx, origin, provider, user->id,
                  refusal(ErrorCode::forbidden, "another_person", "At the provider you are somebody else."));
  }
  // The login was asked for with max_age=0: the provider must say when it last authenticated the person, and that must
  // be now.
  const Instant at = arrival.identity.authenticated_at;
  if (!at.is_set() || at + kStepUpSlack < arrival.pending.began_at) {
    const std::int64_t before = std::chrono::duration_cast<seconds>(arrival.pending.began_at - at).count();
    return refuse(
        tx, origin, provider, user->id,
        refusal(ErrorCode::forbidden, "not_fresh", "The provider did not ask you anew. Log out and in again instead."),
        at.is_set() ? fmt::format("its auth_time is {} seconds before the question, {} are allowed", before,
                                  kStepUpSlack.count())
                    : std::string("its ID token has no auth_time"));
  }
  // Without this, a stolen session and the password at the provider would be enough for acts that ask for a second
  // factor.
  const Factors factors = TRY(parts_.second_factors.of(tx, user->id));
  if (factors.any() && !(provider.counts_as_second_factor && arrival.identity.second_factor)) {
    return refuse(tx, origin, provider, user->id,
                  refusal(ErrorCode::forbidden, "factor_needed",
                          "You have a second factor here, and the provider did not say that it asked for one. Confirm "
                          "with yours."));
  }
  TRY(parts_.second_factors.renewed(tx, parts_.identity.actor_of(*user, origin.address), *session,
                                    ProofMethod::provider));
  return done(Kind::proved);
}

Result<std::vector<LoginService::Linked>> LoginService::list(Snapshot& snapshot, UserId user) const {
  std::vector<Linked> out;
  auto logins = TRY(parts_.logins.of_user(snapshot, user));
  for (Login& login : logins) {
    const auto provider = TRY(parts_.logins.find_provider(snapshot, login.provider));
    out.push_back({std::move(login), provider ? provider->name : "", provider && provider->enabled});
  }
  return out;
}

Result<std::vector<LoginProvider>> LoginService::proving(Snapshot& snapshot, UserId user) const {
  const Factors factors = TRY(parts_.second_factors.of(snapshot, user));
  std::vector<LoginProvider> out;
  const auto logins = TRY(parts_.logins.of_user(snapshot, user));
  for (const Login& login : logins) {
    auto provider = TRY(parts_.logins.find_provider(snapshot, login.provider));
    if (!provider || !provider->enabled) continue;
    // OAuth 2 alone can neither ask for a new login nor say when one happened.
    if (provider->preset == ProviderPreset::github) continue;
    if (factors.any() && !provider->counts_as_second_factor) continue;
    out.push_back(*std::move(provider));
  }
  return out;
}

ClaimRoleStores LoginService::claim_roles() const {
  return {parts_.workspaces, parts_.members, parts_.logins, parts_.audit, parts_.events, parts_.clock};
}

Result<void> LoginService::unlink(Transaction& tx, const Actor& actor, const User& user, LoginId id) {
  const auto all = TRY(list(tx, user.id));
  const auto it = std::ranges::find(all, id, [](const Linked& linked) { return linked.login.id; });
  if (it == all.end()) return Error{ErrorCode::not_found, "There is no such login of yours."};
  const bool another =
      std::ranges::any_of(all, [&](const Linked& linked) { return linked.login.id != id && linked.provider_enabled; });
  if (user.password_hash.empty() && !another) {
    return Error{
        ErrorCode::conflict,
        "This is your only way in. Choose a password first (“Forgotten?” on the login page), or link another."};
  }
  // Takes back the roles that this login gave. Otherwise a person could keep a role by unlinking before the provider
  // takes it away.
  if (auto provider = TRY(parts_.logins.find_provider(tx, it->login.provider))) {
    provider->roles.clear();
    TRY(apply_claim_roles(tx, claim_roles(), *provider, user, actor.address, {}));
  }
  TRY(parts_.logins.remove(tx, user.id, id));
  return parts_.audit.append_security(tx, actor, {}, user.id, "login.unlinked", it->provider_name);
}

}  // namespace connlog::oidc
