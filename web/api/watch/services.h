// What the handlers of web/api/watch use of other rooms. Nothing here is owned.
#pragma once

#include "core/base/transaction.h"
#include "core/notify/notification.h"
#include "core/watch/agent_directory.h"
#include "core/watch/groups.h"
#include "core/watch/incident.h"
#include "core/watch/incident_service.h"
#include "core/watch/rule.h"
#include "core/watch/rule_service.h"

namespace connlog::web::watch {

struct Services {
  Stores& stores;
  RuleStore& rules;
  RuleService& rule_service;
  IncidentStore& incidents;
  IncidentService& incident_service;
  Groups& groups;
  OutboxStore& outbox;
  AgentDirectory& directory;
};

}  // namespace connlog::web::watch
