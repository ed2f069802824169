// Quiet: maintenances, mutes, snoozes: list, plan, change, end, look ahead, calendar; and what a workspace sets about
// its messages.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "core/watch/quiet/quiet_schedule.h"
#include "web/api/views.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/quiet_body.h"
#include "web/api/watch/quiet_view.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr int kListMax = 1'000;  // with past ones
constexpr std::size_t kWindowsShown = 10;
constexpr std::size_t kWindowsOfCalendar = 2'000;
constexpr seconds kCalendarMax{400 * 86'400};
constexpr std::int64_t kSnoozeMinutes = 60, kSnoozeMinutesMax = 30 * 24 * 60;

bool is_over(const Quiet& quiet, Instant now) {
  return quiet.ended_early_at.is_set() || (quiet.ends_at.is_set() && quiet.ends_at <= now);
}

// No condition at all, whatever else stands beside it: it covers everything, also where that is nothing yet.
bool covers_everything(const std::vector<QuietMatcher>& matchers) {
  return matchers.empty() || std::ranges::any_of(matchers, [](const QuietMatcher& each) {
    return each.subject.is_nil() && each.group.is_nil() && each.rule.is_nil() && each.tag.empty() &&
           each.label.empty() && !each.severity;
  });
}

// What is wide is asked once more. The form shows the numbers, and sends the request again.
Reply ask_again(const QuietReach& reach) {
  json body = {
      {"type", "about:blank"},
      {"title", "Confirm that so much is to be quiet"},
      {"status", 409},
      {"code", "confirm_wide"},
      {"field", "confirm_wide"},
      {"detail", "This covers " + std::to_string(reach.matches) + " of " + std::to_string(reach.subjects) +
                     ". It may last a day at most, the owners are told when it begins and every day, and everybody "
                     "sees who asked for it. Confirm that this is meant."},
      {"matches", reach.matches},
      {"subjects", reach.subjects}};
  return Reply{.status = 409, .content_type = "application/problem+json", .body = dump(body)};
}

Result<json> one_view(Context& ctx, Snapshot& snapshot, const Quiet& quiet) {
  const auto rules = TRY(ctx.of<Services>().rules.list(snapshot, ctx.workspace->id));
  return quiet_views(ctx, {quiet}, rules).front();
}

// Of what the writer thread just stored: it has no request to count by.
json stored_view(const Services& services, const Actor& actor, const Quiet& quiet, std::int64_t matches) {
  const Instant now = services.clock.now();
  json item = quiet_view(quiet, services.directory, &actor.sight);
  const auto running = window_at(quiet, now), next = window_after(quiet, now);
  item["running"] = running ? view(*running) : json(nullptr);
  item["next"] = next ? view(*next) : json(nullptr);
  item["matches"] = matches;
  return item;
}

Result<json> changed_view(const Services& services, Snapshot& snapshot, const Actor& actor, const Quiet& quiet) {
  const QuietReach reach = TRY(services.quiet_service.reach(snapshot, quiet, &actor.sight));
  return stored_view(services, actor, quiet, reach.matches);
}

json windows_view(const Quiet& quiet, Instant from) {
  json windows = json::array();
  const auto found = QuietWindows::of(quiet);
  if (!found) return windows;
  for (const QuietWindow& window : found->between(from, from + kCalendarMax, kWindowsShown))
    windows.push_back(view(window));
  return windows;
}

}  // namespace

Result<Reply> list_quiet(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string past = TRY(ctx.query_text("past", 5));
  const bool with_past = past == "1" || past == "true";
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    std::vector<Quiet> quiets = services.quiet_book.of(ctx.workspace->id);
    if (with_past) quiets = TRY(services.quiets.list(snapshot, ctx.workspace->id, true, kListMax));
    const Instant now = services.clock.now();
    std::erase_if(quiets, [&](const Quiet& quiet) {
      return (!with_past && is_over(quiet, now)) || !services.quiet_service.sees(ctx.actor, quiet);
    });
    std::ranges::sort(quiets, [](const Quiet& a, const Quiet& b) {
      return a.starts_at != b.starts_at ? a.starts_at > b.starts_at : a.id > b.id;
    });
    const auto rules = TRY(services.rules.list(snapshot, ctx.workspace->id));
    json items = json::array();
    for (json& item : quiet_views(ctx, quiets, rules)) items.push_back(std::move(item));
    json now_quiet = TRY(quiet_now_view(snapshot, ctx, rules));
    return json_reply(200, {{"items", std::move(items)}, {"now", std::move(now_quiet)}});
  });
}

Result<Reply> show_quiet(Context& ctx) {
  const QuietId id = TRY(ctx.id<QuietId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Quiet quiet = TRY(ctx.of<Services>().quiet_service.find(snapshot, ctx.actor, id));
    json shown = TRY(one_view(ctx, snapshot, quiet));
    return tagged(json_reply(200, shown), quiet.version);
  });
}

Result<Reply> add_quiet(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const Quiet asked = TRY(quiet_of(body));
  const bool confirmed = TRY(value_or(body.maybe_flag("confirm_wide"), false));
  if (!confirmed) {
    std::optional<QuietReach> wide;
    const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      const Quiet planned = TRY(services.quiet_service.planned(snapshot, ctx.actor, asked));
      if (planned.is_wide || covers_everything(planned.matchers)) wide = TRY(services.quiet_service.reach(snapshot, planned, &ctx.actor.sight));
      return {};
    });
    TRY(looked);
    if (wide) return ask_again(*wide);
  }
  return ctx.create([&services, actor = ctx.actor, asked, confirmed](Transaction& tx) -> Result<Reply> {
    const Quiet made = TRY(services.quiet_service.add(tx, actor, asked, confirmed));
    const json shown = TRY(changed_view(services, tx, actor, made));
    return tagged(json_reply(201, shown), made.version);
  });
}

Result<Reply> change_quiet(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const QuietId id = TRY(ctx.id<QuietId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  const QuietChange change = TRY(quiet_change_of(body));
  const bool confirmed = TRY(value_or(body.maybe_flag("confirm_wide"), false));
  if (!confirmed && change.matchers && covers_everything(*change.matchers)) {
    return Error{ErrorCode::conflict, "Without a condition this covers everything. Confirm that this is meant.",
                 "confirm_wide"};
  }
  return ctx.write([&services, actor = ctx.actor, id, expected, change, confirmed](Transaction& tx) -> Result<Reply> {
    const Quiet changed = TRY(services.quiet_service.change(tx, actor, id, change, expected, confirmed));
    const json shown = TRY(changed_view(services, tx, actor, changed));
    return tagged(json_reply(200, shown), changed.version);
  });
}

Result<Reply> end_quiet(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const QuietId id = TRY(ctx.id<QuietId>());
  const Body body = TRY(ctx.body());
  const bool only_window = TRY(value_or(body.maybe_flag("only_window"), false));
  std::int64_t matches = 0;  // counted here: the writer has others waiting
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const Quiet present = TRY(services.quiet_service.find(snapshot, ctx.actor, id));
    const QuietReach reach = TRY(services.quiet_service.reach(snapshot, present, &ctx.actor.sight));
    matches = reach.matches;
    return {};
  });
  TRY(looked);
  return ctx.write([&services, actor = ctx.actor, id, only_window, matches](Transaction& tx) -> Result<Reply> {
    const Quiet ended = TRY(services.quiet_service.end(tx, actor, id, only_window));
    const json shown = stored_view(services, actor, ended, matches);
    return tagged(json_reply(200, shown), ended.version);
  });
}

Result<Reply> preview_quiet(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  Quiet asked = TRY(quiet_of(body));
  if (asked.name.empty()) asked.name = "Preview";  // people look ahead before they name it
  if (asked.reason.empty()) asked.reason = "Preview";
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Quiet planned = TRY(services.quiet_service.planned(snapshot, ctx.actor, asked));
    const QuietReach reach = TRY(services.quiet_service.reach(snapshot, planned, &ctx.actor.sight));
    return json_reply(200, {{"matches", reach.matches},
                            {"subjects", reach.subjects},
                            {"is_wide", reach.is_wide},
                            {"windows", windows_view(planned, services.clock.now())}});
  });
}

Result<Reply> quiet_calendar(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Instant from = TRY(value_or(ctx.query_time("from"), services.clock.now()));
  const Instant to = TRY(value_or(ctx.query_time("to"), from + seconds(31 * 86'400)));
  if (from >= to) return invalid("from", "This must be before the end of the stretch.");
  if (to - from > kCalendarMax) return invalid("to", "A stretch has at most 400 days.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto quiets = TRY(services.quiets.overlapping(snapshot, ctx.workspace->id, from, to));
    std::erase_if(quiets, [&](const Quiet& quiet) { return !services.quiet_service.sees(ctx.actor, quiet); });
    std::vector<std::pair<QuietWindow, const Quiet*>> all;
    for (const Quiet& quiet : quiets) {
      const auto windows = QuietWindows::of(quiet);
      if (!windows) continue;
      for (const QuietWindow& window : windows->between(from, to, kWindowsOfCalendar)) all.emplace_back(window, &quiet);
    }
    std::ranges::stable_sort(all, {}, [](const auto& each) { return each.first.from; });
    const bool complete = all.size() <= kWindowsOfCalendar;
    if (!complete) all.resize(kWindowsOfCalendar);
    json items = json::array();
    for (const auto& [window, quiet] : all) {
      items.push_back({{"quiet_id", quiet->id.text()},
                       {"name", quiet->name},
                       {"kind", to_text(quiet->kind)},
                       {"from", time_view(window.from)},
                       {"to", time_view(window.to)}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"complete", complete}});
  });
}

namespace {

// From now, as `minutes` or by its end, `until`: to the minute, and no earlier.
Result<std::int64_t> snooze_minutes(const Body& body, Instant now) {
  const auto minutes = TRY(body.maybe_integer("minutes", 0, kSnoozeMinutesMax));
  const auto text = TRY(body.maybe_text("until", 1, 40));
  if (!text) return minutes.value_or(kSnoozeMinutes);
  if (minutes) return invalid("until", "Give either the minutes or the end.");
  Instant until;
  if (!parse_iso8601(*text, until)) return invalid("until", "This must be a time like 2026-11-24T09:15:02Z.");
  const std::int64_t wanted = (until - now + seconds(60) - microseconds(1)) / seconds(60);
  if (wanted < 1) return invalid("until", "This must be in the future.");
  if (wanted > kSnoozeMinutesMax) return invalid("until", "An incident is snoozed for 30 days at most.");
  return wanted;
}

}  // namespace

Result<Reply> snooze_incident(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const IncidentId id = TRY(ctx.id<IncidentId>());
  const Body body = TRY(ctx.body());
  const std::int64_t minutes = TRY(snooze_minutes(body, services.clock.now()));
  return ctx.create([&services, actor = ctx.actor, id, minutes](Transaction& tx) -> Result<Reply> {
    const Quiet made = TRY(services.quiet_service.snooze(tx, actor, id, minutes));
    const json shown = stored_view(services, actor, made, 1);  // the incident's subject
    return json_reply(201, shown);
  });
}

Result<Reply> show_telling_settings(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const TellingSettings settings = TRY(ctx.of<Services>().telling_settings.find(snapshot, ctx.workspace->id));
    return tagged(json_reply(200, view(settings)), settings.version);
  });
}

// Members that are left out stay as they are.
Result<Reply> put_telling_settings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  const auto wait = TRY(body.maybe_integer("group_wait_seconds", 0, 300));
  const auto every = TRY(body.maybe_integer("group_every_seconds", 0, 3'600));
  const auto host = TRY(body.maybe_integer("host_quiet_minutes", 0, kHostQuietADay.count() / 60));
  const auto counts = TRY(body.maybe_flag("maintenance_counts"));
  const auto hours = TRY(body.maybe_integer("acknowledge_hours", 1, 168));
  const std::vector<std::string> names = body.names();
  if (!names.empty() && !wait && !every && !host && !counts && !hours)
    return invalid(names.front(), "None of the members is a setting that could change.");
  return ctx.write(
      [&services, actor = ctx.actor, expected, wait, every, host, counts, hours](Transaction& tx) -> Result<Reply> {
        TellingSettings wanted = TRY(services.telling_settings.find(tx, actor.workspace));
        wanted.group_wait_seconds = wait.value_or(wanted.group_wait_seconds);
        wanted.group_every_seconds = every.value_or(wanted.group_every_seconds);
        wanted.host_quiet_minutes = host.value_or(wanted.host_quiet_minutes);
        wanted.maintenance_counts = counts.value_or(wanted.maintenance_counts);
        wanted.acknowledge_hours = hours.value_or(wanted.acknowledge_hours);
        const TellingSettings changed = TRY(services.quiet_service.change_settings(tx, actor, wanted, expected));
        return tagged(json_reply(200, view(changed)), changed.version);
      });
}

}  // namespace connlog::web::watch
