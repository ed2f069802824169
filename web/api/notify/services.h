// What the handlers of web/api/notify use of other rooms. Nothing here is owned.
#pragma once

#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/notify/ack_links.h"
#include "core/notify/letter_store.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"
#include "core/watch/subject_directory.h"

namespace connlog::web::notify {

struct Services {
  Notify& notify_service;
  RecipientStore& recipients;
  OutboxStore& outbox;
  const LetterStore& letters;
  const SubjectDirectory& directory;
  AttemptLimiter& attempts;
  const AckLinks& ack_links;
  const Keyring& keyring;
};

}  // namespace connlog::web::notify
