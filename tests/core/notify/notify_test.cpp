#include "core/notify/notify.h"

#include <doctest/doctest.h>

#include <sodium.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/notify/retry_schedule.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/outside.h"
#include "tests/support/seen_acts.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutsideServer;

NewRecipient recipient_of(const std::string& name, const std::string& kind, const std::string& address,
                          bool by_default = true) {
  NewRecipient wanted;
  wanted.name = name;
  wanted.channel = kind;
  wanted.fields.text(kind == "mail" ? "address" : "url", address);
  wanted.receives_by_default = by_default;
  return wanted;
}

struct ServiceFixture : test::OutboxFixture {
  std::unique_ptr<Notify> notify;
  Actor actor;

  explicit ServiceFixture(AddressPolicy policy = {}) {
    needs.outbound.policy = std::move(policy);
    notify = std::make_unique<Notify>(needs);
    actor.kind = Actor::Kind::user;
    actor.workspace = workspace.id;
    actor.role = Role::admin;
    actor.name = "Ada";
  }

  template <typename T>
  Result<T> write(const std::function<Result<T>(Transaction&)>& work) {
    std::optional<T> out;
    const Result<void> done = stores.write([&](Transaction& tx) -> Result<void> {
      auto answer = TRY(work(tx));
      out.emplace(std::move(answer));
      return {};
    });
    if (!done) return done.error();
    return std::move(*out);
  }

  Result<Recipient> add(const std::string& name, const std::string& kind, const std::string& address) {
    return write<Recipient>([&](Transaction& tx) -> Result<Recipient> {
      auto added = TRY(notify->add_recipient(tx, actor, recipient_of(name, kind, address)));
      return std::move(added).recipient;
    });
  }
  Result<Recipient> change(const Actor& by, RecipientId id, const NewRecipient& wanted, std::int64_t version) {
    return write<Recipient>([&](Transaction& tx) {
      return notify->change_recipient(
          tx, by, id, {wanted.name, wanted.channel, &wanted.fields, wanted.receives_by_default, wanted.enabled},
          version);
    });
  }
  Result<void> mail_settings(const MailSettings& settings, std::optional<std::string> password = {}) {
    return stores.write([&](Transaction& tx) {
      MailSettingsChange change{settings, {}};
      if (password) change.password = Secret(*password);
      return notify->change_mail_settings(tx, actor, change);
    });
  }
  MailSettings stored() {
    return storage.read<MailSettings>([&](Snapshot& snapshot) { return notify->mail_settings(snapshot); });
  }
  std::vector<std::string> acts() {
    std::vector<std::string> out = SeenActs().names(storage);
    std::ranges::reverse(out);  // the newest first
    return out;
  }
  Result<TestAnswer> test(const Recipient& recipient) {
    std::promise<Result<TestAnswer>> answer;
    notify->test_recipient(actor, recipient.id,
                           [&](Result<TestAnswer> result) { answer.set_value(std::move(result)); });
    return answer.get_future().get();
  }
};

MailSettings good_settings() {
  MailSettings settings;
  settings.host = " mail.example.com ";
  settings.port = 587;
  settings.username = "connlog";
  settings.from_address = "connlog@example.com";
  settings.from_name = "connlog";
  return settings;
}

std::string field_of(const Result<void>& result) {
  return result ? "(accepted)" : result.error().field;
}

}  // namespace

TEST_CASE("a recipient is added, changed and removed, each time audited") {
  ServiceFixture world;
  auto added = world.add("  Ops ", "mail", "ops@example.com");
  REQUIRE(added);
  CHECK(added->name == "Ops");
  CHECK(added->workspace == world.workspace.id);
  CHECK(added->sealed.empty());
  CHECK(added->shown == "ops@example.com");

  const auto change = [&](const NewRecipient& wanted, std::int64_t version) {
    return world.change(world.actor, added->id, wanted, version);
  };
  auto changed = change(recipient_of("Night shift", "mail", "night@example.com", false), 1);
  REQUIRE(changed);
  CHECK(changed->version == 2);
  CHECK_FALSE(changed->receives_by_default);
  const auto stale = change(recipient_of("Other", "mail", "x@example.com"), 1);
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == ErrorCode::conflict);
  CHECK(change(recipient_of("Other", "webhook", "https://example.com/"), 0).error().field == "kind");

  CHECK(
      world.stores.write([&](Transaction& tx) { return world.notify->remove_recipient(tx, world.actor, added->id); }));
  CHECK(change(recipient_of("Other", "mail", "x@example.com"), 0).error().code == ErrorCode::not_found);
  CHECK(world.acts() == std::vector<std::string>{"recipient.removed", "recipient.changed", "recipient.added"});
}

TEST_CASE("a recipient of another workspace does not exist") {
  ServiceFixture world;
  const auto added = world.add("Ops", "mail", "ops@example.com");
  REQUIRE(added);
  Actor stranger = world.actor;
  stranger.workspace = world.storage.add_workspace("other").id;
  const auto removed =
      world.stores.write([&](Transaction& tx) { return world.notify->remove_recipient(tx, stranger, added->id); });
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == ErrorCode::not_found);
  CHECK(world.change(stranger, added->id, recipient_of("x", "mail", "x@example.com"), 0).error().code ==
        ErrorCode::not_found);
}

TEST_CASE("a recipient's faults are named by field") {
  ServiceFixture world(AddressPolicy{{{"0.0.0.0", 8443}}, {{"127.0.0.1", 9000}, {"127.0.0.1", 8443}}});
  const struct {
    const char* name;
    const char* channel;
    const char* address;
    const char* field;
  } cases[] = {
      {"", "mail", "ops@example.com", "name"},
      {"a\nb", "mail", "ops@example.com", "name"},
      {"Ops", "mail", "", "fields.address"},
      {"Ops", "mail", "ops@example.com\r\nBcc: x@example.com", "fields.address"},
      {"Ops", "mail", "https://example.com/", "fields.address"},
      {"Hook", "webhook", "ops@example.com", "fields.url"},
      {"Hook", "webhook", "file:///etc/passwd", "fields.url"},
      {"Hook", "webhook", "http://169.254.169.254/latest/meta-data", "fields.url"},
      {"Hook", "webhook", "http://[::ffff:169.254.169.254]/", "fields.url"},
      {"Hook", "webhook", "http://2852039166/", "fields.url"},  // 169.254.169.254 in one number
      {"Hook", "webhook", "http://127.0.0.1:8080/", "fields.url"},
      {"Hook", "webhook", "https://127.0.0.1:8443/", "fields.url"},
  };
  for (const auto& one : cases) {
    CAPTURE(std::string(one.address));
    const auto added = world.add(one.name, one.channel, one.address);
    REQUIRE_FALSE(added);
    CHECK(added.error().field == one.field);
  }
  CHECK(world.add("Hook", "webhook", "http://127.0.0.1:9000/"));  // the administrator named it
}

TEST_CASE("a webhook gets a secret, shown once and stored sealed") {
  ServiceFixture world;
  std::string shown;
  const auto added = world.write<Recipient>([&](Transaction& tx) -> Result<Recipient> {
    auto made = TRY(
        world.notify->add_recipient(tx, world.actor, recipient_of("Hook", "webhook", "https://hooks.example.com/x")));
    shown = made.secret.reveal();
    return made.recipient;
  });
  REQUIRE(added);
  CHECK(shown.starts_with("whsec_"));
  CHECK(shown.size() == 6 + 64);
  REQUIRE(added->sealed.size() == 1);
  CHECK(added->sealed[0].sealed.find(shown) == std::string::npos);
  const auto opened = unseal(world.storage.keys, "recipient.secret", added->sealed[0].sealed);
  REQUIRE(opened);
  CHECK(opened->reveal() == shown);
}

TEST_CASE("mail settings are checked by field, and the password is stored sealed and stays with its server") {
  ServiceFixture world;
  CHECK(world.mail_settings(good_settings(), "hunter2"));
  MailSettings stored = world.stored();
  CHECK(stored.configured);
  CHECK(stored.host == "mail.example.com");
  CHECK_FALSE(stored.sealed_password.empty());
  const auto raw = world.storage.read<std::optional<std::string>>(
      [&](Snapshot& snapshot) { return world.storage->settings().get(snapshot, "mail"); });
  CHECK(raw->find("hunter2") == std::string::npos);

  MailSettings same = good_settings();
  same.from_name = "Monitoring";
  CHECK(world.mail_settings(same));  // without a password: the stored one stays
  CHECK(world.stored().sealed_password == stored.sealed_password);

  // Nobody who cannot see the password gets it sent to a place of theirs.
  MailSettings elsewhere = good_settings();
  elsewhere.host = "evil.example";
  CHECK(field_of(world.mail_settings(elsewhere)) == "password");
  elsewhere = good_settings();
  elsewhere.port = 2525;
  CHECK(field_of(world.mail_settings(elsewhere)) == "password");
  MailSettings clear = good_settings();
  clear.security = MailSecurity::none;
  CHECK(field_of(world.mail_settings(clear)) == "security");
  clear.host = "localhost";
  CHECK(world.mail_settings(clear, "hunter2"));

  const auto wrong = [&](auto edit) {
    MailSettings settings = good_settings();
    edit(settings);
    return field_of(world.mail_settings(settings, "hunter2"));
  };
  CHECK(wrong([](MailSettings& s) { s.host = ""; }) == "host");
  CHECK(wrong([](MailSettings& s) { s.host = "mail.example.com/x"; }) == "host");
  CHECK(wrong([](MailSettings& s) { s.host = "mail.example.com\r\nX"; }) == "host");
  CHECK(wrong([](MailSettings& s) { s.host = "user@mail.example.com"; }) == "host");
  CHECK(wrong([](MailSettings& s) { s.port = 0; }) == "port");
  CHECK(wrong([](MailSettings& s) { s.port = 65'536; }) == "port");
  CHECK(wrong([](MailSettings& s) { s.username = "a\nb"; }) == "username");
  CHECK(wrong([](MailSettings& s) { s.username = ""; }) == "username");
  CHECK(wrong([](MailSettings& s) { s.from_address = "connlog"; }) == "from_address");
  CHECK(wrong([](MailSettings& s) { s.from_name = "a\r\nBcc: x"; }) == "from_name");
  CHECK(wrong([](MailSettings& s) { s.ca_pem = "hello"; }) == "ca_pem");
  CHECK(wrong([](MailSettings& s) { s.helo_name = "two words"; }) == "helo_name");
  CHECK(wrong([](MailSettings& s) { s.helo_name = "monitor\r\nMAIL FROM:<x@y>"; }) == "helo_name");
  CHECK(wrong([](MailSettings& s) { s.helo_name = "[monitor]"; }) == "helo_name");
  CHECK(field_of(world.mail_settings(good_settings(), "a\r\nb")) == "password");
  MailSettings open_relay = good_settings();
  open_relay.username = "";
  CHECK(world.mail_settings(open_relay, ""));  // an empty password clears it
  CHECK(world.stored().sealed_password.empty());
}

TEST_CASE("connlog greets a mail server by a name with a dot, or by an address, unless a name is set") {
  CHECK(default_helo_name("https://monitor.example.com:8443") == "monitor.example.com");
  for (const char* const without : {"http://monitor:8080", "http://127.0.0.1:8080", "http://localhost", ""}) {
    CAPTURE(without);
    const std::string name = default_helo_name(without);
    CHECK((name.find('.') != std::string::npos || name.starts_with("[IPv6:")));
    CHECK(name != "127.0.0.1");
    CHECK(name.starts_with('[') == name.ends_with(']'));
  }
  ServiceFixture world;
  for (const auto& [typed, stored] :
       {std::pair{" monitor.example.com ", "monitor.example.com"},
        std::pair{"Mönitor.example.com", "xn--mnitor-wxa.example.com"}, std::pair{"[192.0.2.1]", "[192.0.2.1]"},
        std::pair{"[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"}}) {
    MailSettings settings = good_settings();
    settings.helo_name = typed;
    settings.login = MailLogin::cram_md5;
    REQUIRE(world.mail_settings(settings, "hunter2"));
    const MailSettings kept = world.stored();
    CHECK(kept.helo_name == stored);
    CHECK(kept.login == MailLogin::cram_md5);
    const auto server = mail_server(kept, world.storage.keys, "http://monitor:8080");
    REQUIRE(server);
    CHECK(server->client_name == stored);
    CHECK(server->login == MailLogin::cram_md5);
  }
}

TEST_CASE("the mail settings say since when nothing gets through, and why, until a mail does or they change") {
  OutsideServer refusing("smtp_server.py", {"--mode", "picky", "--reply", "MAIL=550 5.7.1 Sender not allowed"});
  OutsideServer accepting("smtp_server.py", {});
  ServiceFixture world;
  world.notify->start();
  const auto test_mail = [&] {
    std::promise<Result<TestAnswer>> answer;
    world.notify->test_mail(world.actor, "anyone@ex\u00e4mple.com",
                            [&](Result<TestAnswer> result) { answer.set_value(std::move(result)); });
    return answer.get_future().get();
  };
  const auto trouble = [&] {
    return world.storage.read<std::optional<MailTrouble>>(
        [&](Snapshot& snapshot) { return world.notify->mail_trouble(snapshot); });
  };
  CHECK_FALSE(trouble().has_value());
  world.set_mail_server("127.0.0.1", refusing.port(), MailSecurity::none);
  const auto refused = test_mail();
  REQUIRE(refused);
  CHECK_FALSE(refused->ok);
  REQUIRE(trouble().has_value());
  CHECK(trouble()->answer == "550 5.7.1 Sender not allowed");
  CHECK(explain(*trouble()).find("550 5.7.1 Sender not allowed") != std::string::npos);
  world.set_mail_server("127.0.0.1", accepting.port(), MailSecurity::none);
  const auto taken = test_mail();
  REQUIRE(taken);
  CHECK(taken->ok);
  CHECK_FALSE(trouble().has_value());
  world.notify->stop();
}

TEST_CASE("a test shows the server's real answer, stores it with the recipient and audits it") {
  OutsideServer accepting("smtp_server.py", {});
  OutsideServer refusing("smtp_server.py", {"--reject-recipient", "550 5.1.1 No such user here"});
  ServiceFixture world;
  world.notify->start();
  const auto recipient = world.add("Ops", "mail", "ops@example.com");
  REQUIRE(recipient);

  world.set_mail_server("127.0.0.1", accepting.port(), MailSecurity::none);
  Result<TestAnswer> answer = world.test(*recipient);
  REQUIRE_FALSE(answer);  // nobody at that address agreed yet
  CHECK(answer.error().code == ErrorCode::conflict);
  CHECK(world.stores.write([&](Transaction& tx) {
    Recipient agreed = *recipient;
    agreed.consent = Recipient::Consent::confirmed;
    return world.storage->recipients().update(tx, agreed);
  }));
  answer = world.test(*recipient);
  REQUIRE(answer);
  CHECK(answer->ok);
  CHECK(answer->answer == "250 2.0.0 Ok: queued as 4F1B2");

  world.set_mail_server("127.0.0.1", refusing.port(), MailSecurity::none);
  answer = world.test(*recipient);
  REQUIRE(answer);
  CHECK_FALSE(answer->ok);
  CHECK(answer->answer == "550 5.1.1 No such user here");
  const auto stored = world.storage.read<std::optional<Recipient>>([&](Snapshot& snapshot) {
    return world.storage->recipients().find(snapshot, world.workspace.id, recipient->id);
  });
  CHECK(stored->last_test_answer == "550 5.1.1 No such user here");
  CHECK(stored->last_tested_at.is_set());
  CHECK(world.acts().front() == "recipient.tested");

  std::promise<Result<TestAnswer>> mail;
  world.set_mail_server("127.0.0.1", accepting.port(), MailSecurity::none);
  world.notify->test_mail(world.actor, "anyone@example.com",
                          [&](Result<TestAnswer> result) { mail.set_value(std::move(result)); });
  CHECK(mail.get_future().get()->ok);
  std::promise<Result<TestAnswer>> wrong;
  world.notify->test_mail(world.actor, "anyone@example.com\nRCPT TO:<x@y>",
                          [&](Result<TestAnswer> result) { wrong.set_value(std::move(result)); });
  CHECK(wrong.get_future().get().error().field == "to");
  world.notify->stop();
}

TEST_CASE("a queued alert reaches the mailbox by the outbox thread alone, and its webhook with a true signature") {
  OutsideServer mailbox("smtp_server.py", {});
  OutsideServer sink("http_sink.py", {"--status", "204"});
  ServiceFixture world(AddressPolicy{{}, {{"127.0.0.1", sink.port()}}});
  world.set_mail_server("127.0.0.1", mailbox.port(), MailSecurity::none);
  const Recipient hook =
      world.add_webhook("http://127.0.0.1:" + std::to_string(sink.port()) + "/in?team=ops", "whsec_secret");
  world.notify->start();
  const Notification mail_row = world.queue(world.mail);
  const Notification hook_row = world.queue(hook);
  world.notify->wake();

  const auto mail = nlohmann::json::parse(mailbox.next("mail"));
  CHECK(mail["to"][0] == "ops@example.com");
  const auto request = nlohmann::json::parse(sink.next("request"));
  CHECK(request["method"] == "POST");
  CHECK(request["path"] == "/in?team=ops");
  CHECK(request["headers"]["content-type"] == "application/json");
  CHECK(request["headers"]["x-connlog-event"] == "incident.opened");
  CHECK(request["headers"]["x-connlog-delivery"] == delivery_id(hook_row.message_id));
  const std::string timestamp = request["headers"]["x-connlog-timestamp"];
  CHECK(timestamp == std::to_string(world.storage.clock.now().micros / 1'000'000));
  std::string body;
  {
    const std::string encoded = request["body"];
    body.resize(encoded.size());
    std::size_t length = 0;
    sodium_base642bin(reinterpret_cast<unsigned char*>(body.data()), body.size(), encoded.data(), encoded.size(),
                      nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
    body.resize(length);
  }
  CHECK(request["headers"]["x-connlog-signature"] == webhook_signature("whsec_secret", timestamp, body));
  CHECK(nlohmann::json::parse(body)["incident"]["id"] == world.incident.id.text());
  world.notify->stop();  // marks what has been answered, or leaves it leased
  world.notify->start();
  // Deliveries are marked by now or sent once more; either way they end as sent.
  for (int i = 0; i < 500 && (world.state_of(mail_row) != Notification::State::sent ||
                              world.state_of(hook_row) != Notification::State::sent);
       ++i) {
    std::this_thread::sleep_for(10ms);
  }
  CHECK(world.state_of(mail_row) == Notification::State::sent);
  CHECK(world.state_of(hook_row) == Notification::State::sent);
}

TEST_CASE("stopping answers the tests that are under way and takes no time") {
  OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  ServiceFixture world;
  world.set_mail_server("127.0.0.1", silent.port(), MailSecurity::none);
  world.notify->start();
  std::promise<Result<TestAnswer>> answer;
  world.notify->test_recipient(world.actor, world.mail.id,
                               [&](Result<TestAnswer> result) { answer.set_value(std::move(result)); });
  silent.next("connection");
  const auto begin = std::chrono::steady_clock::now();
  world.notify->stop();
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
  const auto result = answer.get_future().get();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::unavailable);
}

TEST_CASE("a failed notification can be sent once more") {
  ServiceFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::refused(); };
  for (int attempt = 0; attempt < kAttemptsWhenRefused; ++attempt) {
    worker.turn(0ms);
    world.storage.clock.advance(2h);
  }
  REQUIRE(world.state_of(row) == Notification::State::failed);
  const auto again =
      world.write<LoggedDelivery>([&](Transaction& tx) { return world.notify->retry(tx, world.actor, row.id); });
  REQUIRE(again);
  CHECK(again->notification.state == Notification::State::queued);
  CHECK(again->announcement.subject == world.incident.subject);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  worker.wake();
  worker.turn(0ms);
  CHECK(world.state_of(row) == Notification::State::sent);
  // Given up once, and sent in the end: the timeline has both.
  CHECK(world.timeline_count("notify_failed") == 1);
  CHECK(world.timeline_count("notified") == 1);
  // What was sent is sent anew, under an id of its own.
  const auto anew =
      world.write<LoggedDelivery>([&](Transaction& tx) { return world.notify->retry(tx, world.actor, row.id); });
  REQUIRE(anew);
  CHECK(anew->notification.id != row.id);
  CHECK(anew->notification.message_id != row.message_id);
  CHECK(world.acts().front() == "notification.sent_again");
  CHECK(world.state_of(row) == Notification::State::sent);
  // Nor is anything sent anew to another address than it went to.
  Recipient moved = world.mail;
  moved.shown = "else@example.com";
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, moved); });
  CHECK(world.write<LoggedDelivery>([&](Transaction& tx) { return world.notify->retry(tx, world.actor, row.id); })
            .error()
            .code == ErrorCode::conflict);
  // What waits already cannot be sent anew.
  CHECK(world
            .write<LoggedDelivery>(
                [&](Transaction& tx) { return world.notify->retry(tx, world.actor, anew->notification.id); })
            .error()
            .code == ErrorCode::not_found);
}

}  // namespace connlog
