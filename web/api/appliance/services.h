// What the handlers of web/api/appliance use of other rooms. Nothing here is owned.
#pragma once

#include "core/access/access_services.h"
#include "core/base/transaction.h"
#include "core/identity/attempt_limiter.h"
#include "core/notify/notify.h"
#include "core/people/workspace.h"
#include "core/watch/incident.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"

namespace connlog::web::appliance {

struct Services {
  Stores& stores;
  WorkspaceStore& workspaces;
  AccessServices& access;
  Notify& notify_service;
  SubjectStore& subjects;
  IncidentStore& incidents;
  SubjectDirectory& directory;
  AttemptLimiter& attempts;
};

}  // namespace connlog::web::appliance
