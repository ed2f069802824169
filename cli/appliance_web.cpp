// What the network reaches: certificates, the web room and the connection loop.
#include "cli/appliance_parts.h"
#include "cli/appliance_settings.h"
#include "core/appliance/backup/hold.h"

namespace connlog {

Result<void> Appliance::Parts::open_certificates() {
  if (settings.https_listen == "off") return {};
  web::CertificateOptions wanted;
  wanted.data_dir = store->directory().path();
  wanted.certificate_file = settings.tls_certificate;
  wanted.key_file = settings.tls_key;
  wanted.public_host = host_of(public_url);
  wanted.further_names = settings.public_names;
  certificates = TRY(web::Certificates::open(wanted, clock, random));
  public_address = std::make_unique<PublicAddress>(public_url, !settings.trusted_proxies.empty(), clock);
  tls = TRY(web::TlsServer::open(*certificates, *keys, wanted.data_dir, clock, random));
  return {};
}

Result<void> Appliance::Parts::open_web() {
  web::WebOptions wanted;
  wanted.public_url = public_url;
  wanted.public_url_is_set = !settings.public_url.empty();
  wanted.public_names = settings.public_names;
  wanted.listeners = listeners_of(settings);
  wanted.data_directory = store->directory().path();
  wanted.certificates = certificates.get();
  wanted.trusted_proxies = settings.trusted_proxies;
  if (settings.allow_plain_http)
    wanted.warnings.push_back("allow_plain_http is on: passwords and agent tokens may cross the network unencrypted.");
  wanted.findings = [this] { return findings(); };
  wanted.backups_hold = [this]() -> std::string {
    std::string sentence;
    const auto read = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
      const BackupSchedule schedule = TRY(services->backups.schedule(snapshot));
      sentence = backups_hold_sentence(schedule);
      return {};
    });
    return read ? sentence : std::string();
  };
  wanted.inspected = [this] { return inspected(); };
  if (certificates) {
    wanted.more_warnings = [this] { return certificate_warnings(); };
    wanted.own_certificate_outside = [this] { return public_address->is_own(); };
  }
  wanted.loop_counters = [this] { return loop->counters(); };
  wanted.database_bytes = [this]() -> std::uint64_t {
    const auto facts = store->facts();
    return facts ? static_cast<std::uint64_t>(facts->file_bytes + facts->log_bytes) : 0;
  };
  wanted.ready = [this] { return ready(); };
  wanted.more_metrics = [this] { return database_metrics() + check_metrics() + trails->metrics(); };
  app = std::make_unique<web::WebApp>(services->for_web(trails->services()), std::move(wanted));

  web::LoopOptions for_loop;
  for_loop.listeners = listeners_of(settings);
  for_loop.workers = static_cast<int>(settings.workers);
  for_loop.max_connections = static_cast<int>(settings.max_connections);
  loop = std::make_unique<web::ConnectionLoop>(for_loop, tls.get(), clock,
                                               [this](web::RawRequest request, web::Responder responder) {
                                                 app->handle(std::move(request), std::move(responder));
                                               });
  return {};
}

}  // namespace connlog
