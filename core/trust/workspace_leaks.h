// The kinds of secrets of a workspace that can leak: agents' tokens, webhooks' signing secrets, the workspace's API
// keys and enrolment keys. An answer runs inside the caller's transaction, through the same services with which people
// do each of its acts singly. Any thread.
#pragma once

#include <memory>

#include "core/access/api_keys.h"
#include "core/agents/agent.h"
#include "core/agents/agent_service.h"
#include "core/agents/enrolment_keys.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "core/trust/leak_kind.h"
#include "core/notify/notification.h"
#include "core/watch/subject.h"

namespace connlog {

std::unique_ptr<LeakKind> agent_token_leak(const SubjectStore& subjects, const AgentStore& agents,
                                           AgentService& service);
std::unique_ptr<LeakKind> webhook_secret_leak(RecipientStore& recipients, const Keyring& keyring, AuditLog& audit,
                                              Random& random);
std::unique_ptr<LeakKind> workspace_api_key_leak(ApiKeys& keys);
std::unique_ptr<LeakKind> enrolment_key_leak(EnrolmentKeys& keys);

}  // namespace connlog
