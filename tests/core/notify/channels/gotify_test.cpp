// The channel "gotify" against a server that holds each message against Gotify's own rules.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

GivenFields to(const OutsideServer& server, const std::string& token) {
  GivenFields fields;
  fields.text("server", test::local_url(server, "/gotify/")).text("token", token);
  return fields;
}

}  // namespace

TEST_CASE("Gotify shows an alert by its severity and opens the incident; the recovery follows") {
  OutsideServer server("gotify_server.py", {"--token", "AppToken1", "--below", "/gotify"});
  ChannelWorld world(server.port());
  const auto recipient = world.add("gotify", to(server, "AppToken1"));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(recipient->shown == "127.0.0.1:" + std::to_string(server.port()));
  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  const Notification first = world.deliver(*recipient);
  CHECK(first.state == Notification::State::sent);
  CHECK(first.remote_id == "1");  // as the server counts
  const json opened = json::parse(server.next("pushed"));
  CHECK(opened["path"] == "/gotify/message");  // the token is in a header, and in no log of a proxy
  CHECK(opened["message"]["priority"] == 8);
  CHECK(opened["message"]["title"].get<std::string>().find(world.incident.summary) != std::string::npos);
  CHECK(opened["message"]["extras"]["client::display"]["contentType"] == "text/plain");
  const std::string url = opened["message"]["extras"]["client::notification"]["click"]["url"];
  CHECK(url.find(world.incident.id.text()) != std::string::npos);

  world.resolve();
  const Notification second = world.deliver(*recipient, Announcement::Kind::incident_resolved);
  CHECK(second.state == Notification::State::sent);
  CHECK(second.remote_id == "2");
  const json resolved = json::parse(server.next("pushed"));
  CHECK(resolved["message"]["priority"] == 4);
  CHECK(resolved["message"]["title"].get<std::string>().starts_with("Resolved: "));
}

TEST_CASE("Gotify refuses a token that it does not know, and the token is not in what is shown") {
  OutsideServer server("gotify_server.py", {"--token", "AppToken1", "--below", "/gotify"});
  ChannelWorld world(server.port());
  const auto recipient = world.add("gotify", to(server, "AnotherToken"));
  REQUIRE(recipient);
  CHECK(world.deliver(*recipient).last_error == "HTTP 401 (unauthorized)");
  CHECK(to_stored(recipient->fields).find("AnotherToken") == std::string::npos);
  CHECK(world.refused_field("gotify", to(server, "")) == "fields.token");
  CHECK(world.refused_field("gotify", to(server, "a b")) == "fields.token");
}

}  // namespace connlog
