// Who is told of a subject where a rule names nobody: the recipients that its groups and tags name (CheckDefaults). Reads
// memory alone; any thread.
#pragma once

#include "core/monitors/monitor_directory.h"
#include "core/watch/watch.h"

namespace connlog {

class DefaultRecipients final : public SubjectRecipients {
 public:
  explicit DefaultRecipients(const MonitorDirectory& directory) : directory_(directory) {}

  // Of monitors alone: these defaults are set for monitors.
  std::vector<RecipientId> recipients_for(const Subject& subject) const override;

 private:
  const MonitorDirectory& directory_;
};

}  // namespace connlog
