// The door for events of other systems, and every event source in memory. It finds the source by the key that came, reads the
// message (event_formats.h), and opens and resolves incidents of the source's subject through the watch, in slices of one
// transaction each; it answers after the last commit. An event is known by its sender's key: a repetition only says that it
// still stands. A key can do nothing but this.
//
// Time: an event ends when its sender said that it would, else it is stale after the source's time. A source may have a watchdog: an
// event that must keep coming; its silence is an incident, and the source is down. While connlog was away or could store
// nothing, that counts anew.
//
// Limits. Wrong keys are counted by client address and wait (Retry-After); right ones never do. A source may open
// and resolve kEventsAtOnce events at once and then kEventsPerSecond, a workspace may send kWorkspaceBurst messages and then
// kWorkspacePerSecond. A source has at most kOpenEventsMax open events: one more is answered 503, and that is an
// incident.
//
// Threads: receive() on any worker; `done` on the writer thread after the commit, or at once where nothing is stored; tick() on the
// scheduler thread; the rest any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/recovery_mode.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/monitors/sources/event_source.h"
#include "core/watch/subject_directory.h"
#include "core/watch/watch.h"

namespace connlog {

// What came over the wire.
struct EventCall {
  EventFormat format = EventFormat::alertmanager;  // by what door
  std::string key;      // of a header; empty: it stands in the message (PagerDuty)
  std::string address;  // the client's
  std::string body;
};

struct EventAnswer {
  enum class Outcome : std::uint8_t {
    accepted,
    unknown,       // nobody has this key, or not from there
    wrong_format,  // the key is of a source of another format
    malformed,     // `field` and `why`
    too_large,
    limited,
    full,         // more events are open than a source may have; some of the message may be stored
    unavailable,  // a fault of ours
  };
  Outcome outcome = Outcome::accepted;
  std::string field, why;
  std::string key;  // of the event, where the message has one alone
  EventFormat format = EventFormat::alertmanager;  // wrong_format: the source's
  int retry_after_seconds = 0;
  int opened = 0, resolved = 0, repeated = 0, refused = 0;
};

// A source in memory, for core/monitors/sources only. Every member below the mutex is guarded by it. Order of locks: this
// entry, then its subject's.
struct EventSourceEntry {
  EventSourceEntry(EventSourceId source, SubjectEntry& of) : id(source), subject(of) {}
  const EventSourceId id;
  SubjectEntry& subject;

  std::mutex mutex;
  EventSource row;    // as of the last commit, but for last_at and watchdog_at, which are live
  bool gone = false;  // removed
  Instant noted_at;   // when last_at was written
  Monotonic heard{};  // the watchdog event
  bool watchdog_silent = false, is_full = false;  // their incidents stand
  Monotonic limited_from{};
  double limit_left = 0;
};

class EventSources {
 public:
  static constexpr double kWorkspacePerSecond = 40, kWorkspaceBurst = 1'000;
  using Done = std::function<void(EventAnswer)>;

  struct Parts {
    Stores& stores;
    EventSourceStore& sources;
    IncidentStore& incidents;
    SubjectStore& subjects;
    SubjectDirectory& directory;
    Watch& watch;
    AuditLog& audit;
    const Keyring& keyring;
    Clock& clock;
    Random& random;
    AttemptLimiter* attempts = nullptr;      // null: wrong keys are not counted
    const RecoveryMode* recovery = nullptr;  // while it is on, time ends nothing
  };
  explicit EventSources(Parts parts);
  ~EventSources();

  Result<void> load(Snapshot&);
  void receive(EventCall call, Done done);
  // What time brings: ends that were told, stale events, watchdogs. In slices. Returns how many events ended.
  int tick();
  // From now on silence of watchdogs counts: after a start, and once something can be stored again.
  void listening();

  // Take rows as they are now; after the commit, after the subject's row.
  void put(const EventSource& source);
  void remove(EventSourceId id);
  void forget(WorkspaceId workspace);  // it is erased
  std::optional<EventSource> live(EventSourceId id) const;  // with the newest last_at and watchdog_at

  // An event of connlog's own that shows who is told: it ends by itself after some minutes. In the caller's transaction.
  Result<IncidentId> try_out(Transaction& tx, const EventSource& source, const Subject& subject,
                             const std::string& by_name);
  // The watchdog was set to another event, or to none: its incident ends.
  Result<void> watchdog_changed(Transaction& tx, const EventSource& source, const std::string& by_name);

  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Flight;
  struct Slice;
  // Events of connlog's own about a source: no sender's key has such a character.
  static constexpr std::string_view kFullKey = "\x01""full", kWatchdogKey = "\x01watchdog";

  EventSourceEntry* by_digest(const TokenDigest& digest) const;
  EventSourceEntry* by_id(EventSourceId id) const;
  EventAnswer refuse_stranger(const EventCall& call, const std::string& key);
  // A security event, at most one an hour after the first ones. `act` stands in core/audit/acts.cpp.
  void tell(const EventSourceEntry& entry, const EventCall& call, const char* act, const char* text);
  int wait_of(EventSourceEntry& entry);
  RuleId rule_of(EventSourceId source, std::string_view key) const;
  void step(std::shared_ptr<Flight> flight);
  Result<void> write(Transaction& tx, Flight& flight, Slice& slice);
  Result<void> take(Transaction& tx, Slice& slice, const IncomingEvent& event);
  Result<void> open(Transaction& tx, Slice& slice, const IncomingEvent& event);
  Result<void> be_full(Transaction& tx, Slice& slice);
  Result<void> heard_of(Transaction& tx, Slice& slice, bool is_watchdog);
  Result<void> observe(Transaction& tx, EventSourceEntry& entry, State state, const std::string& detail);
  Instant ends_at(const EventSource& source, const IncomingEvent& event) const;
  int end_due();
  void look_at_watchdogs();
  void look_at_full();
  std::vector<EventSourceEntry*> all() const;

  const Parts parts_;
  const Key digest_key_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<EventSourceId, std::unique_ptr<EventSourceEntry>> by_id_;  // never erased: others hold pointers
  std::map<TokenDigest, EventSourceEntry*> by_digest_;
  struct Bucket {
    Monotonic from{};
    double left = kWorkspaceBurst;
  };
  std::map<WorkspaceId, Bucket> workspaces_;
  std::atomic<std::int64_t> listening_{0};
  Monotonic looked_{};  // at what is due; the scheduler thread's
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace connlog
