// API keys of workspaces and of people, and what a key may do (GET /me).
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/base/value_or.h"
#include "core/base/version.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"
#include "web/api/identity/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr std::size_t kScopesRead = 40;
constexpr std::size_t kRangesRead = 40;
constexpr std::size_t kRangeCharactersMax = 49;  // of an IPv6 range with an IPv4 tail
constexpr std::int64_t kDaysDefault = 90;
constexpr std::int64_t kDaysRead = 730;

json scopes_view(const ApiKey& key) {
  json scopes = json::array();
  for (const Action scope : key.scopes) scopes.push_back(to_text(scope));
  return scopes;
}

json key_view(const ApiKey& key) {
  return {{"id", key.id.text()},
          {"name", key.name},
          {"form", to_text(key.form)},
          {"personal", !key.user.is_nil()},
          {"hint", key.token_hint},
          {"scopes", scopes_view(key)},
          {"addresses", key.addresses},
          {"created_at", time_view(key.created_at)},
          {"created_by", key.created_by},
          {"expires_at", time_view(key.expires_at)},
          {"last_used_at", time_view(key.last_used_at)},
          {"last_used_address", key.last_used_address}};
}

Result<Reply> list(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto keys = TRY(ctx.of<Services>().administration.api_keys().list(snapshot, ctx.actor));
    for (const ApiKey& key : keys) items.push_back(key_view(key));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewApiKey wanted;
  wanted.name = TRY(body.text("name", 1, 80));
  wanted.scopes = TRY(value_or(body.maybe_texts("scopes", kScopesRead, 40), {}));
  wanted.addresses = TRY(value_or(body.maybe_texts("addresses", kRangesRead, kRangeCharactersMax), {}));
  wanted.form = TRY(value_or(body.maybe_word<ApiKeyForm>("form"), ApiKeyForm::api));
  wanted.read_only = TRY(value_or(body.maybe_flag("read_only"), false));
  wanted.days = TRY(value_or(body.maybe_integer("days", 0, kDaysRead), kDaysDefault));
  return ctx.create([&keys = ctx.of<Services>().administration.api_keys(), actor = ctx.actor,
                     wanted](Transaction& tx) -> Result<Reply> {
    const ApiKeyWithToken made = TRY(keys.add(tx, actor, wanted));
    return json_reply(201, {{"key", key_view(made.key)}, {"token", made.token.reveal()}});
  });
}

Result<Reply> revoke(Context& ctx) {
  const auto id = TRY(ctx.id<ApiKeyId>());
  return ctx.write(
      [&keys = ctx.of<Services>().administration.api_keys(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
        TRY(keys.revoke(tx, actor, id));
        return no_content();
      });
}

}  // namespace

// If the actor's workspace is set (by the middleware), these are the workspace's keys; otherwise the person's own.
Result<Reply> list_api_keys(Context& ctx) {
  return list(ctx);
}
Result<Reply> add_api_key(Context& ctx) {
  return add(ctx);
}
Result<Reply> revoke_api_key(Context& ctx) {
  return revoke(ctx);
}
Result<Reply> list_own_api_keys(Context& ctx) {
  return list(ctx);
}
Result<Reply> add_own_api_key(Context& ctx) {
  return add(ctx);
}
Result<Reply> revoke_own_api_key(Context& ctx) {
  return revoke(ctx);
}

// GET /me for a key: which key it is, its scopes, and its workspace.
Result<Reply> key_me(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json workspaces = json::array();
    const auto add_workspace = [&](const Workspace& workspace) {
      workspaces.push_back({{"id", workspace.id.text()}, {"slug", workspace.slug}, {"name", workspace.name}});
    };
    if (ctx.key->user) {
      const auto of_user = TRY(services.workspaces.of_user(snapshot, ctx.key->user->id));
      for (const Workspace& workspace : of_user) {
        if (workspace.enabled) add_workspace(workspace);
      }
    } else if (const auto workspace = TRY(services.workspaces.find(snapshot, ctx.key->key->workspace));
               workspace && workspace->enabled) {
      add_workspace(*workspace);
    }
    const json user = ctx.key->user ? view(*ctx.key->user) : json(nullptr);
    return json_reply(200, {{"api_key", key_view(*ctx.key->key)},
                            {"user", user},
                            {"workspaces", std::move(workspaces)},
                            {"server",
                             {{"version", version()},
                              {"public_url", ctx.options().public_url},
                              {"now", time_view(services.clock.now())}}}});
  });
}

}  // namespace connlog::web::access
