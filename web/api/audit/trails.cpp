// The trails as people see them: a workspace's audit log and security events, the appliance's administration, and what
// happened around one's own account.
#include <nlohmann/json.hpp>

#include "core/access/api_keys.h"
#include "core/audit/acts.h"
#include "core/base/text.h"
#include "core/base/value_or.h"
#include "web/api/audit/handlers.h"
#include "web/api/audit/trail_views.h"
#include "web/api/views.h"

namespace connlog::web::audit {

using nlohmann::json;

json view(const TrailEntry& entry) {
  return {{"id", (entry.from_first_log ? "first-" : "") + std::to_string(entry.sequence)},
          {"trail", to_text(entry.trail)},
          {"sequence", entry.sequence},
          {"at", time_view(entry.at)},
          {"actor_kind", entry.actor_kind},
          {"actor_id", id_view(entry.actor_id)},
          {"actor_name", entry.actor_name},
          {"address", entry.address},
          {"user_id", id_view(entry.user)},
          {"workspace_id", id_view(entry.workspace)},
          {"act", entry.act},
          {"sentence", phrase_of(entry.act)},
          {"subject", entry.object},
          {"details", entry.details}};
}

// The filter of the query. A person who may not see everything gets only their own entries, also with another filter.
Result<TrailFilter> trail_filter(const Context& ctx) {
  TrailFilter filter;
  filter.actor = TRY(ctx.query_text("actor", 200));
  filter.act = TRY(ctx.query_text("act", 100));
  filter.text = TRY(ctx.query_text("text", 200));
  filter.from = TRY(value_or(ctx.query_time("from"), {}));
  filter.to = TRY(value_or(ctx.query_time("to"), {}));
  return filter;
}

bool sees_whole_trail(const Context& ctx) {
  const bool role_allows = allows(ctx.actor.role, Action::view_audit, ctx.actor.team_grant);
  if (!ctx.key) return role_allows;
  // The route asks a key for view_own_audit alone: an owner's key without view_audit must not see what its owner sees.
  if (!ApiKeys::has_scope(*ctx.key->key, Action::view_audit)) return false;
  return ctx.key->user ? role_allows : true;
}

Result<TrailFilter> workspace_trail_filter(const Context& ctx) {
  TrailFilter filter = TRY(trail_filter(ctx));
  if (sees_whole_trail(ctx)) return filter;
  filter.own = ctx.actor.user.is_nil() ? Uuid(ctx.actor.api_key) : Uuid(ctx.actor.user);
  // An actor without an id has no entries of its own; an empty filter would show everything.
  if (filter.own.is_nil()) return Error{ErrorCode::forbidden, "This needs the right to see the audit log."};
  return filter;
}

Result<TrailScope> appliance_trail_scope(const Context& ctx) {
  TrailScope scope;
  scope.trail = Trail::appliance;
  const std::string wanted = TRY(ctx.query_text("trail", 20));
  if (wanted.empty()) return scope;
  const auto trail = parse_word<Trail>(wanted);
  if (!trail || *trail == Trail::workspace) return invalid("trail", "The trail is appliance or security.");
  scope.trail = *trail;
  return scope;
}

namespace {

Result<Reply> page_reply(Context& ctx, const TrailScope& scope, const TrailFilter& filter, bool all) {
  const PageOfList wanted = TRY(ctx.page());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const TrailPage page = TRY(ctx.of<Services>().trails.page(snapshot, scope, filter, wanted.after, wanted.limit));
    json items = json::array();
    for (const TrailEntry& entry : page.entries) items.push_back(view(entry));
    return json_reply(
        200,
        {{"items", std::move(items)}, {"next", page.next.empty() ? json(nullptr) : json(page.next)}, {"all", all}});
  });
}

}  // namespace

Result<Reply> list_audit(Context& ctx) {
  const TrailFilter filter = TRY(workspace_trail_filter(ctx));
  return page_reply(ctx, {Trail::workspace, ctx.workspace->id, {}}, filter, filter.own.is_nil());
}

Result<Reply> list_security_events(Context& ctx) {
  const TrailFilter filter = TRY(workspace_trail_filter(ctx));
  return page_reply(ctx, {Trail::security, ctx.workspace->id, {}}, filter, filter.own.is_nil());
}

Result<Reply> my_security_events(Context& ctx) {
  const auto filter = TRY(trail_filter(ctx));
  return page_reply(ctx, {Trail::security, {}, ctx.actor.user}, filter, true);
}

Result<Reply> appliance_trail(Context& ctx) {
  const TrailScope scope = TRY(appliance_trail_scope(ctx));
  const auto filter = TRY(trail_filter(ctx));
  return page_reply(ctx, scope, filter, true);
}

}  // namespace connlog::web::audit
