// Leaks of a workspace, of a person and of the appliance's people, by the same functions: the route decides about the
// owner of the list.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/trust/trust_services.h"
#include "web/api/trust/handlers.h"
#include "web/api/views.h"

namespace connlog::web::trust {
namespace {

using nlohmann::json;

constexpr std::size_t kKindCharactersMax = 40;
constexpr std::size_t kLeakedCharactersMax = 100;
constexpr std::size_t kWordsMax = 500;

json step_view(const LeakStep& step) {
  return {{"position", step.position},          {"automatic", step.automatic}, {"text", step.text},
          {"done_at", time_view(step.done_at)}, {"done_by", step.done_by},     {"note", step.note}};
}

json leak_view(const LeakService& leaks, const Leak& leak) {
  return {{"id", leak.id.text()},
          {"kind", leak.kind},
          {"title", leaks.title_of(leak.owner.kind, leak.kind)},
          {"subject_name", leak.leaked_name},
          {"circumstances", leak.circumstances},
          {"at", time_view(leak.at)},
          {"by", leak.by_name},
          {"closed_at", time_view(leak.closed_at)},
          {"closed_by", leak.closed_by},
          {"steps_open", leak.steps_open},
          {"version", leak.version}};
}

json whole_view(const LeakService& leaks, const Leak& leak) {
  json out = leak_view(leaks, leak);
  json steps = json::array();
  for (const LeakStep& step : leak.steps) steps.push_back(step_view(step));
  out["steps"] = std::move(steps);
  return out;
}

json leaked_view(const LeakedSecret& leaked) {
  return {{"id", leaked.id}, {"name", leaked.name}, {"detail", leaked.detail}};
}

LeakService& leaks_of(Context& ctx) {
  return ctx.of<Services>().trust.leaks();
}

Result<std::int64_t> position_of(Context& ctx) {
  const std::string_view text = ctx.request().path_value("n");
  std::int64_t position = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (problem != std::errc() || end != text.data() + text.size() || position < 1)
    return Error{ErrorCode::not_found, "There is no such step in the checklist."};
  return position;
}

}  // namespace

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::list(Context& ctx) {
  const PageOfList page = TRY(ctx.page());
  LeakId before;
  if (!page.after.empty() && !LeakId::parse(page.after, before))
    return invalid("after", "This must be the `next` of the page before.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    LeakService& leaks = leaks_of(ctx);
    const auto found = TRY(leaks.list(snapshot, LeakService::owner_of(ctx.actor, owner_kind), before, page.limit + 1));
    json items = json::array();
    for (const Leak& leak : found) {
      if (items.size() == static_cast<std::size_t>(page.limit)) break;
      items.push_back(leak_view(leaks, leak));
    }
    const bool more = found.size() > items.size();
    const json next = more ? json(found[items.size() - 1].id.text()) : json(nullptr);
    return json_reply(200, {{"items", std::move(items)}, {"next", next}});
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::kinds(Context& ctx) {
  json items = json::array();
  for (const LeakKind* kind : leaks_of(ctx).kinds(owner_kind))
    items.push_back({{"kind", kind->name()}, {"title", kind->title()}});
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::secrets(Context& ctx) {
  const std::string kind = TRY(ctx.query_text("kind", kKindCharactersMax));
  const std::string search = TRY(ctx.query_text("q", 80));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto secrets = TRY(leaks_of(ctx).secrets(snapshot, ctx.actor, owner_kind, kind, search));
    for (const LeakedSecret& leaked : secrets) items.push_back(leaked_view(leaked));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::plan(Context& ctx) {
  const std::string kind = TRY(ctx.query_text("kind", kKindCharactersMax));
  const std::string leaked = TRY(ctx.query_text("subject", kLeakedCharactersMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const LeakPlan plan = TRY(leaks_of(ctx).plan(snapshot, ctx.actor, owner_kind, kind, leaked));
    return json_reply(
        200, {{"subject", leaked_view(plan.leaked)}, {"automatic", plan.automatic}, {"by_people", plan.by_people}});
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::report(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string kind = TRY(body.text("kind", 1, kKindCharactersMax));
  const std::string leaked = TRY(body.text("subject", 1, kLeakedCharactersMax));
  const std::string words = TRY(value_or(body.maybe_text("circumstances", 0, kWordsMax, Lines::many), ""));
  const SessionId session = ctx.identified ? ctx.identified->session.id : SessionId{};
  return ctx.create(
      [&leaks = leaks_of(ctx), actor = ctx.actor, session, kind, leaked, words](Transaction& tx) -> Result<Reply> {
        const ReportedLeak reported = TRY(leaks.report(tx, actor, session, owner_kind, kind, leaked, words));
        return json_reply(201, {{"leak", whole_view(leaks, reported.leak)},
                                {"secret", reported.secret.empty() ? json(nullptr) : json(reported.secret.reveal())},
                                {"secret_label", reported.secret_label},
                                {"secret_is_link", reported.secret_is_link}});
      });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::show(Context& ctx) {
  const LeakId id = TRY(ctx.id<LeakId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    LeakService& leaks = leaks_of(ctx);
    const Leak leak = TRY(leaks.find(snapshot, LeakService::owner_of(ctx.actor, owner_kind), id));
    return tagged(json_reply(200, whole_view(leaks, leak)), leak.version);
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::change(Context& ctx) {
  const LeakId id = TRY(ctx.id<LeakId>());
  const Body body = TRY(ctx.body());
  const bool closed = TRY(body.flag("closed"));
  return ctx.write([&leaks = leaks_of(ctx), actor = ctx.actor, id, closed](Transaction& tx) -> Result<Reply> {
    const Leak leak = TRY(leaks.close(tx, actor, LeakService::owner_of(actor, owner_kind), id, closed));
    return tagged(json_reply(200, whole_view(leaks, leak)), leak.version);
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::tick(Context& ctx) {
  const LeakId id = TRY(ctx.id<LeakId>());
  const std::int64_t position = TRY(position_of(ctx));
  const Body body = TRY(ctx.body());
  const bool done = TRY(body.flag("done"));
  const std::string note = TRY(value_or(body.maybe_text("note", 0, kWordsMax, Lines::many), ""));
  return ctx.write([&leaks = leaks_of(ctx), actor = ctx.actor, id, position, done,
                    note](Transaction& tx) -> Result<Reply> {
    const Leak leak = TRY(leaks.tick(tx, actor, LeakService::owner_of(actor, owner_kind), id, position, done, note));
    return tagged(json_reply(200, whole_view(leaks, leak)), leak.version);
  });
}

template <LeakOwnerKind owner_kind>
Result<Reply> Leaks<owner_kind>::document(Context& ctx) {
  const LeakId id = TRY(ctx.id<LeakId>());
  const std::string format = TRY(ctx.query_text("format", 20));
  if (format != "json" && format != "markdown") return invalid("format", "The format is json or markdown.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    LeakService& leaks = leaks_of(ctx);
    const Leak leak = TRY(leaks.find(snapshot, LeakService::owner_of(ctx.actor, owner_kind), id));
    const bool as_json = format == "json";
    Reply reply = as_json ? json_reply(200, whole_view(leaks, leak))
                          : text_reply(200, leak_document(leak, leaks.title_of(owner_kind, leak.kind)));
    if (!as_json) reply.content_type = "text/markdown; charset=utf-8";
    reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"leak-{}.{}\"", leak.id.text(),
                                                                  as_json ? "json" : "md"));
    return reply;
  });
}

template struct Leaks<LeakOwnerKind::workspace>;
template struct Leaks<LeakOwnerKind::account>;
template struct Leaks<LeakOwnerKind::appliance>;

}  // namespace connlog::web::trust
