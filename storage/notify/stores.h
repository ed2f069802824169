// The stores of core/notify, in SQL: letters, recipients, announcements and the outbox. Stateless: any thread, with the
// snapshot or transaction that it was given.
#pragma once

#include "storage/unknown_words.h"
#include "core/notify/announcement.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/letter_store.h"
#include "core/notify/notification.h"
#include "core/notify/recipient_codes.h"

namespace connlog::storage {

inline constexpr WordColumn<Recipient::Consent> kRecipientConsent{"recipient", "consent", "version"};
inline constexpr WordColumn<Announcement::Kind> kAnnouncementKind{"announcement", "kind"};  // written once
inline constexpr WordColumn<Notification::State> kNotificationState{"notification", "state", "state"};
inline constexpr WordColumn<Notification::State> kLetterState{"letter", "state", "state"};
// No row waits for longer (a target may ask for a day). One that seems to was written by a clock that was ahead, and is
// due.
inline constexpr std::chrono::hours kWaitMost{25};

class SqlLetterStore final : public LetterStore {
 public:
  Result<void> insert(Transaction&, const PostedLetter&) override;
  Result<std::vector<PostedLetter>> lease(Transaction&, Instant now, Instant lease_until, int limit) override;
  Result<void> update(Transaction&, const PostedLetter&) override;
  Result<Instant> next_due(Snapshot&) const override;
  Result<std::int64_t> count_waiting(Snapshot&) const override;
  Result<std::int64_t> count_to_strangers(Snapshot&, WorkspaceId, Instant since) const override;
  Result<std::vector<PostedLetter>> list(Snapshot&, int limit) const override;
  Result<std::vector<PostedLetter>> list_to(Snapshot&, const std::string& address, int limit) const override;
  Result<std::optional<PostedLetter>> find(Snapshot&, LetterId) const override;
  Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) override;
};

class SqlRecipientStore final : public RecipientStore {
 public:
  Result<std::vector<Recipient>> list(Snapshot&, WorkspaceId) const override;
  Result<std::vector<Recipient>> weekly(Snapshot&) const override;
  Result<std::vector<Recipient>> of_kind(Snapshot&, std::string_view kind) const override;
  Result<std::optional<Recipient>> find(Snapshot&, WorkspaceId, RecipientId) const override;
  Result<void> insert(Transaction&, const Recipient&) override;
  Result<void> update(Transaction&, const Recipient&) override;
  Result<void> remove(Transaction&, WorkspaceId, RecipientId) override;
  Result<void> put_aside(Transaction&, WorkspaceId, RecipientId) override;
};

class SqlRecipientCodeStore final : public RecipientCodeStore {
 public:
  Result<std::optional<RecipientCode>> find(Snapshot&, WorkspaceId, RecipientId) const override;
  Result<void> put(Transaction&, const RecipientCode&) override;
  Result<void> remove(Transaction&, WorkspaceId, RecipientId) override;
};

class SqlChatAccountStore final : public ChatAccountStore {
 public:
  Result<std::vector<ChatAccount>> of_user(Snapshot&, UserId) const override;
  Result<std::optional<ChatAccount>> find(Snapshot&, const std::string& service,
                                          const std::string& account) const override;
  Result<void> put(Transaction&, const ChatAccount&) override;
  Result<void> remove(Transaction&, UserId, const std::string& service) override;
};

class SqlAnnouncementStore final : public AnnouncementStore {
 public:
  Result<void> insert(Transaction&, const Announcement&) override;
  Result<std::optional<Announcement>> find(Snapshot&, WorkspaceId, AnnouncementId) const override;
  Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) override;
};

class SqlOutboxStore final : public OutboxStore {
 public:
  Result<void> insert(Transaction&, const Notification&) override;
  Result<std::vector<Notification>> lease(Transaction&, Instant now, Instant lease_until, int limit) override;
  Result<void> update(Transaction&, const Notification&) override;
  Result<Instant> next_due(Snapshot&) const override;
  Result<std::optional<LoggedDelivery>> find(Snapshot&, WorkspaceId, NotificationId) const override;
  Result<std::vector<LoggedDelivery>> of_incident(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::vector<LoggedDelivery>> list(Snapshot&, WorkspaceId, std::optional<Notification::State>, int limit,
                                           UserId seen_by, NotificationId before,
                                           RecipientId recipient) const override;
  Result<std::optional<OpeningMessage>> opening(Snapshot&, WorkspaceId, IncidentId, RecipientId) const override;
  Result<std::vector<Notification>> receipts(Snapshot&, std::string_view remote_id_start, Instant since,
                                             int limit) const override;
  Result<std::vector<RecipientId>> told_of_opening(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::int64_t> count_open_told(Snapshot&, WorkspaceId, RecipientId, int most) const override;
  Result<ToldCounts> count_told(Snapshot&, WorkspaceId, RecipientId, Instant since) const override;
};

}  // namespace connlog::storage
