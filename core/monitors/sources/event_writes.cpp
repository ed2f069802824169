// Events as they are written: in slices of one transaction, each event opened, ended or noted, and what follows for its source.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/monitors/sources/event_sources_inside.h"

namespace connlog {

namespace {

constexpr seconds kNotedEvery{60};  // how old `last_at` in the database may be
constexpr seconds kLongestEnd{kStaleAfterMax};
constexpr int kRetryWhenFull = 300, kRetryAfterFault = 5;
constexpr std::size_t kTimelineBytesMax = 2'000;
constexpr std::size_t kCounted = kOpenEventsMax / 2;  // below, memory alone says that there is room
// Of a trial by people; no sender's key has such a character.
constexpr std::string_view kTryKey = "\x01try";

std::string timeline_of(const IncomingEvent& event) {
  std::string lines;
  for (const auto& [name, value] : event.details) {
    if (lines.size() + name.size() + value.size() > kTimelineBytesMax) break;
    lines += fmt::format("{}{}: {}", lines.empty() ? "" : "\n", name, value);
  }
  if (!event.link.empty()) lines = event.link + (lines.empty() ? "" : "\n") + lines;
  return lines;
}

// Nothing that it says stands outside its quotation.
std::string within_quotation(std::string text) {
  for (const std::string_view mark : {"“", "”"}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, mark.size(), "\"");
  }
  return text;
}

bool is_worse(Severity a, Severity b) {
  return static_cast<int>(a) > static_cast<int>(b);
}

bool is_watchdog(const EventSource& source, const IncomingEvent& event) {
  return !source.watchdog_event.empty() &&
         (event.key == source.watchdog_event || (!event.name.empty() && event.name == source.watchdog_event));
}

}  // namespace

void EventSources::step(std::shared_ptr<Flight> flight) {
  Flight* raw = flight.get();
  parts_.stores.submit(
      Urgency::at_once,
      [this, raw](Transaction& tx) -> Result<void> {
        raw->of_slice = {};
        EventSource source;
        {
          const std::lock_guard lock(raw->entry.mutex);
          if (raw->entry.gone) return Error{ErrorCode::not_found, "There is no such event source."};
          source = raw->entry.row;
        }
        Slice slice(raw->entry, std::move(source), raw->of_slice);
        return write(tx, *raw, slice);
      },
      [this, flight](const Result<void>& outcome) {
        EventAnswer& answer = flight->answer;
        if (!outcome) {
          const bool is_gone = outcome.error().code == ErrorCode::not_found;
          answer.outcome = is_gone ? EventAnswer::Outcome::unknown : EventAnswer::Outcome::unavailable;
          answer.retry_after_seconds = kRetryAfterFault;
          if (answer.outcome == EventAnswer::Outcome::unavailable && outcome.error().code != ErrorCode::unavailable)
            log_error("event.not_stored", {{"why", outcome.error().message}, {"cause", outcome.error().cause}});
          return flight->finish();
        }
        answer.opened += flight->of_slice.opened;
        answer.resolved += flight->of_slice.resolved;
        answer.repeated += flight->of_slice.repeated;
        answer.refused += flight->of_slice.refused;
        flight->next += kEventsInSlice;
        if (flight->next < flight->events.size()) return step(flight);
        if (answer.refused > 0) {
          answer.outcome = EventAnswer::Outcome::full;
          answer.retry_after_seconds = kRetryWhenFull;
        }
        flight->finish();
      });
}

void EventSources::Flight::finish() {
  {
    const std::lock_guard lock(entry.mutex);
    const double spare = std::max(reserved - answer.opened - answer.resolved, 0.0);
    entry.limit_left = std::min(kEventsAtOnce, entry.limit_left + spare);
  }
  done(answer);
}

// The closure may run again, so memory is changed after the commit alone.
Result<void> EventSources::write(Transaction& tx, Flight& flight, Slice& slice) {
  const WorkspaceId workspace = slice.source.workspace;
  const auto subject = TRY(parts_.subjects.find(tx, workspace, slice.source.id));
  if (!subject || subject->removed_at.is_set()) return Error{ErrorCode::not_found, "There is no such event source."};
  slice.subject = *subject;
  int in_memory = 0;
  {
    const std::lock_guard lock(slice.entry.subject.mutex);
    in_memory = slice.entry.subject.open_events;
  }
  slice.is_judged = !subject->paused_at.is_set() && slice.entry.subject.workspace.enabled.load(std::memory_order_relaxed);
  if (in_memory >= static_cast<int>(kCounted))
    slice.open_count = TRY(parts_.sources.count_open(tx, workspace, slice.source.id));
  const std::size_t end = std::min(flight.next + kEventsInSlice, flight.events.size());
  bool has_watchdog = false;
  for (std::size_t i = flight.next; i < end; ++i) {
    const IncomingEvent& event = flight.events[i];
    if (is_watchdog(slice.source, event)) {
      has_watchdog = has_watchdog || !event.resolved;
      continue;
    }
    TRY(take(tx, slice, event));
  }
  return heard_of(tx, slice, has_watchdog);
}

Instant EventSources::ends_at(const EventSource& source, const IncomingEvent& event) const {
  const Instant now = parts_.watch.engine_now();
  if (!event.ends_at.is_set()) return now + seconds(source.stale_after_seconds);
  const microseconds left = event.ends_at - parts_.clock.now();
  return now + std::clamp<microseconds>(left, microseconds(0), kLongestEnd);
}

Result<void> EventSources::take(Transaction& tx, Slice& slice, const IncomingEvent& event) {
  const EventSource& source = slice.source;
  auto standing = TRY(parts_.sources.open_event(tx, source.workspace, source.id, event.key));
  if (event.resolved) {
    if (!standing) return {};
    TRY(parts_.watch.resolve_event(tx, source.workspace, standing->incident, Resolution::said_resolved, slice.subject.name));
    if (slice.open_count) --*slice.open_count;
    ++slice.answer.resolved;
    return parts_.sources.remove_event(tx, source.workspace, source.id, event.key);
  }
  if (!standing) return event.acknowledged ? Result<void>() : open(tx, slice, event);
  // Whether somebody looks after it is decided here, by people: an acknowledgement elsewhere only says that it stands.
  if (!event.acknowledged) {
    const auto incident = TRY(parts_.incidents.find(tx, source.workspace, standing->incident));
    if (incident && is_worse(event.severity, incident->severity)) {
      TRY(parts_.watch.resolve_event(tx, source.workspace, standing->incident, Resolution::said_resolved,
                                     slice.subject.name));
      if (slice.open_count) --*slice.open_count;
      return open(tx, slice, event);
    }
  }
  standing->last_at = parts_.watch.engine_now();
  standing->ends_at = ends_at(source, event);
  standing->ends_by_itself = event.ends_at.is_set();
  ++slice.answer.repeated;
  return parts_.sources.put_event(tx, *standing);
}

Result<void> EventSources::open(Transaction& tx, Slice& slice, const IncomingEvent& event) {
  if (!slice.is_judged) return {};
  if (slice.open_count && *slice.open_count >= kOpenEventsMax) {
    ++slice.answer.refused;
    return slice.answer.refused == 1 ? be_full(tx, slice) : Result<void>();
  }
  const EventSource& source = slice.source;
  SaidEvent said;
  said.rule = rule_of(source.id, event.key);
  said.severity = event.severity;
  said.sentence = fmt::format("When {} says so", slice.subject.name);
  said.summary = fmt::format("{}: “{}”", slice.subject.name, within_quotation(event.summary));
  said.by = slice.subject.name;
  said.details = timeline_of(event);
  const Incident incident = TRY(parts_.watch.open_event(tx, slice.subject, said));
  ++slice.answer.opened;
  if (slice.open_count) ++*slice.open_count;
  return parts_.sources.put_event(tx, {.workspace = source.workspace,
                                       .source = source.id,
                                       .key = event.key,
                                       .incident = incident.id,
                                       .last_at = parts_.watch.engine_now(),
                                       .ends_at = ends_at(source, event),
                                       .ends_by_itself = event.ends_at.is_set()});
}

Result<void> EventSources::be_full(Transaction& tx, Slice& slice) {
  SaidEvent said;
  said.rule = rule_of(slice.source.id, kFullKey);
  said.severity = Severity::critical;
  said.sentence = "When more events are open than connlog takes";
  said.summary = fmt::format("{} has {} open events: further ones are refused", slice.subject.name, kOpenEventsMax);
  TRY(parts_.watch.open_event(tx, slice.subject, said));
  tx.after_commit([entry = &slice.entry] {
    const std::lock_guard lock(entry->mutex);
    entry->is_full = true;
  });
  return {};
}

// The source said something: it is up, and so is its watchdog where that came.
Result<void> EventSources::heard_of(Transaction& tx, Slice& slice, bool is_watchdog) {
  const Instant now = parts_.clock.now();
  bool was_silent = false;
  Instant watchdog_at = is_watchdog ? now : slice.source.watchdog_at;
  bool is_due = false;
  {
    const std::lock_guard lock(slice.entry.mutex);
    was_silent = slice.entry.watchdog_silent;
    is_due = slice.entry.noted_at > now || now - slice.entry.noted_at >= kNotedEvery;
  }
  if (is_due || (was_silent && is_watchdog))
    TRY(parts_.sources.note_seen(tx, slice.source.workspace, slice.source.id, now, watchdog_at));
  if (was_silent && is_watchdog) {
    const auto standing = TRY(parts_.incidents.open_of(tx, slice.source.workspace, rule_of(slice.source.id, kWatchdogKey),
                                                       slice.source.id, 0));
    if (standing) {
      TRY(parts_.watch.resolve_event(tx, slice.source.workspace, *standing, Resolution::recovered, slice.subject.name));
    }
  }
  State state = State::pending;
  {
    const std::lock_guard lock(slice.entry.subject.mutex);
    state = slice.entry.subject.state;
  }
  if (slice.is_judged && state != State::up && (!was_silent || is_watchdog))
    TRY(observe(tx, slice.entry, State::up, {}));
  const Monotonic heard = parts_.clock.monotonic();
  tx.after_commit([entry = &slice.entry, now, watchdog_at, heard, is_watchdog, is_due] {
    const std::lock_guard lock(entry->mutex);
    entry->row.last_at = now;
    if (is_due) entry->noted_at = now;
    if (!is_watchdog) return;
    entry->row.watchdog_at = watchdog_at;
    entry->heard = heard;
    entry->watchdog_silent = false;
  });
  return {};
}

Result<void> EventSources::observe(Transaction& tx, EventSourceEntry& entry, State state, const std::string& detail) {
  Observation observation;
  observation.at = parts_.clock.now();
  observation.state = state;
  observation.reason = state == State::up ? StateReason::heard : StateReason::missing;
  observation.is_reading = false;
  if (!detail.empty()) observation.details.emplace_back(0, detail);
  return parts_.watch.observe(tx, entry.subject, observation, false);
}

// ── What people do ──

Result<IncidentId> EventSources::try_out(Transaction& tx, const EventSource& source, const Subject& subject,
                                         const std::string& by_name) {
  constexpr seconds kTrialLasts{300};
  SaidEvent said;
  said.rule = rule_of(source.id, kTryKey);
  said.severity = Severity::info;
  said.sentence = fmt::format("When {} says so", subject.name);
  said.summary = fmt::format("{}: a trial by {}", subject.name, by_name);
  said.by = by_name;
  const Incident incident = TRY(parts_.watch.open_event(tx, subject, said));
  const Instant now = parts_.watch.engine_now();
  TRY(parts_.sources.put_event(tx, {.workspace = source.workspace,
                                    .source = source.id,
                                    .key = std::string(kTryKey),
                                    .incident = incident.id,
                                    .last_at = now,
                                    .ends_at = now + kTrialLasts,
                                    .ends_by_itself = true}));
  return incident.id;
}

Result<void> EventSources::watchdog_changed(Transaction& tx, const EventSource& source, const std::string& by_name) {
  const auto standing =
      TRY(parts_.incidents.open_of(tx, source.workspace, rule_of(source.id, kWatchdogKey), source.id, 0));
  if (!standing) return {};
  TRY(parts_.watch.resolve_event(tx, source.workspace, *standing, Resolution::rule_changed, by_name));
  EventSourceEntry* entry = by_id(source.id);
  return entry == nullptr ? Result<void>() : observe(tx, *entry, State::up, {});
}

}  // namespace connlog
