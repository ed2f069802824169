// How the telling of an incident stands, as it is stored: every end of a window is a column, so a restart changes nothing. Plain
// data and the interface of the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/watch/telling/stage.h"

namespace connlog {

enum class TellingPhase { held, told, dropped, over };
template <>
inline constexpr auto kWords<TellingPhase> = words_for<TellingPhase>({
    {TellingPhase::held, "held"},
    {TellingPhase::told, "told"},
    {TellingPhase::dropped, "dropped"},
    {TellingPhase::over, "over"},
});

// One row an incident. Times are engine time.
struct TellingRow {
  IncidentId incident;
  WorkspaceId workspace;
  SubjectId subject;
  TellingPhase phase = TellingPhase::held;
  std::string stage, reason;  // words, perhaps of a later version
  std::string text;
  SubjectId held_by = {};     // a parent
  Instant look_at;            // when to decide again; not set: when something changes
  Instant told_at;            // first told to somebody, or about to be with the next group of messages
  Instant repeat_at;          // next reminder; not set: none
  std::int64_t reminders = 0;
  Instant awaits_until;       // the end of the wait for a parent, or of its grace; stays while the reason does
};

// A decision that changed how it stands; shown on the incident ("Why was I (not) told?").
struct TellingEntry {
  IncidentId incident;
  WorkspaceId workspace;
  Instant at;  // wall clock
  std::string stage, verdict, reason, text;
  Instant until;
  RecipientId recipient = {};  // nil: of the incident
  std::string recipient_name;
};

enum class ToldWhat { opened, resolved, reminder };
template <>
inline constexpr auto kWords<ToldWhat> = words_for<ToldWhat>({
    {ToldWhat::opened, "opened"},
    {ToldWhat::resolved, "resolved"},
    {ToldWhat::reminder, "reminder"},
});

// What waits for the recipient's next message.
struct WaitingTelling {
  WorkspaceId workspace;
  RecipientId recipient;
  IncidentId incident;
  ToldWhat what = ToldWhat::opened;
  Instant at;
  bool for_digest = false;
};

// A recipient's messages: when the next may go out. Engine time.
struct RecipientPace {
  WorkspaceId workspace;
  RecipientId recipient;
  Instant window_until;   // not set: idle
  int step = 0;           // 0: idle, or only recoveries are collected; 1: the first 30 s; 2: every 5 min
  Instant digest_at;      // wall clock; the next digest; not set: none waits
  Instant weekly_at;      // wall clock; the next weekly letter; not set: none is planned
};

class TellingStore {
 public:
  virtual ~TellingStore() = default;
  virtual Result<std::optional<TellingRow>> find(Snapshot&, WorkspaceId, IncidentId) const = 0;
  virtual Result<void> put(Transaction&, const TellingRow&) = 0;
  // look_at or repeat_at ≤ now, of all workspaces, the oldest first.
  virtual Result<std::vector<TellingRow>> due(Snapshot&, Instant now, int limit) const = 0;
  // The earliest of all that this store keeps: engine time, and wall clock (digests, weekly letters).
  struct Next {
    std::optional<Instant> engine, wall;
  };
  virtual Result<Next> next_due(Snapshot&) const = 0;
  // Another process, perhaps with another clock, wrote what is stored: all that is held is looked at now, and no wait is longer
  // from now than its window. Once after a start. Returns how many are held.
  virtual Result<std::int64_t> after_restart(Transaction&, Instant now) = 0;
  // Sets look_at = now for what is held by this subject (a parent; itself, where a more severe incident or its flapping holds),
  // or, with nil, for what the workspace holds.
  virtual Result<std::int64_t> wake(Transaction&, WorkspaceId, SubjectId held_by, Instant now) = 0;
  virtual Result<std::vector<TellingRow>> held(Snapshot&, WorkspaceId, int limit) const = 0;
  // Of the open incidents that say that the subject is down (silence, state), the best covered one: told, else held for a parent.
  virtual Result<std::optional<TellingRow>> open_of_subject(Snapshot&, WorkspaceId, SubjectId) const = 0;
  virtual Result<void> add_entry(Transaction&, const TellingEntry&) = 0;  // ≤ 200 an incident, the newest stay
  virtual Result<std::vector<TellingEntry>> entries(Snapshot&, WorkspaceId, IncidentId) const = 0;  // oldest first

  virtual Result<void> wait(Transaction&, const WaitingTelling&) = 0;  // once per recipient, incident, what
  virtual Result<std::vector<WaitingTelling>> waiting_of(Snapshot&, WorkspaceId, RecipientId, bool for_digest) const = 0;
  virtual Result<void> no_longer_waiting(Transaction&, WorkspaceId, RecipientId, bool for_digest) = 0;
  virtual Result<void> no_longer_waiting(Transaction&, WorkspaceId, IncidentId, ToldWhat) = 0;
  virtual Result<std::optional<RecipientPace>> pace(Snapshot&, WorkspaceId, RecipientId) const = 0;
  virtual Result<void> put_pace(Transaction&, const RecipientPace&) = 0;
  // A window that ended, a digest or a weekly letter whose hour has come (or lies further ahead than any can: the clock stepped).
  virtual Result<std::vector<RecipientPace>> due_paces(Snapshot&, Instant engine_now, Instant wall_now, int limit) const = 0;

  virtual Result<bool> is_flapping(Snapshot&, WorkspaceId, SubjectId, Instant* since, Instant* said_at) const = 0;
  virtual Result<void> set_flapping(Transaction&, WorkspaceId, SubjectId, Instant since, Instant said_at, Instant look_at) = 0;
  virtual Result<void> clear_flapping(Transaction&, WorkspaceId, SubjectId) = 0;
  virtual Result<std::vector<std::pair<WorkspaceId, SubjectId>>> due_flaps(Snapshot&, Instant now, int limit) const = 0;
};

}  // namespace connlog
