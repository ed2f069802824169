// The channel "ntfy" against a server that holds each message against ntfy's own rules.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

const std::string kTopic = "alerts-of-the-night";

GivenFields to(const OutsideServer& server) {
  GivenFields fields;
  fields.text("server", test::local_url(server, "/")).text("topic", kTopic);
  return fields;
}

}  // namespace

TEST_CASE("ntfy shows an alert by its severity, and the recovery takes its place") {
  OutsideServer server("ntfy_server.py", {});
  ChannelWorld world(server.port());
  const auto recipient = world.add("ntfy", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(recipient->shown == "127.0.0.1:" + std::to_string(server.port()) + "/ale…");
  CHECK(to_stored(recipient->fields).find(kTopic) == std::string::npos);

  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  const Notification sent = world.deliver(*recipient);
  CHECK(sent.state == Notification::State::sent);
  CHECK(sent.remote_id == "xE73Iyuabi");  // as the server answered
  const json opened = json::parse(server.next("published"));
  CHECK(opened["unknown"].empty());
  CHECK(opened["updates"] == false);
  CHECK(opened["authorization"] == nullptr);
  CHECK(opened["message"]["topic"] == kTopic);
  CHECK(opened["message"]["priority"] == 5);
  CHECK(opened["message"]["sequence_id"] == world.incident.id.text());
  CHECK(opened["message"]["tags"] == json::array({"rotating_light"}));
  CHECK(opened["message"]["title"].get<std::string>().find(world.incident.summary) != std::string::npos);
  CHECK(opened["message"]["message"].get<std::string>().find("Agent: ") != std::string::npos);
  const std::string click = opened["message"]["click"];
  CHECK(click.starts_with("https://monitor.example.com:8443/"));
  CHECK(click.find(world.incident.id.text()) != std::string::npos);

  world.resolve();
  CHECK(world.deliver(*recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  const json resolved = json::parse(server.next("published"));
  CHECK(resolved["updates"] == true);
  CHECK(resolved["message"]["priority"] == 3);
  CHECK(resolved["message"]["title"].get<std::string>().starts_with("Resolved: "));
}

TEST_CASE("ntfy is told a warning less loudly than what is critical") {
  OutsideServer server("ntfy_server.py", {});
  ChannelWorld world(server.port());
  const auto recipient = world.add("ntfy", to(server));
  REQUIRE(recipient);
  world.change_incident([](Incident& incident) { incident.severity = Severity::warning; });
  CHECK(world.deliver(*recipient).state == Notification::State::sent);
  CHECK(json::parse(server.next("published"))["message"]["priority"] == 4);
}

TEST_CASE("a protected topic of ntfy takes a token, or a user name and a password") {
  OutsideServer server("ntfy_server.py", {"--token", "tk_right", "--user", "ops:swordfish"});
  ChannelWorld world(server.port());
  const auto by_token = world.add("ntfy", to(server).text("token", "tk_right"));
  const auto by_password = world.add("ntfy", to(server).text("username", "ops").text("password", "swordfish"));
  const auto wrong = world.add("ntfy", to(server).text("token", "tk_wrong"));
  const auto without = world.add("ntfy", to(server));
  REQUIRE((by_token && by_password && wrong && without));
  CHECK(world.deliver(*by_token).state == Notification::State::sent);
  CHECK(json::parse(server.next("published"))["authorization"] == "Bearer tk_right");
  CHECK(world.deliver(*by_password).state == Notification::State::sent);
  CHECK(world.deliver(*wrong).last_error == "HTTP 401 (unauthorized)");
  CHECK(world.deliver(*without).last_error == "HTTP 403 (forbidden)");
}

TEST_CASE("a test of ntfy takes no alert's place") {
  OutsideServer server("ntfy_server.py", {});
  ChannelWorld world(server.port());
  const auto recipient = world.add("ntfy", to(server));
  REQUIRE(recipient);
  CHECK(world.deliver(*recipient, Announcement::Kind::test).state == Notification::State::sent);
  const json published = json::parse(server.next("published"));
  CHECK_FALSE(published["message"].contains("sequence_id"));
  CHECK(published["message"]["title"] == "Test from connlog");
}

TEST_CASE("what ntfy would refuse is refused when it is entered") {
  OutsideServer server("ntfy_server.py", {});
  ChannelWorld world(server.port());
  CHECK(world.refused_field("ntfy", to(server).text("topic", "with/slash")) == "fields.topic");
  CHECK(world.refused_field("ntfy", to(server).text("topic", std::string(65, 'a'))) == "fields.topic");
  CHECK(world.refused_field("ntfy", to(server).null("topic")) == "fields.topic");
  CHECK(world.refused_field("ntfy", to(server).text("server", "ntfy.sh")) == "fields.server");
  CHECK(world.refused_field("ntfy", to(server).text("username", "ops")) == "fields.password");
  CHECK(world.refused_field("ntfy", to(server).text("password", "swordfish")) == "fields.username");
  CHECK(world.refused_field("ntfy", to(server).text("username", "a:b").text("password", "swordfish")) ==
        "fields.username");
  CHECK(world.refused_field("ntfy", to(server).text("token", "t").text("username", "ops").text("password", "p")) ==
        "fields.token");
}

}  // namespace connlog
