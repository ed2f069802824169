#include "web/api/middleware/key_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/access/administration.h"
#include "core/access/api_keys.h"
#include "web/api/authorization.h"
#include "web/api/middleware/factors.h"
#include "web/api/middleware/standing.h"
#include "web/api/middleware/services.h"

namespace connlog::web {
namespace {

using Verdict = KeyAtTheDoor::Verdict;

// Empty: more than one key.
std::string api_key_of(const HttpRequest& request) {
  const auto keys = bearer_tokens(request, kApiKeyPrefix);
  return keys.size() == 1 ? keys.front() : std::string();
}

Result<Refusal> stand_with_key(Context& ctx, const Permission& permission, Snapshot& snapshot) {
  const ApiKey& key = *ctx.key->key;
  if (ctx.key->user) {
    TRY(stand_in_workspace(ctx, snapshot, ctx.key->user->id));  // a key may never do more than its person may now
  } else {
    TRY(find_workspace(ctx, snapshot));
    if (key.workspace != ctx.workspace->id) return no_such_workspace();
  }
  if (auto refused = check_enabled(ctx, permission)) return refused;
  if (ctx.key->user) {
    if (auto refused = TRY(check_second_factor(ctx, snapshot, ctx.key->user->id))) return refused;
  }
  if (!ApiKeys::has_scope(key, permission.action())) {
    return Error{ErrorCode::forbidden, fmt::format("This API key lacks the scope {}.", to_text(permission.action()))};
  }
  if (ctx.key->user && !allows(ctx.actor.role, permission.action(), ctx.actor.team_grant)) {
    return Error{ErrorCode::forbidden,
                 fmt::format("The role of this key's person ({}) does not allow this.", to_text(ctx.actor.role))};
  }
  return Refusal{};
}

// A revoked or expired key may be sent for ever, by a thief or a forgotten program. After the first few times its
// refusal is recorded less and less often, down to once an hour.
bool is_news(const Context& ctx, const KeyAtTheDoor& found) {
  const std::string key_and_verdict = fmt::format("{}, {}", found.key->id.text(), to_text(found.verdict));
  return ctx.of<middleware::Services>().attempts.admit(Attempt::dead_key, {.address = key_and_verdict}).has_value();
}

void note(const Context& ctx, const KeyAtTheDoor& found) {
  const middleware::Services& services = ctx.of<middleware::Services>();
  ApiKeys& keys = services.administration.api_keys();
  const bool welcome = found.verdict == Verdict::welcome;
  if (!found.key || !(welcome ? keys.should_note(*found.key) : is_news(ctx, found))) return;
  services.stores.submit(
      Urgency::may_wait,
      [&keys, found, welcome, address = ctx.origin().address](Transaction& tx) -> Result<void> {
        return welcome ? keys.note_use(tx, found.key->id, address) : keys.note_misuse(tx, found, address);
      },
      [](const Result<void>&) {});
}

}  // namespace

bool brings_api_key(const HttpRequest& request) {
  return !bearer_tokens(request, kApiKeyPrefix).empty();
}

std::optional<Reply> admit_key(Context& ctx, const Permission& permission) {
  const middleware::Services& services = ctx.of<middleware::Services>();
  const ApiKeys& keys = services.administration.api_keys();
  const std::string token = api_key_of(ctx.request());
  const std::string address = ctx.origin().address;
  auto found = std::make_shared<KeyAtTheDoor>();
  Refusal refused;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    *found = TRY(keys.look(snapshot, token, address));
    if (found->verdict != Verdict::welcome) return {};
    ctx.key = found;
    ctx.actor = ApiKeys::actor_of(*found, address);
    if (permission.kind() != Permission::Kind::workspace) return {};
    refused = TRY(stand_with_key(ctx, permission, snapshot));
    return {};
  });
  if (found->verdict != Verdict::welcome) {
    // A valid key is never delayed. A wrong one is, and a delayed attempt is not recorded again.
    const AttemptBy by{.address = address, .account = token};
    if (const auto admitted = services.attempts.admit(Attempt::api_key, by); !admitted)
      return problem(admitted.error());
    services.attempts.failed(Attempt::api_key, by);
  }
  note(ctx, *found);
  if (!looked) return problem(looked.error());
  // The same answer for every kind of refusal, so that the finder of a key learns nothing about it.
  if (found->verdict != Verdict::welcome) return problem(401, "unauthenticated", "This API key is not valid here.");
  const bool about_itself = ctx.request().method() == "GET" && ctx.request().path() == "/api/v1/me";
  if (permission.kind() != Permission::Kind::workspace && !about_itself) {
    return problem(403, "browser_only", "This is for people who are logged in, not for API keys.");
  }
  return refused;
}

}  // namespace connlog::web
