// The recipients of alerts (Recipient) and the rows of the outbox (Notification): an announcement on its way to one
// recipient. A row is written in the same transaction as the event that it reports. A worker leases it, sends it, and
// only then marks it as sent. So a message may be sent twice; both copies have the same message id. Plain data and the
// interfaces of the stores.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/kinds/field.h"
#include "core/notify/announcement.h"

namespace connlog {

// A secret of a kind's field, sealed (crypto/sealed.h) under "recipient.<field>".
struct SealedField {
  std::string field;
  std::string sealed;
};

struct Recipient {
  // Whether the reader of the address agreed (core/notify/consent.h). A channel that needs no consent is confirmed.
  enum class Consent { unconfirmed, confirmed, unsubscribed };

  RecipientId id;
  WorkspaceId workspace;
  std::string name;                 // 1–80 characters
  std::string channel = "mail";     // the word of its kind (core/notify/channel.h), perhaps of a later version
  FieldValues fields;               // what the kind asks for, but for secrets
  std::vector<SealedField> sealed;  // its secrets
  std::string shown;                // what people see in place of its address
  std::string target;               // by what its deliveries are limited
  bool receives_by_default = true;
  bool enabled = true;
  Instant created_at;
  Instant last_tested_at;
  std::string last_test_answer;  // what the other side said
  Consent consent = Consent::confirmed;
  Instant consent_at;             // since when `consent` is what it is
  Instant consent_asked_at;       // when the last letter asked; not set: none has
  std::int64_t consent_asks = 0;  // letters to this address
  // Its reader's hours. Only for what is less than critical. Minutes of the local day; -1: none.
  std::string zone = "UTC";
  int quiet_from = -1, quiet_to = -1;
  int digest_at = -1;   // info and warning wait for this minute of the day
  bool weekly = false;  // the weekly letter
  std::int64_t version = 1;
};

template <>
inline constexpr auto kWords<Recipient::Consent> = words_for<Recipient::Consent>({
    {Recipient::Consent::unconfirmed, "unconfirmed"},
    {Recipient::Consent::confirmed, "confirmed"},
    {Recipient::Consent::unsubscribed, "unsubscribed"},
});

struct Notification {
  enum class State { queued, leased, sent, failed };

  NotificationId id;
  WorkspaceId workspace;
  AnnouncementId announcement;
  RecipientId recipient;
  std::string channel = "mail";  // the word of the recipient's kind
  std::string shown, target;     // the recipient's, as they were when it was queued
  std::string message_id;        // stable over attempts: Message-ID of a mail, the delivery id of other channels
  std::string remote_id;         // what the service called the message once it was sent; empty: it did not say
  State state = State::queued;
  int attempts = 0;
  Instant created_at;
  Instant next_attempt_at;  // queued: not before
  Instant lease_until;      // leased: the lease's end; the row may then be leased again
  Instant sent_at;
  std::string last_error;  // the other side's words, safe to show
  std::string answer;      // its last answer, also where it took the message; empty: there was none
};

template <>
inline constexpr auto kWords<Notification::State> = words_for<Notification::State>({
    {Notification::State::queued, "queued"},
    {Notification::State::leased, "leased"},
    {Notification::State::sent, "sent"},
    {Notification::State::failed, "failed"},
});

class RecipientStore {
 public:
  virtual ~RecipientStore() = default;
  virtual Result<std::vector<Recipient>> list(Snapshot&, WorkspaceId) const = 0;
  // Those that want the weekly letter, of all workspaces, without their secrets.
  virtual Result<std::vector<Recipient>> weekly(Snapshot&) const = 0;
  // Those of a kind, of all workspaces, with their secrets. Only for the outbox thread.
  virtual Result<std::vector<Recipient>> of_kind(Snapshot&, std::string_view kind) const = 0;
  virtual Result<std::optional<Recipient>> find(Snapshot&, WorkspaceId, RecipientId) const = 0;
  virtual Result<void> insert(Transaction&, const Recipient&) = 0;
  virtual Result<void> update(Transaction&, const Recipient&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, RecipientId) = 0;
  // The same, but its sealed secrets stay, for when it comes back (core/people/removed.h).
  virtual Result<void> put_aside(Transaction&, WorkspaceId, RecipientId) = 0;
};

// A row of the delivery log.
struct LoggedDelivery {
  Notification notification;
  Announcement announcement;
};

// A message that told of an incident's opening, by both its names.
struct OpeningMessage {
  std::string message_id;
  std::string remote_id;  // empty: not sent yet, or the service did not say
};

class OutboxStore {
 public:
  virtual ~OutboxStore() = default;
  virtual Result<void> insert(Transaction&, const Notification&) = 0;
  // Takes at most `limit` rows that are due (queued and next_attempt_at ≤ now, or leased and lease_until ≤ now), oldest
  // first, marks them leased until `lease_until`, counts the attempt, and returns them. A row whose time is more than a
  // day ahead is due too: a clock that was ahead wrote it. The rows are those of all workspaces, so only the outbox
  // worker may call it. Rows of announcements of an unknown kind wait for the version that knows it.
  virtual Result<std::vector<Notification>> lease(Transaction&, Instant now, Instant lease_until, int limit) = 0;
  virtual Result<void> update(Transaction&, const Notification&) = 0;
  virtual Result<Instant> next_due(Snapshot&) const = 0;  // not set: nothing waits
  virtual Result<std::optional<LoggedDelivery>> find(Snapshot&, WorkspaceId, NotificationId) const = 0;
  // What was told of the incident, oldest first.
  virtual Result<std::vector<LoggedDelivery>> of_incident(Snapshot&, WorkspaceId, IncidentId) const = 0;
  // The delivery log, newest first. `seen_by` set: only what is about subjects of this person's teams, and about none.
  // `before` set: only what is older than this one. `recipient` set: only what went there.
  virtual Result<std::vector<LoggedDelivery>> list(Snapshot&, WorkspaceId, std::optional<Notification::State>,
                                                   int limit, UserId seen_by = {},
                                                   NotificationId before = {},
                                                   RecipientId recipient = {}) const = 0;
  // The message that told this recipient of the opening, unless it was given up: a recovery threads under it, or
  // updates it.
  virtual Result<std::optional<OpeningMessage>> opening(Snapshot&, WorkspaceId, IncidentId, RecipientId) const = 0;
  // Sent since then, of all workspaces, whose remote_id begins so; the newest first.
  virtual Result<std::vector<Notification>> receipts(Snapshot&, std::string_view remote_id_start, Instant since,
                                                     int limit) const = 0;
  // The recipients of messages that told of the opening, alone or among others, and were not given up: each once.
  virtual Result<std::vector<RecipientId>> told_of_opening(Snapshot&, WorkspaceId, IncidentId) const = 0;
  // Of how many open incidents the recipient was told; counts up to `most`.
  virtual Result<std::int64_t> count_open_told(Snapshot&, WorkspaceId, RecipientId, int most) const = 0;
  virtual Result<ToldCounts> count_told(Snapshot&, WorkspaceId, RecipientId, Instant since) const = 0;
};

}  // namespace connlog
