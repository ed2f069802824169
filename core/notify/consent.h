// Whether a mail recipient agreed to receive alerts. An address that is not a member's verified one gets a letter with a
// link and hears nothing until somebody there says yes; every alert carries a link that ends it again (RFC 8058). Without
// this a workspace could fill strangers' mailboxes.
//
// Links are not stored: a token holds the recipient's ids and a keyed digest over them, the address and the purpose. A
// changed address or a newer letter ends the older links by itself. Showing a link changes nothing, as mail scanners follow
// links; acting is another call. Any thread.
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
    const MemberAddresses* members;  // none: every address must agree
    const Keyring& keyring;
    const Clock& clock;
  };
  explicit RecipientConsents(const Parts& parts) : parts_(parts) {}

  // For a new recipient, or one with another address, before it is stored: decides what it is, and asks where it must.
  Result<void> begin(Transaction&, const Actor&, Recipient&) const;
  // Once more, by hand: at most five letters to an address, ten minutes apart; a day where they said no.
  Result<Recipient> ask_again(Transaction&, const Actor&, RecipientId) const;

  // `not_found` with one text for whatever is wrong with the token.
  Result<ConsentLink> look(Snapshot&, std::string_view token) const;
  // What a link's holder decides. Saying the same again is no error. `address`: the client's.
  Result<ConsentLink> confirm(Transaction&, std::string_view token, const std::string& address) const;
  Result<ConsentLink> refuse(Transaction&, std::string_view token, const std::string& address) const;

 private:
  Result<void> ask(Transaction&, const Actor&, Recipient&) const;
  Result<ConsentLink> decide(Transaction&, std::string_view token, Recipient::Consent,
                             const std::string& address) const;
  Parts parts_;
};

// "/r/u…": for the mails themselves.
std::string unsubscribe_place(const Keyring& keyring, const Recipient& recipient);

}  // namespace connlog
