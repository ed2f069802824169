// Every subject in memory, with what changes at each observation (last seen, newest reading, deadlines). Rebuilt at
// start from the tables and the reading log: nothing that must survive a restart is kept here alone. Any thread may
// enter. It locks inside, and calls nothing outside while it holds a lock.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/watch/reading.h"
#include "core/watch/subject.h"

namespace connlog {

// A subject as screens see it: copies, but for the shared row.
struct LiveSubject {
  std::shared_ptr<const Subject> row;  // never null
  ObservedState observed;
  ShownState shown = ShownState::pending;
  Instant last_seen_at;           // live
  std::optional<Reading> newest;  // live
  int open_incidents = 0;

  const SubjectId& id() const { return row->id; }
};

class SubjectDirectory {
 public:
  SubjectDirectory();
  ~SubjectDirectory();

  std::optional<LiveSubject> find(WorkspaceId, SubjectId) const;  // not removed ones
  std::vector<LiveSubject> list(WorkspaceId) const;               // by name, without removed ones
  std::size_t count(WorkspaceId, SubjectKind) const;              // without removed ones
  // The row, also of a removed subject, for sight. Null: the workspace has no such subject.
  std::shared_ptr<const Subject> row(WorkspaceId, SubjectId) const;

  // Takes a subject's row as it is now (inserted, changed, removed). Called from Transaction::after_commit.
  void put(const Subject& subject);
  // Called after each put, without a lock: what a room above computes from tags and groups follows. Set once at start.
  void on_put(std::function<void(const Subject&)> call) { on_put_ = std::move(call); }

  class Impl;
  Impl& impl() { return *impl_; }  // core/watch and the rooms that observe only
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
  std::function<void(const Subject&)> on_put_;
};

}  // namespace connlog
