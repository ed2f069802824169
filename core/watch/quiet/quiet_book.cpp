#include "core/watch/quiet/quiet_book.h"

#include <algorithm>

namespace connlog {
namespace {

// Nobody misses the end of a window, and a clock that is set back by a day finds it again.
constexpr seconds kKeptAfterEnd{26 * 3'600};

bool is_over(const Quiet& quiet) {
  return quiet.ended_early_at.is_set();
}

QuietFact fact_of(const Quiet& quiet, const QuietWindow& window) {
  QuietFact fact;
  fact.id = quiet.id;
  fact.name = quiet.kind == QuietKind::host ? quiet.reason : quiet.name;  // a host's name says who asks
  fact.by_name = quiet.by_name;
  fact.until = window.to;
  fact.by_host = quiet.kind == QuietKind::host;
  fact.is_snooze = quiet.kind == QuietKind::snooze;
  return fact;
}

}  // namespace

const std::optional<QuietWindow>& QuietBook::window_of(Entry& entry, Instant now) {
  const bool is_known = entry.known_at.is_set() && now >= entry.known_at && (!entry.window || now < entry.window->to);
  if (is_known) return entry.window;
  entry.window = window_at(entry.quiet, now);
  if (!entry.window) entry.window = window_after(entry.quiet, now);
  entry.known_at = now;
  return entry.window;
}

std::optional<QuietWindow> QuietBook::running_window(Entry& entry, Instant now) {
  const auto& window = window_of(entry, now);
  return window && window->from <= now ? window : std::nullopt;
}

bool QuietBook::is_long_over(const Entry& entry, Instant now) {
  return entry.quiet.ends_at.is_set() && entry.quiet.ends_at + kKeptAfterEnd < now;
}

void QuietBook::load(std::vector<Quiet> quiets) {
  const std::lock_guard lock(mutex_);
  by_workspace_.clear();
  for (Quiet& quiet : quiets) {
    if (is_over(quiet)) continue;  // ended by a click: also where the clock was set back before that
    const WorkspaceId workspace = quiet.workspace;
    by_workspace_[workspace].push_back({std::move(quiet), {}, {}});
  }
}

void QuietBook::put(const Quiet& quiet) {
  const std::lock_guard lock(mutex_);
  std::vector<Entry>& entries = by_workspace_[quiet.workspace];
  std::erase_if(entries, [&](const Entry& entry) {
    return entry.quiet.id == quiet.id || is_long_over(entry, quiet.created_at);
  });
  if (!is_over(quiet)) entries.push_back({quiet, {}, {}});
}

void QuietBook::forget(WorkspaceId workspace) {
  const std::lock_guard lock(mutex_);
  by_workspace_.erase(workspace);
}

QuietBook::Found QuietBook::covering(WorkspaceId workspace, const QuietCandidate& candidate, Instant now) const {
  Found found;
  const std::lock_guard lock(mutex_);
  const auto entries = by_workspace_.find(workspace);
  if (entries == by_workspace_.end()) return found;
  for (Entry& entry : entries->second) {
    if (!matches(entry.quiet, candidate)) continue;
    const auto window = running_window(entry, now);
    if (!window) continue;
    const bool is_maintenance = entry.quiet.kind == QuietKind::maintenance || entry.quiet.kind == QuietKind::host;
    (is_maintenance ? found.maintenances : found.mutes).push_back(fact_of(entry.quiet, *window));
  }
  // What lasts longest is what people should read of.
  const auto is_longer = [](const QuietFact& a, const QuietFact& b) {
    return a.by_host != b.by_host ? b.by_host : a.until > b.until;
  };
  std::ranges::stable_sort(found.maintenances, is_longer);
  std::ranges::stable_sort(found.mutes, is_longer);
  return found;
}

bool QuietBook::is_maintained(WorkspaceId workspace, const Subject& subject, const std::vector<GroupId>& groups,
                              Instant now) const {
  const QuietCandidate candidate{.subject = subject, .groups = groups};
  const std::lock_guard lock(mutex_);
  const auto entries = by_workspace_.find(workspace);
  if (entries == by_workspace_.end()) return false;
  return std::ranges::any_of(entries->second, [&](Entry& entry) {
    return maintains(entry.quiet, candidate) && running_window(entry, now).has_value();
  });
}

std::optional<Instant> QuietBook::next_edge(WorkspaceId workspace, Instant now) const {
  std::optional<Instant> next;
  const std::lock_guard lock(mutex_);
  const auto entries = by_workspace_.find(workspace);
  if (entries == by_workspace_.end()) return next;
  for (Entry& entry : entries->second) {
    const auto& window = window_of(entry, now);
    if (!window) continue;
    const Instant edge = window->from > now ? window->from : window->to;
    if (!next || edge < *next) next = edge;
  }
  return next;
}

std::vector<WorkspaceId> QuietBook::edges_between(Instant after, Instant now) const {
  std::vector<WorkspaceId> found;
  const std::lock_guard lock(mutex_);
  for (auto& [workspace, entries] : by_workspace_) {
    const bool ended = std::ranges::any_of(entries, [&](Entry& entry) {
      const auto& window = window_of(entry, after);
      return window && window->to <= now;
    });
    if (ended) found.push_back(workspace);
  }
  return found;
}

std::vector<WorkspaceId> QuietBook::begun_between(Instant after, Instant now) const {
  std::vector<WorkspaceId> found;
  const std::lock_guard lock(mutex_);
  for (auto& [workspace, entries] : by_workspace_) {
    const bool began = std::ranges::any_of(entries, [&](Entry& entry) {
      const auto& window = window_of(entry, now);
      return window && window->from > after && window->from <= now;
    });
    if (began) found.push_back(workspace);
  }
  return found;
}

std::vector<Quiet> QuietBook::of(WorkspaceId workspace) const {
  std::vector<Quiet> quiets;
  const std::lock_guard lock(mutex_);
  const auto entries = by_workspace_.find(workspace);
  if (entries == by_workspace_.end()) return quiets;
  for (const Entry& entry : entries->second) quiets.push_back(entry.quiet);
  return quiets;
}

std::vector<std::pair<Quiet, QuietWindow>> QuietBook::running(WorkspaceId workspace, Instant now) const {
  std::vector<std::pair<Quiet, QuietWindow>> found;
  const std::lock_guard lock(mutex_);
  const auto entries = by_workspace_.find(workspace);
  if (entries == by_workspace_.end()) return found;
  for (Entry& entry : entries->second) {
    if (const auto window = running_window(entry, now)) found.emplace_back(entry.quiet, *window);
  }
  return found;
}

}  // namespace connlog
