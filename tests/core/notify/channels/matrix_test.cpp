// The channel "matrix" against a stand-in of a homeserver: rooms, transactions, limits.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/chat_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::chat_service;
using test::ChatWorld;
using test::OutsideServer;

GivenFields to(const OutsideServer& server, const std::string& room = "!room:example.org",
               const std::string& token = "syt_token_of_a_test") {
  GivenFields fields;
  fields.text("server", test::local_url(server)).text("room", room).text("token", token);
  return fields;
}

}  // namespace

TEST_CASE("Matrix shows an alert once under the delivery's id, and the recovery answers it") {
  OutsideServer server("chat_stand_in.py", chat_service("matrix"));
  ChatWorld world(server);
  const auto added = world.add("matrix", to(server));
  REQUIRE_MESSAGE(added, added.error().message);
  CHECK(added->consent == Recipient::Consent::unconfirmed);  // until the code was typed
  const Recipient recipient = world.confirmed(*added);
  world.change_incident([](Incident& incident) { incident.summary = "<b>db-1</b> & @room is silent"; });
  const Notification sent = world.deliver(recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  CHECK(sent.remote_id.starts_with("$event"));
  const json told = json::parse(server.next("sent"));
  CHECK(told["transaction"] == delivery_id(sent.message_id));
  const json opened = told["message"];
  CHECK(opened["m.mentions"] == json::object());
  CHECK(opened["body"].get<std::string>().find("@room") == std::string::npos);
  CHECK(opened["formatted_body"].get<std::string>().find("&lt;b&gt;db-1") != std::string::npos);

  world.resolve();
  CHECK(world.deliver(recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  const json resolved = test::next_sent(server, "m.room.message");
  CHECK(resolved["m.relates_to"]["m.in_reply_to"]["event_id"] == sent.remote_id);
}

TEST_CASE("a homeserver's refusals are said by the specification's words, and its pause is kept") {
  {
    OutsideServer server("chat_stand_in.py", chat_service("matrix", {"--refuse", "limit"}));
    ChatWorld world(server);
    const auto added = world.add("matrix", to(server));
    REQUIRE(added);
    const Notification told = world.deliver(world.confirmed(*added));
    CHECK(told.last_error.find("too many messages") != std::string::npos);
    CHECK(told.next_attempt_at - world.storage.clock.now() >= seconds(4));
  }
  OutsideServer server("chat_stand_in.py", chat_service("matrix"));
  ChatWorld world(server);
  const auto elsewhere = world.add("matrix", to(server, "!other:example.org"));
  REQUIRE(elsewhere);
  CHECK(world.deliver(world.confirmed(*elsewhere)).last_error.find("not in the room") != std::string::npos);
  const auto unknown = world.add("matrix", to(server, "!room:example.org", "syt_of_yesterday"));
  REQUIRE(unknown);
  CHECK(world.deliver(world.confirmed(*unknown)).last_error.find("access token is not valid") != std::string::npos);
  CHECK(world.refused_field("matrix", to(server, "#room:example.org")) == "fields.room");
  CHECK(world.refused_field("matrix", to(server, "!room/../x:example.org")) == "fields.room");
}

}  // namespace connlog
