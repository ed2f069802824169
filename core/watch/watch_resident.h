// What core/watch has in a workspace: its subjects with their history, groups, rules and incidents, what is quiet,
// and the workspace's entry in the directory. Any thread; `changed` on the writer thread.
#pragma once

#include "core/access/resident.h"
#include "core/base/random.h"
#include "core/people/workspace_rows.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/quiet/quiet_book.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"

namespace connlog {

class WatchResident final : public Resident {
 public:
  struct Parts {
    RuleStore& rules;
    WorkspaceRows& rows;
    SubjectDirectory& directory;
    const Clock& clock;
    Random& random;
    QuietBook* quiets = nullptr;              // null: nothing is quiet
    DependencyGraph* dependencies = nullptr;  // null: nothing depends on anything
  };
  explicit WatchResident(const Parts& parts) : parts_(parts) {}

  Result<void> born(Transaction&, const Workspace&) override;  // the default rules
  void changed(const Workspace&) override;
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;

 private:
  Parts parts_;
};

}  // namespace connlog
