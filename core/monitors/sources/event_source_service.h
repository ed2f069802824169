// What people do with event sources: add, change, renew the key, try, remove. What every subject has (name, tags, teams, pause) is
// SubjectService's, and so are sight, the right to edit and the line in the audit log; what only sources have is here. A key is
// shown once, when it is made; only its digest is kept. Every method runs inside the caller's transaction or snapshot, and
// updates memory after the commit. The role was checked at the route; the workspace and the object are checked here. Any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/monitors/sources/event_source.h"
#include "core/monitors/sources/event_sources.h"
#include "core/people/actor.h"
#include "core/people/removed.h"
#include "core/watch/subject_service.h"

namespace connlog {

// What only sources have, as somebody gave it: only what is set changes.
struct EventSourceSettings {
  std::optional<std::vector<std::string>> addresses;
  std::optional<std::int64_t> stale_after_seconds;
  std::optional<std::string> watchdog_event;
  std::optional<std::int64_t> watchdog_seconds;
};

struct NewEventSource : NewSubject {  // `kind` is set here
  EventFormat format = EventFormat::alertmanager;
  EventSourceSettings settings;
};

struct EventSourceChange : SubjectChange {
  EventSourceSettings settings;
};

struct EventSourceAndSubject {
  EventSource source;
  Subject subject;
};

struct EventSourceWithKey : EventSourceAndSubject {
  Secret key;  // shown once
};

class EventSourceService final : public PutsBack {
 public:
  struct Parts {
    EventSourceStore& sources;
    SubjectService& subjects;
    AuditLog& audit;
    EventSources& events;
    const Keyring& keyring;
    Clock& clock;
    Random& random;
    RemovedStore* removed = nullptr;  // null: a removed source is gone for good
  };
  explicit EventSourceService(const Parts& parts);

  // The sources that the actor sees, by name.
  Result<std::vector<EventSourceAndSubject>> list(Snapshot&, const Actor&) const;
  Result<EventSourceAndSubject> find(Snapshot&, const Actor&, EventSourceId) const;
  Result<EventSourceAndSubject> find_to_edit(Snapshot&, const Actor&, EventSourceId) const;
  Result<EventSourceWithKey> add(Transaction&, const Actor&, const NewEventSource&);
  // `expected_version` is the subject's: 0: unconditional; another one: conflict.
  Result<EventSourceAndSubject> change(Transaction&, const Actor&, EventSourceId, const EventSourceChange&,
                                       std::int64_t expected_version = 0);
  // The old key opens and resolves nothing any more.
  Result<EventSourceWithKey> renew_key(Transaction&, const Actor&, EventSourceId);
  // Opens an event that shows who is told, and ends by itself. conflict: it is paused.
  Result<IncidentId> try_out(Transaction&, const Actor&, EventSourceId);
  Result<void> remove(Transaction&, const Actor&, EventSourceId);
  // A removed source, with its key.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;

 private:
  Secret make_key(EventSource& source) const;
  static Result<std::string> apply(const EventSourceSettings& settings, EventSource& source);
  Result<void> check_room(Snapshot&, const Actor&) const;
  void put(Transaction&, const EventSource&);

  const Parts parts_;
  const Key digest_key_;
};

}  // namespace connlog
