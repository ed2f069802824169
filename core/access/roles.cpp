#include "core/access/roles.h"

namespace connlog {

bool allows(Role role, Action action) {
  const bool manages = role == Role::owner || role == Role::admin;
  switch (action) {
    case Action::view:
      return true;
    case Action::acknowledge_incident:
      return role != Role::viewer;
    case Action::edit_agents:
    case Action::rotate_agent_token:
    case Action::edit_rules:
    case Action::edit_recipients:
    case Action::view_audit:
      return manages;
    case Action::edit_workspace:
      return role == Role::owner;
    case Action::administer_appliance:
      return false;  // never by a role: the flag on the user decides
  }
  return false;
}

std::string_view to_text(Role role) {
  switch (role) {
    case Role::owner:
      return "owner";
    case Role::admin:
      return "admin";
    case Role::operator_:
      return "operator";
    case Role::member:
      return "member";
    case Role::viewer:
      return "viewer";
  }
  return "viewer";
}

bool parse_role(std::string_view text, Role& out) {
  for (const Role role : {Role::owner, Role::admin, Role::operator_, Role::member, Role::viewer}) {
    if (to_text(role) == text) {
      out = role;
      return true;
    }
  }
  return false;
}

}  // namespace connlog
