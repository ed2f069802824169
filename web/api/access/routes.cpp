// Routes of access control: set-up, who am I, workspaces, members, teams, invitations, API keys, reviews, the appliance's people.
#include "web/api/rows.h"
#include "web/api/access/handlers.h"

namespace connlog::web::access {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // The first owner, and who asks
    get("setupState", "/api/v1/setup", anyone, setup_state, "Whether the appliance waits for its first owner",
        answers("SetupState")),
    post("setup", "/api/v1/setup", anyone, setup, "Claim the appliance with the set-up link's token", takes("Setup"),
         answers("Me", 201)),
    get("me", "/api/v1/me", session.before_agreement(), me, "Who I am and where I belong", answers("Me")),

    // A workspace
    get("showWorkspace", "/api/v1/workspaces/{w}", Permission(view).while_disabled(), show_workspace,
        "The workspace, its settings, and where I stand in it", answers("Workspace")),
    patch("changeWorkspace", "/api/v1/workspaces/{w}", edit_workspace, change_workspace,
          "Name, address, machine policy, scope of sight", takes("WorkspaceChange"), answers("Workspace")),

    // A workspace's life, and who is in it
    get("exportWorkspace", "/api/v1/workspaces/{w}/export", Permission(own_workspace).while_disabled().fresh(),
        export_workspace, "Everything in it but secrets: one JSON document, or a ZIP of NDJSON, CSV and schemas",
        asks("format"), answers("application/json application/zip")),
    post("addWorkspace", "/api/v1/workspaces", session, add_workspace, "Make a workspace", takes("NewWorkspace"),
         answers("Workspace", 201)),
    post("setWorkspaceEnabled", "/api/v1/workspaces/{w}/state", Permission(own_workspace).while_disabled(),
         set_workspace_enabled, "Disable the workspace, or enable it again", takes("WorkspaceState"),
         answers("Workspace")),
    post("requestWorkspaceDeletion", "/api/v1/workspaces/{w}/deletion", Permission(own_workspace).while_disabled(),
         request_workspace_deletion, "Ask for its deletion, which comes after a waiting time", takes("DeletionRequest"),
         answers("Workspace")),
    del("cancelWorkspaceDeletion", "/api/v1/workspaces/{w}/deletion", Permission(own_workspace).while_disabled(),
        cancel_workspace_deletion, "Call the deletion off", answers("Workspace")),
    get("listMembers", "/api/v1/workspaces/{w}/members", view_members, list_members, "Who is here, as what",
        answers("MemberList")),
    patch("changeMember", "/api/v1/workspaces/{w}/members/{user}", manage_members, change_member, "Another role",
          takes("MemberChange"), answers("Member")),
    del("removeMember", "/api/v1/workspaces/{w}/members/{user}", manage_members, remove_member, "Take somebody out",
        answers(204)),
    post("leaveWorkspace", "/api/v1/workspaces/{w}/leave", Permission(view).while_disabled(), leave_workspace,
         "Leave the workspace", answers(204)),
    post("changeOwnership", "/api/v1/workspaces/{w}/ownership", own_workspace, change_ownership,
         "Make a member an owner, or an owner an admin", takes("OwnershipChange"), answers("Member")),
    get("listInvitations", "/api/v1/workspaces/{w}/invitations", manage_members, list_invitations, "Open invitations",
        answers("InvitationList")),
    post("invite", "/api/v1/workspaces/{w}/invitations", manage_members, invite,
         "Invite somebody; the link is shown once", takes("NewInvitation"), answers("SentInvitation", 201)),
    post("resendInvitation", "/api/v1/workspaces/{w}/invitations/{id}/resend", manage_members, send_invitation_again,
         "A new link; the earlier ones end", answers("SentInvitation")),
    del("revokeInvitation", "/api/v1/workspaces/{w}/invitations/{id}", manage_members, revoke_invitation,
        "Revoke an invitation", answers(204)),
    post("showInvitation", "/api/v1/invitation/show", anyone, show_invitation, "What a link invites to",
         takes("InvitationToken"), answers("OpenInvitation")),
    post("registerByInvitation", "/api/v1/invitation/register", anyone, register_by_invitation,
         "Make an account for the invited address, and join", takes("InvitedPerson"), answers("Me", 201)),
    post("acceptInvitation", "/api/v1/invitation/accept", session, accept_invitation,
         "Join, as the person who is logged in", takes("InvitationToken"), answers("Workspace")),
    get("listTeams", "/api/v1/workspaces/{w}/teams", view_members, list_teams, "Teams of people", answers("TeamList")),
    post("addTeam", "/api/v1/workspaces/{w}/teams", manage_members, add_team, "Add a team", takes("Name"),
         answers("Team", 201)),
    patch("changeTeam", "/api/v1/workspaces/{w}/teams/{id}", manage_members, change_team, "Rename a team",
          takes("Name"), answers("Team")),
    del("removeTeam", "/api/v1/workspaces/{w}/teams/{id}", manage_members, remove_team,
        "Remove a team to which no subject belongs", answers(204)),
    put("putTeamMember", "/api/v1/workspaces/{w}/teams/{id}/members/{user}", manage_members, put_team_member,
        "Put somebody into a team, with or without leave to edit", takes("TeamMembership"), answers("TeamMember")),
    del("removeTeamMember", "/api/v1/workspaces/{w}/teams/{id}/members/{user}", manage_members, remove_team_member,
        "Take somebody out of a team", answers(204)),

    // What was removed
    get("listRemoved", "/api/v1/workspaces/{w}/removed", edit_workspace, list_removed,
        "What was removed and can be put back, newest first", asks("limit after"), answers("RemovedList")),
    post("putBackRemoved", "/api/v1/workspaces/{w}/removed/{id}/restore", edit_workspace, put_back_removed,
         "Put it back as it was", answers("PutBack")),
    del("eraseRemoved", "/api/v1/workspaces/{w}/removed/{id}", Permission(edit_workspace).fresh(), erase_removed,
        "Remove it for good, with its secrets", answers(204)),

    // API keys
    get("listApiKeys", "/api/v1/workspaces/{w}/api-keys", manage_api_keys, list_api_keys, "The workspace's API keys",
        answers("ApiKeyList")),
    post("addApiKey", "/api/v1/workspaces/{w}/api-keys", manage_api_keys, add_api_key,
         "A key of the workspace; its token is shown once", takes("NewApiKey"), answers("ApiKeyWithToken", 201)),
    del("revokeApiKey", "/api/v1/workspaces/{w}/api-keys/{id}", manage_api_keys, revoke_api_key, "End a key",
        answers(204)),
    get("listOwnApiKeys", "/api/v1/account/api-keys", session, list_own_api_keys, "My own API keys",
        answers("ApiKeyList")),
    post("addOwnApiKey", "/api/v1/account/api-keys", session.fresh(), add_own_api_key,
         "A key of mine; its token is shown once", takes("NewApiKey"), answers("ApiKeyWithToken", 201)),
    del("revokeOwnApiKey", "/api/v1/account/api-keys/{id}", session, revoke_own_api_key, "End a key of mine",
        answers(204)),

    // Access reviews
    get("showAccessReview", "/api/v1/workspaces/{w}/access-review", review_access, show_access_review,
        "Who has what, since when, last used", answers("AccessReview")),
    post("finishAccessReview", "/api/v1/workspaces/{w}/access-review/done", review_access, finish_access_review,
         "I looked it through", takes("ReviewNote"), answers("AccessReview")),

    // Administrators who look in
    get("listOpenings", "/api/v1/workspaces/{w}/break-glass", view_members, list_openings,
        "Who of the appliance's administrators looked in, why, and at what", answers("OpeningList")),
    del("endOpening", "/api/v1/workspaces/{w}/break-glass/{id}", manage_members, end_opening,
        "End an administrator's look at once", answers(204)),

    // The appliance's people, workspaces and limits
    get("listUsers", "/api/v1/appliance/users", administrator, list_users, "Everybody with an account",
        asks("q limit after"), answers("ListedUserList")),
    post("addUser", "/api/v1/appliance/users", administrator, add_user,
         "Somebody new; the link for their password is shown once", takes("NewUser"), answers("UserWithLink", 201)),
    patch("changeUser", "/api/v1/appliance/users/{id}", administrator, change_user,
          "Rename, disable, make an administrator", takes("UserChange"), answers("ListedUser")),
    del("deleteUser", "/api/v1/appliance/users/{id}", administrator, delete_user, "Delete an account", answers(204)),
    post("makeResetLink", "/api/v1/appliance/users/{id}/reset-link", administrator, make_reset_link,
         "A link for a new password, shown once", takes("LinkRequest"), answers("UserWithLink")),
    post("endSessionsOfUser", "/api/v1/appliance/users/{id}/end-sessions", administrator, end_sessions_of_user,
         "Log somebody out everywhere", answers(204)),
    post("resetSecondFactor", "/api/v1/appliance/users/{id}/reset-second-factor", administrator,
         reset_second_factor_of_user, "For who lost the second factor", answers(204)),
    get("listAllWorkspaces", "/api/v1/appliance/workspaces", administrator, list_all_workspaces,
        "Every workspace and its size", asks("q limit after"), answers("ListedWorkspaceList")),
    patch("administerWorkspace", "/api/v1/appliance/workspaces/{id}", administrator, administer_workspace,
          "Enable, disable, give an owner to who has none", takes("WorkspaceAdministration"),
          answers("ListedWorkspace")),
    get("showWorkspaceNetworks", "/api/v1/appliance/workspaces/{id}/networks", administrator, show_workspace_networks,
        "Which private networks the workspace's checks and webhooks may reach", answers("WorkspaceNetworks")),
    put("changeWorkspaceNetworks", "/api/v1/appliance/workspaces/{id}/networks", administrator,
        change_workspace_networks, "Set the private networks that the workspace may reach", takes("WorkspaceNetworks"),
        answers("WorkspaceNetworks")),
    post("openWorkspace", "/api/v1/appliance/workspaces/{id}/open", administrator, open_workspace,
         "Look into a foreign workspace, with a reason and for a time", takes("NewOpening"), answers("Opening", 201)),
    del("closeWorkspace", "/api/v1/appliance/workspaces/{id}/open", administrator, close_workspace, "End the look",
        answers(204)),
    get("showLimits", "/api/v1/appliance/limits", administrator, show_limits, "What is limited, and how",
        answers("Limits")),
    put("changeLimits", "/api/v1/appliance/limits", administrator, change_limits,
        "Set limits, or go back to the standard", takes("LimitsChange"), answers("Limits")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::access
