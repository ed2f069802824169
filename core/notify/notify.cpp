#include "core/notify/notify.h"

#include <pthread.h>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/people/limits.h"
#include "core/base/assert.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/crypto/token.h"
#include "core/net/http_url.h"
#include "core/net/address_policy.h"
#include "core/net/mail_header.h"
#include "core/notify/letter_worker.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/consent.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"
#include "core/notify/outage_news.h"
#include "core/notify/outbox_worker.h"
#include "core/notify/prepare.h"
#include "core/notify/reader_hours.h"
#include "core/notify/recipient_codes.h"
#include "core/notify/telegram_polls.h"
#include "core/notify/receipts.h"

namespace connlog {
namespace {

constexpr std::size_t kRecipientsMax = 200;  // of a workspace
constexpr std::size_t kTestsWaitingMax = 16;
constexpr milliseconds kLongestTurn{10'000};

const Error kStopping{ErrorCode::unavailable, "connlog is stopping. Try again in a moment."};
const Error kInRecovery{ErrorCode::conflict,
                        "connlog was restored from a backup and sends nothing until an administrator ends the recovery "
                        "(Appliance, Recovery)."};

NotifyDependencies without_end_slash(NotifyDependencies dependencies) {
  while (dependencies.public_url.ends_with('/')) dependencies.public_url.pop_back();
  return dependencies;
}

std::string described(const Recipient& recipient) {
  return fmt::format("{} {}{}{}", recipient.channel, recipient.shown,
                     recipient.receives_by_default ? ", by default" : "", recipient.enabled ? "" : ", switched off");
}

std::string trimmed_host(const std::string& host) {
  const std::size_t begin = host.find_first_not_of(" \t[");
  return begin == std::string::npos ? std::string() : host.substr(begin, host.find_last_not_of(" \t]") - begin + 1);
}

}  // namespace

Notify::Notify(NotifyDependencies dependencies)
    : needs_(without_end_slash(std::move(dependencies))),
      courier_(make_courier(needs_.outbound, needs_.clock)),
      worker_(std::make_unique<OutboxWorker>(needs_, *courier_)),
      receipts_(std::make_unique<Receipts>(needs_, *courier_)) {
  worker_->on_sent = [this](const Notification& row) { receipts_->note(row); };
  if (needs_.storage != nullptr) outage_news_ = std::make_unique<OutageNews>(needs_, *courier_);
  if (needs_.letters != nullptr) {
    letters_.emplace(needs_, [this] { wake(); });
    consents_ = std::make_unique<RecipientConsents>(
        RecipientConsents::Parts{needs_.recipients, needs_.workspaces, needs_.audit, needs_.events, *letters_,
                                 needs_.members, needs_.keyring, needs_.clock});
    letter_worker_ = std::make_unique<LetterWorker>(needs_, *courier_);
  }
  if (needs_.codes != nullptr) {
    codes_ = std::make_unique<RecipientCodes>(
        RecipientCodes::Parts{needs_.recipients, *needs_.codes, needs_.channels, needs_.audit, needs_.events,
                              needs_.keyring, needs_.clock, needs_.random});
  }
  if (needs_.chats) {
    chats_ = std::make_unique<ChatAccounts>(ChatAccounts::Parts{needs_.chats->accounts, needs_.chats->users,
                                                                needs_.audit, letters_ ? &*letters_ : nullptr,
                                                                needs_.clock, needs_.random});
    polls_ = std::make_unique<TelegramPolls>(needs_, *courier_, *chats_);
  }
  readers_ = std::make_unique<RecipientReaders>(
      RecipientReaders::Parts{needs_.recipients, needs_.workspaces, needs_.audit, needs_.events, needs_.channels,
                              needs_.members, chats_.get()});
}

Notify::~Notify() {
  stop();
}

void Notify::start() {
  CONNLOG_ASSERT(!thread_.joinable());
  stopping_.store(false);
  last_turn_.store(needs_.clock.monotonic().micros);
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "outbox");
}

void Notify::stop() {
  stopping_.store(true);
  courier_->wake();
  if (thread_.joinable()) thread_.join();
}

void Notify::wake() {
  if (letter_worker_) letter_worker_->wake();
  worker_->wake();
}

void Notify::hold_outage_audience(OutageAudience audience) {
  if (outage_news_) outage_news_->hold(std::move(audience));
}

Letters& Notify::letters() {
  CONNLOG_ASSERT(letters_.has_value());
  return *letters_;
}

RecipientConsents& Notify::consents() {
  CONNLOG_ASSERT(consents_ != nullptr);
  return *consents_;
}

RecipientCodes& Notify::codes() {
  CONNLOG_ASSERT(codes_ != nullptr);
  return *codes_;
}

Result<std::int64_t> Notify::announce(Transaction& tx, Announcement announcement,
                                      std::span<const Recipient> recipients) {
  if (recipients.empty()) return std::int64_t{0};
  const Instant now = needs_.clock.now();
  announcement.id = AnnouncementId::make(now, needs_.random);
  announcement.at = now;
  if (!announcement.path.empty() && !announcement.path.starts_with('/')) {
    const auto workspace = TRY(needs_.workspaces.find(tx, announcement.workspace));
    if (!workspace) return Error{ErrorCode::not_found, "The workspace does not exist any more."};
    announcement.path = fmt::format("/w/{}/{}", workspace->slug, announcement.path);
  }
  TRY(needs_.announcements.insert(tx, announcement));
  for (const Recipient& recipient : recipients) TRY(queue(tx, announcement, recipient));
  tx.after_commit([this] { needs_.on_queued ? needs_.on_queued() : wake(); });
  return static_cast<std::int64_t>(recipients.size());
}

Notification Notify::row_of(const Announcement& announcement, const Recipient& recipient, Instant at) const {
  Notification row;
  row.id = NotificationId::make(at, needs_.random);
  row.workspace = announcement.workspace;
  row.announcement = announcement.id;
  row.recipient = recipient.id;
  row.channel = recipient.channel;
  row.shown = recipient.shown;
  row.target = recipient.target;
  row.message_id = make_message_id(row.id, needs_.public_url);
  row.created_at = at;
  row.next_attempt_at = at;
  return row;
}

Result<void> Notify::queue(Transaction& tx, const Announcement& announcement, const Recipient& recipient) {
  return needs_.outbox.insert(tx, row_of(announcement, recipient, announcement.at));
}

Result<std::vector<Recipient>> Notify::told_of(Snapshot& snapshot, WorkspaceId workspace, IncidentId incident) const {
  const auto told = TRY(needs_.outbox.told_of_opening(snapshot, workspace, incident));
  std::vector<Recipient> out;
  for (const RecipientId& id : told) {
    auto recipient = TRY(needs_.recipients.find(snapshot, workspace, id));
    if (recipient && gets_alerts(needs_.channels, *recipient)) out.push_back(*std::move(recipient));
  }
  return out;
}

Result<std::int64_t> Notify::count_open_told(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient,
                                             int most) const {
  return needs_.outbox.count_open_told(snapshot, workspace, recipient, most);
}

Result<ToldCounts> Notify::count_told(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient,
                                      Instant since) const {
  return needs_.outbox.count_told(snapshot, workspace, recipient, since);
}

Result<void> Notify::check_room(Snapshot& snapshot, WorkspaceId workspace) const {
  const auto existing = TRY(needs_.recipients.list(snapshot, workspace));
  const std::size_t most = needs_.limits == nullptr
                               ? kRecipientsMax
                               : static_cast<std::size_t>(needs_.limits->value(Limit::recipients_per_workspace));
  if (existing.size() < most) return {};
  return Error{ErrorCode::conflict, fmt::format("A workspace has at most {} recipients. Remove one first.", most)};
}

Result<RecipientWithSecret> Notify::add_recipient(Transaction& tx, const Actor& actor, const NewRecipient& wanted) {
  TRY(check_room(tx, actor.workspace));
  const ChannelKind* kind = needs_.channels.find(wanted.channel);
  if (kind == nullptr) return invalid("kind", "There is no such channel. GET /api/v1/channels lists them.");
  Recipient recipient;
  recipient.channel = kind->word;
  TRY(apply({wanted.name, wanted.channel, &wanted.fields, wanted.receives_by_default, wanted.enabled}, *kind,
            recipient));
  const Instant now = needs_.clock.now();
  recipient.id = RecipientId::make(now, needs_.random);
  recipient.workspace = actor.workspace;
  recipient.created_at = now;
  Secret secret;
  for (const Field& field : kind->fields) {
    if (!field.made_here) continue;
    secret = make_token(kind->secret_prefix, needs_.random);
    seal_secret(recipient, field.name, secret, needs_.keyring, needs_.random);
  }
  if (consents_) TRY(consents_->begin(tx, actor, recipient));
  TRY(begin_unconfirmed(tx, needs_.recipients, *kind, recipient, needs_.clock.believed()));
  TRY(needs_.recipients.insert(tx, recipient));
  TRY(needs_.audit.append(tx, actor, "recipient.added", recipient.name, described(recipient)));
  publish_change(tx, recipient);
  return RecipientWithSecret{std::move(recipient), std::move(secret)};
}

Result<Recipient> Notify::change_recipient(Transaction& tx, const Actor& actor, RecipientId id,
                                           const RecipientChange& wanted, std::int64_t expected_version) {
  Recipient recipient = TRY(find(tx, actor.workspace, id));
  if (expected_version != 0 && expected_version != recipient.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed this recipient in the meantime. Look at it again, then repeat your change."};
  }
  if (wanted.channel != recipient.channel) {
    return invalid("kind", "The kind of a recipient cannot be changed. Add a new recipient instead.");
  }
  const ChannelKind* kind = needs_.channels.find(recipient.channel);
  if (kind == nullptr) return Error{ErrorCode::conflict, unknown_channel(recipient.channel).message};
  const std::string before = consent_address(*kind, recipient.fields);
  const std::string chat_before = code_address(*kind, recipient.fields);
  TRY(apply(wanted, *kind, recipient));
  if (wanted.hours != nullptr) TRY(connlog::apply(*wanted.hours, recipient));
  if (consents_ && consent_address(*kind, recipient.fields) != before) TRY(consents_->begin(tx, actor, recipient));
  if (code_address(*kind, recipient.fields) != chat_before)
    TRY(begin_unconfirmed(tx, needs_.recipients, *kind, recipient, needs_.clock.believed()));
  ++recipient.version;
  TRY(needs_.recipients.update(tx, recipient));
  TRY(needs_.audit.append(tx, actor, "recipient.changed", recipient.name, described(recipient)));
  publish_change(tx, recipient);
  return recipient;
}

Result<void> Notify::remove_recipient(Transaction& tx, const Actor& actor, RecipientId id) {
  const Recipient recipient = TRY(find(tx, actor.workspace, id));
  if (needs_.removed == nullptr) {
    TRY(needs_.recipients.remove(tx, actor.workspace, id));
  } else {
    TRY(needs_.removed->take(
        tx, removed_now(RemovedKind::recipient, id, recipient.name, actor, needs_.clock, needs_.random)));
    TRY(needs_.recipients.put_aside(tx, actor.workspace, id));
  }
  TRY(needs_.audit.append(tx, actor, "recipient.removed", recipient.name, described(recipient)));
  publish_change(tx, recipient);
  return {};
}

// Whether the reader of the same address said no to another recipient of the workspace: a yes of before does not outlive
// that.
Result<bool> Notify::was_refused_since(Snapshot& snapshot, const Recipient& recipient) const {
  const ChannelKind* kind = needs_.channels.find(recipient.channel);
  if (kind == nullptr || !kind->needs_consent || recipient.consent != Recipient::Consent::confirmed) return false;
  const std::string address = folded(consent_address(*kind, recipient.fields));
  const auto others = TRY(needs_.recipients.list(snapshot, recipient.workspace));
  return std::ranges::any_of(others, [&](const Recipient& other) {
    return other.id != recipient.id && other.channel == recipient.channel &&
           other.consent == Recipient::Consent::unsubscribed && other.consent_at > recipient.consent_at &&
           folded(consent_address(*kind, other.fields)) == address;
  });
}

Result<std::vector<std::string>> Notify::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  TRY(check_room(tx, actor.workspace));
  std::vector<std::string> left_out = TRY(needs_.removed->put_back(tx, removed));
  Recipient recipient = TRY(find(tx, actor.workspace, RecipientId::of(removed.object)));
  const bool said_no = TRY(was_refused_since(tx, recipient));
  if (said_no) {
    recipient.consent = Recipient::Consent::unsubscribed;
    recipient.consent_at = needs_.clock.believed();
    left_out.emplace_back("Its address has said no since, so nothing is sent there until it agrees again.");
  }
  ++recipient.version;
  TRY(needs_.recipients.update(tx, recipient));
  publish_change(tx, recipient);
  return left_out;
}

Result<LoggedDelivery> Notify::retry(Transaction& tx, const Actor& actor, NotificationId id) {
  auto found = TRY(needs_.outbox.find(tx, actor.workspace, id));
  if (found && found->notification.state == Notification::State::sent) return send_again(tx, actor, *std::move(found));
  if (!found || found->notification.state != Notification::State::failed)
    return Error{ErrorCode::not_found, "There is no notification of that id that was sent or has failed."};
  Notification& row = found->notification;
  row.state = Notification::State::queued;
  // Not after it was queued: so it is due by every clock.
  row.next_attempt_at = std::min(needs_.clock.now(), row.created_at);
  row.lease_until = {};
  TRY(needs_.outbox.update(tx, row));
  TRY(needs_.audit.append(tx, actor, "notification.retried", id.text(), row.shown));
  tx.after_commit([this] { wake(); });
  return *std::move(found);
}

// With an id of its own: the other side, which has the first one, would take it for a repetition.
Result<LoggedDelivery> Notify::send_again(Transaction& tx, const Actor& actor, LoggedDelivery sent) {
  const auto recipient = TRY(needs_.recipients.find(tx, actor.workspace, sent.notification.recipient));
  if (!recipient || !gets_alerts(needs_.channels, *recipient)) {
    return Error{ErrorCode::conflict,
                 "Its recipient gets no messages now: it was removed, switched off, or is not confirmed."};
  }
  // Who sees that it went to one address does not thereby send it to another.
  if (recipient->shown != sent.notification.shown || recipient->target != sent.notification.target) {
    return Error{ErrorCode::conflict, "Its recipient has another address since. Send a test to see that it arrives."};
  }
  const NotificationId before = sent.notification.id;
  sent.notification = row_of(sent.announcement, *recipient, needs_.clock.now());
  TRY(needs_.outbox.insert(tx, sent.notification));
  TRY(needs_.audit.append(tx, actor, "notification.sent_again", before.text(), recipient->shown));
  tx.after_commit([this] { wake(); });
  return sent;
}

Result<MailSettings> Notify::mail_settings(Snapshot& snapshot) const {
  return load_mail_settings(needs_.settings, snapshot);
}

Result<std::optional<MailTrouble>> Notify::mail_trouble(Snapshot& snapshot) const {
  return load_mail_trouble(needs_.settings, snapshot);
}

std::string Notify::default_helo_name() const {
  return connlog::default_helo_name(needs_.public_url);
}

Result<void> Notify::change_mail_settings(Transaction& tx, const Actor& actor, const MailSettingsChange& change) {
  const MailSettings before = TRY(load_mail_settings(needs_.settings, tx));
  MailSettings wanted = change.settings;
  std::string sealed = before.sealed_password;
  if (change.password) {
    if (!change.password->empty() && !is_one_line(change.password->reveal())) {
      return invalid("password", "The password has a line break in it.");
    }
    sealed = change.password->empty() ? std::string()
                                      : seal(needs_.keyring, kMailPasswordContext, *change.password, needs_.random);
  } else if (!sealed.empty() && (trimmed_host(wanted.host) != before.host || wanted.port != before.port)) {
    // Otherwise a person who may change these settings, but not see the password, could send it to their own server.
    return invalid("password", "The stored password belongs to the former server. Enter it again for this one.");
  }
  wanted = TRY(checked(std::move(wanted), !sealed.empty()));
  wanted.sealed_password = std::move(sealed);
  TRY(store_mail_settings(needs_.settings, tx, wanted));
  TRY(forget_mail_trouble(needs_.settings, tx));
  TRY(needs_.audit.append(
      tx, actor, "mail_settings.changed", wanted.host,
      fmt::format("{}:{}, {}, from {}", wanted.host, wanted.port, to_text(wanted.security), wanted.from_address)));
  tx.after_commit([this] {
    if (letter_worker_) letter_worker_->retry_all_soon();
    worker_->retry_all_soon();
  });
  return {};
}

void Notify::test_recipient(const Actor& actor, RecipientId id, std::function<void(Result<TestAnswer>)> done) {
  post({actor, id, {}, std::move(done)});
}

void Notify::send_code(const Actor& actor, RecipientId id, std::function<void(Result<TestAnswer>)> done) {
  post({actor, id, {}, std::move(done), true});
}

void Notify::test_mail(const Actor& actor, const std::string& to, std::function<void(Result<TestAnswer>)> done) {
  if (const auto good = check_mail_address(to, "to"); !good) return done(good.error());
  post({actor, {}, to, std::move(done)});
}

// What adding and changing share.
Result<void> Notify::apply(const RecipientChange& wanted, const ChannelKind& kind, Recipient& recipient) const {
  recipient.name = TRY(one_line("name", "The name", wanted.name, 1, 80));
  recipient.receives_by_default = wanted.receives_by_default;
  recipient.enabled = wanted.enabled;
  StandingFields before{.secrets = secrets_set(recipient)};
  if (!recipient.id.is_nil()) before.values = &recipient.fields;
  CheckedFields checked = TRY(check_fields(kind.fields, *wanted.fields, before));
  TRY(check_reachable(kind, checked));
  std::erase_if(recipient.sealed, [&](const SealedField& sealed) {
    return std::find(checked.forgotten.begin(), checked.forgotten.end(), sealed.field) != checked.forgotten.end();
  });
  for (const auto& [name, secret] : checked.secrets.entries())
    seal_secret(recipient, name, secret, needs_.keyring, needs_.random);
  recipient.fields = std::move(checked.values);
  const FieldSecrets secrets = TRY(open_secrets(needs_.keyring, recipient));
  if (kind.check != nullptr) TRY(kind.check(recipient.fields, secrets));
  recipient.shown = kind.shown(recipient.fields, secrets);
  recipient.target = kind.target(recipient.fields, secrets);
  return {};
}

// The policy checks a name's addresses at each connect. A literal address is checked here already.
Result<void> Notify::check_reachable(const ChannelKind& kind, const CheckedFields& checked) const {
  for (const Field& field : kind.fields) {
    if (field.type != FieldType::url && field.type != FieldType::secret_url) continue;
    const std::string name = fmt::format("fields.{}", field.name);
    const bool secret = is_secret(field);
    if (secret ? !checked.secrets.has(field.name) : checked.values.find(field.name) == nullptr) continue;
    const std::string plain = secret ? std::string() : checked.values.text(field.name);
    const HttpUrl url = TRY(check_http_url(secret ? checked.secrets.reveal(field.name) : plain, name));
    IpAddress address;
    if (!parse_ip(url.host, address)) continue;
    const AddressVerdict verdict =
        decide(needs_.outbound.policy, {OutboundPurpose::webhook, url.host, address, url.port}, local_addresses());
    if (verdict != AddressVerdict::allowed) return invalid(name, explain(verdict, address, url.port));
  }
  return {};
}

Result<Recipient> Notify::find(Snapshot& snapshot, WorkspaceId workspace, RecipientId id) const {
  auto recipient = TRY(needs_.recipients.find(snapshot, workspace, id));
  if (!recipient) return Error{ErrorCode::not_found, "There is no such recipient."};
  return *std::move(recipient);
}

void Notify::publish_change(Transaction& tx, const Recipient& recipient) const {
  tx.after_commit([this, workspace = recipient.workspace, id = recipient.id] {
    if (polls_) {
      polls_->refresh_soon();
      courier_->wake();
    }
    needs_.events.publish({workspace, EventScope::everybody(), EventName::recipient_changed,
                           fmt::format(R"({{"workspace_id":{},"recipient_id":{}}})", json_string(workspace.text()),
                                       json_string(id.text()))});
  });
}

void Notify::post(Test test) {
  if (in_recovery(needs_.recovery)) return test.done(kInRecovery);
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_.load() && posted_.size() < kTestsWaitingMax) {
      posted_.push_back(std::move(test));
      courier_->wake();
      return;
    }
  }
  if (stopping_.load()) return test.done(kStopping);
  test.done(Error{ErrorCode::rate_limited, "Several tests are under way. Wait for their answers.", {}, {}, 10});
}

// ---- From here on: the outbox thread. ----

void Notify::loop() {
  while (!stopping_.load()) {
    last_turn_.store(needs_.clock.monotonic().micros);
    std::deque<Test> tests;
    {
      const std::lock_guard lock(mutex_);
      tests.swap(posted_);
    }
    for (Test& test : tests) begin(std::move(test));
    if (in_recovery(needs_.recovery)) {  // its end wakes the courier
      courier_->poll(kLongestTurn);
      continue;
    }
    milliseconds wait = kLongestTurn;
    if (letter_worker_) {
      letter_worker_->turn();
      wait = std::min(wait, letter_worker_->until_due());
    }
    if (polls_) {
      polls_->turn();
      wait = std::min(wait, polls_->until_due());
    }
    if (outage_news_) {
      outage_news_->turn();
      wait = std::min(wait, outage_news_->until_due());
    }
    receipts_->turn();
    wait = std::min(wait, receipts_->until_due());
    worker_->turn(wait);
  }
  std::deque<Test> unanswered;
  {
    const std::lock_guard lock(mutex_);
    unanswered.swap(posted_);
  }
  for (Test& test : running_) unanswered.push_back(std::move(test));
  running_.clear();
  for (const Test& test : unanswered) test.done(kStopping);
}

void Notify::begin(Test test) {
  const Instant now = needs_.clock.now();
  Notification row;
  row.id = NotificationId::make(now, needs_.random);
  row.workspace = test.actor.workspace;
  row.recipient = test.recipient;
  row.message_id = make_message_id(row.id, needs_.public_url);
  auto announcement = message_of(test);
  if (!announcement) return test.done(announcement.error());
  test.is_code = announcement->kind == Announcement::Kind::code;
  std::optional<Prepared> prepared;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    if (!test.recipient.is_nil() && !test.is_code) TRY(check_agreed(snapshot, test));
    prepared = TRY(test.recipient.is_nil() ? prepare_mail_test(needs_, snapshot, test.to, row.message_id, now)
                                           : prepare(needs_, snapshot, row, *announcement, now));
    return {};
  });
  if (!read) return test.done(read.error());
  const auto place = running_.insert(running_.end(), std::move(test));
  courier_->send(std::move(prepared->delivery), [this, place](const DeliveryResult& result) {
    const Test ended = std::move(*place);
    running_.erase(place);
    finish(ended, result);
  });
}

Result<bool> Notify::waits_for_code(const Test& test) const {
  bool waits = false;
  if (test.recipient.is_nil()) return waits;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto recipient = TRY(needs_.recipients.find(snapshot, test.actor.workspace, test.recipient));
    const ChannelKind* kind = recipient ? needs_.channels.find(recipient->channel) : nullptr;
    waits = kind != nullptr && kind->needs_code && recipient->consent == Recipient::Consent::unconfirmed;
    return {};
  });
  TRY(read);
  return waits;
}

// Of this moment only: nothing of a test is in the outbox.
Result<Announcement> Notify::message_of(const Test& test) {
  Announcement announcement;
  announcement.workspace = test.actor.workspace;
  announcement.kind = Announcement::Kind::test;
  const bool waits = TRY(waits_for_code(test));
  if (!test.is_code && !waits) return announcement;
  if (!codes_) return Error{ErrorCode::conflict, "This recipient is not confirmed, and no code can be sent here."};
  std::string code;
  const auto written = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    code = TRY(codes_->make(tx, test.actor, test.recipient));
    return {};
  });
  TRY(written);
  announcement.kind = Announcement::Kind::code;
  announcement.headline = fmt::format("Your code for connlog: {}", code);
  announcement.facts = {{std::string(kFactCode), std::move(code)}};
  return announcement;
}

// A test is a mail like any other: an address that has not agreed gets none.
Result<void> Notify::check_agreed(Snapshot& snapshot, const Test& test) const {
  const auto recipient = TRY(needs_.recipients.find(snapshot, test.actor.workspace, test.recipient));
  if (!recipient || recipient->consent == Recipient::Consent::confirmed) return {};
  return Error{ErrorCode::conflict, recipient->consent == Recipient::Consent::unsubscribed
                                        ? "This recipient unsubscribed: nothing is sent there."
                                        : "This recipient has not confirmed yet: nothing is sent there before."};
}

void Notify::finish(const Test& test, const DeliveryResult& result) {
  TestAnswer answer{result.kind == DeliveryResult::Kind::delivered, result.answer};
  if (test.is_code) {  // was recorded when it was made
    if (answer.ok) answer.answer = fmt::format("A code was sent there. Type it here within 10 minutes. ({})", result.answer);
    return test.done(answer);
  }
  const auto written = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    if (test.recipient.is_nil()) TRY(note_mail_result(needs_.settings, tx, result, needs_.clock.now()));
    const std::string details = fmt::format("{}: {}", answer.ok ? "delivered" : "not delivered", answer.answer);
    if (test.recipient.is_nil()) return needs_.audit.append(tx, test.actor, "mail_settings.tested", test.to, details);
    auto recipient = TRY(needs_.recipients.find(tx, test.actor.workspace, test.recipient));
    if (!recipient) return {};  // removed while the test was under way
    recipient->last_tested_at = needs_.clock.now();
    recipient->last_test_answer = answer.answer;
    TRY(needs_.recipients.update(tx, *recipient));
    publish_change(tx, *recipient);
    return needs_.audit.append(tx, test.actor, "recipient.tested", recipient->name, details);
  });
  if (!written)
    log_warning("outbox.test_not_recorded", {{"reason", written.error().message}, {"cause", written.error().cause}});
  test.done(answer);
}

}  // namespace connlog
