// How often somebody may have the appliance write to an address of their choice: an invitation, a recipient's
// confirmation, a new address of their own. Each can be withdrawn and repeated, so the limit counts by mailbox. Any
// thread.
#pragma once

#include <string>

#include "core/identity/attempt_limiter.h"

namespace connlog::web::notify {

// Call after the act, inside its transaction. If this fails the transaction must fail too, so that no mail is sent.
Result<void> admit_letter(AttemptLimiter&, const std::string& mail);

}  // namespace connlog::web::notify
