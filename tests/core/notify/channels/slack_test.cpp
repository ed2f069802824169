// The channel "slack" against an incoming webhook that holds each message against Slack's own rules.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

const std::string kPath = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";

GivenFields to(const OutsideServer& server, const std::string& path = kPath) {
  GivenFields fields;
  fields.text("url", test::local_url(server, path));
  return fields;
}

}  // namespace

TEST_CASE("Slack shows an alert in the colour of its severity, with a link, and the recovery after it") {
  OutsideServer server("slack_server.py", {"--path", kPath});
  ChannelWorld world(server.port());
  const auto recipient = world.add("slack", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  world.change_incident([](Incident& incident) { incident.severity = Severity::critical; });
  const Notification sent = world.deliver(*recipient);
  CHECK(sent.state == Notification::State::sent);
  CHECK(sent.remote_id.empty());  // an incoming webhook names no message
  const json opened = json::parse(server.next("posted"))["message"];
  CHECK(opened["text"].get<std::string>().find("[critical] ") == 0);
  const json attachment = opened["attachments"][0];
  CHECK(attachment["color"] == "#c8321f");
  CHECK(attachment["title_link"].get<std::string>().find(world.incident.id.text()) != std::string::npos);
  CHECK(attachment["fields"][0]["title"] == "State");

  world.resolve();
  CHECK(world.deliver(*recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
  const json resolved = json::parse(server.next("posted"))["message"];
  CHECK(resolved["text"].get<std::string>().find("Resolved: ") == 0);
  CHECK(resolved["attachments"][0]["color"] == "#1a7f4b");
}

TEST_CASE("the address of a Slack webhook is shown by its host alone, and its answers by their status") {
  OutsideServer server("slack_server.py", {"--path", kPath, "--archived"});
  ChannelWorld world(server.port());
  const auto recipient = world.add("slack", to(server));
  REQUIRE(recipient);
  CHECK(recipient->shown == "127.0.0.1:" + std::to_string(server.port()) + "/…");
  CHECK(recipient->fields.entries().empty());
  const Notification gone = world.deliver(*recipient);
  CHECK(gone.state != Notification::State::sent);  // nothing comes back to an archived channel
  CHECK(gone.last_error == "HTTP 410 (gone): channel_is_archived");
  const auto elsewhere = world.add("slack", to(server, "/services/of/somebody/else"));
  REQUIRE(elsewhere);
  CHECK(world.deliver(*elsewhere).last_error == "HTTP 404 (not found): no_service: there is no such webhook (any more)");
  CHECK(world.refused_field("slack", GivenFields().text("url", "hooks.slack.com/services/x")) == "fields.url");
}

TEST_CASE("a 200 of Slack with an error inside is no delivery") {
  OutsideServer server("slack_server.py", {"--path", kPath, "--says", R"({"ok":false,"error":"channel_not_found"})"});
  ChannelWorld world(server.port());
  const auto recipient = world.add("slack", to(server));
  REQUIRE(recipient);
  const Notification row = world.deliver(*recipient);
  CHECK(row.state == Notification::State::queued);
  CHECK(row.last_error == "HTTP 200: channel_not_found");
  OutsideServer busy("slack_server.py", {"--path", kPath, "--says", R"({"ok":false,"error":"ratelimited"})"});
  ChannelWorld later(busy.port());
  const auto waiting = later.add("slack", to(busy));
  REQUIRE(waiting);
  const Notification put_off = later.deliver(*waiting);
  CHECK(put_off.last_error == "HTTP 200: ratelimited");
  CHECK(put_off.next_attempt_at >= later.storage.clock.now() + seconds(30));
}

TEST_CASE("a name in Slack mentions nobody and hides no link") {
  OutsideServer server("slack_server.py", {"--path", kPath});
  ChannelWorld world(server.port());
  const auto recipient = world.add("slack", to(server));
  REQUIRE(recipient);
  world.change_incident([](Incident& incident) {
    incident.summary = "<!channel> <https://evil.example|db-1> & @here @all is silent";
    incident.subject_name = "<@U1> @channel";
  });
  CHECK(world.deliver(*recipient).state == Notification::State::sent);
  const std::string posted = json::parse(server.next("posted"))["message"].dump();
  for (const char* active : {"<!", "<@", "<http", "@here", "@all", "@channel"}) {
    CAPTURE(active);
    CHECK(posted.find(active) == std::string::npos);
  }
  CHECK(posted.find("&lt;!channel&gt;") != std::string::npos);
}

}  // namespace connlog
