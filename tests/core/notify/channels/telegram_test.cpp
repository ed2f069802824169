// The channel "telegram" against a stand-in with the limits and refusals of the Bot API.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/chat_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::chat_service;
using test::ChatWorld;
using test::kBotToken;
using test::OutsideServer;

GivenFields to(const OutsideServer& server, const std::string& chat = "-1001234567890") {
  GivenFields fields;
  fields.text("server", test::local_url(server)).text("token", kBotToken).text("chat", chat);
  return fields;
}

std::string code_in(const std::string& text) {
  for (std::size_t i = 0; i + 6 <= text.size(); ++i) {
    const std::string six = text.substr(i, 6);
    if (std::ranges::all_of(six, [](char c) { return c >= '0' && c <= '9'; })) return six;
  }
  return {};
}

}  // namespace

TEST_CASE("Telegram shows an alert with a button, and the recovery answers it") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  const auto added = world.add("telegram", to(server));
  REQUIRE_MESSAGE(added, added.error().message);
  CHECK(added->shown == "chat -1001234567890 by bot 123456789");
  CHECK(to_stored(added->fields).find("AAExample") == std::string::npos);
  const Recipient recipient = world.confirmed(*added);

  const Notification sent = world.deliver(recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  CHECK(sent.remote_id == "101");  // as the service answered
  CHECK(sent.answer == "HTTP 200");
  const json opened = test::next_sent(server, "sendMessage");
  CHECK(opened["chat_id"] == -1001234567890);
  CHECK(opened["link_preview_options"]["is_disabled"] == true);
  CHECK(opened["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "ack:" + sent.id.text());

  world.resolve();
  CHECK(world.deliver(recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  const json resolved = test::next_sent(server, "sendMessage");
  CHECK(resolved["reply_parameters"]["message_id"] == 101);
  CHECK(resolved["reply_parameters"]["allow_sending_without_reply"] == true);
  CHECK_FALSE(resolved.contains("reply_markup"));
}

TEST_CASE("a name in a Telegram message is text: no markup, no mention, whatever its length") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  const auto added = world.add("telegram", to(server));
  REQUIRE(added);
  const Recipient recipient = world.confirmed(*added);
  world.change_incident([](Incident& incident) {
    incident.summary = "<b>db-1</b> & <a href=\"https://evil.example\">@everybody</a> " + std::string(6'000, '<');
  });
  const Notification sent = world.deliver(recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  const std::string text = test::next_sent(server, "sendMessage")["text"];
  CHECK(text.find("<b>db-1") == std::string::npos);
  CHECK(text.find("&lt;b&gt;db-1&lt;/b&gt;") != std::string::npos);
  CHECK(text.find("@everybody") == std::string::npos);
}

TEST_CASE("what Telegram refuses for good is said in words, and a pause that it asks for is kept") {
  const auto answer_to = [](const std::string& refusal) {
    OutsideServer server("chat_stand_in.py", chat_service("telegram", {"--refuse", refusal}));
    ChatWorld world(server);
    const auto added = world.add("telegram", to(server));
    REQUIRE(added);
    const Notification told = world.deliver(world.confirmed(*added));
    CHECK(told.state != Notification::State::sent);
    const microseconds wait = told.next_attempt_at - world.storage.clock.now();
    return std::pair(told.last_error, wait);
  };
  CHECK(answer_to("blocked").first.find("the reader blocked the bot") != std::string::npos);
  CHECK(answer_to("no-chat").first.find("there is no such chat") != std::string::npos);
  CHECK(answer_to("moved").first.find("enter -1001234567890 as chat") != std::string::npos);
  CHECK(answer_to("inside").first.find("there is no such chat") != std::string::npos);  // a 200 with an error inside
  const auto [words, wait] = answer_to("429");
  CHECK(words.find("too many messages") != std::string::npos);
  CHECK(wait >= seconds(7));
}

TEST_CASE("a chat is told nothing but a code until that code was typed") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  world.notify->start();
  const auto added = world.add("telegram", to(server, "4711"));
  REQUIRE(added);
  CHECK(added->consent == Recipient::Consent::unconfirmed);
  CHECK_FALSE(gets_alerts(all_channels(), *added));
  CHECK(world.type_code(*added, "123456") == "code");  // none was sent

  const Result<TestAnswer> first = world.test(*added);
  REQUIRE_MESSAGE(first, first.error().message);
  CHECK(first->ok);
  const std::string text = test::next_sent(server, "sendMessage")["text"];
  const std::string code = code_in(text);
  REQUIRE(code.size() == 6);
  CHECK(text.find("This is a test") == std::string::npos);
  const Result<TestAnswer> at_once = world.test(*added);
  REQUIRE_FALSE(at_once);
  CHECK(at_once.error().code == ErrorCode::rate_limited);

  std::string wrong = code;
  wrong[0] = wrong[0] == '9' ? '0' : static_cast<char>(wrong[0] + 1);
  CHECK(world.type_code(*added, wrong) == "code");
  CHECK(world.type_code(*added, "12345") == "code");
  CHECK(world.type_code(*added, code) == "(confirmed)");
  CHECK(gets_alerts(all_channels(), world.stored(*added)));

  const Result<TestAnswer> tested = world.test(*added);
  REQUIRE_MESSAGE(tested, tested.error().message);
  CHECK(code_in(test::next_sent(server, "sendMessage")["text"].get<std::string>()) != code);
  world.notify->stop();
}

TEST_CASE("a code ends after five wrong tries, after ten minutes, and when the chat changes") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  const auto added = world.add("telegram", to(server, "4711"));
  REQUIRE(added);
  const auto make = [&] {
    std::string code;
    world.storage.write([&](Transaction& tx) -> Result<void> {
      code = TRY(world.notify->codes().make(tx, world.actor, added->id));
      return {};
    });
    return code;
  };
  const std::string first = make();
  const std::string wrong = first == "000000" ? "000001" : "000000";
  for (int i = 0; i < 5; ++i) CHECK(world.type_code(*added, wrong) == "code");
  CHECK(world.type_code(*added, first) == "code");

  world.storage.clock.advance(seconds(61));
  const std::string second = make();
  world.storage.clock.advance(kCodeLifetime);
  CHECK(world.type_code(*added, second) == "code");

  const std::string third = make();
  const GivenFields elsewhere = GivenFields().text("chat", "4712").text("token", kBotToken);
  RecipientChange change;
  change.name = added->name;
  change.channel = "telegram";
  change.fields = &elsewhere;
  const auto moved = world.stores.write([&](Transaction& tx) -> Result<void> {
    TRY(world.notify->change_recipient(tx, world.actor, added->id, change, 0));
    return {};
  });
  REQUIRE_MESSAGE(moved, moved.error().message);
  CHECK(world.type_code(*added, third) == "code");

  world.storage.clock.advance(seconds(61));
  CHECK(world.type_code(*added, make()) == "(confirmed)");
  const GivenFields back = GivenFields().text("chat", "4711").text("token", kBotToken);
  change.fields = &back;
  REQUIRE(world.stores.write([&](Transaction& tx) -> Result<void> {
    TRY(world.notify->change_recipient(tx, world.actor, added->id, change, 0));
    return {};
  }));
  CHECK(world.stored(*added).consent == Recipient::Consent::unconfirmed);
}

TEST_CASE("a token that is none and a chat that is none are refused by their fields") {
  OutsideServer server("chat_stand_in.py", chat_service("telegram"));
  ChatWorld world(server);
  GivenFields no_token = to(server);
  no_token.text("token", "hunter2");
  CHECK(world.refused_field("telegram", std::move(no_token)) == "fields.token");
  for (const char* chat : {"me", "@", "https://t.me/x", "-"}) {
    CAPTURE(chat);
    CHECK(world.refused_field("telegram", to(server, chat)) == "fields.chat");
  }
}

}  // namespace connlog
