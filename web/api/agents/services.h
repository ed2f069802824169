// What the handlers of web/api/agents use of other rooms. Nothing here is owned.
#pragma once

#include "core/agents/agent.h"
#include "core/agents/agent_directory.h"
#include "core/agents/agent_service.h"
#include "core/agents/enrolment_keys.h"
#include "core/agents/ingest.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/identity/attempt_limiter.h"
#include "core/watch/quiet/quiet_service.h"
#include "core/watch/reading.h"

namespace connlog::web::agents {

struct Services {
  Stores& stores;
  AgentStore& agents;
  AgentService& agent_service;
  ReadingStore& readings;
  Ingest& ingest;
  EnrolmentKeys& enrolment;
  AgentDirectory& directory;
  AttemptLimiter& attempts;
  const Clock& clock;
  QuietService& quiet_service;
};

}  // namespace connlog::web::agents
