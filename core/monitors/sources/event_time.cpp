// What time brings to event sources: ends that senders told, stale events, watchdogs that fell silent, and sources that have room
// again. On the scheduler thread; each piece is a transaction of its own.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/monitors/sources/event_sources.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

constexpr int kDueAtATime = 200;
constexpr std::size_t kEndedInSlice = 10;  // in one transaction: others get their turn of the writer between
constexpr int kReadsARound = 10;           // the rest ends with the next tick
constexpr seconds kLookEvery{5};
constexpr std::int64_t kRoomAgain = kOpenEventsMax * 9 / 10;

void say(const Result<void>& done, std::string_view what) {
  if (!done && done.error().code != ErrorCode::unavailable)
    log_warning(what, {{"why", done.error().message}, {"cause", done.error().cause}});
}

// What is open of a source that is paused or removed. Nothing: it is neither any more.
std::optional<Resolution> ends_with(const std::optional<Subject>& source) {
  if (!source || source->removed_at.is_set()) return Resolution::subject_removed;
  if (source->paused_at.is_set()) return Resolution::subject_paused;
  return std::nullopt;
}

}  // namespace

int EventSources::tick() {
  const bool rests = (parts_.recovery != nullptr && parts_.recovery->is_on()) || !parts_.directory.impl().is_storing();
  if (rests) return 0;
  const int ended = end_due();
  look_at_watchdogs();
  look_at_full();
  return ended;
}

int EventSources::end_due() {
  const Monotonic started = parts_.clock.monotonic();
  if (looked_.micros != 0 && started - looked_ < kLookEvery) return 0;
  looked_ = started;
  const auto end_one = [this](Transaction& tx, const OpenEvent& each, Instant now) -> Result<void> {
    if (each.key.empty()) {
      const auto source = TRY(parts_.subjects.find(tx, each.workspace, each.source));
      const auto why = ends_with(source);
      if (why) TRY(parts_.watch.resolve_event(tx, each.workspace, each.incident, *why, {}));
      return {};
    }
    // It may have been heard of since it was read.
    const auto standing = TRY(parts_.sources.open_event(tx, each.workspace, each.source, each.key));
    if (standing && standing->ends_at > now) return {};
    if (standing) {
      const Resolution why = standing->ends_by_itself ? Resolution::said_resolved : Resolution::stale;
      TRY(parts_.watch.resolve_event(tx, each.workspace, standing->incident, why, {}));
    }
    return parts_.sources.remove_event(tx, each.workspace, each.source, each.key);
  };
  int ended = 0;
  for (int round = 0; round < kReadsARound; ++round) {
    const Instant now = parts_.watch.engine_now();
    std::vector<OpenEvent> due;
    const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      due = TRY(parts_.sources.due_events(snapshot, now, kDueAtATime));
      return {};
    });
    if (!read || due.empty()) return ended;
    for (std::size_t from = 0; from < due.size(); from += kEndedInSlice) {
      const std::size_t to = std::min(from + kEndedInSlice, due.size());
      const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
        for (std::size_t i = from; i < to; ++i) TRY(end_one(tx, due[i], now));
        return {};
      });
      say(done, "event.not_ended");
      if (!done) return ended;
      ended += static_cast<int>(to - from);
    }
    if (due.size() < static_cast<std::size_t>(kDueAtATime)) return ended;
  }
  looked_ = {};
  return ended;
}

void EventSources::look_at_watchdogs() {
  const Monotonic listening{listening_.load(std::memory_order_acquire)};
  if (listening.micros == 0) return;
  const Monotonic now = parts_.clock.monotonic();
  for (EventSourceEntry* entry : all()) {
    EventSource source;
    Monotonic heard{};
    bool is_judged = false;
    {
      const std::lock_guard lock(entry->subject.mutex);
      is_judged = SubjectDirectory::Impl::is_judged(entry->subject);
      heard = entry->subject.silence_from;  // the end of a pause
    }
    {
      const std::lock_guard lock(entry->mutex);
      if (!is_judged) entry->watchdog_silent = false;  // its incident ended with the pause
      if (!is_judged || entry->gone || entry->watchdog_silent || entry->row.watchdog_event.empty()) continue;
      source = entry->row;
      heard = std::max({heard, entry->heard, listening});
    }
    if (now - heard <= seconds(source.watchdog_seconds)) continue;
    const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      const auto subject = TRY(parts_.subjects.find(tx, source.workspace, source.id));
      if (!subject || subject->removed_at.is_set() || subject->paused_at.is_set()) return {};
      const std::string text = fmt::format("its watchdog “{}” has not come for {}", source.watchdog_event,
                                           duration_text(source.watchdog_seconds));
      SaidEvent said;
      said.rule = rule_of(source.id, kWatchdogKey);
      said.severity = Severity::critical;
      said.sentence = fmt::format("When the watchdog “{}” of {} does not come for {}", source.watchdog_event, subject->name,
                                  duration_text(source.watchdog_seconds));
      said.summary = fmt::format("{} may say nothing any more: {}", subject->name, text);
      TRY(parts_.watch.open_event(tx, *subject, said));
      TRY(observe(tx, *entry, State::down, text));
      tx.after_commit([entry] {
        const std::lock_guard lock(entry->mutex);
        entry->watchdog_silent = true;
      });
      return {};
    });
    say(done, "event.watchdog_not_told");
  }
}

void EventSources::look_at_full() {
  for (EventSourceEntry* entry : all()) {
    EventSource source;
    {
      const std::lock_guard lock(entry->mutex);
      if (entry->gone || !entry->is_full) continue;
      source = entry->row;
    }
    {
      const std::lock_guard lock(entry->subject.mutex);
      if (entry->subject.open_events > kRoomAgain + 2) continue;  // with connlog's own two
    }
    const auto done = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      const auto standing =
          TRY(parts_.incidents.open_of(tx, source.workspace, rule_of(source.id, kFullKey), source.id, 0));
      if (standing) TRY(parts_.watch.resolve_event(tx, source.workspace, *standing, Resolution::recovered, {}));
      tx.after_commit([entry] {
        const std::lock_guard lock(entry->mutex);
        entry->is_full = false;
      });
      return {};
    });
    say(done, "event.room_not_told");
  }
}

}  // namespace connlog
