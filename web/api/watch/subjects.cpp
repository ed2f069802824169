// Subjects of every kind: list, show, the record of their states.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "core/watch/subject_filter.h"
#include "core/watch/uptime.h"
#include "web/api/views.h"
#include "web/api/watch/group_part.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subject_query.h"
#include "web/api/watch/subjects_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr std::size_t kChangesMax = 1'000;  // of a record in one answer
constexpr seconds kDay{86'400}, kWeek{7 * 86'400}, kMonth{30 * 86'400};
constexpr seconds kRecordMax{400 * 86'400};  // nothing is kept for longer

json counts_of(const std::vector<LiveSubject>& subjects) {
  std::array<std::int64_t, words_of<ShownState>().size()> counts{};
  for (const LiveSubject& live : subjects) ++counts[static_cast<std::size_t>(live.shown)];
  json out = json::object();
  for (const ShownState state : values_of<ShownState>())
    out[std::string(to_text(state))] = counts[static_cast<std::size_t>(state)];
  return out;
}

Result<LiveSubject> live_subject(const Context& ctx) {
  const SubjectId id = TRY(ctx.id<SubjectId>());
  auto live = subject_in_sight(ctx, id);
  if (!live) return no_such_subject();
  return *std::move(live);
}

json percent_view(const std::vector<StateChange>& changes, Instant now, seconds stretch,
                  const std::vector<QuietWindow>& without) {
  const auto percent = uptime_of(changes, now - stretch, now, without).percent_x100();
  return percent ? hundredths_view(*percent) : json(nullptr);
}

}  // namespace

namespace {

// `usual` items are listed where the caller asks for no number, `most` at the most.
Result<Reply> list_filtered(Context& ctx, const SubjectFilter& filter, int usual, int most) {
  const PageOfList page = TRY(ctx.page(usual, most, kSubjectCursorCharactersMax));
  const SubjectOrder order = TRY(subject_order_of(ctx));
  std::vector<LiveSubject> found = subjects_in_sight(ctx);
  std::erase_if(found, [&](const LiveSubject& live) { return !filter.matches_row(*live.row); });
  const json counts = page.after.empty() ? counts_of(found) : json(nullptr);
  if (!filter.states.empty()) {
    std::erase_if(found, [&](const LiveSubject& live) {
      return std::ranges::find(filter.states, live.shown) == filter.states.end();
    });
  }
  TRY(order_from(found, order, page.after));
  const bool more = found.size() > static_cast<std::size_t>(page.limit);
  if (more) found.resize(static_cast<std::size_t>(page.limit));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    for (const LiveSubject& live : found) {
      json item = subject_view(live);
      item["group"] =
          TRY(group_part(snapshot, ctx.of<Services>(), ctx.actor, *live.row, MemberNames::left_out));
      item["maintenance"] = is_maintained(ctx.of<Services>(), *live.row);
      items.push_back(std::move(item));
    }
    return json_reply(200, {{"items", std::move(items)},
                            {"next", more ? json(cursor_at(found.back(), order)) : json(nullptr)},
                            {"counts", counts}});
  });
}

}  // namespace

Result<Reply> list_subjects(Context& ctx) {
  const SubjectFilter filter = TRY(subject_filter_of(ctx));
  return list_filtered(ctx, filter, 200, 1'000);
}

Result<Reply> list_groups(Context& ctx) {
  SubjectFilter filter = TRY(subject_filter_of(ctx));
  filter.kinds = {SubjectKind::group};
  return list_filtered(ctx, filter, 5'000, 5'000);  // those who know this path expect all of them
}

Result<Reply> show_subject(Context& ctx) {
  const LiveSubject live = TRY(live_subject(ctx));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json shown = subject_view(live);
    shown["group"] = TRY(group_part(snapshot, ctx.of<Services>(), ctx.actor, *live.row, MemberNames::listed));
    shown["maintenance"] = is_maintained(ctx.of<Services>(), *live.row);
    return tagged(json_reply(200, shown), live.row->version);
  });
}

Result<Reply> show_subject_record(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LiveSubject live = TRY(live_subject(ctx));
  const Instant now = services.clock.now();
  const Instant to = TRY(value_or(ctx.query_time("to"), now));
  const Instant from = TRY(value_or(ctx.query_time("from"), to - kMonth));
  if (from >= to) return invalid("from", "This must be before the end of the stretch.");
  if (to - from > kRecordMax) return invalid("from", "A stretch has at most 400 days.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto month = TRY(services.subjects.changes(snapshot, ctx.workspace->id, live.id(), now - kMonth, now));
    const auto asked = TRY(services.subjects.changes(snapshot, ctx.workspace->id, live.id(), from, to));
    const MaintainedTimes maintained =
        TRY(services.quiet_service.maintained(snapshot, ctx.workspace->id, now - kMonth, now));
    const std::vector<QuietWindow> without = maintained.of(*live.row);
    json maintenances = TRY(maintenances_view(snapshot, services, *live.row, from, to));
    const std::size_t left_out = asked.size() > kChangesMax ? asked.size() - kChangesMax : 0;
    json changes = json::array();
    for (std::size_t i = left_out; i < asked.size(); ++i) changes.push_back(view(asked[i]));
    return json_reply(200, {{"changes", std::move(changes)},
                            {"complete", left_out == 0},
                            {"maintenances", std::move(maintenances)},
                            {"uptime",
                             {{"day", percent_view(month, now, kDay, without)},
                              {"week", percent_view(month, now, kWeek, without)},
                              {"month", percent_view(month, now, kMonth, without)}}}});
  });
}

}  // namespace connlog::web::watch
