// Who may do what inside a workspace: roles × actions, decided by one pure function. The table in docs/security.md is
// the same table for people. Every route of web/api/routes names the Action it needs. An action that no role has is
// refused. An action's text is also the name of the API key scope that allows it. Pure; any thread.
#pragma once

#include <span>

#include "core/base/words.h"

namespace connlog {

// Ordered from the most rights to the fewest.
enum class Role { owner, admin, operator_, member, viewer };
template <>
inline constexpr auto kWords<Role> = words_for<Role>({
    {Role::owner, "owner"},
    {Role::admin, "admin"},
    {Role::operator_, "operator"},
    {Role::member, "member"},
    {Role::viewer, "viewer"},
});

// Whether `a` has more rights than `b`.
constexpr bool is_above(Role a, Role b) {
  return static_cast<int>(a) < static_cast<int>(b);
}

// Stored in API keys.
enum class Action {
  view,                  // subjects, incidents, readings, rules, recipients (without secrets)
  acknowledge_incident,  // and comment
  edit_subjects,         // add, rename, settings, pause, disable: what is watched
  rotate_agent_token,    // high risk: rotate a token, remove an agent, approve a machine
  edit_rules,
  edit_recipients,  // and test them
  view_members,     // the list of members and their roles
  manage_members,   // members, roles, invitations, teams
  manage_api_keys,  // the workspace's
  manage_enrolment_keys,
  review_access,
  view_own_audit,        // one's own acts
  view_audit,            // everybody's acts; security events
  answer_leak,           // rotate and revoke leaked keys and tokens at once
  edit_workspace,        // name, address, machine policy; what was removed and can be put back
  own_workspace,         // ownership, deletion, export, second-factor policy, retention
  administer_appliance,  // not a workspace right: users, mail, limits; needs the administrator flag
};
template <>
inline constexpr auto kWords<Action> = words_for<Action>({
    {Action::view, "view"},
    {Action::acknowledge_incident, "acknowledge_incident"},
    {Action::edit_subjects, "edit_subjects"},
    {Action::rotate_agent_token, "rotate_agent_token"},
    {Action::edit_rules, "edit_rules"},
    {Action::edit_recipients, "edit_recipients"},
    {Action::view_members, "view_members"},
    {Action::manage_members, "manage_members"},
    {Action::manage_api_keys, "manage_api_keys"},
    {Action::manage_enrolment_keys, "manage_enrolment_keys"},
    {Action::review_access, "review_access"},
    {Action::view_own_audit, "view_own_audit"},
    {Action::view_audit, "view_audit"},
    {Action::answer_leak, "answer_leak"},
    {Action::edit_workspace, "edit_workspace"},
    {Action::own_workspace, "own_workspace"},
    {Action::administer_appliance, "administer_appliance"},
});

// `team_grant`: a team of the person lets them edit what belongs to it. It matters only for operators.
bool allows(Role role, Action action, bool team_grant = false);

// Whether the action is high-risk: it needs a factor that was proved a short while ago (step-up), in every role.
bool needs_fresh_factor(Action action);

constexpr std::span<const Action> actions() {  // all, in the order above
  return values_of<Action>();
}

}  // namespace connlog
