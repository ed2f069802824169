#include "cli/alert_services.h"

#include <algorithm>
#include <vector>

#include "core/access/stored_workspaces.h"
#include "core/agents/stored_agents.h"
#include "core/watch/incident_service.h"
#include "core/watch/rule_service.h"
#include "core/watch/agent_entry.h"
#include "core/agents/ingest.h"

namespace connlog {
namespace {

// How far back request ids are read at start. A retry comes within seconds; the newest id of each agent is known anyway.
constexpr microseconds kRequestIdSpan = seconds(120);

// "monitor.example.org" of "https://monitor.example.org:8443/x".
std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (url.starts_with('[')) {
    url = url.substr(0, url.find(']') == std::string_view::npos ? url.size() : url.find(']') + 1);
  } else {
    url = url.substr(0, url.find(':'));
  }
  return url.empty() ? "connlog.local" : std::string(url);
}

}  // namespace

AlertServices::AlertServices(const AlertStores& stores, Clock& clock, Random& random, EventBus& bus,
                             const AlertSettings& settings)
    : stores_(stores), clock_(clock) {
  runner_ = std::make_unique<AlertRunner>(
      AlertRunner::Parts{stores.agents, stores.rules, stores.incidents, stores.recipients, stores.outbox, directory_,
                         clock, random, bus, host_of(settings.public_url), settings.wake_outbox});
  ingest_ = std::make_unique<Ingest>(Ingest::Parts{
      stores.stores, stores.agents, stores.readings, stores.audit, directory_, *runner_, clock, bus, settings.token_key,
      settings.public_url, settings.limit_heartbeats, settings.attempts, settings.tell_machine});
  agents_ = std::make_unique<StoredAgents>(StoredAgents::Parts{stores.agents, stores.audit, directory_, *runner_, clock,
                                                               random, bus, settings.token_key, stores.teams, settings.limits});
  rules_ = std::make_unique<StoredRules>(StoredRules::Parts{stores.agents, stores.readings, stores.rules,
                                                            stores.incidents, stores.recipients, stores.audit,
                                                            directory_, *runner_, clock, random, bus, stores.teams});
  incidents_ = std::make_unique<StoredIncidents>(stores.incidents, stores.agents, stores.audit, clock, random, bus);
  workspaces_ = std::make_unique<StoredWorkspaces>(StoredWorkspaces::Parts{
      stores.workspaces, stores.rules, stores.recipients, stores.audit, directory_, clock, random});
  scheduler_ = std::make_unique<Scheduler>(stores.stores, stores.agents, directory_, *runner_, clock, bus);
}

AlertServices::~AlertServices() {
  stop();
}

Result<void> AlertServices::load() {
  AgentDirectory::Impl& directory = directory_.impl();
  return stores_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    for (const Workspace& workspace : TRY(stores_.workspaces.all(snapshot))) directory.put_workspace(workspace);
    for (const Rule& rule : TRY(stores_.rules.all(snapshot))) directory.put_rule(rule);
    for (const Agent& agent : TRY(stores_.agents.all(snapshot))) directory.put(agent);
    for (const RuleState& state : TRY(stores_.incidents.all_states(snapshot))) directory.set_state(state);
    // Oldest first, so that the newest are the last to be forgotten.
    TRY(stores_.readings.each_since(snapshot, clock_.now() - kRequestIdSpan, [&](const Reading& reading) {
      AgentEntry* entry = directory.by_id(reading.agent);
      if (entry == nullptr) return;
      const std::lock_guard lock(entry->mutex);
      entry->request_ids.remember(reading.request_id);
    }));
    for (const Reading& reading : TRY(stores_.readings.newest_of_each(snapshot))) {
      AgentEntry* entry = directory.by_id(reading.agent);
      if (entry == nullptr) continue;
      const std::lock_guard lock(entry->mutex);
      entry->newest = reading;
      entry->last_seen_at = std::max(entry->last_seen_at, reading.at);
      entry->request_ids.remember(reading.request_id);
    }
    return {};
  });
}

void AlertServices::listening() {
  directory_.impl().listening_since(clock_.monotonic());
}

}  // namespace connlog
