#include "web/api/watch/quiet_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/watch/telling/telling.h"
#include "web/api/views.h"
#include "web/api/watch/subjects_in_sight.h"

namespace connlog::web {

using nlohmann::json;

namespace {

constexpr int kHeldCounted = 1'000;

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

json window_or_null(const std::optional<QuietWindow>& window) {
  return window ? view(*window) : json(nullptr);
}

struct Covered {
  std::shared_ptr<const Subject> row;
  std::vector<GroupId> groups;
};

// Nil names nothing that could be out of sight.
bool sees(const Sight& sight, const SubjectDirectory& directory, WorkspaceId workspace, const SubjectId& id) {
  if (sight.all || id.is_nil()) return true;
  const auto row = directory.row(workspace, id);
  return row != nullptr && sight.sees(row->teams);
}

std::vector<Covered> subjects_with_groups(const Context& ctx) {
  std::vector<Covered> all;
  const SubjectDirectory& directory = ctx.of<watch::Services>().directory;
  for (LiveSubject& live : subjects_in_sight(ctx)) {
    const auto row = directory.row(live.row->workspace, live.id());  // with the groups that are out of sight
    if (row == nullptr || row->kind == SubjectKind::appliance) continue;
    all.push_back({row, groups_above(directory, *row)});
  }
  return all;
}

}  // namespace

json view(const QuietMatcher& matcher) {
  return {{"subject_id", id_view(matcher.subject)},
          {"group_id", id_view(matcher.group)},
          {"tag", text_or_null(matcher.tag)},
          {"label", text_or_null(matcher.label)},
          {"rule_id", id_view(matcher.rule)},
          {"severity", matcher.severity ? json(to_text(*matcher.severity)) : json(nullptr)}};
}

json view(const QuietWindow& window) {
  return {{"from", time_view(window.from)}, {"to", time_view(window.to)}};
}

json quiet_view(const Quiet& quiet, const SubjectDirectory& directory, const Sight* sight) {
  json matchers = json::array();
  for (const QuietMatcher& matcher : quiet.matchers) {
    const bool is_seen = sight == nullptr || (sees(*sight, directory, quiet.workspace, matcher.subject) &&
                                              sees(*sight, directory, quiet.workspace, matcher.group));
    if (is_seen) matchers.push_back(view(matcher));
  }
  json by_host;
  if (!quiet.by_host.is_nil()) {
    const auto row = directory.row(quiet.workspace, quiet.by_host);
    by_host = {{"id", quiet.by_host.text()}, {"name", row != nullptr ? row->name : quiet.by_name}};
  }
  return {{"id", quiet.id.text()},
          {"kind", to_text(quiet.kind)},
          {"name", quiet.name},
          {"reason", quiet.reason},
          {"matchers", std::move(matchers)},
          {"repeat", to_text(quiet.repeat)},
          {"zone", quiet.zone},
          {"schedule", quiet.schedule},
          {"duration_seconds", quiet.duration_seconds},
          {"starts_at", time_view(quiet.starts_at)},
          {"ends_at", time_view(quiet.ends_at)},
          {"ended_early_at", time_view(quiet.ended_early_at)},
          {"by_name", quiet.by_name},
          {"by_host", std::move(by_host)},
          {"is_wide", quiet.is_wide},
          {"created_at", time_view(quiet.created_at)},
          {"version", quiet.version}};
}

std::vector<json> quiet_views(const Context& ctx, const std::vector<Quiet>& quiets, std::span<const Rule> rules) {
  const watch::Services& services = ctx.of<watch::Services>();
  const Instant now = services.clock.now();
  std::vector<json> views;
  const std::vector<Covered> subjects = quiets.empty() ? std::vector<Covered>() : subjects_with_groups(ctx);
  for (const Quiet& quiet : quiets) {
    json item = quiet_view(quiet, services.directory, &ctx.actor.sight);
    item["matches"] = std::ranges::count_if(
        subjects, [&](const Covered& each) { return reaches(quiet, *each.row, each.groups, rules); });
    item["running"] = window_or_null(window_at(quiet, now));
    item["next"] = window_or_null(window_after(quiet, now));
    views.push_back(std::move(item));
  }
  return views;
}

json view(const TellingSettings& settings) {
  return {{"group_wait_seconds", settings.group_wait_seconds}, {"group_every_seconds", settings.group_every_seconds},
          {"host_quiet_minutes", settings.host_quiet_minutes}, {"maintenance_counts", settings.maintenance_counts},
          {"acknowledge_hours", settings.acknowledge_hours},   {"version", settings.version}};
}

Result<json> quiet_now_view(Snapshot& snapshot, const Context& ctx, std::span<const Rule> rules) {
  const watch::Services& services = ctx.of<watch::Services>();
  auto running = services.quiet_book.running(ctx.workspace->id, services.clock.now());
  std::erase_if(running, [&](const auto& each) {
    return each.first.kind == QuietKind::snooze || !services.quiet_service.sees(ctx.actor, each.first);
  });
  const auto held = TRY(services.telling.held_for_parents(snapshot, ctx.workspace->id, kHeldCounted));
  const auto held_in_sight = std::ranges::count_if(held, [&](const SubjectId& id) {
    return sees(ctx.actor.sight, services.directory, ctx.workspace->id, id);
  });
  if (running.empty() && held_in_sight == 0) return json(nullptr);
  json by = json::array();
  for (const auto& [quiet, window] : running) {
    by.push_back(
        {{"id", quiet.id.text()}, {"name", quiet.name}, {"by_name", quiet.by_name}, {"until", time_view(window.to)}});
  }
  const std::vector<Covered> subjects = subjects_with_groups(ctx);
  const auto covered = std::ranges::count_if(subjects, [&](const Covered& each) {
    return std::ranges::any_of(running,
                               [&](const auto& quiet) { return reaches(quiet.first, *each.row, each.groups, rules); });
  });
  return json{{"quiet", covered},
              {"subjects", subjects.size()},
              {"by", std::move(by)},
              {"held_for_parents", held_in_sight}};
}

bool is_maintained(const watch::Services& services, const Subject& subject) {
  const auto row = services.directory.row(subject.workspace, subject.id);
  if (row == nullptr) return false;
  return services.quiet_book.is_maintained(subject.workspace, *row, groups_above(services.directory, *row),
                                           services.clock.now());
}

Result<json> maintenances_view(Snapshot& snapshot, const watch::Services& services, const Subject& subject,
                               Instant from, Instant to) {
  const MaintainedTimes times = TRY(services.quiet_service.marked(snapshot, subject.workspace, from, to));
  json windows = json::array();
  for (const QuietWindow& window : times.of(subject)) windows.push_back(view(window));
  return windows;
}

}  // namespace connlog::web
