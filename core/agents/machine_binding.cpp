#include "core/agents/machine_binding.h"

#include "core/wire/protocol.h"

namespace connlog {
namespace {

constexpr std::string_view kHostPrefix = "host:";

bool is_bound_to_hostname(const Agent& agent) {
  return agent.machine_id.starts_with(kHostPrefix);
}

// An id that many hosts share binds nothing, even if it was taken for one before.
bool is_unbound(const Agent& agent) {
  return agent.machine_id.empty() || wire::is_no_machine_id(agent.machine_id);
}

}  // namespace

std::string claimed_machine(const Agent& agent, const OfferedMachine& offered) {
  if (!offered.clone.empty()) return std::string(offered.clone);
  if (!offered.machine_id.empty()) return std::string(offered.machine_id);
  // The host name is used only for an agent that never sent a machine id.
  const bool may_use_hostname = is_unbound(agent) || is_bound_to_hostname(agent);
  if (may_use_hostname && !offered.hostname.empty()) return std::string(kHostPrefix).append(offered.hostname);
  return {};
}

// Asked of every heartbeat: it compares in place.
bool is_another_machine(const Agent& agent, const OfferedMachine& offered) {
  if (!offered.clone.empty()) return true;
  if (!offered.machine_id.empty() && offered.machine_id == agent.machine_id) return false;
  if (is_unbound(agent)) return false;
  if (!is_bound_to_hostname(agent)) return !offered.machine_id.empty();
  if (!offered.machine_id.empty()) return false;  // the first machine id: bound instead
  return !offered.hostname.empty() && std::string_view(agent.machine_id).substr(kHostPrefix.size()) != offered.hostname;
}

bool is_clone(const Agent& agent, std::string_view machine) {
  if (!machine.starts_with(agent.machine_id)) return false;
  const std::string_view rest = machine.substr(agent.machine_id.size());
  return rest.starts_with("+host:") || rest.starts_with("+boot:");
}

MachineVerdict judge_machine(const Agent& agent, MachinePolicy policy, const OfferedMachine& offered, bool is_rejected,
                             bool missing_already_noted) {
  MachineVerdict verdict;
  verdict.bound = agent.machine_id;
  verdict.pending = agent.pending_machine_id;
  const std::string claimed = claimed_machine(agent, offered);

  if (claimed.empty()) {
    if (is_unbound(agent) || missing_already_noted) return verdict;
    if (is_bound_to_hostname(agent) && offered.is_diagnostic) return verdict;
    verdict.event = "missing";  // a warning only (§12.4)
    verdict.event_machine = agent.machine_id;
    return verdict;
  }
  if (claimed == agent.machine_id) return verdict;

  const bool first_machine_id = is_bound_to_hostname(agent) && !offered.machine_id.empty();
  if (offered.clone.empty() && (is_unbound(agent) || first_machine_id)) {
    verdict.bound = claimed;
    verdict.event = "bound";
    verdict.event_machine = claimed;
    return verdict;
  }

  // Another machine. What an admin rejected stays refused, whatever the policy.
  verdict.accepted = policy == MachinePolicy::warn && !is_rejected;
  if (is_rejected || claimed == agent.pending_machine_id) return verdict;  // known: recorded only once
  // Of an image, many hosts may be clones. The first one is told; another one for each heartbeat would help nobody.
  if (!offered.clone.empty() && is_clone(agent, agent.pending_machine_id)) return verdict;
  verdict.pending = claimed;
  verdict.event = verdict.accepted ? "mismatch_accepted" : "mismatch_refused";
  verdict.event_machine = claimed;
  return verdict;
}

}  // namespace connlog
