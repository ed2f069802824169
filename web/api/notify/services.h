// What the handlers of web/api/notify use of other rooms. Nothing here is owned.
#pragma once

#include "core/identity/attempt_limiter.h"
#include "core/notify/letter_store.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"
#include "core/watch/agent_directory.h"
#include "core/watch/incident.h"

namespace connlog::web::notify {

struct Services {
  Notify& notify_service;
  RecipientStore& recipients;
  OutboxStore& outbox;
  const LetterStore& letters;
  IncidentStore& incidents;
  AgentDirectory& directory;
  AttemptLimiter& attempts;
};

}  // namespace connlog::web::notify
