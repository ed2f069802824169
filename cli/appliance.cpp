#include "cli/appliance.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <optional>

#include "cli/control_commands.h"
#include "cli/control_socket.h"
#include "cli/trail_parts.h"
#include "core/access/administration.h"
#include "core/access/access_services.h"
#include "cli/master_key_prompt.h"
#include "core/alerts/services.h"
#include "core/ingest/agent_entry.h"
#include "core/base/log.h"
#include "core/base/periodic_tasks.h"
#include "core/base/version.h"
#include "core/crypto/key_rotation.h"
#include "core/events/bus.h"
#include "core/leaks/trust_services.h"
#include "core/identity/accounts.h"
#include "core/identity/attempt_services.h"
#include "core/identity/identity_service.h"
#include "core/identity/second_factor.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/notify/notify.h"
#include "storage/storage.h"
#include "web/certificates.h"
#include "web/tls_server.h"
#include "web/web_app.h"

namespace connlog {
namespace {

constexpr milliseconds kDrainLimit{3'000};  // of the five seconds that a stop may take
constexpr seconds kOutboxAliveWithin{90};
constexpr seconds kMaintenanceAliveWithin{120};
constexpr std::chrono::hours kIdempotencyKeysKept{24};
constexpr int kIdempotencyKeysSlice = 10'000;
constexpr std::chrono::days kLettersKept{30};
constexpr int kLettersSlice = 10'000;
constexpr std::int64_t kRetentionSlice = 5'000;  // rows deleted in one transaction
constexpr int kRetentionSlicesMax = 40;          // and so many slices in one go

bool is_any_address(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

std::string in_url(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

std::string host_of(const std::string& url) {
  std::string rest = url.substr(url.find("//") + 2);
  if (!rest.empty() && rest.front() == '[') return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find(':'));
}

std::vector<web::Listener> listeners_of(const Settings& settings) {
  std::vector<web::Listener> listeners;
  ListenAddress address;
  if (settings.http_listen != "off" && parse_listen(settings.http_listen, address)) {
    listeners.push_back({address.address, address.port, false});
  }
  if (settings.https_listen != "off" && parse_listen(settings.https_listen, address)) {
    listeners.push_back({address.address, address.port, true});
  }
  return listeners;
}

// Webhooks and mail may reach this machine's loopback only where the operator named the service.
Result<OutboundSettings> outbound_of(const Settings& settings) {
  OutboundSettings outbound;
  outbound.proxy = settings.outbound_proxy;
  outbound.ca_bundle = settings.outbound_ca_bundle;
  for (const web::Listener& listener : listeners_of(settings))
    outbound.policy.own_listeners.push_back({listener.address, listener.port});
  for (const std::string& text : settings.outbound_loopback) {
    outbound.policy.allowed_loopback.push_back(TRY(parse_host_port(text, "outbound_loopback")));
  }
  return outbound;
}

LogLevel log_level_of(const Settings& settings) {
  if (settings.log_level == "debug") return LogLevel::debug;
  if (settings.log_level == "warning") return LogLevel::warning;
  if (settings.log_level == "error") return LogLevel::error;
  return LogLevel::info;
}

}  // namespace

std::string public_url_of(const Settings& settings) {
  if (!settings.public_url.empty()) return settings.public_url;
  ListenAddress address;
  if (settings.https_listen != "off" && parse_listen(settings.https_listen, address)) {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') std::snprintf(name, sizeof name, "localhost");
    const std::string host = is_any_address(address.address) ? std::string(name) : in_url(address.address);
    return address.port == 443 ? fmt::format("https://{}", host) : fmt::format("https://{}:{}", host, address.port);
  }
  parse_listen(settings.http_listen, address);
  const std::string host = is_any_address(address.address) ? std::string("127.0.0.1") : in_url(address.address);
  return address.port == 80 ? fmt::format("http://{}", host) : fmt::format("http://{}:{}", host, address.port);
}

// Members stand in the order of their start; the language destroys them in reverse.
class Appliance::Parts {
 public:
  Parts(const Settings& given, Clock& the_clock, Random& the_random)
      : settings(given), clock(the_clock), random(the_random) {}

  const Settings settings;
  Clock& clock;
  Random& random;
  std::string public_url;
  std::optional<Keyring> keys;
  std::unique_ptr<storage::Storage> store;
  std::unique_ptr<KeyRotation> rotation;
  std::unique_ptr<TrailParts> trails;
  EventBus events;
  std::unique_ptr<Notify> notify;
  std::unique_ptr<Limits> limits;
  std::unique_ptr<Administration> administration;
  std::unique_ptr<AttemptLimiter> attempts;
  std::unique_ptr<AttemptServices> vigilance;
  std::unique_ptr<AlertServices> alerts;
  std::unique_ptr<AccessServices> access;
  std::unique_ptr<TrustServices> trust;
  std::unique_ptr<EnrolmentKeys> enrolment;
  std::unique_ptr<IdentityService> identity;
  std::unique_ptr<SecondFactors> second_factors;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<oidc::CurlProviderHttp> provider_http;
  std::unique_ptr<oidc::ProviderLogins> logins;
  std::unique_ptr<web::Certificates> certificates;  // absent without an https listener
  std::unique_ptr<web::TlsServer> tls;
  std::unique_ptr<web::WebApp> app;
  std::unique_ptr<web::ConnectionLoop> loop;
  std::unique_ptr<PeriodicTasks> maintenance;
  std::unique_ptr<ControlServer> control;
  std::atomic<bool> started{false};
  std::atomic<bool> database_writes{true};
  std::int64_t watched_commits = 0, watched_failures = 0;  // of the maintenance thread
  bool stopped = false;

  Result<void> open_limits();
  Result<void> open_services();
  Result<void> open_certificates();
  Result<void> open_web();
  void add_maintenance();
  void keep_readings_within_retention();
  void watch_database();
  Result<void> ready() const;
  std::string database_metrics() const;
  Result<std::vector<std::string>> greeting();
};

// What connlog.toml says is the standard of these limits; the administrator may set others in the interface.
Result<void> Appliance::Parts::open_limits() {
  limits = std::make_unique<Limits>(
      store->administration().limits, store->audit(), clock,
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

Result<void> Appliance::Parts::open_certificates() {
  if (settings.https_listen == "off") return {};
  web::CertificateSettings wanted;
  wanted.data_dir = store->directory().path();
  wanted.certificate_file = settings.tls_certificate;
  wanted.key_file = settings.tls_key;
  wanted.public_host = host_of(public_url);
  certificates = TRY(web::Certificates::open(wanted, clock, random));
  tls = TRY(web::TlsServer::open(*certificates, *keys, wanted.data_dir, clock, random));
  return {};
}

Result<void> Appliance::Parts::open_web() {
  const web::WebServices services{
      .stores = store->stores(),
      .workspaces = store->workspaces(),
      .agents = store->agents(),
      .readings = store->readings(),
      .rules = store->rules(),
      .incidents = store->incidents(),
      .recipients = store->recipients(),
      .outbox = store->outbox(),
      .audit = store->audit(),
      .trails = store->trails(),
      .idempotency = store->idempotency(),
      .identity = *identity,
      .workspace_service = alerts->workspaces(),
      .agent_service = alerts->agents(),
      .rule_service = alerts->rules(),
      .incident_service = alerts->incidents(),
      .notify_service = *notify,
      .ingest = alerts->ingest(),
      .attempts = *attempts,
      .enrolment = *enrolment,
      .access = *access,
      .directory = alerts->directory(),
      .events = events,
      .keyring = *keys,
      .clock = clock,
      .random = random,
      .administration = *administration,
      .trust = *trust,
      .second_factors = *second_factors,
      .trail_services = trails->services(),
      .accounts = *accounts,
      .sessions = store->sessions(),
      .letters = store->letters(),
      .logins = *logins,
  };
  web::WebSettings wanted;
  wanted.public_url = public_url;
  wanted.listeners = listeners_of(settings);
  wanted.data_directory = store->directory().path();
  wanted.certificates = certificates.get();
  wanted.trusted_proxies = settings.trusted_proxies;
  if (settings.allow_plain_http)
    wanted.warnings.push_back("allow_plain_http is on: passwords and agent tokens may cross the network unencrypted.");
  for (std::string& warning : trails->warnings()) wanted.warnings.push_back(std::move(warning));
  wanted.loop_counters = [this] { return loop->counters(); };
  wanted.database_bytes = [this]() -> std::uint64_t {
    const auto facts = store->facts();
    return facts ? static_cast<std::uint64_t>(facts->file_bytes + facts->log_bytes) : 0;
  };
  wanted.ready = [this] { return ready(); };
  wanted.more_metrics = [this] { return database_metrics() + trails->metrics(); };
  app = std::make_unique<web::WebApp>(services, std::move(wanted));

  web::LoopSettings for_loop;
  for_loop.listeners = listeners_of(settings);
  for_loop.workers = static_cast<int>(settings.workers);
  for_loop.max_connections = static_cast<int>(settings.max_connections);
  loop = std::make_unique<web::ConnectionLoop>(for_loop, tls.get(), clock,
                                               [this](web::RawRequest request, web::Responder responder) {
                                                 app->handle(std::move(request), std::move(responder));
                                               });
  return {};
}

void Appliance::Parts::keep_readings_within_retention() {
  const Instant before = clock.now() - std::chrono::days(limits->value(Limit::reading_days));
  for (int slice = 0; slice < kRetentionSlicesMax; ++slice) {
    std::int64_t deleted = 0;
    const auto done = store->stores().write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(store->readings().delete_before(tx, before, kRetentionSlice));
      return {};
    });
    if (!done) {
      log_warning("retention.failed", {{"message", done.error().message}, {"cause", done.error().cause}});
      return;
    }
    if (deleted < kRetentionSlice) return;
  }
}

// Commits that fail and none that succeed: the disk is full or gone. Seen from the counters, so that a healthy and idle
// appliance writes nothing only to know that it could.
void Appliance::Parts::watch_database() {
  const auto facts = store->facts();
  if (!facts) {
    database_writes = false;
    return;
  }
  if (facts->commits > watched_commits) database_writes = true;
  if (facts->commits == watched_commits && facts->failed_commits > watched_failures) database_writes = false;
  watched_commits = facts->commits;
  watched_failures = facts->failed_commits;
}

void Appliance::Parts::add_maintenance() {
  maintenance = std::make_unique<PeriodicTasks>(clock);
  maintenance->add("live_events", milliseconds(1'000), [this] { app->tick(); });
  maintenance->add("database_watch", milliseconds(2'000), [this] { watch_database(); });
  maintenance->add("checkpoint", milliseconds(5'000), [this] {
    if (const auto done = store->checkpoint(); !done) log_warning("checkpoint.failed", {{"cause", done.error().cause}});
  });
  maintenance->add("certificates", milliseconds(60'000), [this] {
    if (!tls) return;
    if (const auto done = tls->maintain(); !done)
      log_warning("certificates.failed", {{"message", done.error().message}});
  });
  maintenance->add("legal", milliseconds(60'000), [this] { trust->legal().look_again(); });
  maintenance->add("keys", milliseconds(30'000), [this] {
    if (const auto done = rotation->finish(); !done)
      log_warning("keys.rotation_unfinished", {{"message", done.error().message}, {"cause", done.error().cause}});
  });
  maintenance->add("sessions", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) -> Result<void> {
      TRY(second_factors->remove_expired(tx));
      return identity->remove_expired(tx);
    });
    if (!done) log_warning("sessions.cleanup_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("attempt_notices", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) { return vigilance->watch().remove_old(tx); });
    if (!done) log_warning("attempt_notices.cleanup_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("enrolment_keys", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) { return enrolment->remove_old(tx); });
    if (!done) log_warning("enrolment_keys.cleanup_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("accounts", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) -> Result<void> {
      TRY(store->letters().remove_before(tx, clock.now() - kLettersKept, kLettersSlice));
      return accounts->maintain(tx);
    });
    if (!done) log_warning("accounts.cleanup_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("invitations", milliseconds(3'600'000), [this] {
    const auto done =
        store->stores().write([this](Transaction& tx) { return access->invitations().remove_expired(tx); });
    if (!done) log_warning("invitations.cleanup_failed", {{"cause", done.error().cause}});
  });
  // A piece at a time, so that maintenance comes round and the writer stays free for others.
  maintenance->add("workspace_deletion", milliseconds(1'000), [this] {
    const auto done = access->life().erase_some();
    if (!done) log_warning("workspace_deletion.failed", {{"cause", done.error().cause}});
  });
  maintenance->add("idempotency_keys", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) -> Result<void> {
      TRY(store->idempotency().remove_before(tx, clock.now() - kIdempotencyKeysKept, kIdempotencyKeysSlice));
      return {};
    });
    if (!done) log_warning("idempotency_keys.cleanup_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("administration", milliseconds(3'600'000), [this] {
    const auto done = store->stores().write([this](Transaction& tx) -> Result<void> {
      TRY(administration->api_keys().remove_old(tx));
      return administration->reviews().remind(tx);
    });
    if (!done) log_warning("administration.maintenance_failed", {{"cause", done.error().cause}});
  });
  trails->add_maintenance(*maintenance, *limits);
  maintenance->add("retention", milliseconds(3'600'000), [this] { keep_readings_within_retention(); });
  maintenance->add("shrink", milliseconds(3'600'000), [this] {
    if (const auto done = store->shrink(1'000); !done) log_warning("shrink.failed", {{"cause", done.error().cause}});
  });
}

Result<void> Appliance::Parts::ready() const {
  const Monotonic now = clock.monotonic();
  const auto not_ready = [](const char* why) { return Error{ErrorCode::unavailable, why}; };
  if (!started) return not_ready("connlog is starting.");
  if (!database_writes)
    return not_ready("The database cannot be written to. Look at the disk's free space and at the log.");
  if (!alerts->scheduler().is_alive())
    return not_ready("The scheduler has stopped coming round: silence would go unnoticed. Restart connlog.");
  if (now - notify->last_turn() > kOutboxAliveWithin)
    return not_ready("The outbox has stopped coming round: nobody would be told. Restart connlog.");
  if (now - maintenance->last_round() > kMaintenanceAliveWithin)
    return not_ready("Maintenance has stopped coming round. Restart connlog.");
  return {};
}

std::string Appliance::Parts::database_metrics() const {
  const auto facts = store->facts();
  if (!facts) return {};
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view type, std::string_view help, std::int64_t value) {
    text += fmt::format("# HELP connlog_{0} {1}\n# TYPE connlog_{0} {2}\nconnlog_{0} {3}\n", name, help, type, value);
  };
  add("database_log_bytes", "gauge", "Size of the write-ahead log.", facts->log_bytes);
  add("database_commits_total", "counter", "Groups that reached the disk.", facts->commits);
  add("database_failed_commits_total", "counter", "Groups that did not.", facts->failed_commits);
  add("readings_total", "counter", "Readings committed since the start.", facts->readings);
  add("database_waiting", "gauge", "Writes that wait for their commit.", facts->waiting);
  add("database_largest_group", "gauge", "Writes in the largest group since the start.", facts->largest_group);
  return text;
}

Result<std::vector<std::string>> Appliance::Parts::greeting() {
  std::vector<std::string> lines{fmt::format("connlog {} serves {}", version(), settings.data_dir)};
  std::string local = public_url;
  for (const web::Listener& listener : loop->bound()) {
    const bool any = is_any_address(listener.address);
    if (listener.tls) {
      lines.push_back(fmt::format("  from the network  {}{}", public_url,
                                  certificates->is_own() ? "  (a certificate of its own: browsers ask once)" : ""));
    } else {
      local = fmt::format("http://{}:{}", any ? "127.0.0.1" : in_url(listener.address), listener.port);
      lines.push_back(fmt::format("  on this machine   {}", local));
    }
  }
  bool unclaimed = false;
  const auto asked = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    unclaimed = TRY(identity->needs_setup(snapshot));
    return {};
  });
  TRY(asked);
  if (!unclaimed) return lines;
  Secret link;
  const auto made = store->stores().write([&](Transaction& tx) -> Result<void> {
    link = TRY(identity->open_setup(tx));
    return {};
  });
  TRY(made);
  lines.push_back(
      "Nobody owns this appliance yet. Open this link to set it up; it works once, and each start makes a new one:");
  lines.push_back(fmt::format("  {}/setup#token={}", local, link.reveal()));
  return lines;
}

Appliance::Appliance(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Appliance::~Appliance() {
  stop();
}

Result<std::unique_ptr<Appliance>> Appliance::open(const Settings& settings, Clock& clock, Random& random) {
  set_log_level(log_level_of(settings));
  auto parts = std::make_unique<Parts>(settings, clock, random);
  parts->public_url = public_url_of(settings);
  auto directory = TRY(storage::DataDirectory::open(settings.data_dir));
  parts->keys =
      TRY(Keyring::open(directory.path(), directory.database_exists(), random, master_key_sources_of_process()));
  storage::StorageSettings for_storage;
  if (settings.commit_window_ms >= 0) for_storage.commit_window = milliseconds(settings.commit_window_ms);
  parts->store = TRY(storage::Storage::open(std::move(directory), *parts->keys, for_storage, clock, random));
  parts->rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{
      parts->store->stores(), parts->store->trust().sealed_texts, parts->store->audit(), *parts->keys, random});
  if (const auto done = parts->rotation->finish(); !done)  // maintenance tries again
    log_warning("keys.rotation_unfinished", {{"message", done.error().message}, {"cause", done.error().cause}});
  TRY(parts->open_services());
  return std::unique_ptr<Appliance>(new Appliance(std::move(parts)));
}

Result<std::vector<std::string>> Appliance::serve() {
  Parts& parts = *parts_;
  TRY(parts.alerts->load());
  TRY(parts.open_certificates());
  TRY(parts.open_web());
  parts.add_maintenance();
  parts.notify->start();
  parts.trails->start();
  parts.provider_http->start();
  parts.maintenance->start();
  TRY(parts.loop->start());
  parts.alerts->listening();
  parts.alerts->start();
  ControlServices services{parts.store->stores(), *parts.identity, *parts.rotation, *parts.trails};
  parts.control = TRY(ControlServer::start(
      parts.store->directory().path() / "control.sock",
      [services](const std::string& request) mutable { return connlog::answer_control_request(services, request); }));
  auto lines = TRY(parts.greeting());
  parts.started = true;
  return lines;
}

void Appliance::reload() {
  if (!parts_->tls) return;
  const auto done = parts_->tls->maintain();
  if (done) {
    log_info("certificates.looked_at");
  } else {
    log_warning("certificates.failed", {{"message", done.error().message}});
  }
}

void Appliance::stop() {
  Parts& parts = *parts_;
  if (parts.stopped) return;
  parts.stopped = true;
  parts.control.reset();
  if (parts.app) parts.app->close_streams();
  if (parts.loop) parts.loop->drain(kDrainLimit);
  if (parts.loop) parts.loop->stop();
  if (parts.maintenance) parts.maintenance->stop();
  if (parts.provider_http) parts.provider_http->stop();
  if (parts.alerts) parts.alerts->stop();
  if (parts.notify) parts.notify->stop();
  if (parts.trails) parts.trails->stop();
  if (parts.store) parts.store->close();
  if (parts.trails) parts.trails->close();
}

std::string Appliance::answer_control_request(const std::string& request) {
  ControlServices services{parts_->store->stores(), *parts_->identity, *parts_->rotation, *parts_->trails};
  return connlog::answer_control_request(services, request);
}

std::string Appliance::check_database() {
  const auto facts = parts_->store->facts();
  if (!facts) return "opens, but its state cannot be read";
  return fmt::format("opens; schema {}, {} KiB", facts->schema_version, (facts->file_bytes + facts->log_bytes) / 1024);
}

}  // namespace connlog
