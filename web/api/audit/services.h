// What the handlers of web/api/audit use of other rooms. Nothing here is owned.
#pragma once

#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/audit/trail_services.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/transaction.h"

namespace connlog::web::audit {

struct Services {
  Stores& stores;
  AuditLog& audit;
  TrailLog& trails;
  TrailServices& trail_services;
  const Clock& clock;
  Random& random;
};

}  // namespace connlog::web::audit
