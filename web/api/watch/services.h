// What the handlers of web/api/watch use of other rooms. Nothing here is owned.
#pragma once

#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/notify/notification.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/incident_service.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/rule_service.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_service.h"

namespace connlog::web::watch {

struct Services {
  Stores& stores;
  SubjectStore& subjects;
  GroupStore& groups;
  const ReadingStore& readings;
  SubjectService& subject_service;
  RuleStore& rules;
  RuleService& rule_service;
  IncidentStore& incidents;
  IncidentService& incident_service;
  OutboxStore& outbox;
  SubjectDirectory& directory;
  const Clock& clock;
};

}  // namespace connlog::web::watch
