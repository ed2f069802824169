// The channel "discord" against a stand-in with the limits and refusals of Discord's webhooks.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/chat_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::chat_service;
using test::ChatWorld;
using test::OutsideServer;

const std::string kPath = "/api/webhooks/4711/token-of-a-webhook";

GivenFields to(const OutsideServer& server, const std::string& path = kPath) {
  GivenFields fields;
  fields.text("url", test::local_url(server, path));
  return fields;
}

}  // namespace

TEST_CASE("Discord shows an alert in the colour of its severity, and the recovery takes its place") {
  OutsideServer server("chat_stand_in.py", chat_service("discord"));
  ChatWorld world(server);
  const auto recipient = world.add("discord", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(recipient->shown.find("token-of-a-webhook") == std::string::npos);
  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  const Notification sent = world.deliver(*recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  CHECK(sent.remote_id == "101");
  const json opened = test::next_sent(server, "POST");
  CHECK(opened["embeds"][0]["color"] == 0xc8321f);
  CHECK(opened["allowed_mentions"]["parse"].empty());
  CHECK(opened["embeds"][0]["url"].get<std::string>().find(world.incident.id.text()) != std::string::npos);

  world.resolve();
  const Notification resolved = world.deliver(*recipient, Announcement::Kind::incident_resolved);
  CHECK(resolved.state == Notification::State::sent);
  CHECK(test::next_sent(server, "PATCH")["content"].get<std::string>().find("Resolved: ") == 0);
}

TEST_CASE("where the message of an alert is gone from Discord, the recovery becomes a message of its own") {
  OutsideServer server("chat_stand_in.py", chat_service("discord", {"--refuse", "gone"}));
  ChatWorld world(server);
  const auto recipient = world.add("discord", to(server));
  REQUIRE(recipient);
  CHECK(world.deliver(*recipient).state == Notification::State::sent);
  test::next_sent(server, "POST");
  world.resolve();
  const Notification first = world.deliver(*recipient, Announcement::Kind::incident_resolved);
  CHECK(first.state == Notification::State::queued);
  CHECK(first.last_error.find("becomes one of its own") != std::string::npos);
  world.storage.clock.advance(seconds(60));
  world.worker->wake();
  for (int i = 0; i < 200 && world.state_of(first) != Notification::State::sent; ++i)
    world.worker->turn(milliseconds(50));
  CHECK(world.state_of(first) == Notification::State::sent);
  CHECK(test::next_sent(server, "POST")["content"].get<std::string>().find("Resolved: ") == 0);
}

TEST_CASE("names in Discord mention nobody and have no markup, and 300 lines stay within its limits") {
  OutsideServer server("chat_stand_in.py", chat_service("discord"));
  ChatWorld world(server);
  const auto recipient = world.add("discord", to(server));
  REQUIRE(recipient);
  world.change_incident([](Incident& incident) {
    incident.summary = "**db-1** [click](https://evil.example) <@1> @everyone " + std::string(5'000, '*');
    incident.subject_name = "_db_ `x` ||hidden||";
  });
  CHECK(world.deliver(*recipient).state == Notification::State::sent);
  const json message = test::next_sent(server, "POST");
  const std::string content = message["content"];
  CHECK(content.find("**") == std::string::npos);
  CHECK(content.find("](") == std::string::npos);
  CHECK(content.find("@everyone") == std::string::npos);
  CHECK(content.find("\\*\\*db-1") != std::string::npos);
  CHECK(message["embeds"][0]["description"].get<std::string>().find("\\|\\|hidden") != std::string::npos);
}

TEST_CASE("Discord's pause is kept, a removed webhook is said, and an address that is none is refused") {
  {
    OutsideServer server("chat_stand_in.py", chat_service("discord", {"--refuse", "429"}));
    ChatWorld world(server);
    const auto recipient = world.add("discord", to(server));
    REQUIRE(recipient);
    const Notification told = world.deliver(*recipient);
    CHECK(told.last_error.find("too many messages") != std::string::npos);
    CHECK(told.next_attempt_at - world.storage.clock.now() >= seconds(3));
  }
  OutsideServer server("chat_stand_in.py", chat_service("discord"));
  ChatWorld world(server);
  const auto removed = world.add("discord", to(server, "/api/webhooks/4712/token-of-a-webhook"));
  REQUIRE(removed);
  CHECK(world.deliver(*removed).last_error.find("the webhook was removed") != std::string::npos);
  const auto wrong = world.add("discord", to(server, "/api/webhooks/4711/another"));
  REQUIRE(wrong);
  CHECK(world.deliver(*wrong).last_error.find("address is not valid") != std::string::npos);
  for (const char* path : {"/api/webhooks/4711", "/api/webhooks/4711/token/slack", "/hooks/1/2"}) {
    CAPTURE(path);
    CHECK(world.refused_field("discord", to(server, path)) == "fields.url");
  }
}

}  // namespace connlog
