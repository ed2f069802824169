// What the handlers of web/api/appliance use of other rooms. Nothing here is owned.
#pragma once

#include "core/access/access_services.h"
#include "core/appliance/backup/bucket_service.h"
#include "core/access/administration.h"
#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/dead_man.h"
#include "core/appliance/inspection_service.h"
#include "core/appliance/recovery.h"
#include "core/appliance/security_cases.h"
#include "core/appliance/retention.h"
#include "core/appliance/space.h"
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
  SecurityCases& security_cases;
  const InspectionService& inspection;
  Administration& administration;
  Space& space;
  const RetentionPlan& retention_plan;
  const Retention& retention;
  Recovery& recovery;
  BucketService& bucket;
  BackupKeys& backup_keys;
  Backups& backups;
  DeadMan& dead_man;
};

}  // namespace connlog::web::appliance
