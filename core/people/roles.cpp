#include "core/people/roles.h"

namespace connlog {

bool allows(Role role, Action action, bool team_grant) {
  const bool manages = role == Role::owner || role == Role::admin;
  switch (action) {
    case Action::view:
    case Action::view_members:
    case Action::view_own_audit:
      return true;
    case Action::acknowledge_incident:
      return role != Role::viewer;
    case Action::edit_subjects:
    case Action::edit_rules:
    case Action::edit_recipients:
      return manages || (role == Role::operator_ && team_grant);
    case Action::rotate_agent_token:
    case Action::manage_members:
    case Action::manage_api_keys:
    case Action::manage_enrolment_keys:
    case Action::review_access:
    case Action::view_audit:
    case Action::answer_leak:
    case Action::edit_workspace:
      return manages;
    case Action::own_workspace:
      return role == Role::owner;
    case Action::administer_appliance:
      return false;  // no role allows it: the flag on the user decides
  }
  return false;
}

bool needs_fresh_factor(Action action) {
  switch (action) {
    case Action::rotate_agent_token:
    case Action::manage_api_keys:
    case Action::answer_leak:
    case Action::own_workspace:
    case Action::administer_appliance:
      return true;
    default:
      return false;
  }
}

}  // namespace connlog
