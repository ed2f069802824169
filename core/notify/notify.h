// Delivery as a whole: the queue of announcements, what people do with recipients and mail settings, tests of both that
// show the other side's real answer, and behind it the thread `outbox`, which leases what is due, sends it and only then
// marks it. cli makes one Notify, starts it after the stores and stops it before them. Methods with a Transaction run
// inside the caller's. Any thread may enter.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/recovery_mode.h"
#include "core/base/secret.h"
#include "core/base/storage_health.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"
#include "core/net/http_client.h"
#include "core/notify/announcement.h"
#include "core/notify/channel.h"
#include "core/notify/letters.h"
#include "core/notify/mail_health.h"
#include "core/notify/mail_settings.h"
#include "core/notify/notification.h"
#include "core/people/removed.h"
#include "core/people/setting_store.h"

namespace connlog {

class Courier;
class LetterStore;
class LetterWorker;
class Limits;
class MemberAddresses;
class OutboxWorker;
class OutageNews;
class RecipientCodes;           // core/notify/recipient_codes.h
class RecipientCodeStore;       // core/notify/recipient_codes.h
class RecipientConsents;
class Receipts;                 // core/notify/receipts.h
class RecipientReaders;         // core/notify/reader_hours.h
class RemoteAcknowledge;        // core/notify/remote_acknowledge.h
class TeamStore;                // core/people/team.h
class TelegramPolls;            // core/notify/telegram_polls.h
class UserStore;                // core/people/user.h
class WorkspaceSettingStore;    // core/people/workspace_setting.h
class ChatAccountStore;         // core/notify/chat_accounts.h
class ChatAccounts;             // core/notify/chat_accounts.h
struct ReaderHours;             // core/notify/reader_hours.h
class WorkspaceNetworks;  // core/people/workspace_networks.h

// What people who act in chats need: who they are, and what they may.
struct ChatParts {
  UserStore& users;
  ChatAccountStore& accounts;
  const WorkspaceSettingStore& settings;
  const TeamStore& teams;
};

// What Notify needs. Everything referred to outlives Notify.
struct NotifyDependencies {
  Stores& stores;
  RecipientStore& recipients;
  OutboxStore& outbox;
  AnnouncementStore& announcements;
  SettingStore& settings;
  const IncidentStandings& incidents;
  Delivered& delivered;
  WorkspaceStore& workspaces;
  AuditLog& audit;
  EventBus& events;
  Clock& clock;
  Random& random;
  const Keyring& keyring;
  OutboundOptions outbound;  // its policy names our own listeners
  std::string public_url;    // "https://monitor.example.com:8443"; links, and the right half of message ids
  LetterStore* letters =
      nullptr;  // null: letters() must not be called, and recipients are not asked whether they agree
  const Limits* limits = nullptr;            // of the appliance
  const MemberAddresses* members = nullptr;  // null: every address must agree
  const TrailLog* trails = nullptr;          // each mail carries the trails' heads; null: none does
  const StorageHealth* storage = nullptr;    // null: nobody is told when nothing can be stored
  const ChannelTable& channels = all_channels();
  // Called after a commit that queued announcements; absent: the outbox is woken.
  std::function<void()> on_queued = {};
  RemovedStore* removed = nullptr;  // null: a removed recipient is gone for good
  const RecoveryMode* recovery = nullptr;  // while it is on, nothing is sent: no alert, no letter, no test; null: there is none
  const WorkspaceNetworks* networks = nullptr;  // which private networks a workspace's messages may reach; null: all
  RemoteAcknowledge* acknowledge = nullptr;  // what people do where messages are read; null: receipts change nothing
  RecipientCodeStore* codes = nullptr;   // null: what needs a code stays unconfirmed
  std::optional<ChatParts> chats = {};   // absent: nobody links an account, and no bot's messages are read
  std::string telegram_server = "https://api.telegram.org";  // whose word about who pressed a button is believed
};

// Who is told when nothing can be stored, and by which mail server; held in memory, as nothing may be readable then.
struct OutageAudience {
  struct Webhook {
    Recipient recipient;
    Workspace workspace;
  };
  MailSettings mail;
  std::vector<std::string> addresses;  // of the appliance's administrators
  std::vector<Webhook> webhooks;
};

struct MailSettingsChange {
  MailSettings settings;           // sealed_password is ignored
  std::optional<Secret> password;  // absent: keep the stored one
};

struct TestAnswer {
  bool ok = false;
  std::string answer;  // "250 2.0.0 Ok: queued as …", "535 5.7.8 authentication failed", "could not connect: …"
};

struct NewRecipient {
  std::string name;
  std::string channel = "mail";  // the word of its kind
  GivenFields fields;
  bool receives_by_default = true;
  bool enabled = true;
};

struct RecipientChange {
  std::string name;
  std::string channel;
  const GivenFields* fields = nullptr;  // those that change
  bool receives_by_default = true;
  bool enabled = true;
  const ReaderHours* hours = nullptr;  // null: as they were
};

struct RecipientWithSecret {
  Recipient recipient;
  Secret secret;  // the one that connlog made (a webhook's signing secret), shown once; else empty
};

class Notify final : public AnnouncementQueue, public PutsBack {
 public:
  explicit Notify(NotifyDependencies dependencies);
  ~Notify() override;  // stops

  void start();  // begins with the rows that a former process left leased
  // Ends the thread within a second or so. Unfinished deliveries are sent again after the next start, under the same
  // id.
  void stop();
  // When the thread last began a turn, on the monotonic clock: for the watchdog. It begins one at least every 10 s.
  Monotonic last_turn() const { return {last_turn_.load()}; }
  void wake();                                         // after a commit that queued something
  void hold_outage_audience(OutageAudience audience);  // for outage_news.h; renewed now and then

  Result<std::int64_t> announce(Transaction&, Announcement, std::span<const Recipient>) override;
  Result<std::vector<Recipient>> told_of(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::int64_t> count_open_told(Snapshot&, WorkspaceId, RecipientId, int most) const override;
  Result<ToldCounts> count_told(Snapshot&, WorkspaceId, RecipientId, Instant since) const override;

  Letters& letters();
  RecipientConsents& consents();
  RecipientCodes& codes();
  RecipientReaders& readers() { return *readers_; }
  ChatAccounts* chats() { return chats_.get(); }  // null: there are none

  Result<RecipientWithSecret> add_recipient(Transaction&, const Actor&, const NewRecipient&);
  Result<Recipient> change_recipient(Transaction&, const Actor&, RecipientId, const RecipientChange&,
                                     std::int64_t expected_version);
  Result<void> remove_recipient(Transaction&, const Actor&, RecipientId);
  // A removed recipient, with its secrets, its consent, and the rules that told it and still stand.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;
  // A failed one is tried once more; one that was sent is queued anew, as a delivery of its own.
  Result<LoggedDelivery> retry(Transaction&, const Actor&, NotificationId);

  Result<MailSettings> mail_settings(Snapshot&) const;
  Result<std::optional<MailTrouble>> mail_trouble(Snapshot&) const;
  std::string default_helo_name() const;  // where the settings have none
  Result<void> change_mail_settings(Transaction&, const Actor&, const MailSettingsChange&);

  // `done` is called once, on another thread unless the test cannot begin. The result is stored with the recipient and
  // audited. A recipient that is not confirmed by its code gets a code and nothing else.
  void test_recipient(const Actor&, RecipientId, std::function<void(Result<TestAnswer>)> done);
  // A code alone. Errors: conflict where none is needed; rate_limited.
  void send_code(const Actor&, RecipientId, std::function<void(Result<TestAnswer>)> done);
  void test_mail(const Actor&, const std::string& to, std::function<void(Result<TestAnswer>)> done);

 private:
  struct Test {
    Actor actor;
    RecipientId recipient;  // nil: the mail settings, to `to`
    std::string to;
    std::function<void(Result<TestAnswer>)> done;
    bool is_code = false;
  };

  Result<void> apply(const RecipientChange& wanted, const ChannelKind& kind, Recipient& recipient) const;
  Result<void> check_reachable(const ChannelKind& kind, const CheckedFields& checked) const;
  Result<Recipient> find(Snapshot& snapshot, WorkspaceId workspace, RecipientId id) const;
  Result<void> check_room(Snapshot& snapshot, WorkspaceId workspace) const;  // for one more recipient
  Result<bool> was_refused_since(Snapshot& snapshot, const Recipient& recipient) const;
  Notification row_of(const Announcement& announcement, const Recipient& recipient, Instant at) const;
  Result<void> queue(Transaction& tx, const Announcement& announcement, const Recipient& recipient);
  void publish_change(Transaction& tx, const Recipient& recipient) const;
  void post(Test test);

  // On the outbox thread.
  void loop();
  void begin(Test test);
  Result<void> check_agreed(Snapshot& snapshot, const Test& test) const;
  Result<bool> waits_for_code(const Test& test) const;
  Result<Announcement> message_of(const Test& test);
  void finish(const Test& test, const DeliveryResult& result);
  Result<LoggedDelivery> send_again(Transaction& tx, const Actor& actor, LoggedDelivery sent);

  const NotifyDependencies needs_;
  std::unique_ptr<Courier> courier_;
  std::unique_ptr<OutboxWorker> worker_;
  std::optional<Letters> letters_;
  std::unique_ptr<RecipientConsents> consents_;  // null: without letters
  std::unique_ptr<LetterWorker> letter_worker_;  // null: without letters
  std::unique_ptr<OutageNews> outage_news_;      // null: without `storage`
  std::unique_ptr<Receipts> receipts_;
  std::unique_ptr<RecipientCodes> codes_;        // null: without `codes`
  std::unique_ptr<RecipientReaders> readers_;
  std::unique_ptr<ChatAccounts> chats_;          // null: without `chats`
  std::unique_ptr<TelegramPolls> polls_;         // likewise
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> last_turn_{0};

  std::mutex mutex_;  // guards posted_
  std::deque<Test> posted_;

  std::list<Test> running_;  // outbox thread
};

}  // namespace connlog
