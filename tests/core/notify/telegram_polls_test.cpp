// Buttons in Telegram: who may acknowledge by them, how an account is linked, and that a bot has one poll. The service is a
// stand-in that gives updates as getUpdates does; everything else is real.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/net/http_client.h"
#include "core/watch/incident_service.h"
#include "core/watch/remote_acknowledgements.h"
#include "tests/core/notify/channels/chat_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::chat_service;
using test::ChatWorld;
using test::kBotToken;
using test::OutsideServer;

struct Buttons : ChatWorld {
  OutsideServer& server;
  IncidentService incidents{storage->incidents(), storage->subjects(), storage->audit(), storage.clock, storage.random,
                            bus};
  RemoteAcknowledgements acknowledge{storage->incidents(), incidents, *notify};
  User ada = storage.add_user();
  std::unique_ptr<Notify> live;
  std::int64_t updates = 0;
  Recipient recipient;

  explicit Buttons(OutsideServer& service, const std::vector<std::string>& more_chats = {})
      : ChatWorld(service), server(service) {
    needs.acknowledge = &acknowledge;
    join(ada, Role::operator_);
    recipient = add_chat("4711");
    for (const std::string& chat : more_chats) add_chat(chat);
    live = std::make_unique<Notify>(needs);
    live->start();
  }
  ~Buttons() { live->stop(); }

  Recipient add_chat(const std::string& chat) {
    GivenFields fields;
    fields.text("server", test::local_url(server)).text("token", kBotToken).text("chat", chat);
    auto added = add("telegram", std::move(fields));
    REQUIRE_MESSAGE(added, added.error().message);
    return confirmed(*added);
  }
  void join(const User& user, Role role) {
    storage.write([&](Transaction& tx) {
      return storage->workspaces().put_membership(tx, Membership{workspace.id, user.id, role, storage.clock.now()});
    });
  }
  void link(const User& user, const std::string& account) {
    storage.write([&](Transaction& tx) {
      return storage->chat_accounts().put(tx, {user.id, "telegram", account, "Ada", storage.clock.now()});
    });
  }
  // Somebody does something there.
  void update(json what) {
    what["update_id"] = ++updates;
    auto client = HttpClient::open({.outbound = needs.outbound});
    REQUIRE(client);
    const HttpRequest request = json_post(test::local_url(server, "/control"), what.dump());
    REQUIRE((*client)->perform(request).answer.status == 200);
  }
  void press(std::int64_t from, const std::string& data) {
    update({{"callback_query",
             {{"id", "q" + std::to_string(updates)},
              {"from", {{"id", from}, {"is_bot", false}, {"first_name", "Somebody"}}},
              {"message", {{"message_id", 101}, {"chat", {{"id", 4711}, {"type", "private"}}}}},
              {"data", data}}}});
  }
  void say(std::int64_t from, const std::string& text, const std::string& type = "private") {
    update({{"message",
             {{"message_id", 7},
              {"from", {{"id", from}, {"is_bot", false}, {"first_name", "Ada"}}},
              {"chat", {{"id", from}, {"type", type}}},
              {"text", text}}}});
  }
  std::string pressed(std::int64_t from, const std::string& data) {
    press(from, data);
    return test::next_sent(server, "answerCallbackQuery")["text"];
  }
  // The button of a message that was sent.
  std::string button() {
    queue(recipient);
    live->wake();
    const json message = test::next_sent(server, "sendMessage");
    return message["reply_markup"]["inline_keyboard"][0][0]["callback_data"];
  }
  std::string acknowledged_by() {
    const auto found = storage.read<std::optional<Incident>>(
        [&](Snapshot& snapshot) { return storage->incidents().find(snapshot, workspace.id, incident.id); });
    return found->acknowledged_by;
  }
};

}  // namespace

TEST_CASE("only a linked member who may acknowledge does so by a button, and the chat is told") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  Buttons world(server);
  const std::string button = world.button();
  CHECK(world.pressed(77, button).find("Link your Telegram account") == 0);

  const User viewer = world.storage.add_user("vi@example.org");
  world.join(viewer, Role::viewer);
  world.link(viewer, "78");
  CHECK(world.pressed(78, button).find("You may not") == 0);
  const User stranger = world.storage.add_user("stranger@example.org");
  world.link(stranger, "79");
  CHECK(world.pressed(79, button).find("You may not") == 0);
  CHECK(world.acknowledged_by().empty());

  world.link(world.ada, "77");
  world.press(77, button);
  std::set<std::string> methods;  // in any order: each is a request of its own
  const auto has_all = [&] {
    return methods.contains("answerCallbackQuery") && methods.contains("editMessageReplyMarkup") &&
           methods.contains("aloud");
  };
  for (int i = 0; i < 12 && !has_all(); ++i) {
    const std::string line = server.next("sent");
    REQUIRE_FALSE(line.empty());
    const json told = json::parse(line);
    methods.insert(told["method"].get<std::string>());
    if (told["method"] == "sendMessage" &&
        told["message"]["text"].get<std::string>().find(" acknowledged 1 incident.") != std::string::npos)
      methods.insert("aloud");
  }
  CHECK(methods.contains("answerCallbackQuery"));
  CHECK(methods.contains("editMessageReplyMarkup"));
  CHECK(methods.contains("aloud"));
  CHECK(world.acknowledged_by() == world.ada.name);
  const auto used = world.storage.read<std::optional<ChatAccount>>(
      [&](Snapshot& snapshot) { return world.storage->chat_accounts().find(snapshot, "telegram", "77"); });
  REQUIRE(used);
  CHECK(used->last_used_at == world.storage.clock.now());
}

TEST_CASE("a button that names what did not go there, or nothing, acknowledges nothing") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  Buttons world(server);
  world.link(world.ada, "77");
  Recipient off = world.mail;
  off.enabled = false;
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, off); });
  const Notification mail = world.queue(off);  // of the same incident, but not to this bot
  CHECK(world.pressed(77, "ack:" + mail.id.text()).find("not known") != std::string::npos);
  CHECK(world.pressed(77, "ack:" + NotificationId::make(world.storage.clock.now(), world.storage.random).text())
            .find("not known") != std::string::npos);
  CHECK(world.pressed(77, "drop table").find("no button") != std::string::npos);
  CHECK(world.acknowledged_by().empty());
}

TEST_CASE("an account is linked by the code that the account page shows, in private, once") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  Buttons world(server);
  REQUIRE(world.live->chats() != nullptr);
  const auto code = [&] { return std::string(world.live->chats()->offer(world.ada.id).code.reveal()); };
  const auto linked = [&] {
    return world.storage.read<std::vector<ChatAccount>>(
        [&](Snapshot& snapshot) { return world.storage->chat_accounts().of_user(snapshot, world.ada.id); });
  };
  const std::string former = code();
  const std::string present = code();
  world.say(77, present, "group");  // everybody there reads it: nothing is linked
  world.say(77, former);
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("not valid") != std::string::npos);
  CHECK(linked().empty());
  world.say(77, "/start " + present);
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("Linked with") == 0);
  REQUIRE(linked().size() == 1);
  CHECK(linked()[0].account == "77");
  world.say(80, present);
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("not valid") != std::string::npos);
  CHECK(linked()[0].account == "77");
}

TEST_CASE("who asks a bot for the number of a chat is told it, and guessing codes ends") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  Buttons world(server);
  world.say(81, "/id");
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("chat is 81.") != std::string::npos);
  for (int i = 0; i < 5; ++i) {
    world.say(82, "AAAA-BBBB-CCC" + std::string(1, static_cast<char>('D' + i)));
    CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("not valid") != std::string::npos);
  }
  // The sixth is not looked at any more, though it would be right.
  world.say(82, std::string(world.live->chats()->offer(world.ada.id).code.reveal()));
  world.say(83, "/id");
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("chat is 83.") != std::string::npos);
  CHECK(world.storage
            .read<std::vector<ChatAccount>>(
                [&](Snapshot& snapshot) { return world.storage->chat_accounts().of_user(snapshot, world.ada.id); })
            .empty());
}

TEST_CASE("two recipients with one token have one poll") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  Buttons world(server, {"4712", "4713"});
  world.say(81, "/id");
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("chat is 81.") != std::string::npos);
  world.say(81, "/id");
  CHECK(test::next_sent(server, "sendMessage")["text"].get<std::string>().find("chat is 81.") != std::string::npos);
  for (const std::string& line : server.rest()) CHECK(json::parse(line)["event"] != "conflict");
}

TEST_CASE("nobody's word but Telegram's own server's counts: with another one there is no button and no poll") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  world.needs.telegram_server = "https://api.telegram.org";
  world.notify = std::make_unique<Notify>(world.needs);
  GivenFields fields;
  fields.text("server", test::local_url(server)).text("token", kBotToken).text("chat", "4711");
  const auto added = world.add("telegram", std::move(fields));
  REQUIRE(added);
  CHECK(world.deliver(world.confirmed(*added)).state == Notification::State::sent);
  CHECK_FALSE(test::next_sent(server, "sendMessage").contains("reply_markup"));
  world.notify->start();
  CHECK(server.rest().empty());
  world.notify->stop();
}

}  // namespace connlog
