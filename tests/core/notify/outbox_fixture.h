// A real database with a workspace, an agent, a rule and an open incident, and what an outbox worker over it needs. The
// courier is the test's own: it keeps what it was given until the test says how it went.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/crypto/sealed.h"
#include "core/notify/channel.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"
#include "core/notify/notify.h"
#include "core/notify/outbox_worker.h"
#include "core/notify/prepare.h"
#include "core/watch/incident_announcements.h"
#include "tests/support/test_storage.h"

namespace connlog::test {

class FakeCourier final : public Courier {
 public:
  struct Sent {
    std::string target;
    std::string message_id;  // of the mail or the webhook
    std::string headline;    // of the mail
    std::string in_reply_to;
    std::function<void(DeliveryResult)> done;
  };

  void send(Delivery delivery, std::function<void(DeliveryResult)> done) override {
    Sent sent{delivery.target, {}, {}, {}, std::move(done)};
    if (const auto* mail = std::get_if<MailDelivery>(&delivery.content)) {
      sent.message_id = mail->message.message_id;
      sent.headline = mail->message.headline;
      sent.in_reply_to = mail->message.in_reply_to;
    } else if (const auto* webhook = std::get_if<WebhookDelivery>(&delivery.content)) {
      for (const HttpHeader& header : webhook->request.headers) {
        if (header.name == "X-ConnLog-Delivery") sent.message_id = header.value;
      }
    }
    if (on_send) on_send(sent);
    history.push_back(sent.message_id);
    pending.push_back(std::move(sent));
  }
  // Answers, by the test's rule, everything that was pending when it was called.
  void poll(milliseconds) override {
    std::vector<Sent> now;
    now.swap(pending);
    for (Sent& sent : now) {
      if (const auto result = answer ? answer(sent) : std::nullopt)
        sent.done(*result);
      else
        pending.push_back(std::move(sent));
    }
  }
  void wake() override {}

  std::function<void(const Sent&)> on_send;
  std::function<std::optional<DeliveryResult>(const Sent&)> answer;  // absent: still on its way
  std::vector<Sent> pending;
  std::vector<std::string> history;
};

inline DeliveryResult delivered() {
  return {DeliveryResult::Kind::delivered, true, "250 2.0.0 Ok"};
}
inline DeliveryResult busy() {
  return {DeliveryResult::Kind::try_later, true, "451 4.3.0 try later"};
}
inline DeliveryResult refused() {
  return {DeliveryResult::Kind::refused_for_good, true, "550 5.1.1 no such user"};
}
inline DeliveryResult unreachable() {
  return {DeliveryResult::Kind::try_later, false, "mail.test: could not connect."};
}

// Passes everything on, but lets writes fail while told to.
class UnreliableStores final : public Stores {
 public:
  explicit UnreliableStores(Stores& stores) : stores_(stores) {}
  void submit(Urgency urgency, Work work, Completion done) override {
    stores_.submit(urgency, std::move(work), std::move(done));
  }
  using Stores::write;
  Result<void> write(const Work& work) override {
    if (writes_fail) return Error{ErrorCode::unavailable, "The disk is full."};
    return stores_.write(work);
  }
  Result<void> read(ReadWork work) const override { return stores_.read(work); }
  bool writes_fail = false;

 private:
  Stores& stores_;
};

struct OutboxFixture {
  TestStorage storage;
  UnreliableStores stores{storage.stores()};
  EventBus bus;
  EventBus::Subscription subscription;
  std::vector<Event> events;
  Workspace workspace = storage.add_workspace();
  Rule rule = storage.add_rule(workspace);
  Recipient mail = storage.add_recipient(workspace, "ops@example.com");
  Incident incident = storage.open_incident(rule, storage.add_agent(workspace));
  IncidentAnnouncements announcements{storage->incidents()};
  NotifyDependencies needs{stores,
                           storage->recipients(),
                           storage->outbox(),
                           storage->announcements(),
                           storage->settings(),
                           announcements,
                           announcements,
                           storage->workspaces(),
                           storage->audit(),
                           bus,
                           storage.clock,
                           storage.random,
                           storage.keys,
                           {},
                           "https://monitor.example.com:8443",
                           &storage->letters()};
  FakeCourier courier;

  OutboxFixture() {
    subscription = bus.subscribe([this](const Event& event) { events.push_back(event); });
    set_mail_server("mail.example.com", 587, MailSecurity::starttls);
  }

  void set_mail_server(const std::string& host, std::uint16_t port, MailSecurity security,
                       const std::string& ca_pem = {}) {
    MailSettings settings;
    settings.host = host;
    settings.port = port;
    settings.security = security;
    settings.from_address = "connlog@example.com";
    settings.from_name = "connlog";
    settings.ca_pem = ca_pem;
    storage.write([&](Transaction& tx) { return store_mail_settings(storage->settings(), tx, settings); });
  }

  Recipient add_webhook(const std::string& url, const std::string& secret = "whsec_test") {
    Recipient hook;
    hook.id = RecipientId::make(storage.clock.now(), storage.random);
    hook.workspace = workspace.id;
    hook.name = "Hook";
    hook.channel = "webhook";
    hook.fields.set("url", url);
    hook.shown = host_of_url(url);
    hook.target = target_of_url(url);
    seal_secret(hook, "secret", Secret(secret), storage.keys, storage.random);
    hook.created_at = storage.clock.now();
    storage.write([&](Transaction& tx) { return storage->recipients().insert(tx, hook); });
    return hook;
  }

  // As watch writes it, but for its id.
  Announcement told(Announcement::Kind kind) const {
    Announcement announcement;
    announcement.workspace = workspace.id;
    announcement.kind = kind;
    if (kind == Announcement::Kind::test) return announcement;
    announcement.subject = incident.subject;
    announcement.subject_kind = to_text(incident.subject_kind);
    announcement.subject_name = incident.subject_name;
    announcement.severity = to_text(incident.severity);
    announcement.headline = incident.summary;
    announcement.facts = {{std::string(kFactRule), incident.rule_sentence},
                          {std::string(kFactRuleId), incident.rule.text()},
                          {std::string(kFactRuleKind), std::string(to_text(incident.kind))},
                          {std::string(kFactOpenedAt), to_iso8601(incident.opened_at)}};
    announcement.path = "incidents/" + incident.id.text();
    announcement.thread = incident.id.text();
    announcement.incidents = {incident.id};
    return announcement;
  }

  Notification queue(const Recipient& recipient, Announcement::Kind kind = Announcement::Kind::incident_opened) {
    const Instant now = storage.clock.now();
    Announcement announcement = told(kind);
    announcement.id = AnnouncementId::make(now, storage.random);
    announcement.at = now;
    if (!announcement.path.empty()) announcement.path = "/w/" + workspace.slug + "/" + announcement.path;
    Notification row;
    row.id = NotificationId::make(now, storage.random);
    row.workspace = workspace.id;
    row.announcement = announcement.id;
    row.recipient = recipient.id;
    row.channel = recipient.channel;
    row.shown = recipient.shown;
    row.target = recipient.target;
    row.message_id = make_message_id(row.id, needs.public_url);
    row.created_at = now;
    row.next_attempt_at = now;
    storage.write([&](Transaction& tx) -> Result<void> {
      TRY(storage->announcements().insert(tx, announcement));
      return storage->outbox().insert(tx, row);
    });
    return row;
  }

  // Every row of the workspace, newest first.
  std::vector<LoggedDelivery> log(UserId seen_by = {}) {
    return storage.read<std::vector<LoggedDelivery>>([&](Snapshot& snapshot) {
      return storage->outbox().list(snapshot, workspace.id, std::nullopt, 1'000, seen_by);
    });
  }
  Notification now(const Notification& row) {
    for (const LoggedDelivery& found : log()) {
      if (found.notification.id == row.id) return found.notification;
    }
    return {};
  }
  Notification::State state_of(const Notification& row) { return now(row).state; }

  std::vector<IncidentEvent> timeline() {
    return storage.read<std::vector<IncidentEvent>>(
        [&](Snapshot& snapshot) { return storage->incidents().events(snapshot, workspace.id, incident.id); });
  }
  std::size_t timeline_count(const std::string& kind) {
    std::size_t count = 0;
    for (const IncidentEvent& event : timeline()) count += event.kind == kind ? 1 : 0;
    return count;
  }
};

}  // namespace connlog::test
