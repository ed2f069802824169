// Letters: the mails that an account needs (reset links, invitations, confirmations, notices). Its writer puts it
// into the transaction of what it tells of; the outbox thread sends it over the appliance's mail server, tries again for as
// long as it is of use, and what could not be delivered stays visible to the administrator.
//
// A letter is plain text of our own words around values: nothing in it is interpreted, every value is flattened to one
// line, and its one link leads to this appliance alone. The link is sealed while it waits and erased once the letter was
// sent or given up. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"

namespace connlog {

struct LetterLink {
  Secret place;      // path, query and fragment on this appliance: "/reset#token=…"; begins with one slash
  std::string text;  // what it does, as a sentence without a full stop: "Choose a new password"
};

struct Letter {
  std::string kind;        // "password_reset": lower case and underscores; stored and shown to the administrator
  std::string to_name;     // greeted by it; may be empty
  std::string to_address;  // must pass check_mail_address
  std::string subject;     // 1–150 characters
  std::vector<std::string> paragraphs;  // at most 12, each flattened to one line of at most 1,000 characters
  std::optional<LetterLink> link = {};  // stands behind the first paragraph
  WorkspaceId workspace = {};           // nil: of the appliance or of an account
  Instant useful_until = {};            // given up then: when its link ends; not set: a day
};

class Letters {
 public:
  virtual ~Letters() = default;

  // Queues it. Without mail settings it waits for them as long as it is of use. Errors: invalid_input for an address, a
  // subject or a link that is not fit for a mail; unavailable when too many wait already.
  virtual Result<LetterId> post(Transaction&, const Letter&) = 0;
  // Whether a mail server is set up. Where it is not, a flow must offer another way, or say that there is none.
  virtual Result<bool> can_send(Snapshot&) const = 0;
};

}  // namespace connlog
