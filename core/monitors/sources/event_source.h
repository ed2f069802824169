// Event sources: other systems (Prometheus' Alertmanager, Grafana, whatever speaks PagerDuty Events v2 or plain JSON) whose events
// become incidents of a subject of kind `source`. A source has one key, which can only open and resolve. An event is known by its
// sender's own key, so a repetition changes nothing. What comes in is quoted text of that source; links are http(s) only. Plain
// data and the interface of the store; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/crypto/token.h"
#include "core/watch/incident.h"

namespace connlog {

enum class EventFormat { alertmanager, pagerduty, json };
template <>
inline constexpr auto kWords<EventFormat> = words_for<EventFormat>({
    {EventFormat::alertmanager, "alertmanager"},
    {EventFormat::pagerduty, "pagerduty"},
    {EventFormat::json, "json"},
});

inline constexpr std::string_view kEventKeyPrefix = "rk";  // and 30 alphanumerics
inline constexpr std::int64_t kOpenEventsMax = 10'000;     // of a source; one more is answered 503 and is an incident
inline constexpr std::int64_t kStaleAfterSeconds = 24 * 3'600;
inline constexpr std::int64_t kStaleAfterMin = 300, kStaleAfterMax = 30 * 86'400;
inline constexpr std::int64_t kWatchdogMin = 60, kWatchdogMax = 86'400;
inline constexpr std::size_t kEventKeyBytesMax = 255, kEventSummaryBytesMax = 300, kEventDetailsMax = 30;
inline constexpr std::size_t kEventsOfMessageMax = 1'000;
inline constexpr std::size_t kSourcesMax = 100;  // of a workspace

// Its subject has the same id, name, tags, teams.
struct EventSource {
  EventSourceId id;
  WorkspaceId workspace;
  EventFormat format = EventFormat::alertmanager;
  std::string key_start;               // the first characters, for people
  TokenDigest key_digest;
  std::string addresses;               // networks it may send from, one a line; empty: any
  std::int64_t stale_after_seconds = kStaleAfterSeconds;  // 300–2592000
  std::string watchdog_event;          // the key (alertname) of an event that must keep coming; empty: none
  std::int64_t watchdog_seconds = 300; // its silence is an incident
  Instant watchdog_at;                 // last seen
  Instant last_at;
  Instant created_at;
};

// What one message says of one event, after its format was read.
struct IncomingEvent {
  std::string key;       // the sender's: fingerprint, dedup_key, "key"; 1–255 bytes
  std::string name;      // Alertmanager's alertname; else empty. A watchdog event is known by it, or by its key
  bool resolved = false;
  bool acknowledged = false;  // PagerDuty
  Severity severity = Severity::warning;
  std::string summary;   // one line ≤ 300
  std::string link;      // http(s) or empty
  std::vector<std::pair<std::string, std::string>> details;  // ≤ 30, flattened
  Instant starts_at, ends_at;  // ends_at: it ends by itself then
};

struct OpenEvent {
  WorkspaceId workspace;
  EventSourceId source;
  std::string key;
  IncidentId incident;
  Instant last_at, ends_at;  // engine time. ends_at: its sender's, or last_at + the source's time
  bool ends_by_itself = false;  // ends_at is its sender's
};

class EventSourceStore {
 public:
  virtual ~EventSourceStore() = default;
  virtual Result<std::vector<EventSource>> all(Snapshot&) const = 0;  // start-up
  virtual Result<std::vector<EventSource>> list(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::optional<EventSource>> find(Snapshot&, WorkspaceId, EventSourceId) const = 0;
  virtual Result<void> insert(Transaction&, const EventSource&) = 0;
  virtual Result<void> update(Transaction&, const EventSource&) = 0;
  // Of these three only events whose incident is open: people end incidents by a pause, too.
  virtual Result<std::optional<OpenEvent>> open_event(Snapshot&, WorkspaceId, EventSourceId, const std::string& key) const = 0;
  virtual Result<std::int64_t> count_open(Snapshot&, WorkspaceId, EventSourceId) const = 0;
  virtual Result<void> put_event(Transaction&, const OpenEvent&) = 0;
  virtual Result<void> remove_event(Transaction&, WorkspaceId, EventSourceId, const std::string& key) = 0;
  virtual Result<std::vector<OpenEvent>> due_events(Snapshot&, Instant now, int limit) const = 0;  // ends_at ≤ now, and,
  // with an empty key, those of sources that are paused or removed
  // How many events of each source are open; start-up only.
  virtual Result<std::vector<std::pair<EventSourceId, std::int64_t>>> open_counts(Snapshot&) const = 0;
  virtual Result<void> note_seen(Transaction&, WorkspaceId, EventSourceId, Instant last_at, Instant watchdog_at) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, EventSourceId) = 0;
};

}  // namespace connlog
