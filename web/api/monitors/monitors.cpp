// Monitors: list, show, readings, the record of states, kept answers.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <semaphore>
#include <utility>

#include "core/base/text.h"
#include "core/base/value_or.h"
#include "core/crypto/sealed.h"
#include "core/monitors/answer_text.h"
#include "core/watch/series.h"
#include "core/watch/subject_filter.h"
#include "web/api/list_cursor.h"
#include "web/api/monitors/monitor_answer.h"
#include "web/api/monitors/monitor_view.h"
#include "web/api/slot.h"
#include "web/api/views.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subject_query.h"
#include "web/api/watch/subjects_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr std::size_t kWordCharactersMax = 40;
constexpr seconds kReadingsByDefault{24 * 3'600}, kLongLook{8 * 86'400};
constexpr seconds kStatesByDefault{30 * 86'400}, kStatesMax{400 * 86'400};
constexpr std::size_t kStatesShown = 1'000;
constexpr int kAnswersShown = 50;
constexpr seconds kLongPause{30 * 86'400};
constexpr std::int64_t kLast = INT64_MAX;  // the rank of what has nothing to be sorted by

// For readings of more than a week. Such a request occupies a worker, and heartbeats need the same workers.
std::counting_semaphore<2> free_slots(2);

enum class Order { urgency, name, response, uptime, changed };
constexpr std::array<std::string_view, 5> kOrders = {"urgency", "name", "response", "uptime", "changed"};

struct Listed {
  LiveSubject live;
  MonitorGlance glance;
  ListPlace place;
};

Result<Order> order_of(const Context& ctx) {
  const std::string sort = TRY(ctx.query_text("sort", kWordCharactersMax));
  if (sort.empty()) return Order::urgency;
  const auto found = std::ranges::find(kOrders, sort);
  if (found == kOrders.end()) return invalid("sort", "This must be one of: urgency, name, response, uptime, changed.");
  return static_cast<Order>(found - kOrders.begin());
}

// What sorts without a look at the record.
std::int64_t rank_of(const Listed& item, Order order) {
  switch (order) {
    case Order::urgency:
      return urgency_of(item.live.shown);
    case Order::response:
      return item.glance.response > 0 ? -item.glance.response : kLast;  // the slowest first
    case Order::changed:
      return -item.live.observed.since.micros;  // the newest change first
    case Order::name:
    case Order::uptime:
      break;
  }
  return 0;
}

// The worst first.
Result<void> rank_by_uptime(const Context& ctx, std::vector<Listed>& items) {
  const Services& services = ctx.of<Services>();
  std::vector<LiveSubject> subjects;
  for (const Listed& item : items) subjects.push_back(item.live);
  return services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const Instant now = services.clock.now();
    const MaintainedTimes without = TRY(ctx.of<watch::Services>().quiet_service.maintained(
        snapshot, ctx.workspace->id, MonitorUptimes::first_day(now), now));
    const auto bars = TRY(services.uptimes.of(snapshot, ctx.workspace->id, subjects, now, without));
    for (std::size_t i = 0; i < items.size(); ++i) items[i].place.rank = bars[i].month.value_or(kLast);
    return {};
  });
}

bool has_text(const Listed& item, const std::string& wanted) {
  return folded(item.glance.shown).find(wanted) != std::string::npos;
}

// What the query is about, but for kind and state, which are counted.
Result<std::vector<Listed>> listed(const Context& ctx) {
  const SubjectFilter filter = TRY(subject_filter_without_kind(ctx));
  SubjectFilter without_text = filter;
  without_text.text.clear();
  const std::string text = folded(filter.text);
  const MonitorDirectory& directory = ctx.of<Services>().directory;
  std::vector<Listed> items;
  for (LiveSubject& live : subjects_in_sight(ctx)) {
    if (live.row->kind != SubjectKind::monitor) continue;
    auto glance = directory.glance(MonitorId::of(live.id()));
    if (!glance) continue;
    Listed item{std::move(live), *std::move(glance), {}};
    const bool fits = filter.matches_row(*item.live.row) ||
                      (!text.empty() && without_text.matches_row(*item.live.row) && has_text(item, text));
    if (fits) items.push_back(std::move(item));
  }
  return items;
}

template <typename T>
bool is_one_of(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

// How many there are of each state and kind, and how many are paused for long: with the first page.
json counts_of(const std::vector<Listed>& items, const std::vector<std::string>& kinds,
               const std::vector<ShownState>& states, Instant now) {
  std::array<std::int64_t, words_of<ShownState>().size()> by_state{};
  std::map<std::string, std::int64_t> by_kind;
  std::int64_t paused_long = 0;
  for (const Listed& item : items) {
    if (is_one_of(kinds, item.glance.kind)) ++by_state[static_cast<std::size_t>(item.live.shown)];
    if (is_one_of(states, item.live.shown)) ++by_kind[item.glance.kind];
    const Instant paused = item.live.row->paused_at;
    paused_long += paused.is_set() && now - paused >= kLongPause ? 1 : 0;
  }
  json counts = json::object(), of_kinds = json::object();
  for (const ShownState state : values_of<ShownState>())
    counts[std::string(to_text(state))] = by_state[static_cast<std::size_t>(state)];
  for (const auto& [kind, count] : by_kind) of_kinds[kind] = count;
  return {{"counts", std::move(counts)}, {"kinds", std::move(of_kinds)}, {"paused_long", paused_long}};
}

Result<Reply> page_of(const Context& ctx, std::vector<Listed> items, bool more, Order order, json counts) {
  const Services& services = ctx.of<Services>();
  std::vector<LiveSubject> subjects;
  for (const Listed& item : items) subjects.push_back(item.live);
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Instant now = services.clock.now();
    const watch::Services& watched = ctx.of<watch::Services>();
    const MaintainedTimes without = TRY(
        watched.quiet_service.maintained(snapshot, ctx.workspace->id, MonitorUptimes::first_day(now), now));
    const auto bars = TRY(services.uptimes.of(snapshot, ctx.workspace->id, subjects, now, without));
    json rows = json::array();
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto live = services.directory.find(ctx.workspace->id, MonitorId::of(items[i].live.id()));
      if (!live) continue;  // it was removed just now
      live->row = items[i].live.row;
      json row = row_view(*live, bars[i]);
      row["maintenance"] = is_maintained(watched, *live->row);
      rows.push_back(std::move(row));
    }
    const std::string_view word = kOrders[static_cast<std::size_t>(order)];
    json body = {{"items", std::move(rows)},
                 {"next", more ? json(cursor_of(word, items.back().place)) : json(nullptr)},
                 {"counts", nullptr},
                 {"kinds", nullptr},
                 {"paused_long", nullptr}};
    if (counts.is_object()) body.update(counts);
    return json_reply(200, body);
  });
}

}  // namespace

Result<Reply> list_monitors(Context& ctx) {
  const PageOfList page = TRY(ctx.page(50, 200, kSubjectCursorCharactersMax));
  const Order order = TRY(order_of(ctx));
  const SubjectFilter filter = TRY(subject_filter_without_kind(ctx));
  const auto kinds = TRY(ctx.query_texts("kind", kWordCharactersMax));
  std::vector<Listed> items = TRY(listed(ctx));
  json counts;
  if (page.after.empty()) counts = counts_of(items, kinds, filter.states, ctx.of<Services>().clock.now());
  std::erase_if(items, [&](const Listed& item) {
    return !is_one_of(kinds, item.glance.kind) || !is_one_of(filter.states, item.live.shown);
  });
  for (Listed& item : items) item.place = {rank_of(item, order), folded(item.live.row->name), item.live.id()};
  if (order == Order::uptime) TRY(rank_by_uptime(ctx, items));
  if (!page.after.empty()) {
    const auto place = place_of(kOrders[static_cast<std::size_t>(order)], page.after);
    if (!place) return invalid("after", "This is not where a page of this list ended.");
    std::erase_if(items, [&](const Listed& item) { return !(*place < item.place); });
  }
  const auto limit = static_cast<std::size_t>(page.limit);
  const bool more = items.size() > limit;
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(std::min(limit, items.size()));
  std::partial_sort(items.begin(), middle, items.end(),
                    [](const Listed& a, const Listed& b) { return a.place < b.place; });
  items.erase(middle, items.end());
  return page_of(ctx, std::move(items), more, order, std::move(counts));
}

Result<Reply> show_monitor(Context& ctx) {
  const LiveMonitor live = TRY(live_monitor(ctx));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const json body = TRY(shown(snapshot, {ctx.of<Services>(), ctx.of<watch::Services>()}, ctx.actor, live));
    return tagged(json_reply(200, body), live.row->version);
  });
}

Result<Reply> monitor_readings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LiveMonitor live = TRY(live_monitor(ctx));
  const Instant to = TRY(value_or(ctx.query_time("to"), services.clock.now()));
  const Instant from = TRY(value_or(ctx.query_time("from"), to - kReadingsByDefault));
  const std::int64_t points = TRY(value_or(ctx.query_integer("points", 1, Series::kPointsMax), 300));
  std::optional<Slot<2>> slot;
  if (to - from > kLongLook) slot.emplace(free_slots);
  if (slot && !slot->held())
    return Error{ErrorCode::unavailable, "Others look at long times right now. Try again in a moment.", {}, {}, 2};
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Series series = TRY(series_of(services.readings, snapshot, ctx.workspace->id, live.id(), from, to, points,
                                        live.timing.interval_seconds.value));
    json shown = view(series);
    shown["maintenances"] = TRY(maintenances_view(snapshot, ctx.of<watch::Services>(), *live.row, from, to));
    return json_reply(200, shown);
  });
}

Result<Reply> monitor_states(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LiveMonitor live = TRY(live_monitor(ctx));
  const Instant to = TRY(value_or(ctx.query_time("to"), services.clock.now()));
  const Instant from = TRY(value_or(ctx.query_time("from"), to - kStatesByDefault));
  if (from >= to) return invalid("from", "This must be before the end of the stretch.");
  if (to - from > kStatesMax) return invalid("from", "A stretch has at most 400 days.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto changes = TRY(services.subjects.changes(snapshot, ctx.workspace->id, live.id(), from, to));
    const std::size_t left_out = changes.size() > kStatesShown ? changes.size() - kStatesShown : 0;
    json items = json::array();
    for (std::size_t i = left_out; i < changes.size(); ++i) items.push_back(view(changes[i]));
    return json_reply(200, {{"items", std::move(items)}, {"complete", left_out == 0}});
  });
}

Result<Reply> monitor_answers(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const MonitorId id = TRY(ctx.id<MonitorId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    TRY(services.monitor_service.find_to_edit(snapshot, ctx.actor, id));
    const auto answers = TRY(services.monitors.answers(snapshot, ctx.workspace->id, id, kAnswersShown));
    json items = json::array();
    for (const KeptAnswer& answer : answers) {
      const auto text = unseal(services.keyring, monitor_secret_context("answer"), answer.sealed);
      if (text) items.push_back({{"at", time_view(answer.at)}, {"text", harmless_lines(text->reveal())}});
    }
    return json_reply(200, {{"items", std::move(items)}});
  });
}

}  // namespace connlog::web::monitors
