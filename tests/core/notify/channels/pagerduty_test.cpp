// The channel "pagerduty" against a stand-in that holds each event against the schema of PagerDuty's Events API v2.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

const std::string kKey = "e93facc04764012d7bfb002500d5d1a6";

GivenFields to(const OutsideServer& server, const std::string& key = kKey) {
  GivenFields fields;
  fields.text("server", test::local_url(server)).text("routing_key", key);
  return fields;
}

}  // namespace

TEST_CASE("an incident is one alert of PagerDuty, triggered by its opening and resolved by its recovery") {
  OutsideServer server("pagerduty_server.py", {"--key", kKey});
  ChannelWorld world(server.port());
  const auto recipient = world.add("pagerduty", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  const Notification sent = world.deliver(*recipient);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  CHECK(sent.remote_id == world.incident.id.text());
  json taken = json::parse(server.next("taken"));
  CHECK(taken["open"] == true);
  CHECK(taken["body"]["event_action"] == "trigger");
  CHECK(taken["body"]["payload"]["severity"] == "critical");
  CHECK(taken["body"]["payload"]["source"] == world.incident.subject_name);
  CHECK(taken["body"]["links"][0]["href"].get<std::string>().find(world.incident.id.text()) != std::string::npos);

  world.resolve();
  CHECK(world.deliver(*recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  taken = json::parse(server.next("taken"));
  CHECK(taken["body"]["event_action"] == "resolve");
  CHECK(taken["body"]["dedup_key"] == world.incident.id.text());
  CHECK(taken["open"] == false);
}

TEST_CASE("an opening that PagerDuty gets after the end triggers nobody") {
  OutsideServer server("pagerduty_server.py", {"--key", kKey});
  ChannelWorld world(server.port());
  const auto recipient = world.add("pagerduty", to(server));
  REQUIRE(recipient);
  world.resolve();
  CHECK(world.deliver(*recipient).state == Notification::State::sent);
  CHECK(json::parse(server.next("taken"))["open"] == false);
}

TEST_CASE("a wrong integration key waits to be mended, a flood is put off, and a long name is cut") {
  OutsideServer server("pagerduty_server.py", {"--key", kKey});
  ChannelWorld world(server.port());
  const auto wrong = world.add("pagerduty", to(server, std::string(32, 'f')));
  REQUIRE(wrong);
  Notification row = world.deliver(*wrong);
  CHECK(row.last_error == "HTTP 400 (bad request): the integration key is not valid");
  CHECK(row.attempts == 0);
  CHECK(world.refused_field("pagerduty", to(server, "short")) == "fields.routing_key");
  const auto recipient = world.add("pagerduty", to(server));
  REQUIRE(recipient);
  world.change_incident([](Incident& incident) { incident.summary = std::string(3'000, 'x'); });
  row = world.deliver(*recipient);
  CHECK_MESSAGE(row.state == Notification::State::sent, row.last_error);

  OutsideServer busy("pagerduty_server.py", {"--key", kKey, "--busy"});
  ChannelWorld other(busy.port());
  const auto waiting = other.add("pagerduty", to(busy));
  REQUIRE(waiting);
  row = other.deliver(*waiting);
  CHECK(row.last_error == "HTTP 429 (too many requests): too many events of this integration");
  CHECK(row.next_attempt_at >= other.storage.clock.now() + seconds(60));
}

}  // namespace connlog
