// The periodic maintenance of the appliance, and what shows that the appliance is healthy: readiness and metrics.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/appliance_parts.h"
#include "core/base/log.h"
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
  std::vector<std::string> out = trails->warnings();
  if (std::string clock_finding = watch.finding(); !clock_finding.empty()) out.push_back(std::move(clock_finding));
  return out;
}

void Appliance::Parts::keep_readings_within_retention() {
  const Instant before = clock.proven() - std::chrono::days(services->limits.value(Limit::reading_days));
  if (clock.now() - clock.proven() > std::chrono::hours(24)) {
    log_warning("retention.held_back",
                {{"clock", to_iso8601(clock.now())}, {"deletes_by", to_iso8601(clock.proven())}});
  }
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

void Appliance::Parts::add_maintenance() {
  maintenance = std::make_unique<PeriodicTasks>(clock);
  const auto hourly = [this](const char* name, const char* failed, Stores::Work work) {
    maintenance->add(name, milliseconds(3'600'000), [this, failed, work = std::move(work)] {
      if (const auto done = store->stores().write(work); !done) log_warning(failed, {{"cause", done.error().cause}});
    });
  };
  maintenance->add("clock", milliseconds(1'000), [this] { static_cast<void>(watch.state()); });  // says so in the log
  maintenance->add("clock_memory", milliseconds(600'000), [this] { keep_clock_memory(); });
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
    TRY(store->letters().remove_before(tx, clock.proven() - kLettersKept, kLettersSlice));
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
    TRY(store->idempotency().remove_before(tx, clock.proven() - kIdempotencyKeysKept, kIdempotencyKeysSlice));
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
  MetricsText text;
  text.gauge("clock_implausible", "1: the machine's clock cannot be right.",
             watch.state() == ClockWatch::State::plausible ? 0 : 1);
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
