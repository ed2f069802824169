// The channel "alertmanager" against a receiver that takes Alertmanager's webhooks of version 4 and nothing else.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

GivenFields to(const OutsideServer& server) {
  GivenFields fields;
  fields.text("url", test::local_url(server, "/webhook"));
  return fields;
}

}  // namespace

TEST_CASE("an incident is a firing alert of Alertmanager, and its recovery resolves the same one") {
  OutsideServer server("alertmanager_receiver.py", {});
  ChannelWorld world(server.port());
  const auto recipient = world.add("alertmanager", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  const Notification sent = world.deliver(*recipient);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  const json opened = json::parse(server.next("taken"));
  const json alert = opened["body"]["alerts"][0];
  CHECK(opened["body"]["status"] == "firing");
  CHECK(opened["firing"] == json::array({alert["fingerprint"]}));
  CHECK(alert["endsAt"] == "0001-01-01T00:00:00Z");
  CHECK(alert["labels"]["instance"] == world.incident.subject_name);
  CHECK(alert["annotations"]["summary"] == world.incident.summary);
  CHECK(alert["generatorURL"].get<std::string>().find(world.incident.id.text()) != std::string::npos);

  world.resolve();
  REQUIRE(world.deliver(*recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  const json resolved = json::parse(server.next("taken"));
  CHECK(resolved["body"]["status"] == "resolved");
  CHECK(resolved["body"]["alerts"][0]["fingerprint"] == alert["fingerprint"]);
  CHECK(resolved["firing"].empty());
}

TEST_CASE("a receiver of Alertmanager's webhooks gets a token or a name and a password, never both") {
  OutsideServer server("alertmanager_receiver.py", {"--authorization", "Bearer s3cret-token"});
  ChannelWorld world(server.port());
  const auto open = world.add("alertmanager", to(server));
  REQUIRE(open);
  CHECK(world.deliver(*open).last_error == "HTTP 401 (unauthorized)");
  GivenFields with_token = to(server);
  with_token.text("token", "s3cret-token");
  const auto known = world.add("alertmanager", std::move(with_token));
  REQUIRE(known);
  CHECK(world.deliver(*known).state == Notification::State::sent);
  GivenFields both = to(server);
  both.text("token", "s3cret-token").text("username", "ada").text("password", "pass word");
  CHECK(world.refused_field("alertmanager", std::move(both)) == "fields.token");
}

}  // namespace connlog
