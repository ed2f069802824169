// Whether a mail recipient agreed to receive alerts. An address that is not a member's verified one gets a letter with
// a link, and no alerts until its reader agrees; every alert carries a link to unsubscribe (RFC 8058). Without this a
// workspace could fill strangers' mailboxes.
//
// Links are not stored: a token holds the recipient's ids and a keyed digest over them, the address and the purpose. A
// changed address or a newer letter makes the older links invalid. Looking at a link changes nothing, because mail
// scanners follow links; confirming and refusing are calls of their own. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"
#include "core/notify/letters.h"
#include "core/notify/member_addresses.h"
#include "core/notify/notification.h"

namespace connlog {

struct ConsentLink {
  enum class Kind { confirm, unsubscribe };
  Kind kind = Kind::confirm;
  Recipient recipient;
  std::string workspace_name;
};

class RecipientConsents {
 public:
  struct Parts {
    RecipientStore& recipients;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    EventBus& events;
    Letters& letters;
    const MemberAddresses* members;  // null: every address must agree
    const Keyring& keyring;
    const Clock& clock;
  };
  explicit RecipientConsents(const Parts& parts) : parts_(parts) {}

  // For a new recipient, or one whose address changed, before it is stored: sets its consent. If the reader must agree
  // first, sends the letter that asks.
  Result<void> begin(Transaction&, const Actor&, Recipient&) const;
  // Asks once more, at a person's request: at most five letters to an address, ten minutes apart, or a day apart after
  // the reader refused.
  Result<Recipient> ask_again(Transaction&, const Actor&, RecipientId) const;

  // `not_found`, with the same text whatever is wrong with the token.
  Result<ConsentLink> look(Snapshot&, std::string_view token) const;
  // The decision of the link's holder. Repeating it is no error. `address`: the client's IP address.
  Result<ConsentLink> confirm(Transaction&, std::string_view token, const std::string& address) const;
  Result<ConsentLink> refuse(Transaction&, std::string_view token, const std::string& address) const;

 private:
  Result<void> ask(Transaction&, const Actor&, Recipient&) const;
  Result<ConsentLink> decide(Transaction&, std::string_view token, Recipient::Consent,
                             const std::string& address) const;
  Parts parts_;
};

// "/r/u…": the path of the link to unsubscribe that every alert carries.
std::string unsubscribe_place(const Keyring& keyring, const Recipient& recipient);

}  // namespace connlog
