#include "core/identity/identity_service.h"

#include <sodium.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/identity/password_policy.h"
#include "core/people/limits.h"

namespace connlog {
namespace {

constexpr std::string_view kSessionPrefix = "cls_";
constexpr seconds kTouchEvery{60};
constexpr std::chrono::hours kAheadMax{24};  // a session may be so much younger than now
constexpr std::size_t kUserAgentBytesMax = 200;
constexpr std::size_t kSessionsMax = 100;  // per person; a new one replaces the one unused for longest

// The sessions that a new one replaces, unused for longest first. A program that logs in for every call and never logs
// out must not make the list grow without end.
std::vector<Session> over_the_most(std::vector<Session> sessions) {
  std::ranges::sort(sessions, {}, [](const Session& session) { return session.last_seen_at; });
  sessions.resize(sessions.size() < kSessionsMax ? 0 : sessions.size() - kSessionsMax + 1);
  return sessions;
}

}  // namespace

IdentityService::IdentityService(Parts parts, IdentityOptions options)
    : parts_(parts),
      options_(options),
      digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)),
      csrf_key_(parts.keyring.derive(key_purpose::kCsrf)),
      hasher_(options.password_cost),
      devices_(parts.keyring, parts.random) {}

// ---- login ----

Result<IdentityService::Checked> IdentityService::check_password_of(const Origin& origin, const std::string& mail,
                                                                    const Secret& password) {
  const std::string key = mail_key(mail);
  const std::string device = devices_.device_of(origin.device, key);
  const AttemptBy by{.address = origin.address, .account = key, .device = device};
  TRY(parts_.attempts.admit(Attempt::login, by));
  const Error refused{ErrorCode::unauthenticated, "Mail address or password is wrong."};
  if (password.reveal().size() > kPasswordBytesMax) return refused;
  const auto user = TRY(find_by_mail(mail));
  // Unknown and disabled people cost the same hash, so that the time of the answer does not tell them apart.
  const bool known = user && user->enabled && !user->password_hash.empty();
  const bool right = TRY(known ? hasher_.verify(user->password_hash, password) : hasher_.verify_nobody(password));
  if (!right) {
    parts_.attempts.failed(Attempt::login, by);
    return refused;
  }
  parts_.attempts.succeeded(Attempt::login, by);
  Checked checked{*user, {}};
  if (hasher_.needs_rehash(user->password_hash)) checked.renewed_hash = TRY(hasher_.hash(password));
  return checked;
}

Result<User> IdentityService::confirm(Transaction& tx, const Checked& checked) {
  auto user = TRY(parts_.users.find(tx, checked.user.id));
  // Between the two halves the person may have been disabled or given another password.
  if (!user || !user->enabled || user->password_hash != checked.user.password_hash) {
    return Error{ErrorCode::unauthenticated, "Mail address or password is wrong."};
  }
  if (checked.renewed_hash.empty()) return *user;
  user->password_hash = checked.renewed_hash;
  TRY(parts_.users.update(tx, *user));
  return *user;
}

Result<OpenedSession> IdentityService::log_in(Transaction& tx, const Origin& origin, const Checked& checked,
                                              std::string_view old_token) {
  const User user = TRY(confirm(tx, checked));
  return enter(tx, origin, user.id, old_token, {});
}

Result<OpenedSession> IdentityService::enter(Transaction& tx, const Origin& origin, UserId id,
                                             std::string_view old_token, const std::string& how) {
  auto user = TRY(parts_.users.find(tx, id));
  if (!user || !user->enabled) return Error{ErrorCode::unauthenticated, "This account cannot log in."};
  if (is_token_shaped(kSessionPrefix, old_token)) {
    if (const auto old = TRY(parts_.sessions.find(tx, digest_token(digest_key_, old_token)))) {
      TRY(parts_.sessions.remove(tx, old->id));
      announce_end(tx, old->user, old->id);
    }
  }
  user->last_login_at = parts_.clock.believed();
  TRY(parts_.users.update(tx, *user));
  TRY(parts_.audit.append_security(tx, actor_of(*user, origin.address), {}, user->id, "session.opened", user->mail,
                                   how));
  return open_session(tx, origin, *user);
}

std::string IdentityService::device_cookie(const Origin& origin, const User& user) const {
  return devices_.marked(origin.device, user.mail_key);
}

Result<std::optional<User>> IdentityService::find(Snapshot& snapshot, UserId id) const {
  return parts_.users.find(snapshot, id);
}

Result<void> IdentityService::record_refusal(Transaction& tx, const Origin& origin, const std::string& mail) {
  Actor nobody;
  nobody.kind = Actor::Kind::system;
  nobody.name = "nobody";
  nobody.address = origin.address;
  // The event is about the account, if the address has one.
  const auto user = TRY(parts_.users.find_by_mail(tx, mail_key(mail)));
  return parts_.audit.append_security(tx, nobody, {}, user ? user->id : UserId{}, "session.refused", typed_mail(mail),
                                      "wrong mail address or password");
}

// ---- sessions ----

Result<OpenedSession> IdentityService::open_session(Transaction& tx, const Origin& origin, const User& user) {
  if (opening_) TRY(opening_(tx, user, origin));
  auto sessions = TRY(parts_.sessions.of_user(tx, user.id));
  for (const Session& ended : over_the_most(std::move(sessions))) {
    TRY(parts_.sessions.remove(tx, ended.id));
    announce_end(tx, user.id, ended.id);
  }
  const Instant now = parts_.clock.believed();
  Secret token = make_token(kSessionPrefix, parts_.random);
  Session session;
  session.id = SessionId::make(now, parts_.random);
  session.user = user.id;
  session.token_digest = digest_token(digest_key_, token.reveal());
  session.address = origin.address;
  session.user_agent = cut(origin.user_agent, kUserAgentBytesMax);
  session.created_at = now;
  session.last_seen_at = now;
  session.expires_at = now + absolute();
  TRY(parts_.sessions.insert(tx, session));
  return OpenedSession{std::move(token), session, user};
}

Result<std::optional<Identified>> IdentityService::identify(Snapshot& snapshot, std::string_view token) const {
  if (!is_token_shaped(kSessionPrefix, token)) return std::optional<Identified>{};
  const auto session = TRY(parts_.sessions.find(snapshot, digest_token(digest_key_, token)));
  if (!session || !is_alive(*session)) return std::optional<Identified>{};
  const auto user = TRY(parts_.users.find(snapshot, session->user));
  if (!user || !user->enabled) return std::optional<Identified>{};
  return std::optional<Identified>(Identified{*session, *user});
}

// The limit in force now also applies to sessions that were opened under another one.
Instant IdentityService::end_of(const Session& session) const {
  return std::min(session.expires_at, session.created_at + absolute());
}

bool IdentityService::is_alive(const Session& session) const {
  const Instant now = parts_.clock.believed();
  // A session that a wrong clock opened in the future would outlive its limit.
  if (session.created_at > now + kAheadMax) return false;
  return end_of(session) > now && session.last_seen_at + idle() > now;
}

bool IdentityService::should_touch(const Session& session) const {
  return parts_.clock.believed() - session.last_seen_at >= kTouchEvery;
}

Result<void> IdentityService::touch(Transaction& tx, SessionId session) {
  return parts_.sessions.touch(tx, session, parts_.clock.believed());
}

Result<void> IdentityService::log_out(Transaction& tx, const Actor& actor, const Session& session) {
  TRY(parts_.sessions.remove(tx, session.id));
  announce_end(tx, session.user, session.id);
  return parts_.audit.append_security(tx, actor, {}, session.user, "session.closed", actor.name);
}

Result<void> IdentityService::remove_expired(Transaction& tx) {
  const Instant now = parts_.clock.proven();
  return parts_.sessions.remove_expired(tx, now, now - idle());
}

seconds IdentityService::idle() const {
  if (options_.limits == nullptr) return options_.session_idle;
  return std::chrono::minutes(options_.limits->value(Limit::session_idle_minutes));
}

seconds IdentityService::absolute() const {
  if (options_.limits == nullptr) return options_.session_absolute;
  return std::chrono::hours(options_.limits->value(Limit::session_absolute_hours));
}

Result<void> IdentityService::end_session(Transaction& tx, UserId user, SessionId id) {
  const auto sessions = TRY(parts_.sessions.of_user(tx, user));
  for (const Session& session : sessions) {
    if (session.id != id) continue;
    TRY(parts_.sessions.remove(tx, id));
    announce_end(tx, user, id);
    return {};
  }
  return Error{ErrorCode::not_found, "There is no such session (any more)."};
}

Result<void> IdentityService::end_sessions(Transaction& tx, UserId user) {
  TRY(parts_.sessions.remove_of_user(tx, user));
  announce_end(tx, user, {});
  return {};
}

Result<void> IdentityService::end_other_sessions(Transaction& tx, UserId user, SessionId kept) {
  const auto sessions = TRY(parts_.sessions.of_user(tx, user));
  for (const Session& session : sessions) {
    if (session.id == kept) continue;
    TRY(parts_.sessions.remove(tx, session.id));
    announce_end(tx, user, session.id);
  }
  return {};
}

std::string IdentityService::csrf_token(std::string_view session_token) const {
  const TokenDigest digest = digest_token(csrf_key_, session_token);
  return to_hex(digest);
}

Actor IdentityService::actor_of(const User& user, const std::string& address) const {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = user.id;
  actor.appliance_administrator = user.appliance_administrator;
  actor.name = user.name;
  actor.address = address;
  return actor;
}

// ---- passwords ----

Result<std::string> IdentityService::hash_password(const Secret& password, const std::string& name,
                                                   const std::string& mail) {
  TRY(check_password(password.reveal(), name, mail));
  return hasher_.hash(password);
}

Result<void> IdentityService::replace_password(Transaction& tx, User user, const std::string& hash) {
  user.password_hash = hash;
  TRY(parts_.users.update(tx, user));
  return end_sessions(tx, user.id);
}

// ---- people who are locked out ----

Result<std::optional<User>> IdentityService::find_by_mail(const std::string& mail) const {
  std::optional<User> user;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    user = TRY(parts_.users.find_by_mail(snapshot, mail_key(mail)));
    return {};
  });
  if (!read) return read.error();
  return user;
}

Result<IdentityService::Checked> IdentityService::prepare_password(const std::string& mail, const Secret& password) {
  auto user = TRY(find_by_mail(mail));
  if (!user) return Error{ErrorCode::not_found, "Nobody with this mail address has an account here.", "mail"};
  TRY(check_password(password.reveal(), user->name, user->mail));
  std::string hash = TRY(hasher_.hash(password));
  return Checked{*std::move(user), std::move(hash)};
}

Result<void> IdentityService::set_password(Transaction& tx, const Actor& actor, const Checked& checked) {
  auto user = TRY(parts_.users.find(tx, checked.user.id));
  if (!user) return Error{ErrorCode::not_found, "This account no longer exists."};
  TRY(replace_password(tx, *user, checked.renewed_hash));
  return parts_.audit.append_security(tx, actor, {}, user->id, "user.password_reset", user->mail,
                                      "every session was ended");
}

void IdentityService::on_sessions_ended(SessionsEnded listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void IdentityService::announce_end(Transaction& tx, UserId user, SessionId session) const {
  tx.after_commit([this, user, session] {
    SessionsEnded listener;
    {
      const std::lock_guard lock(listener_mutex_);
      listener = listener_;
    }
    if (listener) listener(user, session);
  });
}

}  // namespace connlog
