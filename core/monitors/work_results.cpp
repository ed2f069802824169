// From a result to the log, the state and the incident: as core/agents/ingest does it. What changes nothing goes the quick
// way, without a closure; else one transaction writes the reading, the state, what follows, and the kept answer.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/base/secret_shapes.h"
#include "core/crypto/sealed.h"
#include "core/monitors/check_values.h"
#include "core/monitors/work_inside.h"

namespace connlog {
namespace {

constexpr std::string_view kAnswerContext = "monitor.answer";  // stored: never renamed
constexpr std::size_t kBatchMax = 64;
constexpr microseconds kFailureLogGap = seconds(10);
constexpr std::int64_t kNewest = 0;  // where PingStore::list begins

}  // namespace

void follow_state(Confirmation& confirmation, const SubjectEntry& subject) {
  if (subject.in_flight > 0) return;
  const std::optional<CheckVerdict> stored = verdict_of(subject.state);
  if (confirmation.settled == stored) return;
  confirmation = {};
  confirmation.settled = stored;
}

// ── Results ──

std::optional<milliseconds> MonitorWork::Impl::take(MonitorEntry& entry, CheckResult result) {
  result.text = told_text(result.text);
  count(result);
  note_trouble(result);
  auto flight = std::make_unique<Flight>(entry);
  std::optional<milliseconds> again;
  {
    const std::lock_guard lock(entry.mutex);
    if (entry.gone) return std::nullopt;
    const std::lock_guard subject_lock(entry.subject.mutex);
    if (!SubjectDirectory::Impl::is_judged(entry.subject)) return std::nullopt;
    // While nothing can be stored nothing changes: what was confirmed now could not be told.
    if (!parts.directory.subjects().impl().is_storing()) return std::nullopt;
    follow_state(entry.confirmation, entry.subject);
    flight->before = entry.confirmation;
    ConfirmBy by = confirm_by(entry.timing);
    if (!safeguards.confirms) by.retries = 0;
    const Confirmed confirmed = confirm(entry.confirmation, result, by);
    if (confirmed.retry_soon) again = by.retry_interval;
    flight->settles = confirmed.settles.has_value();
    flight->observation.since = confirmed.since;
    fill(*flight, entry.confirmation.settled, result);
    if (flight->settles && entry.confirmation.settled == CheckVerdict::down && !result.excerpt.empty())
      flight->kept =
          KeptAnswer{.monitor = entry.id, .workspace = entry.subject.workspace.id, .at = result.at, .sealed = {}};
    entry.spark[entry.spark_next] = spark_of(result);
    entry.spark_next = (entry.spark_next + 1) % entry.spark.size();
    entry.last = result;
    entry.last->excerpt.clear();
  }
  if (flight->kept)
    flight->kept->sealed = seal(parts.keyring, kAnswerContext, Secret(mask_secrets(result.excerpt)), parts.random);
  send(std::move(flight));
  return again;
}

// What the result says, and which way it goes. Needs both locks.
void MonitorWork::Impl::fill(Flight& flight, const std::optional<CheckVerdict>& settled, const CheckResult& result) {
  SubjectEntry& subject = flight.entry.subject;
  Observation& observation = flight.observation;
  flight.admitted_at = parts.clock.monotonic();
  observation.at = result.at.is_set() ? result.at : parts.clock.now();
  observation.state = settled ? state_of(*settled) : State::pending;
  // A monitor that is still pending keeps the reason why it is.
  observation.reason = !settled                             ? subject.reason
                       : *settled == CheckVerdict::unknown ? StateReason::unchecked
                                                           : StateReason::source;
  ValuesBuilder values;
  add_values(values, result);
  if (result.address) {
    std::string text = to_text(*result.address);
    if (const PartNumber known = subject.part_number(text); known != 0) {
      values.set(Metric::check_address, known);
    } else if (subject.parts.size() < kPartsMax) {
      flight.new_part = std::move(text);
    }
  }
  observation.values = values.build();
  choose_way(flight, result.text);
}

void MonitorWork::Impl::choose_way(Flight& flight, const std::string& text) {
  SubjectEntry& subject = flight.entry.subject;
  const Effect effect = parts.watch.judge(subject, flight.observation, false);
  flight.is_whole = flight.settles || effect != Effect::none || !flight.new_part.empty();
  flight.urgency = flight.settles || effect == Effect::incident ? Urgency::at_once : Urgency::may_wait;
  if (!flight.is_whole) return;
  if (!text.empty()) flight.observation.details.emplace_back(0, text);
  ++subject.in_flight;
}

void MonitorWork::Impl::send(std::unique_ptr<Flight> flight) {
  Flight* raw = flight.release();  // the completion runs exactly once and takes it back
  const auto done = [this, raw](const Result<void>& outcome) { land(std::unique_ptr<Flight>(raw), outcome); };
  if (!raw->is_whole) return parts.watch.submit(raw->entry.subject, raw->observation, done);
  parts.stores.submit(raw->urgency, [this, raw](Transaction& tx) { return write(tx, *raw); }, done);
}

// Runs again after a failed group: it overwrites what the run before set.
Result<void> MonitorWork::Impl::write(Transaction& tx, Flight& flight) const {
  SubjectEntry& subject = flight.entry.subject;
  if (!flight.new_part.empty()) {
    const auto number = TRY(parts.watch.part(tx, subject, flight.new_part));
    if (number) {
      ValuesBuilder values(flight.observation.values);
      if (flight.of_probe) {
        add_values(values, *flight.of_probe, *number);
      } else {
        values.set(Metric::check_address, *number);
      }
      flight.observation.values = values.build();
    }
  }
  TRY(parts.watch.observe(tx, subject, flight.observation, false));
  if (!flight.kept) return {};
  const auto standing = TRY(parts.monitors.find(tx, subject.workspace.id, flight.entry.id));
  if (!standing) return {};
  return parts.monitors.keep_answer(tx, *flight.kept);
}

void MonitorWork::Impl::land(std::unique_ptr<Flight> flight, const Result<void>& outcome) {
  MonitorEntry& entry = flight->entry;
  {
    const std::lock_guard lock(entry.mutex);
    if (!outcome && flight->settles) entry.confirmation = flight->before;
    if (flight->is_whole) {
      const std::lock_guard subject_lock(entry.subject.mutex);
      --entry.subject.in_flight;
    }
  }
  const bool is_due = parts.watch.landed(entry.subject, flight->observation, outcome.has_value(), flight->admitted_at);
  if (!outcome) return log_failure(outcome.error());
  if (is_due && parts.bus.watched()) parts.watch.publish_observed(entry.subject, flight->observation);
}

void MonitorWork::Impl::count(const CheckResult& result) {
  results[static_cast<std::size_t>(result.verdict)].fetch_add(1, std::memory_order_relaxed);
}

// At most once in kFailureLogGap: a full disk must not also fill the log.
void MonitorWork::Impl::log_failure(const Error& error) {
  const std::int64_t now = parts.clock.monotonic().micros;
  std::int64_t last = failure_logged.load(std::memory_order_relaxed);
  if ((last == 0 || now - last > kFailureLogGap.count()) && failure_logged.compare_exchange_strong(last, now))
    log_error("results_not_stored", {{"why", error.message}, {"cause", error.cause}});
}

// ── Conclusions from time ──

// What was concluded from a silence of pings holds only while none came: the newest one of this transaction decides.
Result<bool> MonitorWork::Impl::still_holds(Transaction& tx, const Conclusion& conclusion) const {
  if (conclusion.pings < 0) return true;
  const MonitorEntry& entry = *conclusion.entry;
  const auto newest = TRY(parts.pings.list(tx, entry.subject.workspace.id, entry.id, kNewest, 1));
  return newest.empty() || newest.front().n <= conclusion.pings;
}

bool MonitorWork::Impl::conclude_batch(std::vector<Conclusion>& batch) {
  std::vector<bool> held;
  const auto written = parts.stores.write([&](Transaction& tx) -> Result<void> {
    held.assign(batch.size(), false);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      held[i] = TRY(still_holds(tx, batch[i]));
      if (held[i]) TRY(parts.watch.observe(tx, batch[i].entry->subject, batch[i].observation, false));
    }
    return {};
  });
  const Monotonic now = parts.clock.monotonic();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    MonitorEntry& entry = *batch[i].entry;
    {
      const std::lock_guard lock(entry.mutex);
      if (written && held[i] && batch[i].settles) entry.confirmation.settled = batch[i].settles;
      const std::lock_guard subject_lock(entry.subject.mutex);
      --entry.subject.in_flight;
    }
    if (held.size() == batch.size() && held[i])
      static_cast<void>(parts.watch.landed(entry.subject, batch[i].observation, written.has_value(), now));
  }
  if (!written) log_failure(written.error());
  return written.has_value();
}

void MonitorWork::Impl::conclude(std::vector<Conclusion> conclusions) {
  for (std::size_t begin = 0; begin < conclusions.size(); begin += kBatchMax) {
    const auto first = conclusions.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = conclusions.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kBatchMax, conclusions.size()));
    std::vector<Conclusion> batch(std::make_move_iterator(first), std::make_move_iterator(last));
    conclude_batch(batch);
    // What could not be written, or what a ping overtook, is looked at again.
    for (const Conclusion& each : batch) {
      if (each.pings >= 0) plan_ping(*each.entry);
    }
  }
}

}  // namespace connlog
