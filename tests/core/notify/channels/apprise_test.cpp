// The channel "apprise" against a stand-in with the addresses and status codes of the Apprise API.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

GivenFields to(const OutsideServer& server, const std::string& key) {
  GivenFields fields;
  fields.text("server", test::local_url(server));
  if (!key.empty()) fields.text("key", key);
  return fields;
}

}  // namespace

TEST_CASE("Apprise gets an alert under a key or with the addresses, by its severity") {
  OutsideServer server("apprise_server.py", {"--key", "ops-room"});
  ChannelWorld world(server.port());
  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  GivenFields by_key = to(server, "ops-room");
  by_key.text("tag", "night");
  const auto recipient = world.add("apprise", std::move(by_key));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(recipient->shown == "127.0.0.1:" + std::to_string(server.port()) + "/…");  // too short a secret to show any of it
  Notification sent = world.deliver(*recipient);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  json told = json::parse(server.next("notified"));
  CHECK(told["path"] == "/notify/ops-room");
  CHECK(told["body"]["type"] == "failure");
  CHECK(told["body"]["tag"] == "night");
  CHECK(told["body"]["body"].get<std::string>().find(world.incident.id.text()) != std::string::npos);

  GivenFields by_addresses = to(server, "");
  by_addresses.text("urls", "json://127.0.0.1:9\nmailto://ada:secret@example.org");
  const auto stateless = world.add("apprise", std::move(by_addresses));
  REQUIRE_MESSAGE(stateless, stateless.error().message);
  world.resolve();
  sent = world.deliver(*stateless, Announcement::Kind::incident_resolved);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  told = json::parse(server.next("notified"));
  CHECK(told["path"] == "/notify");
  CHECK(told["body"]["urls"] == "json://127.0.0.1:9, mailto://ada:secret@example.org");
  CHECK(told["body"]["type"] == "success");
}

TEST_CASE("what Apprise answers with 204 or 424 is no delivery") {
  OutsideServer server("apprise_server.py", {"--key", "ops-room"});
  ChannelWorld world(server.port());
  const auto unknown = world.add("apprise", to(server, "nobody"));
  REQUIRE(unknown);
  Notification row = world.deliver(*unknown);
  CHECK(row.last_error == "HTTP 204: the server has no configuration under this key");
  CHECK(row.attempts == 0);
  GivenFields both = to(server, "ops-room");
  both.text("urls", "json://x");
  CHECK(world.refused_field("apprise", std::move(both)) == "fields.key");
  CHECK(world.refused_field("apprise", to(server, "a/b")) == "fields.key");
  CHECK(world.refused_field("apprise", to(server, "")) == "fields.key");  // nobody would be told

  OutsideServer broken("apprise_server.py", {"--key", "ops-room", "--unreached"});
  ChannelWorld other(broken.port());
  const auto recipient = other.add("apprise", to(broken, "ops-room"));
  REQUIRE(recipient);
  row = other.deliver(*recipient);
  CHECK(row.last_error == "HTTP 424: it could not reach all of its services");
  CHECK(row.attempts == 1);
}

}  // namespace connlog
