// An announcement: what is told, written once and delivered to any number of recipients. The room that knows of an
// event (core/watch) writes it in the event's transaction through AnnouncementQueue; the outbox's rows refer to it, and
// a message is made from the announcement's row. What has changed since (an alert that had to wait says that it is
// over) is asked of IncidentStandings. Outcomes come back through Delivered. Plain data and interfaces; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

struct Recipient;  // core/notify/notification.h

// Words of facts that the announcements of an incident have. Times are as to_iso8601 writes them.
inline constexpr std::string_view kFactRule = "rule";          // the rule's sentence
inline constexpr std::string_view kFactRuleId = "rule_id";     // may no longer exist
inline constexpr std::string_view kFactRuleKind = "kind";      // "silence", "metric", "state"
inline constexpr std::string_view kFactOpenedAt = "opened_at";
inline constexpr std::string_view kFactResolvedAt = "resolved_at";
inline constexpr std::string_view kFactLasted = "lasted";          // "47 min"
inline constexpr std::string_view kFactResolution = "resolution";  // the word: "recovered"
inline constexpr std::string_view kFactAcknowledgedBy = "acknowledged_by";
inline constexpr std::string_view kFactRunbook = "runbook";  // an https address
inline constexpr std::string_view kFactNotes = "notes";
inline constexpr std::string_view kFactDrill = "drill";      // "yes"
inline constexpr std::string_view kFactCode = "code";        // of a code: six digits
inline constexpr std::string_view kFactRecovered = "recovered";  // of a group: one for each incident that ended
// Of a summary, a group, a digest: one for each incident that is named ("critical: db-1 has been silent for 40 s"), and how many there are.
inline constexpr std::string_view kFactIncident = "incident";
inline constexpr std::string_view kFactCount = "count";
inline constexpr std::string_view kFactStillOpen = "still_open";  // of a group: one for each incident of which it reminds
inline constexpr std::string_view kFactEndedUntold = "ended_untold";  // how many opened and ended while they waited
inline constexpr std::string_view kFactSince = "since";           // of flapping, of quiet, of a weekly letter: a time
inline constexpr std::string_view kFactUntil = "until";           // of quiet: a time
inline constexpr std::string_view kFactLine = "line";             // a line of a weekly letter, or of news of quiet

// How many incidents a message names; what is beyond is behind its link.
inline constexpr std::size_t kIncidentsNamedMost = 50;

struct Announcement {
  // summary: the incidents that are open, told at once (core/appliance/recovery).
  // group: what happened within a window. reminder: still open. digest, weekly: what waited for a reader's hour.
  // flapping: a subject changes too often. code: proves that a chat is read by whom it should. quiet: something wide is quiet.
  enum class Kind {
    incident_opened, incident_resolved, test, summary, group, reminder, digest, weekly, flapping, code, quiet
  };

  AnnouncementId id;
  WorkspaceId workspace;
  Kind kind = Kind::test;
  SubjectId subject = {};     // whom it is about; nil: nobody in particular. It decides who sees the delivery
  std::string subject_kind;   // the word of its kind
  std::string subject_name;
  std::string part;           // empty: the subject itself
  std::string severity;       // "warning", "critical"; empty: none
  std::string headline;       // one line: "db-1 has been silent for 40 s"; a recovery has the same one
  // What else there is to say, in order: word for programs, text for people ("rule": "When an agent falls silent").
  std::vector<std::pair<std::string, std::string>> facts;
  // Of its link, below the public address: "/w/acme/incidents/…". Without a slash at the beginning it is below the
  // workspace's own, which the queue puts before it. Empty: none.
  std::string path;
  std::string thread;                 // what belongs together for channels that know threads: the incident's id
  std::vector<IncidentId> incidents;  // of which it tells
  std::vector<IncidentId> recovered;  // of these: of whose end it tells
  Instant at;

  // The text of the fact; empty: there is none. Valid while the facts are.
  std::string_view fact(std::string_view word) const {
    for (const auto& [name, text] : facts) {
      if (name == word) return text;
    }
    return {};
  }
};
template <>
inline constexpr auto kWords<Announcement::Kind> = words_for<Announcement::Kind>({
    {Announcement::Kind::incident_opened, "incident_opened"},
    {Announcement::Kind::incident_resolved, "incident_resolved"},
    {Announcement::Kind::test, "test"},
    {Announcement::Kind::summary, "summary"},
    {Announcement::Kind::group, "group"},
    {Announcement::Kind::reminder, "reminder"},
    {Announcement::Kind::digest, "digest"},
    {Announcement::Kind::weekly, "weekly"},
    {Announcement::Kind::flapping, "flapping"},
    {Announcement::Kind::code, "code"},
    {Announcement::Kind::quiet, "quiet"},
});

// Facts as they are stored: a JSON array of {"word", "text"}. What is no such array is no facts.
std::string facts_to_stored(const std::vector<std::pair<std::string, std::string>>& facts);
std::vector<std::pair<std::string, std::string>> facts_from_stored(std::string_view stored);

class AnnouncementStore {
 public:
  virtual ~AnnouncementStore() = default;
  virtual Result<void> insert(Transaction&, const Announcement&) = 0;  // with its incidents, which must be there
  // Nothing: it is gone, or of a kind that this version does not know.
  virtual Result<std::optional<Announcement>> find(Snapshot&, WorkspaceId, AnnouncementId) const = 0;
  // Deletes at most `limit` that are older than `before` and about no incident (tests, summaries), with their deliveries;
  // returns how many. What is about incidents goes with them. Of all workspaces.
  virtual Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

// How many messages a recipient got, and how many of them told of incidents of which rule (at most five rules, the most first).
struct ToldCounts {
  std::int64_t messages = 0;
  std::vector<std::pair<RuleId, std::int64_t>> by_rule;
};

// Writes the announcement and a row of the outbox for each recipient, and wakes the outbox after the commit. Implemented
// by Notify (core/notify/notify.h).
class AnnouncementQueue {
 public:
  virtual ~AnnouncementQueue() = default;
  // `id` and `at` are set here. Returns how many rows were queued. Without a recipient nothing is written.
  virtual Result<std::int64_t> announce(Transaction&, Announcement, std::span<const Recipient>) = 0;
  // The recipients that were told, or are about to be, that the incident opened, and can still be reached: each once.
  // Any message that lists the incident counts: alone, in a group, a digest, a reminder.
  virtual Result<std::vector<Recipient>> told_of(Snapshot&, WorkspaceId, IncidentId) const = 0;
  // Of how many open incidents the recipient was told; counts up to `most`.
  virtual Result<std::int64_t> count_open_told(Snapshot&, WorkspaceId, RecipientId, int most) const = 0;
  // What was queued for the recipient since then.
  virtual Result<ToldCounts> count_told(Snapshot&, WorkspaceId, RecipientId, Instant since) const = 0;
};

// How an incident stands now, not as it was when the announcement was written.
struct IncidentStanding {
  Instant acknowledged_at;  // not set: nobody has yet
  std::string acknowledged_by;
  Instant resolved_at;  // not set: open
  std::string resolution;
  int urgency = 0;  // the higher, the more severe
};

class IncidentStandings {
 public:
  virtual ~IncidentStandings() = default;
  // Nothing: the workspace has no such incident (any more).
  virtual Result<std::optional<IncidentStanding>> standing(Snapshot&, WorkspaceId, IncidentId) const = 0;
};

// What became of an announcement for one recipient.
struct Outcome {
  Instant at;
  bool sent = false;   // false: given up
  std::string answer;  // for people: "Mail to ops@example.com: 250 2.0.0 Ok"
};

class Delivered {
 public:
  virtual ~Delivered() = default;
  // Called in the transaction that marks the notification as sent or as failed for good, also of announcements that
  // tell of no incident. The same outcome of the same announcement and recipient may come twice: the second one changes
  // nothing. After a failure that a person had tried once more, `sent` may follow; it counts.
  virtual Result<void> delivered(Transaction&, const Announcement&, RecipientId, const Outcome&) = 0;
};

}  // namespace connlog
