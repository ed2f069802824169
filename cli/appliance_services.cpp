// The services of the appliance, each over those before it.
#include "cli/appliance_parts.h"
#include "cli/appliance_settings.h"
#include "core/watch/agent_entry.h"

namespace connlog {

// What connlog.toml says is the standard of these limits; the administrator may set others in the interface.
Result<void> Appliance::Parts::open_limits() {
  limits = std::make_unique<Limits>(
      store->administration().limits,
      std::map<Limit, std::int64_t>{{Limit::session_idle_minutes, settings.session_idle_minutes},
                                    {Limit::session_absolute_hours, settings.session_absolute_hours},
                                    {Limit::reading_days, settings.reading_log_days}});
  return store->stores().read([this](Snapshot& snapshot) { return limits->load(snapshot); });
}

Result<void> Appliance::Parts::open_services() {
  TRY(open_limits());
  OutboundSettings outbound = TRY(outbound_of(settings));
  trails = std::make_unique<TrailParts>(*store, *keys, clock, outbound, host_of(public_url));
  TRY(trails->open());
  NotifyDependencies for_notify{store->stores(),
                                store->recipients(),
                                store->outbox(),
                                store->settings(),
                                store->incidents(),
                                store->workspaces(),
                                store->audit(),
                                events,
                                clock,
                                random,
                                *keys,
                                outbound,
                                public_url,
                                &store->letters(),
                                limits.get(),
                                &store->administration().directory};
  for_notify.trails = &store->trails();
  notify = make_notify(std::move(for_notify));

  administration = std::make_unique<Administration>(Administration::Parts{
      .stores = store->administration(),
      .limits = *limits,
      .users = store->users(),
      .accounts = store->accounts(),
      .links = store->links(),
      .workspaces = store->workspaces(),
      .workspace_settings = store->workspace_settings(),
      .audit = store->audit(),
      .events = events,
      .letters = notify->letters(),
      .keyring = *keys,
      .clock = clock,
      .random = random,
      .ends = {.sessions = [this](Transaction& tx, UserId user) { return identity->end_sessions(tx, user); },
               .second_factor = [this](Transaction& tx, const Actor& actor,
                                       UserId user) { return second_factors->remove_all(tx, actor, user); }},
      .workspace_changed = [this](const Workspace& workspace) {
        alerts->directory().impl().put_workspace(workspace);
      }});

  attempts = std::make_unique<AttemptLimiter>(clock, random);
  vigilance = std::make_unique<AttemptServices>(AttemptServices::Parts{
      store->stores(), store->users(), store->workspaces(), store->attempt_notices(), store->administration().directory,
      store->audit(), notify->letters(), *attempts, *keys, clock, random});

  AlertSettings for_alerts;
  for_alerts.attempts = attempts.get();
  for_alerts.tell_machine = [this](Transaction& tx, const Agent& agent, std::string_view event,
                                   const std::string& address) {
    return vigilance->machine_letter().tell(tx, agent, event, address);
  };
  for_alerts.public_url = public_url;
  for_alerts.token_key = keys->derive(key_purpose::kTokenDigest);
  for_alerts.limits = limits.get();
  for_alerts.wake_outbox = [this] { notify->wake(); };
  const AlertStores stores{store->stores(),    store->workspaces(), store->agents(), store->readings(), store->rules(),
                           store->incidents(), store->recipients(), store->outbox(), store->audit(),    store->teams()};
  alerts = std::make_unique<AlertServices>(stores, clock, random, events, for_alerts);

  access = std::make_unique<AccessServices>(AccessServices::Parts{store->stores(),
                                                                  store->workspaces(),
                                                                  store->workspace_settings(),
                                                                  store->teams(),
                                                                  store->members(),
                                                                  store->invitations(),
                                                                  store->users(),
                                                                  store->agents(),
                                                                  store->rules(),
                                                                  store->links(),
                                                                  store->audit(),
                                                                  alerts->workspaces(),
                                                                  alerts->directory(),
                                                                  administration->directory(),
                                                                  notify->letters(),
                                                                  events,
                                                                  *limits,
                                                                  *keys,
                                                                  clock,
                                                                  random});

  enrolment = std::make_unique<EnrolmentKeys>(EnrolmentKeys::Parts{store->enrolment(), store->workspaces(),
                                                                   store->teams(), store->agents(), alerts->agents(),
                                                                   store->audit(), *limits, *keys, clock, random});
  IdentitySettings for_identity;
  for_identity.password_cost.parallel_max = hashes_beside(settings.workers);
  for_identity.password_cost.operations = static_cast<std::uint64_t>(settings.password_operations);
  for_identity.password_cost.memory_bytes = static_cast<std::size_t>(settings.password_memory_mib) * 1024 * 1024;
  for_identity.limits = limits.get();
  identity = std::make_unique<IdentityService>(
      IdentityService::Parts{store->stores(), store->users(), store->sessions(), alerts->workspaces(), store->audit(),
                             *attempts, *keys, clock, random},
      for_identity);
  second_factors = std::make_unique<SecondFactors>(
      SecondFactors::Parts{store->factors(), store->users(), store->workspaces(), store->audit(), notify->letters(),
                           *attempts, *limits, *keys, clock, random},
      public_url);
  accounts = std::make_unique<Accounts>(Accounts::Parts{
      store->stores(), store->users(), store->sessions(), store->accounts(), store->links(), store->workspaces(),
      store->members(), store->audit(), notify->letters(), *identity, *attempts, *limits, *keys, clock, random});

  provider_http = std::make_unique<oidc::CurlProviderHttp>(std::move(outbound));
  logins = std::make_unique<oidc::ProviderLogins>(oidc::ProviderLogins::Parts{
      .logins = store->logins(),
      .users = store->users(),
      .sessions = store->sessions(),
      .accounts = store->accounts(),
      .links = store->links(),
      .workspaces = store->workspaces(),
      .members = store->members(),
      .identity = *identity,
      .audit = store->audit(),
      .events = events,
      .owners = administration->owners(),
      .letters = notify->letters(),
      .second_factors = *second_factors,
      .http = *provider_http,
      .keyring = *keys,
      .clock = clock,
      .random = random,
      .public_url = public_url,
  });

  trust = std::make_unique<TrustServices>(TrustServices::Parts{.stores = store->trust(),
                                                               .settings = store->settings(),
                                                               .users = store->users(),
                                                               .sessions = store->sessions(),
                                                               .links = store->links(),
                                                               .logins = store->logins(),
                                                               .members = store->members(),
                                                               .directory = store->administration().directory,
                                                               .agents = store->agents(),
                                                               .recipients = store->recipients(),
                                                               .identity = *identity,
                                                               .second_factors = *second_factors,
                                                               .agent_service = alerts->agents(),
                                                               .api_keys = administration->api_keys(),
                                                               .enrolment = *enrolment,
                                                               .letters = notify->letters(),
                                                               .audit = store->audit(),
                                                               .rotation = *rotation,
                                                               .clock = clock,
                                                               .random = random});
  return trust->legal().load(store->directory().path() / "legal");
}

}  // namespace connlog
