// Is this the machine that the token belongs to (agent-protocol §2.2, §12.4, §18)? The first machine seen is bound; another
// one is recorded and, by the workspace's policy, accepted or refused until an admin decides. It notices copied tokens
// and cloned images; it stops no thief, as the machine id is no secret. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/agents/agent.h"
#include "core/people/workspace.h"

namespace connlog {

// What a heartbeat says about the machine it comes from. Views of the heartbeat's facts.
struct OfferedMachine {
  std::string_view machine_id;  // 64 hex, or empty
  std::string_view hostname;    // empty while the host does not share it
  bool is_diagnostic = false;   // `test-heartbeat` never says its host name: its absence means nothing
  std::string_view clone = {};  // it claims the bound machine, but is another host (clone_watch.h): how that is called
};

struct MachineVerdict {
  bool accepted = true;
  // What changes; empty strings where nothing does.
  std::string_view event;      // MachineEvent::kind
  std::string event_machine;   // the machine that the event is about
  std::string bound, pending;  // the row's values from now on
};

// `is_rejected`: an admin rejected this very machine before.
MachineVerdict judge_machine(const Agent& agent, MachinePolicy policy, const OfferedMachine& offered, bool is_rejected,
                             bool missing_already_noted);

// The identity that a heartbeat claims, in the form of Agent::machine_id: 64 hex, "host:<name>", or empty; of a clone in
// that of Agent::pending_machine_id.
std::string claimed_machine(const Agent& agent, const OfferedMachine& offered);

// Whether the agent is bound to a machine and the offered one is another.
bool is_another_machine(const Agent& agent, const OfferedMachine& offered);

// Whether this is the name of a clone of the bound machine, as Agent::pending_machine_id has it.
bool is_clone(const Agent& agent, std::string_view machine);

}  // namespace connlog
