#include "cli/appliance.h"

#include <fmt/format.h>

#include <utility>

#include "cli/appliance_parts.h"
#include "cli/backup_files.h"
#include "cli/appliance_settings.h"
#include "cli/control_commands.h"
#include "cli/drill.h"
#include "cli/master_key_prompt.h"
#include "cli/rekey.h"
#include "cli/restore_swap.h"
#include "core/base/log.h"
#include "core/base/version.h"

namespace connlog {
namespace {

constexpr milliseconds kDrainLimit{3'000};  // of the five seconds that a stop may take

LogLevel log_level_of(const Settings& settings) {
  if (settings.log_level == "debug") return LogLevel::debug;
  if (settings.log_level == "warning") return LogLevel::warning;
  if (settings.log_level == "error") return LogLevel::error;
  return LogLevel::info;
}

}  // namespace

Result<void> Appliance::Parts::open_services() {
  OutboundOptions outbound = TRY(outbound_of(settings));
  outbound.contact = public_url;
  trails = std::make_unique<TrailParts>(*store, *keys, clock, outbound, host_of(public_url), recovery_mode);
  TRY(trails->open());
  services = std::make_unique<ApplianceServices>(ServiceParts{
      .store = *store,
      .keys = *keys,
      .rotation = *rotation,
      .events = events,
      .clock = clock,
      .random = random,
      .public_url = public_url,
      .outbound = std::move(outbound),
      .password_cost = {.operations = static_cast<std::uint64_t>(settings.password_operations),
                        .memory_bytes = static_cast<std::size_t>(settings.password_memory_mib) * 1024 * 1024,
                        .parallel_max = hashes_beside(settings.workers)},
      // connlog.toml gives the defaults of these limits; the administrator may set other values in the interface.
      .limit_defaults = {{Limit::session_idle_minutes, settings.session_idle_minutes},
                         {Limit::session_absolute_hours, settings.session_absolute_hours},
                         {Limit::reading_days, settings.reading_log_days}},
      .clock_is_plausible = [this] { return watch.state() == ClockWatch::State::plausible; },
      .check_witnesses = witnesses_of(settings),
      .backup_directories = settings.backup_directories,
      .backup_files = [this] { return files_for_backup(settings, store->directory().path(), *keys); },
      .drill =
          [this](const Key& content_key, ByteSource& archive, const Manifest& expected) {
            return run_drill(store->directory().path(), content_key, archive, expected, clock, random);
          },
      .recovery = &recovery_mode,
  });
  TRY(services->open());
  return services->trust.legal().load(store->directory().path() / "legal");
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
    unclaimed = TRY(services->access.first_owner().is_needed(snapshot));
    return {};
  });
  TRY(asked);
  if (!unclaimed) return lines;
  Secret link;
  const auto made = store->stores().write([&](Transaction& tx) -> Result<void> {
    link = TRY(services->access.first_owner().open_link(tx));
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

Result<ApplianceFiles> Appliance::open_files(const Settings& settings, Random& random) {
  set_log_level(log_level_of(settings));
  auto directory = TRY(storage::DataDirectory::open(settings.data_dir));
  TRY(finish_interrupted_restore(directory.path()));
  sweep_drills(directory.path());
  if (!directory.database_exists()) TRY(directory.refuse_lost_database("is missing or empty"));
  auto keys =
      TRY(Keyring::open(directory.path(), directory.database_exists(), random, master_key_sources_of_process()));
  if (directory.database_exists()) TRY(settle_rekey_at_start(directory, keys, random));
  return ApplianceFiles{std::move(directory), std::move(keys)};
}

Result<std::unique_ptr<Appliance>> Appliance::open(const Settings& settings, Clock& clock, Random& random,
                                                   bool accept_damage) {
  auto files = TRY(open_files(settings, random));
  return open(settings, clock, random, std::move(files), accept_damage);
}

Result<std::unique_ptr<Appliance>> Appliance::open(const Settings& settings, Clock& clock, Random& random,
                                                   ApplianceFiles files, bool accept_damage) {
  auto parts = std::make_unique<Parts>(settings, clock, random);
  parts->public_url = public_url_of(settings);
  parts->keys = std::move(files.keys);
  storage::StorageOptions for_storage;
  if (settings.commit_window_ms >= 0) for_storage.commit_window = milliseconds(settings.commit_window_ms);
  for_storage.accept_damage = accept_damage;
  parts->store =
      TRY(storage::Storage::open(std::move(files.directory), *parts->keys, for_storage, parts->clock, random));
  TRY(parts->remember_clock());
  parts->rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{
      parts->store->stores(), parts->store->trust().sealed_texts, parts->store->audit(), *parts->keys, random});
  if (const auto done = parts->rotation->finish(); !done)  // maintenance tries again
    log_warning("keys.rotation_unfinished", {{"message", done.error().message}, {"cause", done.error().cause}});
  TRY(parts->open_services());
  return std::unique_ptr<Appliance>(new Appliance(std::move(parts)));
}

Result<std::vector<std::string>> Appliance::serve() {
  Parts& parts = *parts_;
  bool unclaimed = false;
  const auto asked = parts.store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    unclaimed = TRY(parts.services->access.first_owner().is_needed(snapshot));
    return {};
  });
  TRY(asked);
  if (unclaimed) TRY(parts.trails->refuse_misfit());
  TRY(parts.services->load());
  TRY(parts.open_certificates());
  TRY(parts.open_web());
  parts.add_maintenance();
  if (const auto done = parts.store->keep_marks(); !done)
    log_warning("storage.marks_failed", {{"message", done.error().message}, {"cause", done.error().cause}});
  parts.keep_clock_memory();
  parts.services->notify.start();
  parts.trails->start();
  parts.services->provider_http.start();
  parts.maintenance->start();
  TRY(parts.loop->start());
  parts.services->listening();
  parts.services->scheduler.start();
  parts.services->checks.start();
  parts.services->dead_man.start();
  ControlServices services{
      parts.store->stores(), parts.services->accounts, *parts.rotation, *parts.trails,
      [&parts] { return parts.findings(); }, [&parts] { return parts.ready(); },
      [&parts](const std::vector<std::string>& pins, bool given) { return parts.answer_certificates(pins, given); }};
  services.inspection = [&parts] { return parts.inspect_served(); };
  services.backups = &parts.services->backups;
  services.end_recovery = [&parts](const Actor& actor) { return parts.end_recovery(actor); };
  services.note_drill = [&parts](const Actor& actor, const std::string& text) { return parts.note_drill(actor, text); };
  parts.control = TRY(ControlServer::start(
      parts.store->directory().path() / "control.sock",
      [services](const std::string& request) mutable { return connlog::answer_control_request(services, request); }));
  parts.services->backups.start();
  auto lines = TRY(parts.greeting());
  parts.hold_outage_audience();
  // Ready means that something was stored. A failure does not end the start: the interface says what is wrong.
  if (const auto probed = parts.store->probe(); !probed)
    log_error("start.nothing_can_be_stored", {{"reason", probed.error().message}, {"cause", probed.error().cause}});
  return lines;
}

void Appliance::greeted() {
  parts_->started = true;
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
  if (parts.services) parts.services->backups.stop();
  if (parts.services) parts.services->bucket.stop();  // its asker is answered before the loop ends
  if (parts.app) parts.app->close_streams();
  if (parts.loop) parts.loop->drain(kDrainLimit);
  if (parts.loop) parts.loop->stop();
  if (parts.maintenance) parts.maintenance->stop();
  if (parts.services) parts.services->stop();
  if (parts.trails) parts.trails->stop();
  if (parts.started) parts.keep_clock_memory();
  if (parts.store) parts.store->close();
  if (parts.trails) parts.trails->close();
}

std::string Appliance::answer_control_request(const std::string& request) {
  ControlServices services{parts_->store->stores(),
                           parts_->services->accounts,
                           *parts_->rotation,
                           *parts_->trails,
                           [this] { return parts_->findings(); },
                           {}};
  services.end_recovery = [this](const Actor& actor) { return parts_->end_recovery(actor); };
  services.note_drill = [this](const Actor& actor, const std::string& text) { return parts_->note_drill(actor, text); };
  services.backups = &parts_->services->backups;
  return connlog::answer_control_request(services, request);
}

Result<void> Appliance::record(const std::string& act, const std::string& object, const std::string& details) {
  Actor actor;
  actor.kind = Actor::Kind::command_line;
  actor.name = "command line";
  return parts_->store->stores().write(
      [&](Transaction& tx) { return parts_->store->audit().append(tx, actor, act, object, details); });
}

Result<Backup> Appliance::write_backup(ByteSink& out, const Actor& actor, BackupKind kind) {
  return parts_->services->backups.write_to(out, actor, kind, BackupTrigger::command_line);
}

Result<std::string> Appliance::make_backup(const Actor& actor, BackupTrigger trigger) {
  Backups& backups = parts_->services->backups;
  const Backup made = TRY(backups.make_and_wait(actor, BackupKind::whole, trigger));
  const auto path = TRY(backups.path_of(made.id));
  return path.value_or(made.name);
}

std::string Appliance::check_database() {
  const auto facts = parts_->store->facts();
  if (!facts) return "opens, but its state cannot be read";
  return fmt::format("opens; schema {}, {} KiB", facts->schema_version, (facts->file_bytes + facts->log_bytes) / 1024);
}

std::vector<std::string> Appliance::unknown_words() {
  const auto found = parts_->store->unknown_words();
  if (!found) return {found.error().message};
  std::vector<std::string> lines;
  for (const storage::UnknownWord& each : *found) {
    lines.push_back(sentence_of(each) +
                    ". A later version of connlog may have written it.");
  }
  return lines;
}

std::vector<std::string> Appliance::findings() const {
  return parts_->findings();
}

}  // namespace connlog
