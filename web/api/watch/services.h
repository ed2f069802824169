// What the handlers of web/api/watch use of other rooms. Nothing here is owned.
#pragma once

#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/notify/notification.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/incident_service.h"
#include "core/watch/quiet/dependency.h"
#include "core/watch/quiet/quiet_service.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/rule_service.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_service.h"
#include "core/watch/telling/telling.h"

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
  QuietStore& quiets;
  QuietBook& quiet_book;
  QuietService& quiet_service;
  TellingSettingStore& telling_settings;
  const Clock& clock;
  const Telling& telling;
  DependencyStore& dependencies;
};

}  // namespace connlog::web::watch
