// Who may do what inside a workspace: roles × actions, decided by one pure function. The table in docs/security.md is
// the same table for people. Every route of web/routes names the Action it needs; what no role is given, nobody may do.
// Pure; any thread.
#pragma once

#include <string_view>

namespace connlog {

// Stored as text (see to_text); the order is from most to least.
enum class Role { owner, admin, operator_, member, viewer };

enum class Action {
  view,                  // agents, incidents, readings, rules, recipients (without secrets)
  acknowledge_incident,  // and comment
  edit_agents,           // add, rename, settings, disable
  rotate_agent_token,    // high risk: rotate a token, remove an agent, approve a machine
  edit_rules,
  edit_recipients,  // and test them
  view_audit,
  edit_workspace,        // name, machine policy
  administer_appliance,  // not a workspace right: mail settings, limits; needs the administrator flag
};

bool allows(Role role, Action action);

std::string_view to_text(Role role);  // "owner", "admin", "operator", "member", "viewer"
bool parse_role(std::string_view text, Role& out);

}  // namespace connlog
