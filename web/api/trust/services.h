// What the handlers of web/api/trust use of other rooms. Nothing here is owned.
#pragma once

#include "core/base/clock.h"
#include "core/trust/trust_services.h"

namespace connlog::web::trust {

struct Services {
  TrustServices& trust;
  const Clock& clock;
};

}  // namespace connlog::web::trust
