// The register of security incidents, for the appliance's administrators.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "web/api/appliance/handlers.h"
#include "web/api/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

json case_view(const SecurityCase& one, Instant now) {
  json deadlines = json::array();
  for (const DeadlineOfCase& each : deadlines_of(one, now)) {
    deadlines.push_back({{"hours", each.hours},
                         {"due_at", time_view(each.due_at)},
                         {"done_at", time_view(each.done_at)},
                         {"state", to_text(each.state)}});
  }
  return {{"id", one.id.text()},
          {"title", one.title},
          {"origin", to_text(one.origin)},
          {"origin_id", one.origin_id},
          {"known_at", time_view(one.known_at)},
          {"opened_at", time_view(one.opened_at)},
          {"opened_by", one.opened_by},
          {"closed_at", time_view(one.closed_at)},
          {"closed_by", one.closed_by},
          {"steps_open", one.steps_open},
          {"version", one.version},
          {"deadlines", std::move(deadlines)}};
}

json entry_view(const CaseEntry& entry) {
  return {{"position", entry.position},
          {"at", time_view(entry.at)},
          {"kind", to_text(entry.kind)},
          {"is_step", is_step(entry.kind)},
          {"by", entry.by},
          {"text", entry.text},
          {"done_at", time_view(entry.done_at)},
          {"done_by", entry.done_by},
          {"done_note", entry.done_note}};
}

json whole_view(const SecurityCase& one, Instant now) {
  json out = case_view(one, now);
  out["affected_people"] = one.affected_people;
  out["affected_workspaces"] = one.affected_workspaces;
  out["affected_data"] = one.affected_data;
  out["conclusion"] = one.conclusion;
  json entries = json::array();
  for (const CaseEntry& entry : one.entries) entries.push_back(entry_view(entry));
  out["entries"] = std::move(entries);
  return out;
}

Reply whole_reply(int status, const SecurityCase& one, Instant now) {
  return tagged(json_reply(status, whole_view(one, now)), one.version);
}

const Clock& clock_of(Context& ctx) {
  return ctx.of<Context::Services>().clock;
}

Result<std::optional<Instant>> maybe_time(const Body& body, std::string_view name) {
  const auto text = TRY(body.maybe_text(name, 0, 40));
  if (!text) return std::optional<Instant>();
  Instant at;
  if (!parse_iso8601(*text, at)) return invalid(std::string(name), "This must be a time like 2026-11-24T09:15:02Z.");
  return std::optional<Instant>(at);
}

Result<std::int64_t> position_of(Context& ctx) {
  const std::string_view text = ctx.request().path_value("n");
  std::int64_t position = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (problem != std::errc() || end != text.data() + text.size() || position < 1)
    return Error{ErrorCode::not_found, "There is no such step on the checklist."};
  return position;
}

}  // namespace

Result<Reply> list_security_cases(Context& ctx) {
  const PageOfList page = TRY(ctx.page());
  SecurityCaseId before;
  if (!page.after.empty() && !SecurityCaseId::parse(page.after, before))
    return invalid("after", "This must be the `next` of the page before.");
  const Instant now = clock_of(ctx).now();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto found = TRY(ctx.of<Services>().security_cases.list(snapshot, before, page.limit + 1));
    json items = json::array();
    for (const SecurityCase& one : found) {
      if (items.size() == static_cast<std::size_t>(page.limit)) break;
      items.push_back(case_view(one, now));
    }
    const bool more = found.size() > items.size();
    const json next = more ? json(found[items.size() - 1].id.text()) : json(nullptr);
    return json_reply(200, {{"items", std::move(items)}, {"next", next}});
  });
}

Result<Reply> open_security_case(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewSecurityCase wanted;
  wanted.title = TRY(body.text("title", 1, kCaseTitleMax));
  wanted.origin = TRY(value_or(body.maybe_word<CaseOrigin>("origin"), CaseOrigin::by_hand));
  wanted.origin_id = TRY(value_or(body.maybe_text("origin_id", 0, kCaseOriginIdMax), ""));
  wanted.known_at = TRY(maybe_time(body, "known_at"));
  return ctx.create([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor,
                     wanted](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.open(tx, actor, wanted));
    return whole_reply(201, one, clock.now());
  });
}

Result<Reply> show_security_case(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const Instant now = clock_of(ctx).now();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const SecurityCase one = TRY(ctx.of<Services>().security_cases.find(snapshot, id));
    return whole_reply(200, one, now);
  });
}

Result<Reply> change_security_case(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  SecurityCaseChange wanted;
  wanted.title = TRY(body.maybe_text("title", 1, kCaseTitleMax));
  wanted.known_at = TRY(maybe_time(body, "known_at"));
  wanted.affected_people = TRY(body.maybe_text("affected_people", 0, kCaseTextMax, Lines::many));
  wanted.affected_workspaces = TRY(body.maybe_text("affected_workspaces", 0, kCaseTextMax, Lines::many));
  wanted.affected_data = TRY(body.maybe_text("affected_data", 0, kCaseTextMax, Lines::many));
  return ctx.write([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor, id, expected,
                    wanted](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.change(tx, actor, id, wanted, expected));
    return whole_reply(200, one, clock.now());
  });
}

Result<Reply> add_security_case_entry(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const Body body = TRY(ctx.body());
  NewCaseEntry wanted;
  wanted.kind = TRY(body.word<CaseEntryKind>("kind"));
  wanted.text = TRY(body.text("text", 1, kCaseTextMax, Lines::many));
  wanted.at = TRY(maybe_time(body, "at"));
  return ctx.create([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor, id,
                     wanted](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.add_entry(tx, actor, id, wanted));
    return whole_reply(201, one, clock.now());
  });
}

Result<Reply> tick_security_case_step(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const std::int64_t position = TRY(position_of(ctx));
  const Body body = TRY(ctx.body());
  const bool done = TRY(body.flag("done"));
  const std::string note = TRY(value_or(body.maybe_text("note", 0, kCaseNoteMax, Lines::many), ""));
  return ctx.write([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor, id, position, done,
                    note](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.tick(tx, actor, id, position, done, note));
    return whole_reply(200, one, clock.now());
  });
}

Result<Reply> close_security_case(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  const std::string conclusion = TRY(body.text("conclusion", 1, kCaseTextMax, Lines::many));
  return ctx.write([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor, id, expected,
                    conclusion](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.close(tx, actor, id, conclusion, expected));
    return whole_reply(200, one, clock.now());
  });
}

Result<Reply> reopen_security_case(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const std::int64_t expected = TRY(ctx.if_match());
  return ctx.write([&services = ctx.of<Services>(), &clock = clock_of(ctx), actor = ctx.actor, id,
                    expected](Transaction& tx) -> Result<Reply> {
    const SecurityCase one = TRY(services.security_cases.reopen(tx, actor, id, expected));
    return whole_reply(200, one, clock.now());
  });
}

Result<Reply> report_security_case(Context& ctx) {
  const auto id = TRY(ctx.id<SecurityCaseId>());
  const Instant now = clock_of(ctx).now();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const SecurityCase one = TRY(ctx.of<Services>().security_cases.find(snapshot, id));
    Reply reply = text_reply(200, security_case_report(one, now));
    reply.content_type = "text/markdown; charset=utf-8";
    reply.headers.emplace_back("Content-Disposition",
                               fmt::format("attachment; filename=\"security-incident-{}.md\"", one.id.text()));
    return reply;
  });
}

}  // namespace connlog::web::appliance
