// Recipients and the outbox, in SQL. Stateless: any thread, with the snapshot or transaction that
// it was given.
#pragma once

#include "core/notify/notification.h"

namespace connlog::storage {

class SqlRecipientStore final : public RecipientStore {
 public:
  Result<std::vector<Recipient>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Recipient>> find(Snapshot&, WorkspaceId, RecipientId) const override;
  Result<void> insert(Transaction&, const Recipient&) override;
  Result<void> update(Transaction&, const Recipient&) override;
  Result<void> remove(Transaction&, WorkspaceId, RecipientId) override;
};

class SqlOutboxStore final : public OutboxStore {
 public:
  Result<void> insert(Transaction&, const Notification&) override;
  Result<std::vector<Notification>> lease(Transaction&, Instant now, Instant lease_until, int limit) override;
  Result<void> update(Transaction&, const Notification&) override;
  Result<Instant> next_due(Snapshot&) const override;
  Result<std::vector<Notification>> of_incident(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::vector<Notification>> list(Snapshot&, WorkspaceId, std::optional<Notification::State>, int limit,
                                         UserId seen_by) const override;
  Result<std::optional<std::string>> opening_message_id(Snapshot&, WorkspaceId, IncidentId, RecipientId) const override;
};

}  // namespace connlog::storage
