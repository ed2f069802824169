// What is quiet now, in memory: the maintenances, mutes and snoozes of every workspace that are not over, held against
// an incident. The service writes to it after commits; the pipeline asks it. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/watch/quiet/quiet.h"
#include "core/watch/telling/stage.h"

namespace connlog {

class QuietBook {
 public:
  void load(std::vector<Quiet> quiets);
  void put(const Quiet& quiet);        // after the commit; one that is over leaves
  void forget(WorkspaceId workspace);  // erased
  // What covers the candidate at `now` (wall clock): maintenances and host's first, then mutes and snoozes.
  struct Found {
    std::vector<QuietFact> maintenances, mutes;
  };
  Found covering(WorkspaceId workspace, const QuietCandidate& candidate, Instant now) const;
  bool is_maintained(WorkspaceId workspace, const Subject& subject, const std::vector<GroupId>& groups,
                     Instant now) const;
  // When a window of the workspace begins or ends next, after `now`; nothing: never.
  std::optional<Instant> next_edge(WorkspaceId workspace, Instant now) const;
  // Workspaces in which a window ended in (after, now]: what they held is looked at again.
  std::vector<WorkspaceId> edges_between(Instant after, Instant now) const;
  // The same of beginnings.
  std::vector<WorkspaceId> begun_between(Instant after, Instant now) const;
  std::vector<Quiet> of(WorkspaceId workspace) const;
  // Those of which a window runs, with the window.
  std::vector<std::pair<Quiet, QuietWindow>> running(WorkspaceId workspace, Instant now) const;

 private:
  // With the first window that ends after `known_at`, so that schedules are read once a window.
  struct Entry {
    Quiet quiet;
    Instant known_at;
    std::optional<QuietWindow> window;
  };
  static const std::optional<QuietWindow>& window_of(Entry& entry, Instant now);
  static std::optional<QuietWindow> running_window(Entry& entry, Instant now);
  static bool is_long_over(const Entry& entry, Instant now);

  mutable std::mutex mutex_;
  mutable std::map<WorkspaceId, std::vector<Entry>>
      by_workspace_;  // the windows in it are found when they are asked for
};

}  // namespace connlog
