// The states of acknowledge links, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/notify/ack_links.h"

namespace connlog::storage {

class SqlAckLinkStore final : public AckLinkStore {
 public:
  Result<std::optional<AckLinkState>> find(Snapshot&, WorkspaceId, NotificationId) const override;
  Result<void> put(Transaction&, const AckLinkState&) override;
};

}  // namespace connlog::storage
