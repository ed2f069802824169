#include "core/people/roles.h"

#include <array>
#include <utility>

namespace connlog {

namespace {

constexpr std::pair<Action, std::string_view> kActions[] = {
    {Action::view, "view"},
    {Action::acknowledge_incident, "acknowledge_incident"},
    {Action::edit_agents, "edit_agents"},
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
};

constexpr auto kActionList = [] {
  std::array<Action, std::size(kActions)> list{};
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = kActions[i].first;
  return list;
}();

}  // namespace

bool allows(Role role, Action action, bool team_grant) {
  const bool manages = role == Role::owner || role == Role::admin;
  switch (action) {
    case Action::view:
    case Action::view_members:
    case Action::view_own_audit:
      return true;
    case Action::acknowledge_incident:
      return role != Role::viewer;
    case Action::edit_agents:
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

std::span<const Action> actions() {
  return kActionList;
}

std::string_view to_text(Action action) {
  for (const auto& [each, text] : kActions) {
    if (each == action) return text;
  }
  return "view";
}

bool parse_action(std::string_view text, Action& out) {
  for (const auto& [each, name] : kActions) {
    if (name == text) {
      out = each;
      return true;
    }
  }
  return false;
}

}  // namespace connlog
