#include "core/agents/machine_letter.h"

#include <fmt/format.h>

#include "core/agents/machine_binding.h"

namespace connlog {
namespace {

std::string what_happened(const Agent& agent, const std::string& name, std::string_view event,
                          const std::string& address) {
  if (event == "missing")
    return fmt::format("The agent \"{}\" no longer says on which machine it runs (last heard from {}).", name,
                       address);
  if (is_clone(agent, agent.pending_machine_id)) {
    return fmt::format(
        "Two hosts use the token of the agent \"{}\", with one and the same machine id: one is a clone of the other. Their "
        "boot times or host names differ. The last heartbeat of the second one came from {}; its heartbeats are {}.",
        name, address, event == "mismatch_refused" ? "refused" : "accepted, as the workspace is set");
  }
  return fmt::format("The token of the agent \"{}\" is used by another machine, from {}. Its heartbeats are {}.",
                     name, address,
                     event == "mismatch_refused" ? "refused" : "accepted, as the workspace is set");
}

}  // namespace

MachineLetter::MachineLetter(const Parts& parts) : parts_(parts), notice_key_(parts.keyring.derive("attempt-notice")) {}

Result<void> MachineLetter::tell(Transaction& tx, const Agent& agent, const std::string& name, std::string_view event,
                                 const std::string& address) const {
  if (event != "mismatch_accepted" && event != "mismatch_refused" && event != "missing") return {};
  const bool due = TRY(
      is_time_to_tell(tx, parts_.notices, notice_key_, "machine " + agent.id.text(), parts_.clock.believed(), kEvery));
  if (!due) return {};
  const auto workspace = TRY(parts_.workspaces.find(tx, agent.workspace));
  if (!workspace) return {};
  OwnersLetter letter;
  letter.kind = "machine_mismatch";
  letter.headline = fmt::format("Another machine uses the token of {}", name);
  if (event == "missing") letter.headline = fmt::format("{} no longer says which machine it is", name);
  letter.paragraphs = {
      what_happened(agent, name, event, address),
      "If you moved or cloned this host, accept the machine on the agent's page, and give each host a token of its own. "
      "If not, the token was copied: rotate it there.",
      "You get this mail about the same agent at most once in six hours."};
  if (event != "missing" && is_clone(agent, agent.pending_machine_id)) {
    letter.paragraphs[1] =
        "Until each host has a token of its own, their values are mixed, and you are not told when one of them is down. Add "
        "an agent for the clone, install it there with the new token, and give the clone a machine id of its own "
        "(empty /etc/machine-id and run systemd-machine-id-setup). If you do not know the second host, rotate the token.";
  }
  letter.path = fmt::format("/w/{}/agents/{}", workspace->slug, agent.id.text());
  letter.link_text = "Look at the agent";
  return parts_.owners.tell_owners(tx, agent.workspace, letter);
}

}  // namespace connlog
