// The channel "teams" against a stand-in of a workflow: the card's schema, 28 kB, and an error inside a 200.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/chat_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::chat_service;
using test::ChatWorld;
using test::OutsideServer;

GivenFields to(const OutsideServer& server, const std::string& path = "/workflows/abc?sig=secret") {
  GivenFields fields;
  fields.text("url", test::local_url(server, path));
  return fields;
}

std::string refusal_of(const std::string& word) {
  OutsideServer server("chat_stand_in.py", chat_service("teams", {"--refuse", word}));
  ChatWorld world(server);
  const auto recipient = world.add("teams", to(server));
  REQUIRE(recipient);
  const Notification told = world.deliver(*recipient);
  CHECK(told.state != Notification::State::sent);
  return told.last_error;
}

}  // namespace

TEST_CASE("Teams shows an alert as a card of plain text with a link") {
  OutsideServer server("chat_stand_in.py", chat_service("teams"));
  ChatWorld world(server);
  const auto recipient = world.add("teams", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(recipient->shown == "127.0.0.1:" + std::to_string(server.port()) + "/…");
  world.change_incident([](Incident& incident) {
    incident.severity = Severity::critical;
    incident.summary = "**db-1** [click](https://evil.example) <at>everybody</at>";
  });
  const Notification sent = world.deliver(*recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  const json card = test::next_sent(server, "card");
  const json title = card["body"][0]["inlines"][0];
  CHECK(title["color"] == "Attention");
  CHECK(title["text"].get<std::string>().find("**db-1** [click]") != std::string::npos);  // a run interprets nothing
  CHECK(card["actions"][0]["url"].get<std::string>().find(world.incident.id.text()) != std::string::npos);
}

TEST_CASE("a card for Teams stays below 28 kB however long what it tells is") {
  OutsideServer server("chat_stand_in.py", chat_service("teams"));
  ChatWorld world(server);
  const auto recipient = world.add("teams", to(server));
  REQUIRE(recipient);
  world.change_incident([](Incident& incident) {
    incident.summary = std::string(20'000, '"');  // twice as long in JSON
    incident.rule_sentence = std::string(20'000, '\\');
  });
  const Notification sent = world.deliver(*recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
}

TEST_CASE("what Teams refuses is no delivery, also where it says so inside a 200") {
  CHECK(refusal_of("inside").find("HTTP 200: too many messages") == 0);
  CHECK(refusal_of("login").find("let anyone trigger it") != std::string::npos);
  OutsideServer server("chat_stand_in.py", chat_service("teams"));
  ChatWorld world(server);
  const auto gone = world.add("teams", to(server, "/workflows/gone"));
  REQUIRE(gone);
  CHECK(world.deliver(*gone).last_error.find("no such workflow") != std::string::npos);
}

}  // namespace connlog
