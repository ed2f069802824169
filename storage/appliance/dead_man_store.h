// What the outbox says of messages that no service accepted, in SQL. For readers; stateless, any thread, with the snapshot that it
// was given.
#pragma once

#include "core/appliance/dead_man.h"

namespace connlog::storage {

class SqlDeadManStore final : public DeadManStore {
 public:
  Result<UnacceptedMessages> unaccepted(Snapshot&, Instant from) const override;
};

}  // namespace connlog::storage
