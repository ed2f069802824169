// The ways into an account for people who are not signed in: a forgotten password, registration, links from mails. A
// request about an address is answered before its work begins, so that neither the text nor the time of the answer
// tells whether the address has an account.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/access/api_keys.h"
#include "core/base/log.h"
#include "core/base/value_or.h"
#include "core/identity/accounts.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/notify/notify.h"
#include "web/api/identity/handlers.h"
#include "web/api/identity/session_reply.h"
#include "web/api/identity/session_cookie.h"

namespace connlog::web::identity {
namespace {

constexpr std::size_t kPasswordBytesRead = 1024;  // the policy has its own, lower limit and says so

// Runs after the answer. Only the owner of the mailbox sees the result.
Reply answered_before(const Services& services, Stores::Work work) {
  services.stores.submit(Urgency::at_once, std::move(work), [](const Result<void>& done) {
    if (!done) log_warning("account.request_failed", {{"reason", done.error().message}, {"cause", done.error().cause}});
  });
  return Reply{.status = 202};
}

Result<bool> is_proved(const Services& services, Snapshot& snapshot, UserId user) {
  const auto profile = TRY(services.accounts.profile(snapshot, user));
  return profile.facts.mail_verified_at.is_set();
}

// Until now nobody had proved whose address the account has, so somebody else may have made it and left a way in for
// themselves that a new password does not close: a login at a provider, or an API key. A second factor stays: it lets
// nobody in alone, and a mailbox must not undo it.
Result<void> end_side_doors(const Services& services, Transaction& tx, const Origin& origin, UserId id) {
  const auto user = TRY(services.identity.find(tx, id));
  if (!user) return {};
  const Actor self = services.identity.actor_of(*user, origin.address);
  LoginStore& logins = services.logins.store();
  const auto linked = TRY(logins.of_user(tx, id));
  for (const Login& login : linked) {
    TRY(logins.remove(tx, id, login.id));
    TRY(services.audit.append_security(tx, self, {}, id, "login.unlinked", user->mail,
                                       "linked before the address was proved for the first time"));
  }
  ApiKeys& keys = services.administration.api_keys();
  const auto own_keys = TRY(keys.list(tx, self));
  for (const ApiKey& key : own_keys) TRY(keys.revoke(tx, self, key.id));
  return {};
}

}  // namespace

Result<Reply> registration_state(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto mail = TRY(ctx.of<Services>().notify_service.mail_settings(snapshot));
    const bool mail_works = mail.configured;
    return json_reply(
        200, {{"open", ctx.of<Services>().accounts.registration_open() && mail_works}, {"mail_works", mail_works}});
  });
}

Result<Reply> ask_registration(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 80));
  const std::string mail = TRY(body.text("mail", 1, 254));
  if (!services.accounts.registration_open())
    return problem(403, "registration_closed", "Nobody can register here by themselves. Ask for an invitation.");
  TRY(check_person_name("name", name));
  TRY(check_mail("mail", mail));
  TRY(services.accounts.admit(Attempt::sign_up, ctx.origin(), mail));
  return answered_before(services, [&services, origin = ctx.origin(), name, mail](Transaction& tx) {
    return services.accounts.ask_registration(tx, origin, name, mail);
  });
}

Result<Reply> complete_registration(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WebOptions& options = ctx.options();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, 200));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  const Accounts::NewAccount account = TRY(services.accounts.prepare_registration(token, password));
  return ctx.write([&rooms = ctx.rooms(), &services, &options, origin = ctx.origin(), tls = ctx.request().peer().tls,
                    token, account, old_token = cookie_token(ctx.request())](Transaction& tx) -> Result<Reply> {
    const OpenedSession opened = TRY(services.accounts.complete_registration(tx, origin, token, account, old_token));
    return session_reply(rooms, options, tx, 201, opened, origin, tls);
  });
}

Result<Reply> answer_mail_link(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, 200));
  const auto kind = TRY(body.word<Accounts::MailLink>("kind"));
  const bool agree = TRY(value_or(body.maybe_flag("agree"), true));
  return ctx.write([&services, origin = ctx.origin(), token, kind, agree](Transaction& tx) -> Result<Reply> {
    const auto outcome = TRY(services.accounts.answer_mail_link(tx, origin, kind, token, agree));
    return json_reply(200, {{"outcome", to_text(outcome)}});
  });
}

Result<Reply> ask_password_reset(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string mail = TRY(body.text("mail", 1, 254));
  TRY(services.accounts.admit(Attempt::reset, ctx.origin(), mail));
  return answered_before(services, [&services, origin = ctx.origin(), mail](Transaction& tx) {
    return services.accounts.ask_reset(tx, origin, mail);
  });
}

Result<Reply> complete_password_reset(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, 200));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  const Accounts::NewPassword prepared = TRY(services.accounts.prepare_reset(token, password));
  return ctx.write([&services, origin = ctx.origin(), token, prepared](Transaction& tx) -> Result<Reply> {
    const bool proved_before = TRY(is_proved(services, tx, prepared.user));
    TRY(services.accounts.reset_password(tx, origin, token, prepared));
    const bool proved_now = TRY(is_proved(services, tx, prepared.user));
    if (!proved_before && proved_now) TRY(end_side_doors(services, tx, origin, prepared.user));
    return no_content();
  });
}

}  // namespace connlog::web::identity
