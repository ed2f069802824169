#include "core/appliance/retention.h"

#include <limits>
#include <utility>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::int64_t kReadingsSlice = 5'000;  // rows deleted in one transaction
constexpr std::int64_t kIncidentsSlice = 500;
constexpr int kLettersSlice = 5'000;
constexpr std::int64_t kRemovedSlice = 100;
constexpr std::int64_t kAnswersSlice = 500;
constexpr std::int64_t kQuietsSlice = 100;  // each with at most 50 lines
constexpr seconds kAnswersKept{30 * 86'400};
constexpr int kSlicesMax = 40;  // in one round, at most

constexpr std::int64_t kNearlyFull = std::int64_t{200} << 20, kNearlyFullShare = 10;
constexpr Instant kEndOfTime{std::numeric_limits<std::int64_t>::max()};

}  // namespace

bool is_nearly_full(const DiskRoom& room) {
  return room.free < kNearlyFull && room.free < room.all / kNearlyFullShare;
}

Retention::Retention(Parts parts) : parts_(std::move(parts)) {}

bool Retention::may_delete_by_date() const {
  return !parts_.clock_is_plausible || parts_.clock_is_plausible();
}

// `some` deletes about `slice` rows and returns how many.
void Retention::delete_in_slices(const char* failed, std::int64_t slice, const Some& some) {
  for (int round = 0; round < kSlicesMax; ++round) {
    std::int64_t deleted = 0;
    const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(some(tx));
      return {};
    });
    if (!done) {
      log_warning(failed, {{"message", done.error().message}, {"cause", done.error().cause}});
      return;
    }
    if (deleted < slice) return;
  }
}

void Retention::run() {
  const auto settled = parts_.stores.write([this](Transaction& tx) { return parts_.plan.settle(tx); });
  if (!settled) log_warning("retention.not_settled", {{"cause", settled.error().cause}});
  if (may_delete_by_date()) {
    delete_by_date();
    return;
  }
  log_warning("retention.held_back", {{"clock", to_iso8601(parts_.clock.now())}, {"why", "The clock is implausible."}});
  const auto room = parts_.disk_room ? parts_.disk_room() : std::optional<DiskRoom>();
  if (room && is_nearly_full(*room)) delete_by_count();
}

void Retention::delete_by_date() {
  const RetentionPlan& plan = parts_.plan;
  delete_in_slices("retention.failed", kReadingsSlice, [&](Transaction& tx) {
    return parts_.readings.delete_before(tx, plan.cutoff(Limit::reading_days), kReadingsSlice);
  });
  delete_in_slices("incidents.retention_failed", kIncidentsSlice, [&](Transaction& tx) {
    return parts_.incidents.delete_before(tx, plan.cutoff(Limit::incident_days), kIncidentsSlice);
  });
  delete_in_slices("announcements.retention_failed", kIncidentsSlice, [&](Transaction& tx) {
    return parts_.announcements.delete_before(tx, plan.cutoff(Limit::incident_days), kIncidentsSlice);
  });
  delete_in_slices("states.retention_failed", kIncidentsSlice, [&](Transaction& tx) {
    return parts_.subjects.delete_changes_before(tx, plan.cutoff(Limit::incident_days), kIncidentsSlice);
  });
  delete_in_slices("quiets.retention_failed", kQuietsSlice, [&](Transaction& tx) {
    return parts_.quiets.delete_before(tx, plan.cutoff(Limit::incident_days), kQuietsSlice);
  });
  delete_in_slices("letters.retention_failed", kLettersSlice, [&](Transaction& tx) {
    return parts_.letters.remove_before(tx, plan.cutoff(Limit::letter_days), kLettersSlice);
  });
  delete_in_slices("removed.retention_failed", kRemovedSlice, [&](Transaction& tx) {
    return parts_.removed.forget_before(tx, plan.cutoff(Limit::removed_days), kRemovedSlice);
  });
  delete_in_slices("answers.retention_failed", kAnswersSlice, [&](Transaction& tx) {
    return parts_.monitors.delete_answers_before(tx, parts_.clock.proven() - kAnswersKept, kAnswersSlice);
  });
}

// A few slices a round: the disk is looked at again before more of the history goes.
void Retention::delete_by_count() {
  std::int64_t total = 0;
  for (int round = 0; round < kSlicesMax; ++round) {
    std::int64_t deleted = 0;
    const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(parts_.readings.delete_before(tx, kEndOfTime, kReadingsSlice));
      return {};
    });
    if (!done) {
      log_warning("retention.failed", {{"message", done.error().message}, {"cause", done.error().cause}});
      break;
    }
    total += deleted;
    if (deleted < kReadingsSlice) break;
  }
  log_warning("retention.by_count", {{"readings", total}, {"why", "The disk is nearly full and the clock implausible."}});
}

}  // namespace connlog
