#include "cli/trail_parts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/audit/trail_check.h"
#include "core/base/log.h"
#include "core/base/metrics_text.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr milliseconds kAnchorEvery{2'000};
constexpr milliseconds kRetentionEvery{3'600'000};
constexpr std::int64_t kPruneSlice = 2'000;  // rows in one transaction
constexpr int kPruneSlicesMax = 25;          // slices in one round, at most
// One checkpoint a day is enough: pruning begins only when rows are this much older than retention asks.
constexpr std::chrono::hours kPruneSlack{24};

std::string refused(const Error& error) {
  if (!error.cause.empty()) log_error("control.failed", {{"cause", error.cause}});
  return json{{"ok", false}, {"message", error.message}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

TrailParts::TrailParts(storage::Storage& store, const Keyring& keys, const Clock& clock, OutboundOptions outbound,
                       const std::string& public_host, const RecoveryMode& recovery)
    : store_(store),
      clock_(clock),
      recovery_(recovery),
      services_(store.directory().anchor(), keys,
                SyslogForward::Parts{store.stores(), store.settings(), store.trails(), store.audit(), clock,
                                     std::move(outbound), SyslogOrigin{public_host, ::getpid()}, &recovery}) {}

Result<void> TrailParts::open() {
  TRY(services_.anchor.open());
  return note_trouble();
}

Result<void> TrailParts::refuse_misfit() const {
  const auto trouble = services_.anchor.trouble();
  if (!trouble || services_.anchor.read().state == AnchorState::absent) return {};
  return Error{
      ErrorCode::conflict,
      fmt::format("The database {} has no owner, and does not fit {}: it is an incomplete copy, or of another "
                  "appliance. {} Restore a whole copy: connlog.db, connlog.db-wal if there is one, audit.anchor "
                  "and keys, all of one time. {}",
                  store_.directory().database().string(), store_.directory().anchor().string(), *trouble,
                  store_.directory().how_to_begin_anew())};
}

Result<void> TrailParts::note_trouble() {
  const auto trouble = services_.anchor.trouble();
  if (!trouble) return {};
  return store_.stores().write([&](Transaction& tx) {
    Actor connlog;
    connlog.name = "connlog";
    return store_.audit().append(tx, connlog, "audit.anchor_refused", "audit.anchor", *trouble);
  });
}

// Brings the anchor up to date. False: the anchor and the database contradict each other.
bool TrailParts::keep_anchor() {
  const bool known = services_.anchor.trouble().has_value();
  services_.anchor.keep();
  if (!services_.anchor.trouble()) return true;
  if (known) return false;
  if (const auto noted = note_trouble(); !noted)
    log_warning("audit.trouble_not_noted", {{"message", noted.error().message}});
  return false;
}

void TrailParts::add_maintenance(PeriodicTasks& maintenance, const RetentionPlan& plan, const Retention& retention) {
  maintenance.add("audit_anchor", kAnchorEvery, [this] { keep_anchor(); });
  maintenance.add_outside_recovery("audit_retention", kRetentionEvery, recovery_, [this, &plan, &retention] {
    if (retention.may_delete_by_date()) prune(plan);
  });
}

void TrailParts::prune(const RetentionPlan& plan) {
  // Only rows that the anchor covers are deleted, so that the anchor can always be compared. If the anchor and the
  // database contradict each other, nothing is deleted: the rows are evidence.
  if (!keep_anchor()) return;
  const Limit of_trail[] = {Limit::audit_days, Limit::security_event_days, Limit::appliance_trail_days};
  const auto in_slices = [&](std::string_view name, std::int64_t days,
                             const std::function<Result<std::int64_t>(Transaction&, Instant)>& take) {
    if (days == 0) return;
    std::int64_t total = 0;
    for (int slice = 0; slice < kPruneSlicesMax; ++slice) {
      const Instant before =
          clock_.proven() - std::chrono::days(days) - (total == 0 ? kPruneSlack : std::chrono::hours(0));
      std::int64_t removed = 0;
      const auto done = store_.stores().write([&](Transaction& tx) -> Result<void> {
        removed = TRY(take(tx, before));
        return {};
      });
      if (!done) {
        log_warning("audit.retention_failed", {{"message", done.error().message}, {"cause", done.error().cause}});
        return;
      }
      if (removed == 0) break;
      total += removed;
    }
    if (total > 0) log_info("audit.pruned", {{"trail", name}, {"rows", total}});
  };
  std::int64_t longest = 0;
  bool forever = false;
  for (const Trail trail : kTrails) {
    const std::int64_t days = plan.days(of_trail[static_cast<std::size_t>(trail)]);
    forever = forever || days == 0;
    longest = std::max(longest, days);
    in_slices(to_text(trail), days,
              [&](Transaction& tx, Instant before) { return store_.trails().prune(tx, trail, before, kPruneSlice); });
  }
  if (!forever) {
    in_slices("first", longest, [&](Transaction& tx, Instant before) {
      return store_.trails().prune_first_log(tx, before, kPruneSlice);
    });
  }
}

void TrailParts::start() {
  services_.syslog.start();
}

void TrailParts::stop() {
  services_.syslog.stop();
}

void TrailParts::close() {
  services_.anchor.keep();
}

std::vector<std::string> TrailParts::warnings() const {
  const auto trouble = services_.anchor.trouble();
  if (!trouble) return {};
  return {*trouble + " Verify the trails; once it is understood, accept them with `connlog audit accept`."};
}

std::string TrailParts::metrics() const {
  MetricsText text;
  const SyslogState syslog = services_.syslog.state();
  text.gauge("audit_anchor_trouble", "1: the audit anchor contradicts the database.",
             services_.anchor.trouble() ? 1 : 0);
  text.gauge("syslog_backlog", "Rows of the trails that wait for the syslog server.", syslog.backlog);
  text.counter("syslog_sent_total", "Rows handed to the syslog server since the start.", syslog.sent);
  text.counter("syslog_failures_total", "Attempts to forward that failed since the start.", syslog.failures);
  text.gauge("syslog_failing", "1: the last attempt to forward failed.", syslog.last_error.empty() ? 0 : 1);
  return text.take();
}

std::string TrailParts::answer_verify(const Actor& actor, const std::string& head) {
  const auto report = check_trails(store_.stores(), store_.trails(), services_.anchor, head);
  if (!report) return refused(report.error());
  const auto told = store_.stores().write([&](Transaction& tx) {
    return store_.audit().append(tx, actor, "audit.verified", "",
                                 report->sound()
                                     ? fmt::format("{} rows, nothing found", report->rows)
                                     : fmt::format("{} rows, {} findings; the first: {}", report->rows,
                                                   report->findings.size(), report->findings.front().sentence));
  });
  if (!told) return refused(told.error());
  return json{{"ok", true}, {"report", report_json(*report, services_.anchor.written_at())}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

std::string TrailParts::answer_accept(const Actor& actor, const std::string& reason) {
  if (reason.empty()) return refused(invalid("reason", "Say why the trails are accepted as they are: --reason \"…\"."));
  const auto told = store_.stores().write([&](Transaction& tx) {
    return store_.audit().append(tx, actor, "audit.anchor_renewed", "audit.anchor", reason);
  });
  if (!told) return refused(told.error());
  if (const auto renewed = services_.anchor.renew(); !renewed) return refused(renewed.error());
  return json{{"ok", true}}.dump();
}

}  // namespace connlog
