// The people of a workspace in SQL: its settings, members, teams and invitations. Stateless: any thread, with the
// snapshot or transaction that it was given.
#pragma once

#include "core/access/invitation.h"
#include "core/people/member.h"
#include "core/people/team.h"
#include "core/people/workspace_setting.h"

namespace connlog::storage {

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
  Result<std::vector<Workspace>> owned_alone(Snapshot&, UserId) const override;
  Result<std::int64_t> owned_by(Snapshot&, UserId) const override;
  Result<void> set_role(Transaction&, WorkspaceId, UserId, Role) override;
  Result<void> remove(Transaction&, WorkspaceId, UserId) override;
};

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

}  // namespace connlog::storage
