// A person's second factors in their account, and what a workspace requires. Changes to ways in need a fresh proof
// (web/api/routes), so that a session left open somewhere does not become an account for ever.
#include <nlohmann/json.hpp>

#include "core/identity/second_factor.h"
#include "web/api/identity/factor_views.h"
#include "web/api/identity/handlers.h"
#include "web/api/views.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

std::string ceremony_of(const Session& session) {
  return "register:" + session.id.text();
}

// Shown once.
json codes_view(const std::vector<Secret>& codes) {
  json out = json::array();
  for (const Secret& code : codes) out.push_back(std::string(code.reveal()));
  return out;
}

// Until the first factor exists, a password alone opens sessions, also for other people who know it. So when the first
// factor is set up all other sessions end.
Result<void> end_what_a_password_opened(const Services& services, Transaction& tx, bool was_first,
                                        const Session& kept) {
  if (!was_first) return {};
  return services.identity.end_other_sessions(tx, kept.user, kept.id);
}

json policy_view(const std::optional<SecondFactorPolicy>& policy, const std::vector<std::string>& without) {
  return {{"required", policy.has_value()},
          {"required_since", policy ? time_view(policy->required_since) : json(nullptr)},
          {"grace_until", policy ? time_view(policy->grace_until) : json(nullptr)},
          {"members_without", without}};
}

}  // namespace

Result<Reply> show_factors(Context& ctx) {
  const SecondFactors& factors = ctx.of<Services>().second_factors;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Factors mine = TRY(factors.of(snapshot, ctx.actor.user));
    json passkeys = json::array();
    for (const Passkey& passkey : mine.passkeys) passkeys.push_back(view(passkey));
    json required_by = json::array();
    const auto workspaces = TRY(factors.required_by(snapshot, ctx.actor.user));
    for (const Workspace& workspace : workspaces)
      required_by.push_back({{"id", workspace.id.text()}, {"name", workspace.name}, {"slug", workspace.slug}});
    json totp = nullptr;
    if (mine.totp) {
      totp = {{"confirmed_at", time_view(mine.totp->confirmed_at)},
              {"last_used_at", time_view(mine.totp->last_used_at)}};
    }
    return json_reply(200, {{"totp", std::move(totp)},
                            {"recovery",
                             {{"left", mine.recovery_left},
                              {"of", SecondFactors::kRecoveryCodes},
                              {"made_at", time_view(mine.recovery_made_at)}}},
                            {"passkeys", std::move(passkeys)},
                            {"passkeys_possible", factors.passkeys_exist()},
                            {"required_by", std::move(required_by)}});
  });
}

Result<Reply> offer_totp(Context& ctx) {
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor,
                    user = ctx.identified->user](Transaction& tx) -> Result<Reply> {
    const SecondFactors::TotpOffer offer = TRY(factors.offer_totp(tx, actor, user));
    return json_reply(200, {{"secret", offer.secret.reveal()}, {"url", offer.url.reveal()}});
  });
}

Result<Reply> confirm_totp(Context& ctx) {
  SecondFactors& factors = ctx.of<Services>().second_factors;
  const Body body = TRY(ctx.body());
  std::string code = TRY(body.text("code", 1, 20));
  std::erase(code, ' ');
  TRY(factors.attempt(ctx.origin(), ctx.actor.user));
  return ctx.write([&services = ctx.of<Services>(), &factors, actor = ctx.actor, user = ctx.identified->user,
                    session = ctx.identified->session, code, origin = ctx.origin()](Transaction& tx) -> Result<Reply> {
    const auto before = TRY(factors.of(tx, user.id));
    const bool first = !before.any();
    const std::vector<Secret> codes = TRY(factors.confirm_totp(tx, actor, user, code));
    TRY(end_what_a_password_opened(services, tx, first, session));
    tx.after_commit([&factors, origin, id = user.id] { factors.succeeded(origin, id); });
    return json_reply(200, {{"recovery_codes", codes_view(codes)}});
  });
}

Result<Reply> remove_totp(Context& ctx) {
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor,
                    user = ctx.identified->user](Transaction& tx) -> Result<Reply> {
    TRY(factors.remove_totp(tx, actor, user));
    return no_content();
  });
}

Result<Reply> renew_recovery_codes(Context& ctx) {
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor,
                    user = ctx.identified->user](Transaction& tx) -> Result<Reply> {
    const auto codes = TRY(factors.renew_recovery_codes(tx, actor, user));
    return json_reply(200, {{"recovery_codes", codes_view(codes)}});
  });
}

// ---- passkeys ----

Result<Reply> new_passkey_options(Context& ctx) {
  const SecondFactors& factors = ctx.of<Services>().second_factors;
  const User& user = ctx.identified->user;
  if (!factors.passkeys_exist()) {
    return Error{
        ErrorCode::conflict,
        "Passkeys need a public address that is a name under https; this appliance has none. Its administrator "
        "can set public_url to one."};
  }
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json known = json::array();
    const auto own = TRY(factors.of(snapshot, user.id));
    for (const Passkey& passkey : own.passkeys) known.push_back(passkey.credential_id);
    return json_reply(200, {{"challenge", factors.challenge(ceremony_of(ctx.identified->session))},
                            {"rp_id", factors.rp_id()},
                            {"rp_name", "connlog"},
                            {"user_handle", webauthn::to_base64url(user.id.bytes)},
                            {"user_name", user.mail},
                            {"user_display_name", user.name},
                            {"timeout_seconds", kChallengeLifetime.count()},
                            {"exclude", std::move(known)}});
  });
}

Result<Reply> add_passkey(Context& ctx) {
  SecondFactors& factors = ctx.of<Services>().second_factors;
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 60));
  const std::string client_text = TRY(body.text("client_data", 1, webauthn::kClientDataBytesMax * 2));
  const auto client_data = TRY(webauthn::from_base64url("client_data", client_text, webauthn::kClientDataBytesMax));
  const std::string attestation_text = TRY(body.text("attestation", 1, webauthn::kAttestationBytesMax * 2));
  const auto attestation =
      TRY(webauthn::from_base64url("attestation", attestation_text, webauthn::kAttestationBytesMax));
  const auto checked = TRY(factors.check_registration(ceremony_of(ctx.identified->session), client_data, attestation));
  return ctx.write([&services = ctx.of<Services>(), &factors, actor = ctx.actor, user = ctx.identified->user,
                    session = ctx.identified->session, checked, name](Transaction& tx) -> Result<Reply> {
    const auto before = TRY(factors.of(tx, user.id));
    const bool first = !before.any();
    const SecondFactors::NewPasskey added = TRY(factors.add_passkey(tx, actor, user, checked, name));
    TRY(end_what_a_password_opened(services, tx, first, session));
    return json_reply(201, {{"passkey", view(added.passkey)}, {"recovery_codes", codes_view(added.recovery_codes)}});
  });
}

Result<Reply> rename_passkey(Context& ctx) {
  const PasskeyId id = TRY(ctx.id<PasskeyId>());
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 60));
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor, user = ctx.identified->user, id,
                    name](Transaction& tx) -> Result<Reply> {
    const auto renamed = TRY(factors.rename_passkey(tx, actor, user, id, name));
    return json_reply(200, view(renamed));
  });
}

Result<Reply> remove_passkey(Context& ctx) {
  const PasskeyId id = TRY(ctx.id<PasskeyId>());
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor, user = ctx.identified->user,
                    id](Transaction& tx) -> Result<Reply> {
    TRY(factors.remove_passkey(tx, actor, user, id));
    return no_content();
  });
}

// ---- what a workspace requires ----

Result<Reply> show_factor_policy(Context& ctx) {
  const SecondFactors& factors = ctx.of<Services>().second_factors;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto policy = TRY(factors.policy(snapshot, ctx.workspace->id));
    const auto without = TRY(factors.members_without(snapshot, ctx.workspace->id));
    return json_reply(200, policy_view(policy, without));
  });
}

Result<Reply> change_factor_policy(Context& ctx) {
  const Body body = TRY(ctx.body());
  const bool required = TRY(body.flag("required"));
  const auto grace_days = TRY(body.maybe_integer("grace_days", 0, SecondFactors::kGraceDaysMax));
  return ctx.write([&factors = ctx.of<Services>().second_factors, actor = ctx.actor, workspace = ctx.workspace->id,
                    required, days = static_cast<int>(grace_days.value_or(0))](Transaction& tx) -> Result<Reply> {
    TRY(required ? factors.require(tx, actor, workspace, days) : factors.waive(tx, actor, workspace));
    const auto policy = TRY(factors.policy(tx, workspace));
    const auto without = TRY(factors.members_without(tx, workspace));
    return json_reply(200, policy_view(policy, without));
  });
}

}  // namespace connlog::web::identity
