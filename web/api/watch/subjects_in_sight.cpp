#include "web/api/watch/subjects_in_sight.h"

#include <algorithm>
#include <utility>

#include "web/api/sight.h"

namespace connlog::web {
namespace {

// Of a subject that is being written, so storing works.
ShownState shown_of(const LiveSubject& live) {
  if (live.row->paused_at.is_set() || is_calm(live.observed.reason)) return ShownState::paused;
  switch (live.observed.state) {
    case State::pending:
      return ShownState::pending;
    case State::up:
      return live.open_incidents > 0 ? ShownState::degraded : ShownState::up;
    case State::degraded:
      return ShownState::degraded;
    case State::down:
      return ShownState::down;
    case State::unknown:
      break;
  }
  return ShownState::unknown;
}

}  // namespace

std::shared_ptr<const Subject> as_seen(const SubjectDirectory& directory, const Actor& actor,
                                       std::shared_ptr<const Subject> row) {
  if (actor.sight.all || row->groups.empty()) return row;
  auto seen = std::make_shared<Subject>(*row);
  std::erase_if(seen->groups, [&](const GroupId& group) { return !sees_subject(directory, actor, group); });
  return seen;
}

std::vector<LiveSubject> subjects_in_sight(const Context& ctx) {
  const SubjectDirectory& directory = ctx.of<watch::Services>().directory;
  std::vector<LiveSubject> seen = directory.list(ctx.workspace->id);
  std::erase_if(seen, [&](const LiveSubject& live) { return !ctx.actor.sight.sees(live.row->teams); });
  for (LiveSubject& live : seen) live.row = as_seen(directory, ctx.actor, std::move(live.row));
  return seen;
}

std::optional<LiveSubject> subject_in_sight(const Context& ctx, SubjectId id) {
  const SubjectDirectory& directory = ctx.of<watch::Services>().directory;
  auto live = directory.find(ctx.workspace->id, id);
  if (!live || !ctx.actor.sight.sees(live->row->teams)) return std::nullopt;
  live->row = as_seen(directory, ctx.actor, std::move(live->row));
  return live;
}

Result<LiveSubject> as_changed(Snapshot& snapshot, const watch::Services& services, const Actor& actor,
                               SubjectId id) {
  const WorkspaceId workspace = actor.workspace;
  const auto row = TRY(services.subjects.find(snapshot, workspace, id));
  if (!row || row->removed_at.is_set()) return no_such_subject();
  LiveSubject live = services.directory.find(workspace, id).value_or(LiveSubject{});
  live.row = as_seen(services.directory, actor, std::make_shared<const Subject>(*row));
  const auto observed = TRY(services.subjects.state(snapshot, workspace, id));
  if (observed) live.observed = *observed;
  const auto states = TRY(services.incidents.states_of(snapshot, workspace, id));
  live.open_incidents = static_cast<int>(
      std::ranges::count(states, RuleState::Phase::open, [](const RuleState& each) { return each.phase; }));
  if (row->kind == SubjectKind::source) {  // its events have no states of rules
    IncidentStore::Filter open;
    open.state = IncidentStore::Filter::State::open;
    open.subject = id;
    open.limit = 200;
    const auto incidents = TRY(services.incidents.list(snapshot, workspace, open));
    const bool is_more = incidents.size() == static_cast<std::size_t>(open.limit);
    const auto known = is_more ? services.directory.find(workspace, id) : std::nullopt;
    live.open_incidents = std::max(static_cast<int>(incidents.size()), known ? known->open_incidents : 0);
  }
  live.shown = shown_of(live);
  return live;
}

Error no_such_subject() {
  return Error{ErrorCode::not_found, "There is no such subject."};
}

}  // namespace connlog::web
