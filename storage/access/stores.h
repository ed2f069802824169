// The stores of core/access, in SQL: invitations, API keys, openings by administrators and access reviews; the lists of
// people and workspaces. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "storage/unknown_words.h"
#include "core/access/access_review.h"
#include "core/access/administration_stores.h"
#include "core/access/api_key.h"
#include "core/access/appliance_directory.h"
#include "core/access/break_glass.h"
#include "core/access/invitation.h"
#include "core/people/workspace_networks.h"
#include "storage/people/stores.h"

namespace connlog::storage {

inline constexpr WordColumn<Role> kInvitationRole{"invitation", "role", "role"};
inline constexpr WordColumn<ApiKeyForm> kApiKeyForm{"api_key", "form", "revoked_at"};

class SqlInvitationStore final : public InvitationStore {
 public:
  Result<std::vector<Invitation>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Invitation>> find(Snapshot&, WorkspaceId, InvitationId) const override;
  Result<std::optional<Invitation>> find_by_mail(Snapshot&, WorkspaceId, const std::string& mail_key) const override;
  Result<void> insert(Transaction&, const Invitation&) override;
  Result<void> update(Transaction&, const Invitation&) override;
  Result<void> remove(Transaction&, WorkspaceId, InvitationId) override;
  Result<void> remove_expired(Transaction&, Instant before) override;
};

class SqlApiKeyStore final : public ApiKeyStore {
 public:
  Result<std::optional<ApiKey>> find_by_digest(Snapshot&, const TokenDigest&) const override;
  Result<std::vector<ApiKey>> of_workspace(Snapshot&, WorkspaceId) const override;
  Result<std::vector<ApiKey>> of_user(Snapshot&, UserId) const override;
  Result<void> insert(Transaction&, const ApiKey&) override;
  Result<void> touch(Transaction&, ApiKeyId, Instant at, const std::string& address) override;
  Result<bool> revoke(Transaction&, WorkspaceId, UserId, ApiKeyId, Instant at) override;
  Result<std::int64_t> remove_revoked_before(Transaction&, Instant before, int limit) override;
};

class SqlBreakGlassStore final : public BreakGlassStore {
 public:
  Result<void> insert(Transaction&, const BreakGlassGrant&) override;
  Result<void> end(Transaction&, WorkspaceId, BreakGlassId, Instant at, const std::string& by) override;
  Result<std::optional<BreakGlassGrant>> open_of(Snapshot&, WorkspaceId, UserId, Instant now) const override;
  Result<std::vector<BreakGlassGrant>> open_of_user(Snapshot&, UserId, Instant now) const override;
  Result<std::vector<BreakGlassGrant>> of_workspace(Snapshot&, WorkspaceId, int limit) const override;
  Result<void> add_read(Transaction&, WorkspaceId, BreakGlassId, const std::string& operation, Instant at) override;
  Result<std::vector<BreakGlassRead>> reads_of(Snapshot&, WorkspaceId, BreakGlassId) const override;
};

class SqlAccessReviewStore final : public AccessReviewStore {
 public:
  Result<std::vector<AccessItem>> items(Snapshot&, WorkspaceId, Instant now) const override;
  Result<std::vector<AccessReview>> reviews(Snapshot&, WorkspaceId, int limit) const override;
  Result<void> insert(Transaction&, const AccessReview&) override;
  Result<Instant> reminded_at(Snapshot&, WorkspaceId) const override;
  Result<void> put_reminder(Transaction&, WorkspaceId, Instant) override;
};

class SqlApplianceDirectory final : public ApplianceDirectory {
 public:
  Result<std::vector<ListedUser>> users(Snapshot&, const std::string& search, const std::string& after,
                                        int limit) const override;
  Result<std::optional<ListedUser>> user(Snapshot&, UserId) const override;
  Result<std::int64_t> enabled_administrators(Snapshot&) const override;
  Result<std::vector<ListedWorkspace>> workspaces(Snapshot&, const std::string& search, const std::string& after,
                                                  int limit) const override;
  Result<std::optional<ListedWorkspace>> workspace(Snapshot&, WorkspaceId) const override;
  Result<std::vector<User>> owners_of(Snapshot&, WorkspaceId) const override;
  Result<bool> is_verified_member(Snapshot&, WorkspaceId, const std::string& mail_key) const override;
};

class SqlNetworkStore final : public NetworkStore {
 public:
  Result<std::vector<std::pair<WorkspaceId, std::vector<std::string>>>> all(Snapshot&) const override;
  Result<std::vector<std::string>> of(Snapshot&, WorkspaceId) const override;
  Result<void> replace(Transaction&, WorkspaceId, const std::vector<std::string>& ranges) override;
};

class SqlAdministrationStores {
 public:
  AdministrationStores all() { return {limits_, api_keys_, break_glass_, reviews_, directory_, networks_}; }

 private:
  SqlLimitStore limits_;
  SqlApiKeyStore api_keys_;
  SqlBreakGlassStore break_glass_;
  SqlAccessReviewStore reviews_;
  SqlApplianceDirectory directory_;
  SqlNetworkStore networks_;
};

}  // namespace connlog::storage
