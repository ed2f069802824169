// The last stages, of one recipient: its reader's quiet hours and digest, grouping at the leading edge, and the announcement that
// comes out. The first message goes at once; what follows within 30 s becomes one message, then one every 5 minutes (a workspace
// sets both). While more than three incidents are open, recoveries are collected for 20 s; when all that a recipient was told of
// is over, that is told within 30 s. A message lists at most 50 and a link. What waits is stored. Runs on the writer thread inside the
// caller's transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/watch/incident.h"
#include "core/watch/telling/telling_store.h"
#include "core/watch/telling/telling_settings.h"

namespace connlog {

class Pace {
 public:
  struct Parts {
    TellingStore& tellings;
    TellingSettingStore& settings;
    IncidentStore& incidents;
    RuleStore& rules;
    SubjectStore& subjects;
    RecipientStore& recipients;
    AnnouncementQueue& announcements;
    Clock& clock;
    Random& random;
    std::optional<StageName> without = std::nullopt;  // simulations: a stage that is switched off
  };
  explicit Pace(const Parts& parts) : parts_(parts) {}

  // Tells these recipients, now or with the next message; returns for each what was decided (for the incident's entries).
  struct Told {
    RecipientId recipient;
    TellingDecision decision;
  };
  // `together`: others follow within the same round (a maintenance ended): what would go at once waits for round(), whose window
  // ends now, so that all of it is one message.
  Result<std::vector<Told>> tell(Transaction&, const Incident&, ToldWhat, std::span<const Recipient>, Instant engine_now,
                                 bool together = false);
  // What the last stages would look at, were something of this severity told now.
  Result<RecipientFacts> facts_of(Snapshot&, const Recipient&, Severity, Instant engine_now) const;
  // Windows and digests that ended: sends what waits. What was held and ended untold is left out, and said. Returns how many messages.
  Result<int> round(Transaction&, Instant engine_now, int limit);
  // The weekly letter of recipients that want one (Monday 08:00 in their zone).
  Result<int> weekly(Transaction&, Instant engine_now);

 private:
  struct Waiting {
    IncidentId incident;
    ToldWhat what = ToldWhat::opened;
    friend auto operator<=>(const Waiting&, const Waiting&) = default;
  };
  // What goes to one or more recipients as one message.
  struct Batch {
    WorkspaceId workspace;
    bool is_digest = false;
    std::vector<Waiting> items;  // sorted
    std::vector<Recipient> recipients;
  };
  // What became of it: a window begins anew only where something began or still is.
  struct Sent {
    std::int64_t messages = 0;
    bool has_news = false;
  };

  Result<RecipientPace> pace_of(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient) const;
  Result<TellingDecision> decide(Transaction& tx, const Incident& incident, ToldWhat what, const Recipient& recipient,
                                 const TellingSettings& settings, Instant engine_now);
  Result<Instant> collected_until(Transaction& tx, WorkspaceId workspace, RecipientId recipient,
                                  const TellingSettings& settings, Instant engine_now);
  Result<void> let_wait(Transaction& tx, const Incident& incident, ToldWhat what, RecipientId recipient,
                        const TellingDecision& decision);
  Result<void> begin_window(Transaction& tx, WorkspaceId workspace, RecipientId recipient,
                            const TellingSettings& settings, Instant engine_now);
  Result<void> end_window_now(Transaction& tx, WorkspaceId workspace, RecipientId recipient, Instant engine_now);
  Result<Announcement> alone(Snapshot& snapshot, const Incident& incident, ToldWhat what) const;
  Instant wall_of(Instant engine, Instant engine_now) const { return parts_.clock.now() + (engine - engine_now); }

  // core/watch/telling/pace_round.cpp
  Result<void> collect(Transaction& tx, const RecipientPace& pace, bool is_digest, std::vector<Batch>& batches);
  Result<Sent> send(Transaction& tx, const Batch& batch, Instant engine_now);
  Result<std::optional<Incident>> still_told(Transaction& tx, const Batch& batch, const Waiting& item);
  Result<void> note_ended_untold(Transaction& tx, const Batch& batch, const Incident& incident);
  Result<void> after_window(Transaction& tx, RecipientPace pace, bool has_news, Instant engine_now);

  // core/watch/telling/weekly_letter.cpp
  Result<Announcement> weekly_letter(Snapshot& snapshot, const Recipient& recipient, Instant since) const;
  Result<void> add_messages(Snapshot& snapshot, const Recipient& recipient, Instant since, Announcement& letter) const;
  Result<void> add_untested(Snapshot& snapshot, WorkspaceId workspace, Announcement& letter) const;
  Result<void> add_uptime(Snapshot& snapshot, WorkspaceId workspace, Instant since, Announcement& letter) const;

  Parts parts_;
};

}  // namespace connlog
