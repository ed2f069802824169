// Proving more than a password: the second step of a login, a login by a passkey alone, and a fresh proof for dangerous
// acts. A refusal is recorded in the transaction that counts it. So it is returned as a reply: an error would roll the
// transaction back.
#include <nlohmann/json.hpp>

#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "web/api/identity/factor_views.h"
#include "web/api/identity/handlers.h"
#include "web/api/identity/session_reply.h"
#include "web/api/identity/session_cookie.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kPasswordBytesRead = 1024;
constexpr std::size_t kTicketCharacters = 100;

std::string ceremony_of(const Session& session) {
  return "step_up:" + session.id.text();
}

std::string refusal_text(ProofMethod method) {
  switch (method) {
    case ProofMethod::totp:
      return "The code is wrong, or was used already. Wait for the next one.";
    case ProofMethod::recovery:
      return "This recovery code is wrong, or was used already.";
    case ProofMethod::password:
      return "The password is wrong.";
    case ProofMethod::passkey:
    case ProofMethod::provider:
      break;
  }
  return "The passkey was not accepted.";
}

std::string how(ProofMethod first, ProofMethod second) {
  return "by " + std::string(to_text(first)) + " and " + std::string(to_text(second));
}

}  // namespace

Result<json> second_factor_view(const SecondFactors& factors, Snapshot& snapshot, const Origin& origin,
                                std::string_view ticket) {
  const LoginTicket open = TRY(factors.open_ticket(snapshot, origin, ticket));
  const auto methods = TRY(factors.methods(snapshot, open.user));
  auto passkey = TRY(passkey_request(factors, snapshot, open.user, SecondFactors::ceremony_of(open)));
  return json{
      {"second_factor", {{"methods", methods_view(methods)}, {"ticket", ticket}, {"passkey", std::move(passkey)}}}};
}

Result<Reply> second_factor_options(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string ticket = TRY(body.text("ticket", 1, kTicketCharacters));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(second_factor_view(ctx.of<Services>().second_factors, snapshot, ctx.origin(), ticket));
    return json_reply(200, std::move(shown));
  });
}

Result<Reply> second_factor(Context& ctx) {
  const Services& services = ctx.of<Services>();
  SecondFactors& factors = services.second_factors;
  const Body body = TRY(ctx.body());
  const std::string ticket = TRY(body.text("ticket", 1, kTicketCharacters));
  const Proof proof = TRY(read_proof(body));
  const Origin origin = ctx.origin();
  std::optional<LoginTicket> open;
  const auto found = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    open = TRY(factors.open_ticket(snapshot, origin, ticket));
    return {};
  });
  if (!found && found.error().code == ErrorCode::unauthenticated)
    return problem(401, "ticket_expired", found.error().message);
  if (!found) return found.error();
  TRY(factors.attempt(origin, open->user));
  std::optional<CheckedProof> checked;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    checked = TRY(factors.check(snapshot, open->user, SecondFactors::ceremony_of(*open), proof,
                                webauthn::Expected::Verification::preferred));
    return {};
  });
  if (!looked) return looked.error();
  return ctx.write([&rooms = ctx.rooms(), &services, &factors, &options = ctx.options(), origin, ticket,
                    checked = *checked, first = open->first_factor, old_token = cookie_token(ctx.request()),
                    tls = ctx.request().peer().tls](Transaction& tx) -> Result<Reply> {
    auto user = factors.redeem(tx, origin, ticket, checked);
    if (!user && user.error().code == ErrorCode::unauthenticated)
      return problem(401, "ticket_expired", user.error().message);
    if (!user) return std::move(user).error();
    if (!*user) {
      tx.after_commit([&factors, origin, id = checked.user] { factors.failed(origin, id); });
      return problem(401, "bad_factor", refusal_text(checked.method));
    }
    const OpenedSession opened =
        TRY(services.identity.enter(tx, origin, (*user)->id, old_token, how(first, checked.method)));
    TRY(factors.opened_by(tx, opened.session, checked.method));
    tx.after_commit([&factors, origin, id = opened.user.id] { factors.succeeded(origin, id); });
    return session_reply(rooms, options, tx, 200, opened, origin, tls);
  });
}

// ---- a passkey alone ----

Result<Reply> passkey_login_options(Context& ctx) {
  return json_reply(200, {{"passkey", passwordless_request(ctx.of<Services>().second_factors)}});
}

Result<Reply> passkey_login(Context& ctx) {
  const Services& services = ctx.of<Services>();
  SecondFactors& factors = services.second_factors;
  const Body body = TRY(ctx.body());
  const PasskeyAnswer answer = TRY(read_passkey_answer(body));
  const Origin origin = ctx.origin();
  TRY(factors.attempt(origin, {}));
  std::optional<CheckedProof> checked;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    checked = TRY(factors.check_passwordless(snapshot, answer));
    return {};
  });
  if (!looked) return looked.error();
  return ctx.write([&rooms = ctx.rooms(), &services, &factors, &options = ctx.options(), origin, checked = *checked,
                    old_token = cookie_token(ctx.request()),
                    tls = ctx.request().peer().tls](Transaction& tx) -> Result<Reply> {
    const auto user = TRY(services.identity.find(tx, checked.user));
    const bool known = user && user->enabled;
    if (!known) {
      TRY(services.identity.record_refusal(tx, origin, "a passkey"));
      return problem(401, "bad_factor", refusal_text(ProofMethod::passkey));
    }
    const bool accepted = TRY(factors.accept(tx, origin, *user, checked));
    if (!accepted) {
      tx.after_commit([&factors, origin, id = user->id] { factors.failed(origin, id); });
      return problem(401, "bad_factor", refusal_text(ProofMethod::passkey));
    }
    const OpenedSession opened = TRY(services.identity.enter(tx, origin, user->id, old_token, "by a passkey alone"));
    TRY(factors.opened_by(tx, opened.session, ProofMethod::passkey));
    tx.after_commit([&factors, origin] { factors.succeeded(origin, {}); });
    return session_reply(rooms, options, tx, 200, opened, origin, tls);
  });
}

// ---- a fresh proof ----

// The route's permission (Permission::fresh) has checked the proof. Used before downloads, which a browser cannot
// repeat after the step-up dialog.
Result<Reply> step_up_state(Context&) {
  return no_content();
}

Result<Reply> step_up_options(Context& ctx) {
  const SecondFactors& factors = ctx.of<Services>().second_factors;
  const Identified& who = *ctx.identified;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto providers = TRY(ctx.of<Services>().logins.service().proving(snapshot, who.user.id));
    const auto methods = TRY(step_up_methods(factors, snapshot, who.user, providers));
    auto passkey = TRY(passkey_request(factors, snapshot, who.user.id, ceremony_of(who.session)));
    return json_reply(200, {{"methods", methods_view(methods)},
                            {"providers", providers_view(providers)},
                            {"passkey", std::move(passkey)}});
  });
}

Result<Reply> step_up(Context& ctx) {
  const Services& services = ctx.of<Services>();
  SecondFactors& factors = services.second_factors;
  const Body body = TRY(ctx.body());
  const Origin origin = ctx.origin();
  const User& person = ctx.identified->user;
  const Session& session = ctx.identified->session;
  const auto proved = [&factors](Transaction& tx, const Actor& actor, const Session& of,
                                 ProofMethod method) -> Result<Reply> {
    TRY(factors.renewed(tx, actor, of, method));
    return json_reply(200, {{"fresh_seconds", factors.fresh_for().count()}});
  };

  static constexpr ProofMethod kMethods[] = {ProofMethod::password, ProofMethod::totp, ProofMethod::recovery,
                                             ProofMethod::passkey};
  const auto method = TRY(body.word_among<ProofMethod>("method", kMethods));
  if (method == ProofMethod::password) {
    const Secret password = TRY(body.secret("password", kPasswordBytesRead));
    bool enough = false;
    const auto asked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      const auto own = TRY(factors.of(snapshot, person.id));
      enough = !own.any();
      return {};
    });
    if (!asked) return asked.error();
    if (!enough) return invalid("method", "A second factor is set up: confirm with it.");
    const auto checked = services.identity.check_password_of(origin, person.mail, password);
    if (!checked && checked.error().code != ErrorCode::unauthenticated) return checked.error();
    return ctx.write([&services, &factors, proved, actor = ctx.actor, session, person,
                      good = checked.has_value()](Transaction& tx) -> Result<Reply> {
      // A second factor may have been set up meanwhile; then a password is no longer enough.
      const Factors now = TRY(factors.of(tx, person.id));
      if (good && !now.any()) return proved(tx, actor, session, ProofMethod::password);
      TRY(services.audit.append_security(tx, actor, {}, person.id, "session.proof_refused", person.mail,
                                         "wrong password"));
      return problem(403, "bad_factor", refusal_text(ProofMethod::password));
    });
  }

  const Proof proof = TRY(read_proof(body));
  TRY(factors.attempt(origin, person.id));
  std::optional<CheckedProof> checked;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    checked = TRY(
        factors.check(snapshot, person.id, ceremony_of(session), proof, webauthn::Expected::Verification::preferred));
    return {};
  });
  if (!looked) return looked.error();
  return ctx.write([&factors, proved, origin, actor = ctx.actor, session, person,
                    checked = *checked](Transaction& tx) -> Result<Reply> {
    const bool accepted = TRY(factors.accept(tx, origin, person, checked));
    if (!accepted) {
      tx.after_commit([&factors, origin, id = person.id] { factors.failed(origin, id); });
      return problem(403, "bad_factor", refusal_text(checked.method));
    }
    tx.after_commit([&factors, origin, id = person.id] { factors.succeeded(origin, id); });
    return proved(tx, actor, session, checked.method);
  });
}

}  // namespace connlog::web::identity
