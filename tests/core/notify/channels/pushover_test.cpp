// The channel "pushover" against a stand-in that holds each message against Pushover's own rules, and its receipts as
// acknowledgements of the incident.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/notify/receipts.h"
#include "core/watch/incident_service.h"
#include "core/watch/remote_acknowledgements.h"
#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

const std::string kToken = "azGDORePK8gMaC0QOYAMyEEuzJnyUi";
const std::string kUser = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";

std::vector<std::string> arguments(std::vector<std::string> more = {}) {
  std::vector<std::string> all = {"--token", kToken, "--user", kUser};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

GivenFields to(const OutsideServer& server, const std::string& token = kToken, const std::string& user = kUser) {
  GivenFields fields;
  fields.text("server", test::local_url(server)).text("token", token).text("user", user);
  return fields;
}

// With what acknowledges, as the appliance has it.
struct ReceiptWorld : ChannelWorld {
  IncidentService service{storage->incidents(), storage->subjects(), storage->audit(),
                          storage.clock,        storage.random,      bus};
  RemoteAcknowledgements remote{storage->incidents(), service, *notify};
  std::unique_ptr<Receipts> receipts;

  explicit ReceiptWorld(std::uint16_t port) : ChannelWorld(port) {
    needs.acknowledge = &remote;
    restart();
    change_incident([](Incident& each) { each.severity = Severity::critical; });
  }
  void restart() {
    receipts = std::make_unique<Receipts>(needs, *real);
    worker->on_sent = [this](const Notification& row) { receipts->note(row); };
  }
  // A round of questions, as far as the answers.
  void ask() {
    receipts->turn();
    storage.clock.advance(seconds(11));
    receipts->turn();
    for (int i = 0; i < 400 && !receipts->is_idle(); ++i) real->poll(milliseconds(25));
  }
  Incident stored() {
    return *storage.read<std::optional<Incident>>(
        [&](Snapshot& snapshot) { return storage->incidents().find(snapshot, workspace.id, incident.id); });
  }
};

}  // namespace

TEST_CASE("Pushover rings for a critical alert until somebody acknowledges it there, which acknowledges the incident") {
  OutsideServer server("pushover_server.py", arguments({"--acknowledged-at", "2"}));
  ReceiptWorld world(server.port());
  const auto recipient = world.add("pushover", to(server));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  const Notification sent = world.deliver(*recipient);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  CHECK(sent.remote_id.starts_with("receipt:"));
  const json message = json::parse(server.next("pushed"))["message"];
  CHECK(message["priority"] == "2");
  CHECK(message["retry"] == "60");
  CHECK(message["expire"] == "3600");
  CHECK(message["title"].get<std::string>().starts_with("[critical] "));
  CHECK(message["url"].get<std::string>().find(world.incident.id.text()) != std::string::npos);

  world.ask();
  CHECK(json::parse(server.next("asked"))["count"] == 1);
  CHECK_FALSE(world.stored().acknowledged_at.is_set());
  world.ask();
  CHECK(json::parse(server.next("asked"))["count"] == 2);
  CHECK(world.stored().acknowledged_at.is_set());
  CHECK(world.stored().acknowledged_by == "the reader of On call, by Pushover");
  CHECK(world.now(sent).remote_id.starts_with("ended:"));
  CHECK(world.timeline_count("acknowledged") == 1);
  // It was told, so it is told who looks after it.
  const auto log = world.log();
  CHECK(std::ranges::any_of(log, [](const LoggedDelivery& each) {
    return each.announcement.kind == Announcement::Kind::reminder &&
           each.announcement.fact(kFactAcknowledgedBy) == "the reader of On call, by Pushover";
  }));
  world.ask();  // nothing is asked any more
  CHECK(server.rest().empty());
}

TEST_CASE("a restart goes on with the receipts that are not over, and with no other") {
  OutsideServer server("pushover_server.py", arguments({"--acknowledged-at", "1"}));
  ReceiptWorld world(server.port());
  const auto recipient = world.add("pushover", to(server));
  REQUIRE(recipient);
  const Notification sent = world.deliver(*recipient);
  REQUIRE(sent.state == Notification::State::sent);
  REQUIRE(!server.next("pushed").empty());
  world.restart();
  world.ask();
  CHECK(!server.next("asked").empty());
  CHECK(world.stored().acknowledged_at.is_set());
  world.restart();
  world.ask();
  CHECK(server.rest().empty());
}

TEST_CASE("when the incident is over, the ringing is cancelled and the recovery comes quietly") {
  OutsideServer server("pushover_server.py", arguments());
  ReceiptWorld world(server.port());
  const auto recipient = world.add("pushover", to(server));
  REQUIRE(recipient);
  const Notification sent = world.deliver(*recipient);
  REQUIRE(!server.next("pushed").empty());
  world.resolve();
  const Notification recovery = world.deliver(*recipient, Announcement::Kind::incident_resolved);
  CHECK(recovery.state == Notification::State::sent);
  CHECK_FALSE(recovery.remote_id.starts_with("receipt:"));
  CHECK(json::parse(server.next("pushed"))["message"]["priority"] == "0");
  world.ask();
  CHECK(!server.next("cancelled").empty());
  CHECK(world.now(sent).remote_id.starts_with("ended:"));
}

TEST_CASE("a message that is longer than Pushover takes is cut at whole lines and says so") {
  OutsideServer server("pushover_server.py", arguments());
  ReceiptWorld world(server.port());
  const auto recipient = world.add("pushover", to(server));
  REQUIRE(recipient);
  std::string wide;
  for (int i = 0; i < 290; ++i) wide += "\xc3\xbc";
  world.change_incident([&](Incident& each) {
    each.summary = std::string(600, 'x');
    each.rule_sentence = wide;
    each.subject_name = wide;
    each.severity = Severity::warning;
  });
  const Notification sent = world.deliver(*recipient);
  CHECK_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  const std::string text = json::parse(server.next("pushed"))["message"]["message"];
  CHECK(text.size() <= 1'024);
  CHECK(text.ends_with(" more"));
}

TEST_CASE("what Pushover refuses for good, what waits for its month, and what is about our token are told apart") {
  OutsideServer server("pushover_server.py", arguments());
  ReceiptWorld world(server.port());
  const auto wrong_token = world.add("pushover", to(server, std::string(30, 'a')));
  REQUIRE(wrong_token);
  Notification row = world.deliver(*wrong_token);
  CHECK(row.last_error == "HTTP 400 (bad request): the application's token is not valid");
  CHECK(row.attempts == 0);  // it waits until somebody mends it
  const auto wrong_user = world.add("pushover", to(server, kToken, std::string(30, 'b')));
  REQUIRE(wrong_user);
  row = world.deliver(*wrong_user);
  CHECK(row.last_error == "HTTP 400 (bad request): the user or group key is not valid there");
  CHECK(row.attempts == 1);

  OutsideServer empty("pushover_server.py", arguments({"--used-up"}));
  ReceiptWorld other(empty.port());
  const auto recipient = other.add("pushover", to(empty));
  REQUIRE(recipient);
  row = other.deliver(*recipient);
  CHECK(row.last_error.find("used up") != std::string::npos);
  CHECK(row.next_attempt_at >= other.storage.clock.now() + seconds(7'000));
}

TEST_CASE("the fields of Pushover are held against their form, and its keys are not in what is shown") {
  OutsideServer server("pushover_server.py", arguments());
  ChannelWorld world(server.port());
  CHECK(world.refused_field("pushover", to(server, "short")) == "fields.token");
  CHECK(world.refused_field("pushover", to(server, kToken, std::string(29, 'u') + "!")) == "fields.user");
  GivenFields hasty = to(server);
  hasty.set("retry_seconds", {.form = GivenField::Form::number, .number = 5});
  CHECK(world.refused_field("pushover", std::move(hasty)) == "fields.retry_seconds");
  const auto added = world.add("pushover", to(server));
  REQUIRE(added);
  CHECK(added->shown == "127.0.0.1:" + std::to_string(server.port()) + "/uQi…");
}

}  // namespace connlog
