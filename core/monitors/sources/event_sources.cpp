#include "core/monitors/sources/event_sources.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/text.h"
#include "core/monitors/sources/event_formats.h"
#include "core/monitors/sources/event_sources_inside.h"
#include "core/net/address_range.h"

namespace connlog {

namespace {

EventAnswer refusal(EventAnswer::Outcome outcome, int retry_after_seconds = 0) {
  EventAnswer answer;
  answer.outcome = outcome;
  answer.retry_after_seconds = retry_after_seconds;
  return answer;
}

EventAnswer refusal(const Error& error) {
  const bool is_large = error.code == ErrorCode::too_large;
  EventAnswer answer = refusal(is_large ? EventAnswer::Outcome::too_large : EventAnswer::Outcome::malformed);
  answer.field = error.field;
  answer.why = error.message;
  return answer;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (end > from) lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

// What can be a source's key in a message that was not read: the first few texts named "routing_key". Linear in the message.
std::vector<std::string_view> keys_seen_in(std::string_view body) {
  constexpr std::string_view kName = "\"routing_key\"", kSpace = " \t\r\n";
  constexpr std::size_t kMost = 4, kKeyBytes = 32;
  std::vector<std::string_view> keys;
  for (std::size_t at = body.find(kName); at != body.npos && keys.size() < kMost; at = body.find(kName, at)) {
    at += kName.size();
    const std::size_t colon = body.find_first_not_of(kSpace, at);
    if (colon == body.npos || body[colon] != ':') continue;
    const std::size_t quote = body.find_first_not_of(kSpace, colon + 1);
    if (quote == body.npos || body[quote] != '"') continue;
    const std::string_view key = body.substr(quote + 1, kKeyBytes);
    const std::size_t end = quote + 1 + kKeyBytes;
    if (key.starts_with(kEventKeyPrefix) && end < body.size() && body[end] == '"') keys.push_back(key);
  }
  return keys;
}

// Takes what a message may change of what its source may. 0: it may go on; else it fits after so many seconds.
int wait_for_room(EventSourceEntry& entry, double wanted) {
  const std::lock_guard lock(entry.mutex);
  if (entry.limit_left < wanted) return static_cast<int>(std::ceil((wanted + 1 - entry.limit_left) / kEventsPerSecond));
  entry.limit_left -= wanted;
  return 0;
}

}  // namespace

EventSources::EventSources(Parts parts)
    : parts_(std::move(parts)), digest_key_(parts_.keyring.derive(key_purpose::kTokenDigest)) {}

EventSources::~EventSources() = default;

// ── Finding ──

EventSourceEntry* EventSources::by_digest(const TokenDigest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_digest_.find(digest);
  return found == by_digest_.end() ? nullptr : found->second;
}

EventSourceEntry* EventSources::by_id(EventSourceId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

std::vector<EventSourceEntry*> EventSources::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<EventSourceEntry*> entries;
  for (const auto& [id, entry] : by_id_) entries.push_back(entry.get());
  return entries;
}

std::optional<EventSource> EventSources::live(EventSourceId id) const {
  EventSourceEntry* entry = by_id(id);
  if (entry == nullptr) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) return std::nullopt;
  return entry->row;
}

RuleId EventSources::rule_of(EventSourceId source, std::string_view key) const {
  const TokenDigest digest = digest_token(digest_key_, "event\n" + source.text() + "\n" + std::string(key));
  RuleId rule;
  std::copy_n(digest.begin(), rule.bytes.size(), rule.bytes.begin());
  rule.bytes[6] = static_cast<std::uint8_t>((rule.bytes[6] & 0x0f) | 0x80);  // RFC 9562 §5.8: of no other kind of id
  rule.bytes[8] = static_cast<std::uint8_t>((rule.bytes[8] & 0x3f) | 0x80);
  return rule;
}

// ── In memory ──

Result<void> EventSources::load(Snapshot& snapshot) {
  const auto sources = TRY(parts_.sources.all(snapshot));
  for (const EventSource& source : sources) {
    put(source);
    EventSourceEntry* entry = by_id(source.id);
    if (entry == nullptr) continue;
    const RuleId watchdog = rule_of(source.id, kWatchdogKey), limit = rule_of(source.id, kFullKey);
    const auto silent = TRY(parts_.incidents.open_of(snapshot, source.workspace, watchdog, source.id, 0));
    const auto full = TRY(parts_.incidents.open_of(snapshot, source.workspace, limit, source.id, 0));
    const std::lock_guard lock(entry->mutex);
    entry->watchdog_silent = silent.has_value();
    entry->is_full = full.has_value();
  }
  const auto counts = TRY(parts_.sources.open_counts(snapshot));
  for (const auto& [source, count] : counts) parts_.directory.impl().count_event(source, static_cast<int>(count));
  return {};
}

void EventSources::put(const EventSource& source) {
  SubjectEntry* subject = parts_.directory.impl().by_id(source.id);
  if (subject == nullptr) return;
  const std::lock_guard lock(mutex_);
  auto& slot = by_id_[source.id];
  const bool is_new = !slot;
  if (is_new) slot = std::make_unique<EventSourceEntry>(source.id, *subject);
  const std::lock_guard entry_lock(slot->mutex);
  by_digest_.erase(slot->row.key_digest);
  const bool other_watchdog = slot->row.watchdog_event != source.watchdog_event;
  const Instant last_at = std::max(slot->row.last_at, source.last_at);
  const Instant watchdog_at =
      other_watchdog && !is_new ? source.watchdog_at : std::max(slot->row.watchdog_at, source.watchdog_at);
  if (is_new || slot->gone || other_watchdog) {
    slot->heard = parts_.clock.monotonic();
    slot->watchdog_silent = false;
  }
  if (is_new) slot->limit_left = kEventsAtOnce;
  slot->row = source;
  slot->row.last_at = last_at;
  slot->row.watchdog_at = watchdog_at;
  slot->gone = false;
  by_digest_[source.key_digest] = slot.get();
}

void EventSources::remove(EventSourceId id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const std::lock_guard entry_lock(found->second->mutex);
  by_digest_.erase(found->second->row.key_digest);
  found->second->gone = true;
  found->second->watchdog_silent = false;
  found->second->is_full = false;
}

void EventSources::forget(WorkspaceId workspace) {
  for (EventSourceEntry* entry : all()) {
    if (entry->subject.workspace.id == workspace) remove(entry->id);
  }
  const std::lock_guard lock(mutex_);
  workspaces_.erase(workspace);
}

void EventSources::listening() {
  listening_.store(parts_.clock.monotonic().micros, std::memory_order_release);
}

// ── At the door ──

// The same wrong key again is that of a system whose source was removed: it is refused for as long as it asks, and counted once.
EventAnswer EventSources::refuse_stranger(const EventCall& call, const std::string& key) {
  EventAnswer answer = refusal(EventAnswer::Outcome::unknown);
  refused_.fetch_add(1, std::memory_order_relaxed);
  if (parts_.attempts == nullptr || call.address.empty()) return answer;
  const std::string account = to_hex(digest_token(digest_key_, key));
  const AttemptBy by{.address = call.address, .account = account};
  if (const auto admitted = parts_.attempts->admit(Attempt::event_key, by); !admitted)
    return refusal(EventAnswer::Outcome::limited, admitted.error().retry_after_seconds);
  parts_.attempts->failed(Attempt::event_key, by);
  return answer;
}

void EventSources::tell(const EventSourceEntry& entry, const EventCall& call, const char* act, const char* text) {
  const std::string topic = entry.id.text() + ", " + act;
  if (parts_.attempts != nullptr && !parts_.attempts->admit(Attempt::dead_key, {.address = topic})) return;
  parts_.stores.submit(
      Urgency::may_wait,
      [this, id = entry.id, workspace = entry.subject.workspace.id, address = call.address, act,
       text](Transaction& tx) -> Result<void> {
        const auto row = TRY(parts_.subjects.find(tx, workspace, id));
        Actor actor;
        actor.workspace = workspace;
        actor.name = row ? row->name : "an event source";
        actor.address = address;
        return parts_.audit.append_security(tx, actor, workspace, {}, act, id.text(), text);
      },
      [](const Result<void>&) {});
}

// Of a message: it is as dear as one event that changes something. 0: it may go on. Needs no lock.
int EventSources::wait_of(EventSourceEntry& entry) {
  const Monotonic now = parts_.clock.monotonic();
  const auto refill = [now](Monotonic& from, double& left, double per_second, double burst) {
    if (from.micros != 0 && now > from)
      left = std::min(burst, left + std::chrono::duration<double>(now - from).count() * per_second);
    from = now;
    return left >= 1;
  };
  const std::lock_guard lock(mutex_);
  const std::lock_guard entry_lock(entry.mutex);
  Bucket& workspace = workspaces_[entry.subject.workspace.id];
  const bool has_own = refill(entry.limited_from, entry.limit_left, kEventsPerSecond, kEventsAtOnce);
  const bool has_shared = refill(workspace.from, workspace.left, kWorkspacePerSecond, kWorkspaceBurst);
  if (!has_own || !has_shared) return 1;
  entry.limit_left -= 1;
  workspace.left -= 1;
  return 0;
}

void EventSources::receive(EventCall call, Done done) {
  std::string key = call.key;
  EventSourceEntry* entry = key.empty() ? nullptr : by_digest(digest_token(digest_key_, key));
  const bool is_inside = key.empty() && call.format == EventFormat::pagerduty;
  // A message whose key stands in itself is read once a source's key was seen in it: a stranger's is not.
  if (is_inside) {
    for (const std::string_view each : keys_seen_in(call.body)) {
      if (key.empty()) key = each;
      entry = by_digest(digest_token(digest_key_, each));
      if (entry != nullptr) break;
    }
  }
  if (entry == nullptr) return done(refuse_stranger(call, key));
  std::optional<Result<EventMessage>> message;
  if (is_inside) {
    message = parse_events(call.format, call.body);
    if (!*message && message->error().field.empty()) return done(refusal(message->error()));
    key = *message ? (*message)->routing_key : event_formats::routing_key_of(call.body);
    entry = by_digest(digest_token(digest_key_, key));
    if (entry == nullptr) return done(refuse_stranger(call, key));
  }
  std::string addresses;
  EventFormat format = call.format;
  {
    const std::lock_guard lock(entry->mutex);
    addresses = entry->row.addresses;
    format = entry->row.format;
  }
  if (!addresses.empty() && !is_allowed_from(lines_of(addresses), call.address)) {
    // A right key from a wrong place: somebody may have it who should not.
    tell(*entry, call, "source.refused_address", "Its key came from an address that is not in its list.");
    return done(refusal(EventAnswer::Outcome::unknown));
  }
  if (const int wait = wait_of(*entry); wait > 0) {
    tell(*entry, call, "source.limited", "It sends more messages than a source or a workspace may; the rest is refused.");
    return done(refusal(EventAnswer::Outcome::limited, wait));
  }
  if (format != call.format) {
    EventAnswer wrong = refusal(EventAnswer::Outcome::wrong_format);
    wrong.format = format;
    return done(std::move(wrong));
  }
  if (!message) message = parse_events(call.format, call.body);
  if (!*message) return done(refusal(message->error()));
  const double reserved = static_cast<double>((*message)->events.size());
  if (const int wait = wait_for_room(*entry, reserved - 1); wait > 0) {
    tell(*entry, call, "source.limited", "It changes more events than a source may; the rest is refused.");
    return done(refusal(EventAnswer::Outcome::limited, wait));
  }
  auto flight = std::make_shared<Flight>(*entry);
  flight->reserved = reserved - 1;
  flight->events = std::move((*message)->events);
  for (IncomingEvent& event : flight->events) {
    if (event.key.empty()) event.key = to_hex(make_uuid7(parts_.clock.now(), parts_.random).bytes);
  }
  if (flight->events.size() == 1) flight->answer.key = flight->events.front().key;
  flight->done = std::move(done);
  step(std::move(flight));
}

}  // namespace connlog
