// Handlers of the room access: workspaces, members, teams, invitations, API keys, reviews, the appliance's people.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/access/services.h"

namespace connlog::web::access {

inline constexpr std::size_t kNetworkCharactersMax = 60;  // of one network

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();
std::span<const PersonPart> own_data_parts();
std::span<const PersonPart> me_parts();

// me.cpp
Result<Reply> setup_state(Context&);
Result<Reply> setup(Context&);
Result<Reply> me(Context&);
// workspaces.cpp
Result<Reply> show_workspace(Context&);
Result<Reply> change_workspace(Context&);
// workspace_life.cpp
Result<Reply> add_workspace(Context&);
Result<Reply> set_workspace_enabled(Context&);
Result<Reply> request_workspace_deletion(Context&);
Result<Reply> cancel_workspace_deletion(Context&);
// workspace_export.cpp
Result<Reply> export_workspace(Context&);
const WorkspaceSection& workspace_itself();  // of the export, before the sections of the rooms
// members.cpp
Result<Reply> list_members(Context&);
Result<Reply> change_member(Context&);
Result<Reply> remove_member(Context&);
Result<Reply> leave_workspace(Context&);
Result<Reply> change_ownership(Context&);
// teams.cpp
Result<Reply> list_teams(Context&);
Result<Reply> add_team(Context&);
Result<Reply> change_team(Context&);
Result<Reply> remove_team(Context&);
Result<Reply> put_team_member(Context&);
Result<Reply> remove_team_member(Context&);
// invitations.cpp
Result<Reply> list_invitations(Context&);
Result<Reply> invite(Context&);
Result<Reply> send_invitation_again(Context&);
Result<Reply> revoke_invitation(Context&);
Result<Reply> show_invitation(Context&);
Result<Reply> register_by_invitation(Context&);
Result<Reply> accept_invitation(Context&);
// api_keys.cpp
Result<Reply> list_api_keys(Context&);
Result<Reply> add_api_key(Context&);
Result<Reply> revoke_api_key(Context&);
Result<Reply> list_own_api_keys(Context&);
Result<Reply> add_own_api_key(Context&);
Result<Reply> revoke_own_api_key(Context&);
Result<Reply> key_me(Context&);
// appliance_people.cpp
Result<Reply> list_users(Context&);
Result<Reply> add_user(Context&);
Result<Reply> change_user(Context&);
Result<Reply> delete_user(Context&);
Result<Reply> make_reset_link(Context&);
Result<Reply> end_sessions_of_user(Context&);
Result<Reply> reset_second_factor_of_user(Context&);
Result<Reply> list_all_workspaces(Context&);
Result<Reply> administer_workspace(Context&);
Result<Reply> show_workspace_networks(Context&);
Result<Reply> change_workspace_networks(Context&);
Result<Reply> open_workspace(Context&);
Result<Reply> close_workspace(Context&);
Result<Reply> list_openings(Context&);
Result<Reply> end_opening(Context&);
// access_review.cpp
Result<Reply> show_access_review(Context&);
Result<Reply> finish_access_review(Context&);
// removed.cpp
Result<Reply> list_removed(Context&);
Result<Reply> put_back_removed(Context&);
Result<Reply> erase_removed(Context&);
// limits.cpp
Result<Reply> show_limits(Context&);
Result<Reply> change_limits(Context&);

}  // namespace connlog::web::access
