// The periodic maintenance of the appliance, and what shows that the appliance is healthy: readiness and metrics.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/appliance_parts.h"
#include "core/agents/agent_trust.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/base/metrics_text.h"

namespace connlog {
namespace {

constexpr seconds kOutboxAliveWithin{90};
constexpr seconds kMaintenanceAliveWithin{120};
constexpr std::chrono::hours kIdempotencyKeysKept{24};
constexpr int kIdempotencyKeysSlice = 10'000;
constexpr std::chrono::days kLettersKept{30};
constexpr int kLettersSlice = 10'000;
constexpr std::int64_t kRetentionSlice = 5'000;  // rows deleted in one transaction
constexpr int kRetentionSlicesMax = 40;          // slices in one round, at most

}  // namespace

void Appliance::Parts::keep_readings_within_retention() {
  const Instant before = clock.now() - std::chrono::days(services->limits.value(Limit::reading_days));
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

// If commits fail and none succeeds, the disk is full or gone. The counters tell, so that a healthy and idle appliance
// need not write only to find out.
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
    const AgentTrust trust = count_trust(services->directory, pins_of(*certificates), true);
    if (trust.cut_off > 0) log_warning("tls.agents_cut_off", {{"agents", trust.cut_off}});
  }
  const AgentTrust trust = count_trust(services->directory, {}, true);
  if (trust.cut_off != agents_at_risk && trust.cut_off > 0)
    log_warning("tls.agents_pin_this_certificate", {{"agents", trust.cut_off}, {"of", trust.told}});
  agents_at_risk = trust.cut_off;
}

std::vector<std::string> Appliance::Parts::certificate_warnings() const {
  if (!certificates) return {};
  std::vector<std::string> out = certificates->warnings();
  if (certificates->is_own()) return out;
  const AgentTrust now = count_trust(services->directory, pins_of(*certificates), true);
  const AgentTrust next = count_trust(services->directory, {}, true);
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
  const AgentTrust trust = count_trust(services->directory, pins, given);
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
    maintenance->add(name, milliseconds(3'600'000), [this, failed, work = std::move(work)] {
      if (const auto done = store->stores().write(work); !done) log_warning(failed, {{"cause", done.error().cause}});
    });
  };
  maintenance->add("live_events", milliseconds(1'000), [this] { app->tick(); });
  maintenance->add("database_watch", milliseconds(2'000), [this] { watch_database(); });
  maintenance->add("checkpoint", milliseconds(5'000), [this] {
    if (const auto done = store->checkpoint(); !done) log_warning("checkpoint.failed", {{"cause", done.error().cause}});
  });
  maintenance->add("certificates", milliseconds(20'000), [this] {  // a renewed one is in use within a minute
    look_after_certificates();
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
    TRY(store->letters().remove_before(tx, clock.now() - kLettersKept, kLettersSlice));
    return services->accounts.maintain(tx);
  });
  hourly("invitations", "invitations.cleanup_failed",
         [this](Transaction& tx) { return services->access.invitations().remove_expired(tx); });
  // Done a piece at a time, so that other maintenance gets its turn and the writer stays free for other writes.
  maintenance->add("workspace_deletion", milliseconds(1'000), [this] {
    const auto done = services->access.life().erase_some();
    if (!done) log_warning("workspace_deletion.failed", {{"cause", done.error().cause}});
  });
  hourly("idempotency_keys", "idempotency_keys.cleanup_failed", [this](Transaction& tx) -> Result<void> {
    TRY(store->idempotency().remove_before(tx, clock.now() - kIdempotencyKeysKept, kIdempotencyKeysSlice));
    return {};
  });
  hourly("administration", "administration.maintenance_failed", [this](Transaction& tx) -> Result<void> {
    TRY(services->administration.api_keys().remove_old(tx));
    return services->administration.reviews().remind(tx);
  });
  trails->add_maintenance(*maintenance, services->limits);
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
  if (!services->scheduler.is_alive())
    return not_ready("The scheduler has stopped coming round: silence would go unnoticed. Restart connlog.");
  if (now - services->notify.last_turn() > kOutboxAliveWithin)
    return not_ready("The outbox has stopped coming round: nobody would be told. Restart connlog.");
  if (now - maintenance->last_round() > kMaintenanceAliveWithin)
    return not_ready("Maintenance has stopped coming round. Restart connlog.");
  return {};
}

std::string Appliance::Parts::database_metrics() const {
  const auto facts = store->facts();
  if (!facts) return {};
  MetricsText text;
  text.gauge("database_log_bytes", "Size of the write-ahead log.", facts->log_bytes);
  text.counter("database_commits_total", "Groups that reached the disk.", facts->commits);
  text.counter("database_failed_commits_total", "Groups that did not.", facts->failed_commits);
  text.counter("readings_total", "Readings committed since the start.", facts->readings);
  text.gauge("database_waiting", "Writes that wait for their commit.", facts->waiting);
  text.gauge("database_largest_group", "Writes in the largest group since the start.", facts->largest_group);
  return text.take();
}

}  // namespace connlog
