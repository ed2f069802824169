// Logins by providers in the order of the browser's steps: to the provider, back by the callback, and the account's
// agreement if one is needed. The interface gets the callback's result in the fragment of a redirect, which no log
// contains: the browser came from another site, so this answer cannot be JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/identity/oidc/provider_logins.h"
#include "web/server/cookies.h"
#include "web/api/identity/handlers.h"
#include "web/api/views.h"
#include "web/api/identity/session_cookie.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;
using oidc::LoginOutcome;
using oidc::LoginPurpose;
using ExchangePtr = std::shared_ptr<Exchange>;

constexpr std::size_t kStateBytesMax = 200;
constexpr std::size_t kCodeBytesMax = 16 * 1024;  // as much as the head of a request holds
constexpr std::size_t kTicketBytesMax = 200;
constexpr std::size_t kPasswordBytesRead = 1024;
constexpr seconds kCookieLifetime{400 * 86'400};

// "__Host-" over TLS. Lax, unlike the session's, because the browser comes back from another site. The cookie alone
// opens nothing.
std::string_view ticket_cookie_name(bool tls) {
  return tls ? "__Host-connlog-provider" : "connlog_provider";
}

std::string ticket_cookie(bool tls, std::string_view value, seconds lifetime) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", ticket_cookie_name(tls), value,
                     lifetime.count(), tls ? "; Secure" : "");
}

Reply redirect(const std::string& where) {
  Reply reply;
  reply.status = 303;
  reply.headers.emplace_back("Location", where);
  return reply;
}

std::string word_of(const Error& error) {
  if (error.code == ErrorCode::network || error.code == ErrorCode::unavailable) return "trouble";
  if (error.code == ErrorCode::rate_limited) return "slow_down";
  for (const std::string_view word : {"declined", "state", "provider_changed", "domain", "mail_unverified",
                                      "no_account", "disabled", "account_unverified", "no_way", "taken", "already",
                                      "another", "another_person", "not_fresh", "factor_needed", "session_over"}) {
    if (error.field == word) return error.field;
  }
  return "refused";
}

// Where a failure is shown. A person in a step-up returns to their page. A person who links a login sees it among their
// logins. All others see it on the login page.
Reply failure(LoginPurpose purpose, const Error& error) {
  if (purpose == LoginPurpose::step_up && error.field != "session_over")
    return redirect(fmt::format("/provider#unproved={}", word_of(error)));
  const bool inside = purpose != LoginPurpose::log_in && error.field != "session_over";
  return redirect(fmt::format("{}#refused={}", inside ? "/account/logins" : "/provider", word_of(error)));
}

Reply arrival_reply(const LoginOutcome& outcome, bool tls) {
  switch (outcome.kind) {
    case LoginOutcome::Kind::entered: {
      Reply reply = redirect("/provider#entered");
      reply.headers.emplace_back("Set-Cookie", session_cookie(tls, outcome.opened->token.reveal(), kCookieLifetime));
      return reply;
    }
    case LoginOutcome::Kind::second_factor:
      // The login page continues with the ticket, as after a password.
      return redirect(fmt::format("/login#second_factor={}", outcome.asked.ticket));
    case LoginOutcome::Kind::confirm:
      return redirect(fmt::format("/provider#confirm={}", outcome.ticket));
    case LoginOutcome::Kind::linked:
      return redirect("/account/logins#linked");
    case LoginOutcome::Kind::proved:
      return redirect("/provider#proved");
  }
  return redirect("/login");
}

// The same, as a reply to a request of the interface instead of a redirect.
Reply outcome_reply(const LoginOutcome& outcome, bool tls) {
  if (outcome.kind == LoginOutcome::Kind::second_factor) {
    return json_reply(200, {{"entered", false},
                            {"second_factor", {{"ticket", outcome.asked.ticket}, {"methods", outcome.asked.methods}}}});
  }
  Reply reply = json_reply(200, {{"entered", true}, {"second_factor", nullptr}});
  reply.headers.emplace_back("Set-Cookie", session_cookie(tls, outcome.opened->token.reveal(), kCookieLifetime));
  return reply;
}

// Writes on the writer thread and answers after the commit, from any thread.
void answer_after(Stores& stores, const ExchangePtr& exchange, LoginPurpose purpose,
                  std::function<Result<Reply>(Transaction&)> work) {
  const auto reply = std::make_shared<Reply>();
  stores.submit(
      Urgency::at_once,
      [reply, work = std::move(work)](Transaction& tx) -> Result<void> {
        *reply = TRY(work(tx));
        return {};
      },
      [reply, exchange, purpose](const Result<void>& committed) {
        exchange->send(committed ? std::move(*reply) : failure(purpose, committed.error()));
      });
}

Result<LoginProvider> enabled_provider(Context& ctx, LoginProviderId id) {
  std::optional<LoginProvider> found;
  const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    found = TRY(ctx.of<Services>().logins.store().find_provider(snapshot, id));
    return {};
  });
  if (!read) return read.error();
  if (!found || !found->enabled) return Error{ErrorCode::not_found, "There is no such login provider."};
  return *std::move(found);
}

Result<oidc::Callback> read_callback(const Context& ctx) {
  oidc::Callback callback;
  callback.state = TRY(ctx.query_text("state", kStateBytesMax));
  callback.code = TRY(ctx.query_text("code", kCodeBytesMax));
  callback.error = TRY(ctx.query_text("error", kCodeBytesMax));
  callback.issuer = TRY(ctx.query_text("iss", kCodeBytesMax));
  callback.has_issuer = !callback.issuer.empty();
  return callback;
}

}  // namespace

Result<Reply> login_providers(Context& ctx) {
  oidc::ProviderLogins& logins = ctx.of<Services>().logins;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto providers = TRY(logins.store().providers(snapshot));
    for (const LoginProvider& provider : providers) {
      if (!provider.enabled) continue;
      items.push_back({{"id", provider.id.text()},
                       {"name", provider.name},
                       {"preset", to_text(provider.preset)},
                       {"trouble", logins.flow().trouble(provider.id).has_value()}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> start_provider_login(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<LoginProviderId>());
  const LoginProvider provider = TRY(enabled_provider(ctx, id));
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  services.logins.flow().begin(
      provider, LoginPurpose::log_in, {}, {},
      [exchange, tls = ctx.request().peer().tls](const Result<oidc::Departure>& departure) {
        if (!departure) return exchange->send(failure(LoginPurpose::log_in, departure.error()));
        Reply reply = redirect(departure->url);
        reply.headers.emplace_back("Set-Cookie", ticket_cookie(tls, departure->cookie, oidc::PendingLogins::kLifetime));
        exchange->send(std::move(reply));
      });
  return Reply::answered_later();
}

Result<Reply> provider_callback(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const bool tls = ctx.request().peer().tls;
  const Origin origin = ctx.origin();
  const std::string cookie = cookie_value(ctx.request(), ticket_cookie_name(tls));
  // A callback without the cookie cannot succeed and is not counted: any foreign page can cause such requests (never
  // with the cookie, which is Lax), and must not use up the limit of the person behind that browser.
  if (cookie.empty())
    return failure(LoginPurpose::log_in, Error{ErrorCode::unauthenticated, "This browser began no login.", "state"});
  if (const auto admitted = services.attempts.admit(Attempt::provider_login, {origin.address}); !admitted)
    return failure(LoginPurpose::log_in, admitted.error());
  // A browser waits here, and its person would not know what to do with an error of the API.
  const auto read = read_callback(ctx);
  if (!read) return failure(LoginPurpose::log_in, Error{ErrorCode::network, read.error().message});
  const oidc::Callback& callback = *read;
  const std::string old_token = cookie_token(ctx.request());
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  services.logins.flow().arrive(
      callback, cookie, [&services, exchange, tls, origin, old_token](Result<oidc::Arrival> arrived) {
        if (!arrived) {
          return answer_after(services.stores, exchange, LoginPurpose::log_in,
                              [&services, origin, error = arrived.error()](Transaction& tx) -> Result<Reply> {
                                services.attempts.failed(Attempt::provider_login, {origin.address});
                                TRY(services.logins.service().record_failure(tx, origin, error));
                                return failure(LoginPurpose::log_in, error);
                              });
        }
        const auto arrival = std::make_shared<oidc::Arrival>(std::move(arrived).value());
        const LoginPurpose purpose = arrival->pending.purpose;
        answer_after(services.stores, exchange, purpose,
                     [&services, origin, arrival, purpose, tls, old_token](Transaction& tx) -> Result<Reply> {
                       const auto verdict = TRY(services.logins.service().arrive(tx, origin, *arrival, old_token));
                       if (verdict.refused) return failure(purpose, *verdict.refused);
                       tx.after_commit([&services, address = origin.address] {
                         services.attempts.succeeded(Attempt::provider_login, {address});
                       });
                       return arrival_reply(verdict.outcome, tls);
                     });
      });
  return Reply::answered_later();
}

// ------------------------------------------------------------- the account agrees

Result<Reply> show_login_confirmation(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string ticket = TRY(body.text("ticket", 1, kTicketBytesMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto waiting = TRY(ctx.of<Services>().logins.service().waiting(snapshot, ticket));
    return json_reply(200, {{"provider", waiting.provider_name},
                            {"mail", waiting.mail},
                            {"has_password", waiting.has_password},
                            {"can_mail", waiting.can_mail}});
  });
}

Result<Reply> confirm_login(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string ticket = TRY(body.text("ticket", 1, kTicketBytesMax));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  const Origin origin = ctx.origin();
  const std::string mail = TRY(services.logins.service().mail_of(ticket));
  const auto checked = services.identity.check_password_of(origin, mail, password);
  if (!checked && checked.error().code == ErrorCode::unauthenticated) {
    return ctx.write([&services, origin, mail](Transaction& tx) -> Result<Reply> {
      TRY(services.identity.record_refusal(tx, origin, mail));
      return problem(401, "bad_credentials", "The password is wrong.");
    });
  }
  if (!checked) return checked.error();
  return ctx.write([&services, origin, ticket, checked = *checked,
                    tls = ctx.request().peer().tls](Transaction& tx) -> Result<Reply> {
    const User user = TRY(services.identity.confirm(tx, checked));
    const auto verdict = TRY(services.logins.service().confirm(tx, origin, ticket, user.id));
    if (verdict.refused) return problem(*verdict.refused);
    return outcome_reply(verdict.outcome, tls);
  });
}

Result<Reply> mail_login_confirmation(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string ticket = TRY(body.text("ticket", 1, kTicketBytesMax));
  TRY(services.attempts.admit(Attempt::reset, {ctx.origin().address}));
  return ctx.write([&services, ticket](Transaction& tx) -> Result<Reply> {
    TRY(services.logins.service().send_link(tx, ticket));
    return no_content();
  });
}

Result<Reply> confirm_login_by_link(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, kTicketBytesMax));
  TRY(services.attempts.admit(Attempt::provider_login, {ctx.origin().address}));
  return ctx.write([&services, origin = ctx.origin(), token](Transaction& tx) -> Result<Reply> {
    const std::string provider = TRY(services.logins.service().confirm_by_link(tx, origin, token));
    return json_reply(200, {{"provider", provider}});
  });
}

// ------------------------------------------------------------------ the account's

Result<Reply> list_logins(Context& ctx) {
  oidc::ProviderLogins& logins = ctx.of<Services>().logins;
  const User& user = ctx.identified->user;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto all_linked = TRY(logins.service().list(snapshot, user.id));
    for (const auto& linked : all_linked) {
      const Login& login = linked.login;
      items.push_back({{"id", login.id.text()},
                       {"provider_id", login.provider.text()},
                       {"provider", linked.provider_name},
                       {"enabled", linked.provider_enabled},
                       {"mail", login.mail},
                       {"name", login.name},
                       {"linked_at", time_view(login.linked_at)},
                       {"last_used_at", time_view(login.last_used_at)}});
    }
    json others = json::array();
    const auto providers = TRY(logins.store().providers(snapshot));
    for (const LoginProvider& provider : providers) {
      const bool linked =
          std::ranges::any_of(items, [&](const json& item) { return item["provider_id"] == provider.id.text(); });
      if (provider.enabled && !linked) others.push_back({{"id", provider.id.text()}, {"name", provider.name}});
    }
    return json_reply(200, {{"items", std::move(items)},
                            {"next", nullptr},
                            {"linkable", std::move(others)},
                            {"has_password", !user.password_hash.empty()}});
  });
}

namespace {

Result<Reply> send_away(Context& ctx, LoginPurpose purpose) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string wanted = TRY(body.text("provider_id", 1, 100));
  LoginProviderId id;
  if (!LoginProviderId::parse(wanted, id)) return invalid("provider_id", "There is no such login provider.");
  const LoginProvider provider = TRY(enabled_provider(ctx, id));
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  services.logins.flow().begin(
      provider, purpose, ctx.actor.user, ctx.identified->session.id,
      [exchange, tls = ctx.request().peer().tls](const Result<oidc::Departure>& departure) {
        if (!departure) return exchange->send(problem(departure.error()));
        Reply reply = json_reply(200, {{"url", departure->url}});
        reply.headers.emplace_back("Set-Cookie", ticket_cookie(tls, departure->cookie, oidc::PendingLogins::kLifetime));
        exchange->send(std::move(reply));
      });
  return Reply::answered_later();
}

}  // namespace

Result<Reply> link_login(Context& ctx) {
  return send_away(ctx, LoginPurpose::link);
}

Result<Reply> prove_by_login(Context& ctx) {
  std::vector<LoginProvider> proving;
  const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    proving = TRY(ctx.of<Services>().logins.service().proving(snapshot, ctx.actor.user));
    return {};
  });
  if (!read) return read.error();
  const Body body = TRY(ctx.body());
  const std::string wanted = TRY(body.text("provider_id", 1, 100));
  if (std::ranges::none_of(proving, [&](const LoginProvider& provider) { return provider.id.text() == wanted; }))
    return invalid("provider_id", "This provider cannot prove that it is you.");
  return send_away(ctx, LoginPurpose::step_up);
}

Result<Reply> unlink_login(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<LoginId>());
  return ctx.write([&services, actor = ctx.actor, user = ctx.identified->user, id](Transaction& tx) -> Result<Reply> {
    TRY(services.logins.service().unlink(tx, actor, user, id));
    return no_content();
  });
}

}  // namespace connlog::web::identity
