// Login providers as the appliance's administrator sets them up.
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/identity/oidc/provider_logins.h"
#include "web/api/identity/handlers.h"
#include "web/api/views.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kPemCharactersMax = 32 * 1024;
constexpr std::size_t kSecretBytesMax = 1024;

json provider_view(const LoginProvider& provider, const oidc::ProviderFlow& flow) {
  json roles = json::array();
  for (const ClaimRole& row : provider.roles) {
    roles.push_back({{"value", row.value}, {"workspace_id", row.workspace.text()}, {"role", to_text(row.role)}});
  }
  const auto said = [](const std::optional<oidc::Trouble>& what) {
    return what ? json{{"message", what->message}, {"at", time_view(what->at)}} : json(nullptr);
  };
  return {{"id", provider.id.text()},
          {"preset", to_text(provider.preset)},
          {"name", provider.name},
          {"issuer", provider.issuer},
          {"client_id", provider.client_id},
          {"has_secret", !provider.sealed_secret.empty()},
          {"ca_pem", provider.ca_pem},
          {"allowed_domains", provider.allowed_domains},
          {"create_accounts", provider.create_accounts},
          {"counts_as_second_factor", provider.counts_as_second_factor},
          {"second_factor_acr", provider.second_factor_acr},
          {"role_claim", provider.role_claim},
          {"roles", std::move(roles)},
          {"enabled", provider.enabled},
          {"trouble", said(flow.trouble(provider.id))},
          {"notice", said(flow.notice(provider.id))},
          {"created_at", time_view(provider.created_at)},
          {"version", provider.version}};
}

// The values from before, replaced by the fields of the body.
Result<LoginProvider> read_provider(const Body& body, LoginProvider provider) {
  provider.name = TRY(value_or(body.maybe_text("name", 1, 40), provider.name));
  provider.issuer = TRY(value_or(body.maybe_text("issuer", 0, 400), provider.issuer));
  provider.client_id = TRY(value_or(body.maybe_text("client_id", 1, 255), provider.client_id));
  provider.ca_pem = TRY(value_or(body.maybe_text("ca_pem", 0, kPemCharactersMax, Lines::many), provider.ca_pem));
  provider.allowed_domains =
      TRY(value_or(body.maybe_texts("allowed_domains", kAllowedDomainsMax, 253), provider.allowed_domains));
  provider.create_accounts = TRY(value_or(body.maybe_flag("create_accounts"), provider.create_accounts));
  provider.counts_as_second_factor =
      TRY(value_or(body.maybe_flag("counts_as_second_factor"), provider.counts_as_second_factor));
  provider.second_factor_acr = TRY(value_or(body.maybe_text("second_factor_acr", 0, 200), provider.second_factor_acr));
  provider.role_claim = TRY(value_or(body.maybe_text("role_claim", 0, 200), provider.role_claim));
  provider.enabled = TRY(value_or(body.maybe_flag("enabled"), provider.enabled));
  if (const auto rows = TRY(body.maybe_objects("roles", kClaimRolesMax))) {
    provider.roles.clear();
    for (const Body& row : *rows) {
      ClaimRole role;
      role.value = TRY(row.text("value", 1, 200));
      const std::string workspace = TRY(row.text("workspace_id", 1, 100));
      if (!WorkspaceId::parse(workspace, role.workspace)) return invalid("roles", "There is no such workspace.");
      role.role = TRY(row.word<Role>("role"));
      provider.roles.push_back(std::move(role));
    }
  }
  return provider;
}

// Shared, as a closure must be copyable and a Secret is not.
Result<std::shared_ptr<std::optional<Secret>>> read_secret(const Body& body) {
  auto secret = std::make_shared<std::optional<Secret>>();
  if (!body.has("client_secret")) return secret;
  const auto text = TRY(value_or(body.maybe_text("client_secret", 0, kSecretBytesMax), ""));
  *secret = Secret(text);
  return secret;
}

}  // namespace

Result<Reply> list_login_providers(Context& ctx) {
  oidc::ProviderLogins& logins = ctx.of<Services>().logins;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto providers = TRY(logins.store().providers(snapshot));
    for (const LoginProvider& provider : providers) items.push_back(provider_view(provider, logins.flow()));
    json known = json::array();
    for (const PresetFacts& facts : presets()) {
      known.push_back({{"preset", to_text(facts.preset)},
                       {"name", facts.name},
                       {"issuer", facts.issuer},
                       {"issuer_hint", facts.issuer_hint},
                       {"role_claim", facts.role_claim}});
    }
    json workspaces = json::array();
    const auto all = TRY(ctx.of<Services>().workspaces.all(snapshot));
    for (const Workspace& workspace : all)
      workspaces.push_back({{"id", workspace.id.text()}, {"name", workspace.name}});
    return json_reply(200, {{"items", std::move(items)},
                            {"next", nullptr},
                            {"presets", std::move(known)},
                            {"workspaces", std::move(workspaces)},
                            {"redirect_uri", logins.flow().redirect_uri()}});
  });
}

Result<Reply> add_login_provider(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  LoginProvider wanted;
  wanted.preset = TRY(body.word<ProviderPreset>("preset"));
  wanted = TRY(read_provider(body, wanted));
  const auto secret = TRY(read_secret(body));
  return ctx.create([&services, actor = ctx.actor, wanted, secret](Transaction& tx) -> Result<Reply> {
    const LoginProvider made = TRY(services.logins.providers().add(tx, actor, wanted, *secret));
    return tagged(json_reply(201, provider_view(made, services.logins.flow())), made.version);
  });
}

Result<Reply> change_login_provider(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LoginProviderId id = TRY(ctx.id<LoginProviderId>());
  const std::int64_t expected = TRY(ctx.if_match());
  auto given = TRY(ctx.body());
  const auto body = std::make_shared<Body>(std::move(given));
  const auto secret = TRY(read_secret(*body));
  return ctx.write([&services, actor = ctx.actor, id, expected, body, secret](Transaction& tx) -> Result<Reply> {
    const auto before = TRY(services.logins.store().find_provider(tx, id));
    if (!before) return Error{ErrorCode::not_found, "There is no such login provider."};
    const LoginProvider wanted = TRY(read_provider(*body, *before));
    const LoginProvider changed = TRY(services.logins.providers().change(tx, actor, id, wanted, *secret, expected));
    return tagged(json_reply(200, provider_view(changed, services.logins.flow())), changed.version);
  });
}

Result<Reply> remove_login_provider(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<LoginProviderId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.logins.providers().remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> test_login_provider(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LoginProviderId id = TRY(ctx.id<LoginProviderId>());
  std::optional<LoginProvider> provider;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    provider = TRY(services.logins.store().find_provider(snapshot, id));
    return {};
  });
  if (!read) return read.error();
  if (!provider) return Error{ErrorCode::not_found, "There is no such login provider."};
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  services.logins.flow().test(*provider, [exchange](const std::vector<oidc::TestStep>& steps) {
    json list = json::array();
    bool ok = !steps.empty();
    for (const oidc::TestStep& step : steps) {
      ok = ok && step.ok;
      list.push_back({{"name", step.name}, {"ok", step.ok}, {"detail", step.detail}, {"advice", step.advice}});
    }
    exchange->send(json_reply(200, {{"ok", ok}, {"steps", std::move(list)}}));
  });
  return Reply::answered_later();
}

}  // namespace connlog::web::identity
