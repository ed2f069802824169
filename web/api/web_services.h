// Everything that the web room needs from the rest of the house, in one place: main fills it, handlers use it. References
// must outlive the WebApp. Nothing here is owned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/access/access_services.h"
#include "core/agents/enrolment_keys.h"
#include "core/people/idempotency.h"
#include "core/access/workspace_service.h"
#include "core/agents/agent_service.h"
#include "core/watch/incident_service.h"
#include "core/watch/rule_service.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/audit/trail_services.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"
#include "core/watch/reading.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/identity_service.h"
#include "core/watch/agent_directory.h"
#include "core/agents/ingest.h"
#include "core/notify/notify_service.h"
#include "web/server/connection_loop.h"

namespace connlog {
class Accounts;        // core/identity/accounts.h
class Administration;  // core/access/administration.h
class Groups;          // core/watch/groups.h
class LetterStore;     // core/notify/letter_store.h
class SecondFactors;   // core/identity/second_factor.h
class TrustServices;   // core/trust/trust_services.h
}  // namespace connlog

namespace connlog::oidc {
class ProviderLogins;  // core/identity/oidc/provider_logins.h
}

namespace connlog::web {

class Certificates;  // web/server/certificates.h

struct WebServices {
  Stores& stores;

  WorkspaceStore& workspaces;
  AgentStore& agents;
  ReadingStore& readings;
  RuleStore& rules;
  IncidentStore& incidents;
  RecipientStore& recipients;
  OutboxStore& outbox;
  AuditLog& audit;
  TrailLog& trails;
  IdempotencyStore& idempotency;

  IdentityService& identity;
  WorkspaceService& workspace_service;
  AgentService& agent_service;
  RuleService& rule_service;
  IncidentService& incident_service;
  Groups& groups;
  NotifyService& notify_service;
  Ingest& ingest;
  AttemptLimiter& attempts;
  EnrolmentKeys& enrolment;

  AccessServices& access;
  AgentDirectory& directory;
  EventBus& events;
  const Keyring& keyring;
  const Clock& clock;
  Random& random;

  Administration& administration;
  TrustServices& trust;
  SecondFactors& second_factors;
  TrailServices& trail_services;
  Accounts& accounts;
  const SessionStore& sessions;
  const LetterStore& letters;
  oidc::ProviderLogins& logins;
};

struct WebSettings {
  std::string public_url = {};                 // "https://monitor.example.org:8443", without a slash at the end
  std::vector<Listener> listeners = {};        // for the Host check, and shown to the administrator
  const Certificates* certificates = nullptr;  // for pins and HSTS; none: no TLS listener
  std::filesystem::path data_directory = {};
  // Where executables for other architectures may lie, beside <data>/agents.
  std::vector<std::filesystem::path> agent_directories = {"/usr/lib/connlog/agents"};
  // Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed (web/api/middleware/proxies.h).
  std::vector<std::string> trusted_proxies = {};
  std::vector<std::string> warnings = {};  // found at start, shown to the administrator
  // Requests of one address (an IPv6 /64), agents' heartbeats excepted: a burst, then so many a second.
  double requests_burst = 600;
  double requests_per_second = 100;

  // Facts that other rooms know; each may be absent.
  std::function<LoopCounters()> loop_counters = {};
  std::function<std::uint64_t()> database_bytes = {};
  std::function<Result<void>()> ready = {};  // an error says what does not work (/readyz)
  // Lines for /metrics from other rooms, in Prometheus text form.
  std::function<std::string()> more_metrics = {};
};

}  // namespace connlog::web
