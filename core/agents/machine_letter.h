// Tells the owners of a workspace by mail that an agent's token is used by another machine than the one it is bound to:
// a copied token, a cloned image, or a host that moved. Once for an event, and about one agent at most once in six
// hours: anybody with a token could otherwise fill mailboxes with such mails. Runs inside the heartbeat's transaction.
// Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/agents/agent.h"
#include "core/crypto/keyring.h"
#include "core/identity/abuse_watch.h"
#include "core/notify/owners_mail.h"
#include "core/people/workspace.h"

namespace connlog {

class MachineLetter {
 public:
  static constexpr seconds kEvery{6 * 3'600};

  struct Parts {
    OwnersMail& owners;
    WorkspaceStore& workspaces;
    AttemptNoticeStore& notices;
    const Keyring& keyring;
    const Clock& clock;
  };
  explicit MachineLetter(const Parts& parts);

  // `name` is the agent's. `event` as in MachineEvent::kind; only kinds that a heartbeat causes, none of people's
  // decisions.
  Result<void> tell(Transaction&, const Agent&, const std::string& name, std::string_view event,
                    const std::string& address) const;

 private:
  Parts parts_;
  Key notice_key_;
};

}  // namespace connlog
