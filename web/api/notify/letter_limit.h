// How often somebody may have the appliance write to an address of their choice: an invitation, a recipient's confirmation, a
// new address of their own. Each can be taken back and asked again, so what counts is whose mailbox it is. Any thread.
#pragma once

#include <string>

#include "core/identity/attempt_limiter.h"

namespace connlog::web::notify {

// After the act, inside its transaction, which must fail when this does: then nothing was written to anybody.
Result<void> admit_letter(AttemptLimiter&, const std::string& mail);

}  // namespace connlog::web::notify
