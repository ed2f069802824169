// The stages between an incident and a message: each looks at facts and answers pass, hold or drop, with a reason from one
// closed table. One list (stages()) says their order; docs/telling.md draws it. Suppress telling, never checking; suppress
// opening loud, never resolving; look one hop up. Pure: no clock, no database; any thread.
//
// The first stages judge an incident, the last ones (per_recipient) a recipient of it. Grouping stands behind recipients, as a
// group of messages is somebody's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/words.h"
#include "core/watch/incident.h"

namespace connlog {

enum class StageName { paused, maintenance, dependency, superseded, mute, flapping, hours, recipients, digest, grouping, repeat };
template <>
inline constexpr auto kWords<StageName> = words_for<StageName>({
    {StageName::paused, "paused"},
    {StageName::maintenance, "maintenance"},
    {StageName::dependency, "dependency"},
    {StageName::superseded, "superseded"},
    {StageName::mute, "mute"},
    {StageName::flapping, "flapping"},
    {StageName::hours, "hours"},
    {StageName::recipients, "recipients"},
    {StageName::digest, "digest"},
    {StageName::grouping, "grouping"},
    {StageName::repeat, "repeat"},
});

enum class StageVerdict { pass, hold, drop };
template <>
inline constexpr auto kWords<StageVerdict> = words_for<StageVerdict>({
    {StageVerdict::pass, "pass"},
    {StageVerdict::hold, "hold"},
    {StageVerdict::drop, "drop"},
});

// Why something was told, held or dropped. The words are stored and part of the API.
enum class TellingReason {
  nothing_against,     // pass
  subject_paused,      // drop: it is paused or switched off
  in_maintenance,      // hold: a maintenance of people
  asked_by_host,       // hold: the host asked for quiet (connlog agent maintenance)
  waiting_for_parent,  // hold: its parent's verdict is awaited, at most 60 s
  parent_down,         // hold: its parent is down and was told (or is covered itself)
  parent_maintained,   // hold: a maintenance of its parent runs
  parent_recovering,   // hold: its parent is back, and it has two intervals to follow
  more_severe_open,    // hold: a more severe incident of the same subject, part and metric is open
  muted,               // hold
  snoozed,             // hold
  flapping,            // hold: it changes too often; that was told
  flapping_down,       // pass: it flaps, and has been down for 30 minutes in a row
  outside_hours,       // hold: the rule's working hours begin later
  nobody_named,        // drop: no recipient can be told
  quiet_hours,         // hold, of a recipient: its reader's quiet hours
  daily_digest,        // hold, of a recipient: it goes into the daily digest
  grouped,             // hold, of a recipient: joins the next grouped message
  acknowledged,        // hold, of repeats: somebody looks after it
  not_due,             // hold, of repeats: the interval is not over
  ended_untold,        // it ended before anybody was told
  told,                // a message was queued
  recovery_told,       // its end was queued
  told_again,          // a reminder was queued
};
template <>
inline constexpr auto kWords<TellingReason> = words_for<TellingReason>({
    {TellingReason::nothing_against, "nothing_against"},
    {TellingReason::subject_paused, "subject_paused"},
    {TellingReason::in_maintenance, "in_maintenance"},
    {TellingReason::asked_by_host, "asked_by_host"},
    {TellingReason::waiting_for_parent, "waiting_for_parent"},
    {TellingReason::parent_down, "parent_down"},
    {TellingReason::parent_maintained, "parent_maintained"},
    {TellingReason::parent_recovering, "parent_recovering"},
    {TellingReason::more_severe_open, "more_severe_open"},
    {TellingReason::muted, "muted"},
    {TellingReason::snoozed, "snoozed"},
    {TellingReason::flapping, "flapping"},
    {TellingReason::flapping_down, "flapping_down"},
    {TellingReason::outside_hours, "outside_hours"},
    {TellingReason::nobody_named, "nobody_named"},
    {TellingReason::quiet_hours, "quiet_hours"},
    {TellingReason::daily_digest, "daily_digest"},
    {TellingReason::grouped, "grouped"},
    {TellingReason::acknowledged, "acknowledged"},
    {TellingReason::not_due, "not_due"},
    {TellingReason::ended_untold, "ended_untold"},
    {TellingReason::told, "told"},
    {TellingReason::recovery_told, "recovery_told"},
    {TellingReason::told_again, "told_again"},
});
inline constexpr auto kTellingReasons = values_of<TellingReason>();

// A maintenance or mute that covers the incident now.
struct QuietFact {
  QuietId id;
  std::string name;     // "Kernel update", or a mute's reason
  std::string by_name;  // "Bo"
  Instant until;        // of this window; not set: open
  bool by_host = false;
  bool is_snooze = false;
};

// A parent of the incident's subject, as far as the dependency stage asks.
struct ParentFact {
  enum class Verdict { awaited, up, down_covered, down_uncovered, unknown, recovering };
  SubjectId subject;
  std::string name;
  Verdict verdict = Verdict::up;  // unknown: also paused, muted, never seen. down_covered: told, or held for its own parent
  Instant since;                  // of its state
  std::vector<std::string> told_to;  // names of recipients, when told
  bool is_maintained = false, is_flapping = false;  // flapping: it is followed by what was said of it, not by its state
  Instant awaited_until;  // awaited: at most opened_at + 60 s. recovering: the end of the grace
};

struct TellingFacts {
  Instant now;  // by the wall clock, as every Instant here and in the answers; who stores them as engine time converts them
  const Incident& incident;
  bool is_paused = false;
  std::vector<QuietFact> maintenances = {}, mutes = {};
  std::vector<ParentFact> parents = {};
  std::string more_severe = {};  // the summary of the more severe incident; empty: none
  // The subject's flapping: since when; not set: it does not flap. `down_since`: of the present unbroken down.
  Instant flapping_since = {}, down_since = {};
  bool flapping_said = false;
  Instant hours_begin = {};  // outside the rule's working hours: when they begin next; not set: within, or none
  std::size_t recipients = 1;
};

// Of one recipient.
struct RecipientFacts {
  Instant now;
  Severity severity = Severity::critical;
  Instant quiet_until;     // within its reader's quiet hours: their end
  Instant digest_at;       // its reader wants a digest: when the next one goes out
  Instant group_until;     // a grouping window runs: its end
  Instant acknowledged_until;  // reminders; not set while acknowledged_for_ever is false: not acknowledged
  bool acknowledged_for_ever = false;
  Instant repeat_at;       // reminders: when the next one is due
  bool is_reminder = false;
};

struct StageAnswer {
  StageVerdict verdict = StageVerdict::pass;
  TellingReason reason = TellingReason::nothing_against;
  std::string text;  // for people: "its parent router-1 is down since 02:14, told to Ada"; times as {iso} marks, rendered by the screen
  Instant until;     // hold: when to look again at the latest; not set: when something changes
  SubjectId held_by = {};  // hold by a parent: which; by a more severe incident, or its own flapping: the subject itself
};

struct Stage {
  StageName name;
  std::string_view title;    // "Maintenance"
  std::string_view sentence;  // what it does, for docs and the preview
  StageAnswer (*decide)(const TellingFacts&);               // null: per recipient
  StageAnswer (*decide_for)(const RecipientFacts&) = nullptr;
};
std::span<const Stage> stages();  // in order

struct TellingDecision {
  StageName stage = StageName::paused;  // that held or dropped; of a pass the last
  StageAnswer answer;
};
// The first answer that is not pass; else the pass with a reason of its own (flapping_down), or that of the last stage. `without`: a stage that is switched off, for simulations
// that show that each is needed.
TellingDecision decide_telling(const TellingFacts&, std::optional<StageName> without = {});
TellingDecision decide_telling(const RecipientFacts&, std::optional<StageName> without = {});

}  // namespace connlog
