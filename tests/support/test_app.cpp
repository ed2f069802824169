// The parts of the server, wired: each over those before it, as cli/appliance does it.
#include "tests/support/test_app.h"

#include <sodium.h>

#include "core/watch/agent_entry.h"
#include "tests/support/give_up.h"

namespace connlog {

using test::give_up;
using test::granted;

struct TestAppServices {
  web::WebServices services;
};

TestApp::TestApp(web::WebSettings settings, OutboundSettings outbound)
    : settings_(std::move(settings)), outbound_(std::move(outbound)) {
  if (sodium_init() < 0) give_up("no randomness");
  if (settings_.public_url.empty()) settings_.public_url = "https://monitor.example.org:8443";
  if (settings_.data_directory.empty()) settings_.data_directory = storage.directory.path();
  subscription_ = bus.subscribe([this](const Event& event) { events.push_back(event); });
  start();
  add_people();
}

TestApp::~TestApp() {
  stop();
}

void TestApp::start() {
  limits = std::make_unique<Limits>(storage->administration().limits);
  granted(storage.stores().read([this](Snapshot& snapshot) { return limits->load(snapshot); }));
  AlertSettings alert_settings;
  alert_settings.limits = limits.get();
  attempts = std::make_unique<AttemptLimiter>(storage.clock, storage.random);
  alert_settings.attempts = attempts.get();
  alert_settings.tell_machine = [this](Transaction& tx, const Agent& agent, std::string_view event,
                                       const std::string& address) {
    return vigilance->machine_letter().tell(tx, agent, event, address);
  };
  alert_settings.public_url = settings_.public_url;
  alert_settings.token_key = storage.keys.derive(key_purpose::kTokenDigest);
  alerts = std::make_unique<AlertServices>(
      AlertStores{storage.stores(), storage->workspaces(), storage->agents(), storage->readings(), storage->rules(),
                  storage->incidents(), storage->recipients(), storage->outbox(), storage->audit(), storage->teams()},
      storage.clock, storage.random, bus, alert_settings);
  granted(alerts->load());
  alerts->listening();
  notify = make_notify(NotifyDependencies{storage.stores(),
                                          storage->recipients(),
                                          storage->outbox(),
                                          storage->settings(),
                                          storage->incidents(),
                                          storage->workspaces(),
                                          storage->audit(),
                                          bus,
                                          storage.clock,
                                          storage.random,
                                          storage.keys,
                                          {},
                                          settings_.public_url,
                                          &storage->letters(),
                                          limits.get(),
                                          &storage->administration().directory});
  notify->start();
  administration = std::make_unique<Administration>(Administration::Parts{
      .stores = storage->administration(),
      .limits = *limits,
      .users = storage->users(),
      .accounts = storage->accounts(),
      .links = storage->links(),
      .workspaces = storage->workspaces(),
      .workspace_settings = storage->workspace_settings(),
      .audit = storage->audit(),
      .events = bus,
      .letters = notify->letters(),
      .keyring = storage.keys,
      .clock = storage.clock,
      .random = storage.random,
      .ends = {.sessions = [this](Transaction& tx, UserId user) { return identity->end_sessions(tx, user); },
               .second_factor = [this](Transaction& tx, const Actor& actor,
                                       UserId user) { return second_factors->remove_all(tx, actor, user); }},
      .workspace_changed = [this](const Workspace& changed) { alerts->directory().impl().put_workspace(changed); }});
  access = std::make_unique<AccessServices>(AccessServices::Parts{storage.stores(),
                                                                  storage->workspaces(),
                                                                  storage->workspace_settings(),
                                                                  storage->teams(),
                                                                  storage->members(),
                                                                  storage->invitations(),
                                                                  storage->users(),
                                                                  storage->agents(),
                                                                  storage->rules(),
                                                                  storage->links(),
                                                                  storage->audit(),
                                                                  alerts->workspaces(),
                                                                  alerts->directory(),
                                                                  administration->directory(),
                                                                  notify->letters(),
                                                                  bus,
                                                                  *limits,
                                                                  storage.keys,
                                                                  storage.clock,
                                                                  storage.random});
  vigilance = std::make_unique<AttemptServices>(
      AttemptServices::Parts{storage.stores(), storage->users(), storage->workspaces(), storage->attempt_notices(),
                             storage->administration().directory, storage->audit(), notify->letters(), *attempts,
                             storage.keys, storage.clock, storage.random});
  enrolment = std::make_unique<EnrolmentKeys>(
      EnrolmentKeys::Parts{storage->enrolment(), storage->workspaces(), storage->teams(), storage->agents(),
                           alerts->agents(), storage->audit(), *limits, storage.keys, storage.clock, storage.random});
  IdentitySettings identity_settings;
  identity_settings.limits = limits.get();
  identity_settings.password_cost = PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2};
  identity = std::make_unique<IdentityService>(
      IdentityService::Parts{storage.stores(), storage->users(), storage->sessions(), alerts->workspaces(),
                             storage->audit(), *attempts, storage.keys, storage.clock, storage.random},
      identity_settings);
  second_factors = std::make_unique<SecondFactors>(
      SecondFactors::Parts{storage->factors(), storage->users(), storage->workspaces(), storage->audit(),
                           notify->letters(), *attempts, *limits, storage.keys, storage.clock, storage.random},
      settings_.public_url);
  accounts = std::make_unique<Accounts>(
      Accounts::Parts{storage.stores(), storage->users(), storage->sessions(), storage->accounts(), storage->links(),
                      storage->workspaces(), storage->members(), storage->audit(), notify->letters(), *identity,
                      *attempts, *limits, storage.keys, storage.clock, storage.random});
  rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{storage.stores(), storage->trust().sealed_texts,
                                                              storage->audit(), storage.keys, storage.random});
  trust = std::make_unique<TrustServices>(TrustServices::Parts{.stores = storage->trust(),
                                                               .settings = storage->settings(),
                                                               .users = storage->users(),
                                                               .sessions = storage->sessions(),
                                                               .links = storage->links(),
                                                               .logins = storage->logins(),
                                                               .members = storage->members(),
                                                               .directory = storage->administration().directory,
                                                               .agents = storage->agents(),
                                                               .recipients = storage->recipients(),
                                                               .identity = *identity,
                                                               .second_factors = *second_factors,
                                                               .agent_service = alerts->agents(),
                                                               .api_keys = administration->api_keys(),
                                                               .enrolment = *enrolment,
                                                               .letters = notify->letters(),
                                                               .audit = storage->audit(),
                                                               .rotation = *rotation,
                                                               .clock = storage.clock,
                                                               .random = storage.random});
  trail_services = std::make_unique<TrailServices>(storage.directory.path() / "audit.anchor", storage.keys,
                                                   SyslogForward::Parts{storage.stores(),
                                                                        storage->settings(),
                                                                        storage->trails(),
                                                                        storage->audit(),
                                                                        storage.clock,
                                                                        {},
                                                                        SyslogOrigin{"monitor.example.org", 0}});
  granted(trail_services->anchor.open());
  provider_http = std::make_unique<oidc::CurlProviderHttp>(outbound_);
  provider_http->start();
  logins = std::make_unique<oidc::ProviderLogins>(oidc::ProviderLogins::Parts{
      .logins = storage->logins(),
      .users = storage->users(),
      .sessions = storage->sessions(),
      .accounts = storage->accounts(),
      .links = storage->links(),
      .workspaces = storage->workspaces(),
      .members = storage->members(),
      .identity = *identity,
      .audit = storage->audit(),
      .events = bus,
      .owners = administration->owners(),
      .letters = notify->letters(),
      .second_factors = *second_factors,
      .http = *provider_http,
      .keyring = storage.keys,
      .clock = storage.clock,
      .random = storage.random,
      .public_url = settings_.public_url,
  });
  services_ = std::make_unique<TestAppServices>(TestAppServices{web::WebServices{storage.stores(),
                                                                                 storage->workspaces(),
                                                                                 storage->agents(),
                                                                                 storage->readings(),
                                                                                 storage->rules(),
                                                                                 storage->incidents(),
                                                                                 storage->recipients(),
                                                                                 storage->outbox(),
                                                                                 storage->audit(),
                                                                                 storage->trails(),
                                                                                 storage->idempotency(),
                                                                                 *identity,
                                                                                 alerts->workspaces(),
                                                                                 alerts->agents(),
                                                                                 alerts->rules(),
                                                                                 alerts->incidents(),
                                                                                 *notify,
                                                                                 alerts->ingest(),
                                                                                 *attempts,
                                                                                 *enrolment,
                                                                                 *access,
                                                                                 alerts->directory(),
                                                                                 bus,
                                                                                 storage.keys,
                                                                                 storage.clock,
                                                                                 storage.random,
                                                                                 *administration,
                                                                                 *trust,
                                                                                 *second_factors,
                                                                                 *trail_services,
                                                                                 *accounts,
                                                                                 storage->sessions(),
                                                                                 storage->letters(),
                                                                                 *logins}});
  app = std::make_unique<web::WebApp>(services_->services, settings_);
}

void TestApp::stop() {
  app->close_streams();
  notify->stop();
  provider_http->stop();
  storage.close();
  app.reset();
  services_.reset();
  logins.reset();
  provider_http.reset();
  second_factors.reset();
  trail_services.reset();
  accounts.reset();
  identity.reset();
  trust.reset();
  rotation.reset();
  enrolment.reset();
  administration.reset();
  limits.reset();
  access.reset();
  vigilance.reset();
  notify.reset();
  alerts.reset();
  attempts.reset();
}

void TestApp::restart(microseconds down) {
  stop();
  clock.advance(down);
  granted(storage.open());
  start();
}

std::vector<std::string> TestApp::audit_acts() {
  return seen_acts_.names(storage);
}

}  // namespace connlog
