// An acknowledgement that comes from where a message was read: a receipt of Pushover, a button in a chat. core/notify
// and the pollers of channels call it; core/watch implements it (core/watch/remote_acknowledgements.h). Any thread with
// a transaction.
#pragma once

#include <span>

#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/people/actor.h"

namespace connlog {

class RemoteAcknowledge {
 public:
  virtual ~RemoteAcknowledge() = default;
  // Acknowledges those of the incidents that are open, that nobody has acknowledged, and that `who` sees; says it to
  // all who were told. Returns how many. The others are passed over.
  virtual Result<std::int64_t> acknowledge(Transaction&, WorkspaceId, std::span<const IncidentId>,
                                           const Actor& who) = 0;
};

// Stands where one is needed before it is made. Filled once, before any thread calls it; until then it acknowledges
// nothing.
class RemoteAcknowledgeSlot final : public RemoteAcknowledge {
 public:
  void fill(RemoteAcknowledge& real) { real_ = &real; }
  Result<std::int64_t> acknowledge(Transaction& tx, WorkspaceId workspace, std::span<const IncidentId> incidents,
                                   const Actor& who) override {
    if (real_ == nullptr) return std::int64_t{0};
    return real_->acknowledge(tx, workspace, incidents, who);
  }

 private:
  RemoteAcknowledge* real_ = nullptr;
};

}  // namespace connlog
