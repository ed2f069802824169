// The stores of core/people, in SQL: people and their sessions; workspaces, their settings, members and teams; the
// appliance's settings and limits; idempotency keys. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "storage/unknown_words.h"
#include "core/people/idempotency.h"
#include "core/people/limits.h"
#include "core/people/member.h"
#include "core/people/retention_plan.h"
#include "core/people/setting_store.h"
#include "core/people/team.h"
#include "core/people/user.h"
#include "core/people/workspace.h"
#include "core/people/workspace_setting.h"

namespace connlog::storage {

inline constexpr WordColumn<MachinePolicy> kWorkspaceMachinePolicy{"workspace", "machine_policy", "version"};
inline constexpr WordColumn<WorkspaceSetting::DisabledBy> kWorkspaceSettingDisabledBy{"workspace_setting",
                                                                                      "disabled_by", "disabled_by"};
inline constexpr WordColumn<Role> kMembershipRole{"membership", "role", "role"};

class SqlIdempotencyStore final : public IdempotencyStore {
 public:
  Result<std::optional<IdempotencyRecord>> find(Snapshot&, WorkspaceId, UserId, const std::string& key) const override;
  Result<void> insert(Transaction&, const IdempotencyRecord&) override;
  Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) override;
};

class SqlSettingStore final : public SettingStore {
 public:
  Result<std::optional<std::string>> get(Snapshot&, const std::string& key) const override;
  Result<void> put(Transaction&, const std::string& key, const std::string& value) override;
};

class SqlUserStore final : public UserStore {
 public:
  Result<std::int64_t> count(Snapshot&) const override;
  Result<std::optional<User>> find(Snapshot&, UserId) const override;
  Result<std::optional<User>> find_by_mail(Snapshot&, const std::string& mail_key) const override;
  Result<void> insert(Transaction&, const User&) override;
  Result<void> update(Transaction&, const User&) override;
};

class SqlSessionStore final : public SessionStore {
 public:
  Result<std::optional<Session>> find(Snapshot&, const TokenDigest&) const override;
  Result<std::vector<Session>> of_user(Snapshot&, UserId) const override;
  Result<void> insert(Transaction&, const Session&) override;
  Result<void> touch(Transaction&, SessionId, Instant last_seen) override;
  Result<void> remove(Transaction&, SessionId) override;
  Result<void> remove_of_user(Transaction&, UserId) override;
  Result<void> remove_expired(Transaction&, Instant expired_before, Instant idle_before) override;

  Result<std::optional<SingleUseLink>> find_link(Snapshot&, const TokenDigest&) const override;
  Result<std::optional<SingleUseLink>> open_link(Snapshot&, const std::string& purpose) const override;
  Result<void> put_link(Transaction&, const SingleUseLink&) override;
};

class SqlWorkspaceStore final : public WorkspaceStore {
 public:
  Result<std::optional<Workspace>> find(Snapshot&, WorkspaceId) const override;
  Result<std::vector<Workspace>> of_user(Snapshot&, UserId) const override;
  Result<std::vector<Workspace>> owned_alone(Snapshot&, UserId) const override;
  Result<std::vector<Workspace>> all(Snapshot&) const override;
  Result<void> insert(Transaction&, const Workspace&) override;
  Result<void> update(Transaction&, const Workspace&) override;
  Result<std::optional<Membership>> membership(Snapshot&, WorkspaceId, UserId) const override;
  Result<void> put_membership(Transaction&, const Membership&) override;
};

class SqlWorkspaceSettingStore final : public WorkspaceSettingStore {
 public:
  Result<WorkspaceSetting> get(Snapshot&, WorkspaceId) const override;
  Result<void> put(Transaction&, const WorkspaceSetting&) override;
  Result<std::vector<WorkspaceId>> due_for_deletion(Snapshot&, Instant now, int limit) const override;
};

class SqlTeamStore final : public TeamStore {
 public:
  Result<std::vector<Team>> teams(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Team>> team(Snapshot&, WorkspaceId, TeamId) const override;
  Result<void> insert(Transaction&, const Team&) override;
  Result<void> update(Transaction&, const Team&) override;
  Result<void> remove(Transaction&, WorkspaceId, TeamId) override;

  Result<std::vector<TeamMember>> members(Snapshot&, WorkspaceId) const override;
  Result<std::vector<TeamMember>> of_user(Snapshot&, WorkspaceId, UserId) const override;
  Result<std::optional<TeamMember>> member(Snapshot&, WorkspaceId, TeamId, UserId) const override;
  Result<void> put_member(Transaction&, const TeamMember&) override;
  Result<void> remove_member(Transaction&, WorkspaceId, TeamId, UserId) override;
};

class SqlMemberStore final : public MemberStore {
 public:
  Result<std::vector<Member>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Member>> find(Snapshot&, WorkspaceId, UserId) const override;
  Result<std::int64_t> owners(Snapshot&, WorkspaceId) const override;
  Result<std::int64_t> owned_by(Snapshot&, UserId) const override;
  Result<void> set_role(Transaction&, WorkspaceId, UserId, Role) override;
  Result<void> remove(Transaction&, WorkspaceId, UserId) override;
};

class SqlRetentionChangeStore final : public RetentionChangeStore {
 public:
  Result<std::vector<RetentionChange>> all(Snapshot&) const override;
  Result<void> put(Transaction&, const RetentionChange&) override;
  Result<void> remove(Transaction&, const std::string& name) override;
};

class SqlLimitStore final : public LimitStore {
 public:
  Result<std::vector<StoredLimit>> all(Snapshot&) const override;
  Result<void> put(Transaction&, const StoredLimit&) override;
  Result<void> remove(Transaction&, const std::string& name) override;
};

}  // namespace connlog::storage
