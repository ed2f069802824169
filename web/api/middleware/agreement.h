// The operator's texts that ask for agreement: a person who has not agreed to their present version
// gets 403 `legal_acceptance_required` with the names of the texts. Browsers only; programs agreed by their people.
// Any worker.
#pragma once

#include "web/api/middleware/standing.h"

namespace connlog::web {

Result<Refusal> check_agreement(const Context& ctx, const Permission& permission, Snapshot& snapshot);

}  // namespace connlog::web
