// The periodic maintenance of the appliance, and what shows that the appliance is healthy: readiness and metrics.
#include <fmt/format.h>
#include <sys/statvfs.h>

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/appliance_parts.h"
#include "core/agents/agent_trust.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/base/metrics_text.h"
#include "core/notify/mail_health.h"

namespace connlog {
namespace {

constexpr seconds kOutboxAliveWithin{45};
constexpr seconds kMaintenanceAliveWithin{120};
constexpr std::chrono::hours kIdempotencyKeysKept{24};
constexpr int kIdempotencyKeysSlice = 10'000;

// The disk is short of room below this many bytes, if that is also less than a tenth of it.
constexpr std::uint64_t kDiskShort = std::uint64_t{2} << 30, kDiskVeryShort = std::uint64_t{200} << 20;
constexpr std::uint64_t kDiskShortShare = 10;

// What core/base/clock_watch.h remembers, as a setting: {"believed", "proven", "monotonic", "boot"}, in microseconds.
constexpr const char* kClockSetting = "clock";

std::optional<ClockMemory> read_memory(const std::string& text) {
  const auto stored = nlohmann::json::parse(text, nullptr, false);
  if (!stored.is_object()) return std::nullopt;
  for (const char* name : {"believed", "proven", "monotonic"}) {
    if (!stored.contains(name) || !stored[name].is_number_integer()) return std::nullopt;
  }
  if (!stored.contains("boot") || !stored["boot"].is_string()) return std::nullopt;
  return ClockMemory{Instant{stored["believed"].get<std::int64_t>()}, Instant{stored["proven"].get<std::int64_t>()},
                     Monotonic{stored["monotonic"].get<std::int64_t>()}, stored["boot"].get<std::string>()};
}

}  // namespace

Result<void> Appliance::Parts::remember_clock() {
  std::optional<std::string> text;
  const auto asked = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    text = TRY(store->settings().get(snapshot, kClockSetting));
    return {};
  });
  TRY(asked);
  const auto memory = text ? read_memory(*text) : std::optional<ClockMemory>();
  Instant newest;
  if (!memory) newest = TRY(store->newest_data());
  watch.remember(memory, newest);
  return {};
}

void Appliance::Parts::keep_clock_memory() {
  const ClockMemory memory = watch.memory();
  const std::string text = nlohmann::json{
      {"believed", memory.believed.micros},
      {"proven", memory.proven.micros},
      {"monotonic", memory.at.micros},
      {"boot", memory.boot}}.dump();
  const auto kept =
      store->stores().write([&](Transaction& tx) { return store->settings().put(tx, kClockSetting, text); });
  if (!kept) log_warning("clock.not_remembered", {{"message", kept.error().message}, {"cause", kept.error().cause}});
}

std::vector<std::string> Appliance::Parts::findings() const {
  std::vector<std::string> out;
  for (PartFinding& trouble : troubles()) out.push_back(std::move(trouble.text));
  return out;
}

// What nothing else says of the clock, of mail and of the trails.
std::vector<PartFinding> Appliance::Parts::troubles() const {
  std::vector<PartFinding> out;
  if (std::string clock_finding = watch.finding(); !clock_finding.empty())
    out.push_back({AppliancePart::clock, State::down, std::move(clock_finding)});
  std::optional<MailTrouble> mail;
  const auto read = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    mail = TRY(load_mail_trouble(store->settings(), snapshot));
    return {};
  });
  if (!read) log_warning("findings.mail_unknown", {{"message", read.error().message}, {"cause", read.error().cause}});
  if (mail) out.push_back({AppliancePart::mail, State::down, explain(*mail) + " Look at Appliance, Mail."});
  for (std::string& text : trails->warnings()) out.push_back({AppliancePart::trails, State::down, std::move(text)});
  return out;
}

// How full the file system of the data directory is.
std::optional<PartFinding> Appliance::Parts::disk_finding() const {
  struct statvfs disk {};
  if (::statvfs(store->directory().path().c_str(), &disk) != 0) return std::nullopt;  // watch_storage() finds out more
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::uint64_t all = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  if (free >= kDiskShort || free * kDiskShortShare >= all) return std::nullopt;
  return PartFinding{AppliancePart::disk, free < kDiskVeryShort ? State::down : State::degraded,
                     fmt::format("{} MiB are left where the data are. Make room, or keep readings for fewer days.",
                                 free / (1024 * 1024))};
}

// What the appliance finds about its parts; a part that is not named is well.
std::vector<PartFinding> Appliance::Parts::part_findings() const {
  std::vector<PartFinding> out = troubles();
  if (auto disk = disk_finding()) out.push_back(*std::move(disk));
  for (MonitorWork::Trouble& trouble : services->monitor_work.troubles()) {
    out.push_back({trouble.is_of_clock ? AppliancePart::clock : AppliancePart::checks,
                   trouble.is_down ? State::down : State::degraded, std::move(trouble.text)});
  }
  {
    const std::lock_guard lock(unknown_words_mutex);
    for (const std::string& word : unknown_words) out.push_back({AppliancePart::database, State::degraded, word + "."});
  }
  for (PartFinding& finding : services->backups.findings()) {
    if (finding.state != State::up) out.push_back(std::move(finding));  // else it is advice
  }
  if (!certificates) return out;
  const State worn = certificates->not_after() <= clock.believed() ? State::down : State::degraded;
  for (std::string& text : certificate_warnings()) out.push_back({AppliancePart::certificate, worn, std::move(text)});
  return out;
}

void Appliance::Parts::count_unknown_words() {
  const auto found = store->unknown_words();
  if (!found) return;
  const std::lock_guard lock(unknown_words_mutex);
  unknown_words.clear();
  for (const storage::UnknownWord& word : *found) unknown_words.push_back(sentence_of(word));
}

void Appliance::Parts::look_after_health() {
  if (store->health().outage()) return;  // nothing can be written; core/notify/outage_news tells
  if (recovery_mode.is_on()) return;     // what is wrong is found and told when it ends
  const auto done = services->health.look(part_findings());
  if (!done) log_warning("health.not_written", {{"message", done.error().message}, {"cause", done.error().cause}});
}

// A little at a time while the disk has room, more while it is short of it.
void Appliance::Parts::give_space_back() {
  constexpr int kRoundsMax = 16;
  for (int round = 0; round < kRoundsMax; ++round) {
    if (const auto done = store->shrink(1'000); !done) {
      log_warning("shrink.failed", {{"cause", done.error().cause}});
      return;
    }
    const auto facts = store->facts();
    if (!disk_finding() || !facts || facts->free_pages == 0) return;
  }
}

// Every write tells whether it reached the disk. Two cases need a write only to find out: an outage that may be over
// while nobody writes, and an idle appliance whose disk has filled up or turned read-only.
void Appliance::Parts::watch_storage() {
  struct statvfs disk {};
  const bool suspicious =
      ::statvfs(store->directory().path().c_str(), &disk) != 0 || disk.f_bavail == 0 || (disk.f_flag & ST_RDONLY) != 0;
  if (!suspicious && !store->health().outage()) return;
  static_cast<void>(store->probe().has_value());  // the outcome is in health()
}

// Renewed now and then, so that it is at hand when nothing can be read either.
void Appliance::Parts::hold_outage_audience() {
  OutageAudience audience;
  const auto read = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    audience.mail = TRY(services->notify.mail_settings(snapshot));
    const auto people = TRY(store->attempt_notices().administrators(snapshot));
    std::set<WorkspaceId> seen;
    for (const User& person : people) {
      audience.addresses.push_back(person.mail);
      const auto workspaces = TRY(store->workspaces().of_user(snapshot, person.id));
      for (const Workspace& workspace : workspaces) {
        const auto member = TRY(store->members().find(snapshot, workspace.id, person.id));
        const bool owns = member && member->role == Role::owner;
        if (!workspace.enabled || !owns || !seen.insert(workspace.id).second) continue;
        const auto recipients = TRY(store->recipients().list(snapshot, workspace.id));
        for (const Recipient& each : recipients) {
          if (each.channel == "webhook" && each.enabled && each.receives_by_default)
            audience.webhooks.push_back({each, workspace});
        }
      }
    }
    return {};
  });
  if (read) services->notify.hold_outage_audience(std::move(audience));
}

namespace {

std::vector<std::string> pins_of(const web::Certificates& certificates) {
  std::vector<std::string> pins;
  const auto facts = web::read_certificates(certificates.chain_pem(), "the chain");
  if (!facts) return pins;
  for (const web::CertificateFacts& one : *facts)
    pins.push_back(to_hex({reinterpret_cast<const std::uint8_t*>(one.key_digest.data()), one.key_digest.size()}));
  return pins;
}

}  // namespace

// Loads a renewed certificate, and says in the log how many agents a change cuts off: of those that pin an
// administrator's authority beforehand, at each change of their number.
void Appliance::Parts::look_after_certificates() {
  if (!tls) return;
  const std::string before = certificates->ca_pin_hex();
  if (const auto done = tls->maintain(); !done) log_warning("certificates.failed", {{"message", done.error().message}});
  if (certificates->is_own()) {
    public_address->look(certificates->ca_pin_hex());
    return;
  }
  if (certificates->ca_pin_hex() != before) {
    const AgentTrust trust = count_trust(services->agent_directory, pins_of(*certificates), true);
    if (trust.cut_off > 0) log_warning("tls.agents_cut_off", {{"agents", trust.cut_off}});
  }
  const AgentTrust trust = count_trust(services->agent_directory, {}, true);
  if (trust.cut_off != agents_at_risk && trust.cut_off > 0)
    log_warning("tls.agents_pin_this_certificate", {{"agents", trust.cut_off}, {"of", trust.told}});
  agents_at_risk = trust.cut_off;
}

std::vector<std::string> Appliance::Parts::certificate_warnings() const {
  if (!certificates) return {};
  std::vector<std::string> out = certificates->warnings();
  if (certificates->is_own()) return out;
  const AgentTrust now = count_trust(services->agent_directory, pins_of(*certificates), true);
  const AgentTrust next = count_trust(services->agent_directory, {}, true);
  if (now.cut_off > 0) {
    out.push_back(
        fmt::format("{} agents trust an authority that is not in the chain of the present certificate. Run the "
                    "install command on their hosts again.",
                    now.cut_off));
  }
  if (next.cut_off > now.cut_off) {
    out.push_back(
        fmt::format("{} agents trust an authority of the present certificate alone, and are cut off once it is "
                    "renewed under another one. They learn to trust their host's authorities by themselves if "
                    "those know yours; else install your authority there.",
                    next.cut_off - now.cut_off));
  }
  return out;
}

std::string Appliance::Parts::answer_certificates(const std::vector<std::string>& pins, bool given) const {
  if (!certificates) return nlohmann::json{{"ok", true}}.dump();
  const AgentTrust trust = count_trust(services->agent_directory, pins, given);
  return nlohmann::json{{"ok", true},
                        {"not_after", to_iso8601(certificates->not_after())},
                        {"warnings", certificate_warnings()},
                        {"agents_told", trust.told},
                        {"agents_cut_off", trust.cut_off}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Appliance::Parts::add_maintenance() {
  maintenance = std::make_unique<PeriodicTasks>(clock);
  const auto hourly = [this](const char* name, const char* failed, Stores::Work work) {
    maintenance->add_outside_recovery(name, milliseconds(3'600'000), recovery_mode,
                                      [this, failed, work = std::move(work)] {
      if (const auto done = store->stores().write(work); !done) log_warning(failed, {{"cause", done.error().cause}});
    });
  };
  maintenance->add("clock", milliseconds(1'000), [this] { static_cast<void>(watch.state()); });  // says so in the log
  maintenance->add("clock_memory", milliseconds(600'000), [this] { keep_clock_memory(); });
  maintenance->add("live_events", milliseconds(1'000), [this] { app->tick(); });
  maintenance->add("storage_watch", milliseconds(2'000), [this] { watch_storage(); });
  maintenance->add("outage_audience", milliseconds(20'000), [this] { hold_outage_audience(); });
  maintenance->add("log", milliseconds(10'000), [] { say_repeated_lines(); });
  maintenance->add("checkpoint", milliseconds(5'000), [this] {
    if (const auto done = store->checkpoint(); !done) log_warning("checkpoint.failed", {{"cause", done.error().cause}});
  });
  maintenance->add("certificates", milliseconds(20'000), [this] {  // a renewed one is in use within a minute
    look_after_certificates();
  });
  maintenance->add("unknown_words", milliseconds(3'600'000), [this] { count_unknown_words(); });
  maintenance->add("health", milliseconds(10'000), [this] { look_after_health(); });
  maintenance->add_outside_recovery("quiet", milliseconds(10'000), recovery_mode, [this] {
    if (const auto done = services->quiet_service.round(); !done)
      log_warning("quiet.round_failed", {{"cause", done.error().cause}});
  });
  maintenance->add("legal", milliseconds(60'000), [this] { services->trust.legal().look_again(); });
  maintenance->add("keys", milliseconds(30'000), [this] {
    if (const auto done = rotation->finish(); !done)
      log_warning("keys.rotation_unfinished", {{"message", done.error().message}, {"cause", done.error().cause}});
  });
  hourly("sessions", "sessions.cleanup_failed", [this](Transaction& tx) -> Result<void> {
    TRY(services->second_factors.remove_expired(tx));
    return services->identity.remove_expired(tx);
  });
  hourly("attempt_notices", "attempt_notices.cleanup_failed",
         [this](Transaction& tx) { return services->abuse_watch.remove_old(tx); });
  hourly("enrolment_keys", "enrolment_keys.cleanup_failed",
         [this](Transaction& tx) { return services->enrolment.remove_old(tx); });
  hourly("accounts", "accounts.cleanup_failed", [this](Transaction& tx) -> Result<void> {
    return services->accounts.maintain(tx);
  });
  hourly("invitations", "invitations.cleanup_failed",
         [this](Transaction& tx) { return services->access.invitations().remove_expired(tx); });
  // Done a piece at a time, so that other maintenance gets its turn and the writer stays free for other writes.
  maintenance->add_outside_recovery("workspace_deletion", milliseconds(1'000), recovery_mode, [this] {
    const auto done = services->access.life().erase_some();
    if (!done) log_warning("workspace_deletion.failed", {{"cause", done.error().cause}});
  });
  hourly("idempotency_keys", "idempotency_keys.cleanup_failed", [this](Transaction& tx) -> Result<void> {
    TRY(store->idempotency().remove_before(tx, clock.proven() - kIdempotencyKeysKept, kIdempotencyKeysSlice));
    return {};
  });
  hourly("administration", "administration.maintenance_failed", [this](Transaction& tx) -> Result<void> {
    TRY(services->administration.api_keys().remove_old(tx));
    return services->administration.reviews().remind(tx);
  });
  trails->add_maintenance(*maintenance, services->retention_plan, services->retention);
  maintenance->add_outside_recovery("retention", milliseconds(3'600'000), recovery_mode,
                                    [this] { services->retention.run(); });
  maintenance->add("shrink", milliseconds(3'600'000), [this] { give_space_back(); });
}

std::vector<LoopSign> Appliance::Parts::signs() const {
  std::vector<LoopSign> signs = loop->signs();
  signs.push_back(store->sign());
  signs.push_back(
      {"The scheduler", services->scheduler.last_round(), Scheduler::kAliveWithin, "silence would go unnoticed"});
  signs.push_back(services->checks.sign());
  signs.push_back({"The outbox", services->notify.last_turn(), kOutboxAliveWithin, "nobody would be told"});
  signs.push_back({"Maintenance", maintenance->last_round(), kMaintenanceAliveWithin,
                   "certificates and old data would not be looked after"});
  signs.push_back(services->provider_http.sign());
  signs.push_back(trails->services().syslog.sign());
  signs.push_back(services->backups.sign());
  signs.push_back(services->dead_man.sign());
  return signs;
}

Result<void> Appliance::Parts::ready() const {
  const auto not_ready = [](std::string why) { return Error{ErrorCode::unavailable, std::move(why)}; };
  if (!started) return not_ready("connlog is starting.");
  if (const auto outage = store->health().outage())
    return not_ready(fmt::format("Nothing can be stored since {}: {}.", to_iso8601(outage->since), outage->cause));
  if (!store->health().has_stored()) return not_ready("Nothing has been stored yet since the start.");
  const std::vector<LoopSign> all = signs();
  const Monotonic now = clock.monotonic();
  if (const LoopSign* stuck = first_stuck(all, now)) {
    return not_ready(fmt::format("{} has not come round for {} s: {}. Restart connlog.", stuck->name,
                                 (now - stuck->last) / seconds(1), stuck->without));
  }
  return {};
}

std::string Appliance::Parts::check_metrics() const {
  MetricsText text;
  const CheckLoopCounts loop_counts = services->checks.counts();
  const MonitorWork::Counts counts = services->monitor_work.counts();
  text.gauge("monitors", "Monitors of all workspaces.", counts.monitors);
  text.gauge("checks_planned", "Monitors that this appliance checks itself.", loop_counts.planned);
  text.gauge("checks_running", "Checks under way.", loop_counts.running);
  text.gauge("checks_held", "Results that wait until it is known whether our own way is well.", loop_counts.held);
  text.counter("checks_total", "Checks made since the start.", loop_counts.made);
  text.gauge("checks_lag_milliseconds", "How late the last check began.",
             loop_counts.latest_lag / std::chrono::milliseconds(1));
  text.counter("check_results_up_total", "Results since the start that said up.", counts.up);
  text.counter("check_results_degraded_total", "Results since the start that said degraded.", counts.degraded);
  text.counter("check_results_down_total", "Results since the start that said down.", counts.down);
  text.counter("check_results_unknown_total", "Results since the start that could not tell.", counts.unknown);
  text.counter("pings_late_total", "Pings that were late since the start.", counts.late);
  text.counter("pings_missing_total", "Pings that did not come since the start.", counts.missing);
  text.counter("pings_not_judged_total", "Pings that did not come while connlog was away.", counts.not_judged);
  text.counter("pings_not_stored_total", "Pings that were answered and counted alone.", services->pings.not_stored());
  return text.take();
}

std::string Appliance::Parts::database_metrics() const {
  MetricsText text;
  text.gauge("clock_implausible", "1: the machine's clock cannot be right.",
             watch.state() == ClockWatch::State::plausible ? 0 : 1);
  text.gauge("storage_failing", "1: nothing can be stored.", store->health().outage() ? 1 : 0);
  if (const auto newest = services->backups.newest_complete())
    text.gauge("backup_age_seconds", "Age of the newest backup.", (clock.now() - *newest) / seconds(1));
  const auto facts = store->facts();
  if (!facts) return text.take();
  text.gauge("database_log_bytes", "Size of the write-ahead log.", facts->log_bytes);
  text.counter("database_commits_total", "Groups that reached the disk.", facts->commits);
  text.counter("database_failed_commits_total", "Groups that did not.", facts->failed_commits);
  text.counter("readings_total", "Readings committed since the start.", facts->readings);
  text.gauge("database_waiting", "Writes that wait for their commit.", facts->waiting);
  text.gauge("database_largest_group", "Writes in the largest group since the start.", facts->largest_group);
  return text.take();
}

}  // namespace connlog
