#include "core/agents/machine_binding.h"

namespace connlog {
namespace {

constexpr std::string_view kHostPrefix = "host:";

bool is_bound_to_hostname(const Agent& agent) {
  return agent.machine_id.starts_with(kHostPrefix);
}

}  // namespace

std::string claimed_machine(const Agent& agent, const OfferedMachine& offered) {
  if (!offered.machine_id.empty()) return offered.machine_id;
  // The host name is used only for an agent that never sent a machine id.
  const bool may_use_hostname = agent.machine_id.empty() || is_bound_to_hostname(agent);
  if (may_use_hostname && !offered.hostname.empty()) return std::string(kHostPrefix) + offered.hostname;
  return {};
}

bool is_another_machine(const Agent& agent, const OfferedMachine& offered) {
  if (agent.machine_id.empty()) return false;
  if (is_bound_to_hostname(agent) && !offered.machine_id.empty()) return false;  // the first machine id: bound instead
  const std::string claimed = claimed_machine(agent, offered);
  return !claimed.empty() && claimed != agent.machine_id;
}

MachineVerdict judge_machine(const Agent& agent, MachinePolicy policy, const OfferedMachine& offered, bool is_rejected,
                             bool missing_already_noted) {
  MachineVerdict verdict;
  verdict.bound = agent.machine_id;
  verdict.pending = agent.pending_machine_id;
  const std::string claimed = claimed_machine(agent, offered);

  if (claimed.empty()) {
    if (agent.machine_id.empty() || missing_already_noted) return verdict;
    if (is_bound_to_hostname(agent) && offered.is_diagnostic) return verdict;
    verdict.event = "missing";  // a warning only (§12.4)
    verdict.event_machine = agent.machine_id;
    return verdict;
  }
  if (claimed == agent.machine_id) return verdict;

  const bool first_machine_id = is_bound_to_hostname(agent) && !offered.machine_id.empty();
  if (agent.machine_id.empty() || first_machine_id) {
    verdict.bound = claimed;
    verdict.event = "bound";
    verdict.event_machine = claimed;
    return verdict;
  }

  // Another machine. What an admin rejected stays refused, whatever the policy.
  verdict.accepted = policy == MachinePolicy::warn && !is_rejected;
  if (is_rejected || claimed == agent.pending_machine_id) return verdict;  // known: recorded only once
  verdict.pending = claimed;
  verdict.event = verdict.accepted ? "mismatch_accepted" : "mismatch_refused";
  verdict.event_machine = claimed;
  return verdict;
}

}  // namespace connlog
