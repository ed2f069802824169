// The dead-man's switch: it calls while all is well, is silent and says why while it is not, and keeps its address to itself.
#include "core/appliance/dead_man.h"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/storage_health.h"
#include "tests/support/outside.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

struct Watched {
  explicit Watched(std::vector<std::string> arguments = {})
      : server("http_sink.py", std::move(arguments)), workspace(test.add_workspace()) {
    actor.name = "Ada";
    outbound.policy.allowed_loopback = {{"127.0.0.1", server.port()}};
    make();
  }

  void make() {
    dead_man = std::make_unique<DeadMan>(DeadMan::Parts{.stores = test.stores(),
                                                        .settings = test->settings(),
                                                        .store = test->dead_man(),
                                                        .storage = test->health(),
                                                        .audit = test->audit(),
                                                        .keyring = test.keys,
                                                        .outbound = outbound,
                                                        .recovery = recovery,
                                                        .clock = test.clock,
                                                        .random = test.random,
                                                        .signs = [this] { return signs; },
                                                        .clock_is_plausible = [this] { return clock_is_right; }});
  }
  Result<void> set(const std::string& url, std::optional<bool> enabled = true) {
    DeadManChange change;
    if (!url.empty()) change.url = Secret(url);
    change.enabled = enabled;
    return test.stores().write([&](Transaction& tx) -> Result<void> {
      TRY(dead_man->change(tx, actor, change));
      return {};
    });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()) + "/ping/swordfish"; }
  // The path that was called since the last look; empty: nobody was called.
  std::string called() {
    const auto told = server.rest(300);
    for (const std::string& line : told) {
      const nlohmann::json event = nlohmann::json::parse(line);
      if (event["event"] == "request") return event["path"];
    }
    return {};
  }
  // A message of an incident to one recipient.
  Notification message(Notification::State state) {
    const Incident incident = test.open_incident(test.add_rule(workspace), test.add_agent(workspace));
    Notification row;
    row.id = NotificationId::make(test.clock.now(), test.random);
    row.workspace = workspace.id;
    row.announcement = test.announce(incident).id;
    row.recipient = test.add_recipient(workspace).id;
    row.state = state;
    row.created_at = row.next_attempt_at = test.clock.now();
    test.write([&](Transaction& tx) { return test->outbox().insert(tx, row); });
    return row;
  }
  void mark(Notification row, Notification::State state) {
    row.state = state;
    if (state == Notification::State::sent) row.sent_at = test.clock.now();
    test.write([&](Transaction& tx) { return test->outbox().update(tx, row); });
  }

  test::OutsideServer server;
  TestStorage test;
  Workspace workspace;
  Actor actor;
  OutboundOptions outbound;
  RecoveryMode recovery;
  std::vector<LoopSign> signs;
  bool clock_is_right = true;
  std::unique_ptr<DeadMan> dead_man;
};

}  // namespace

TEST_CASE("while all is well the address is called, and the last answer is shown") {
  Watched here;
  here.dead_man->turn();
  CHECK(here.called().empty());  // none is set
  REQUIRE(here.set(here.url()));
  here.dead_man->turn();
  CHECK(here.called() == "/ping/swordfish");
  const DeadManState state = here.dead_man->state();
  CHECK(state.last_ok);
  CHECK(state.last_answer == "HTTP 200");
  CHECK(state.last_at == here.test.clock.now());
  CHECK_FALSE(state.withheld_since.is_set());
  REQUIRE(here.set("", false));
  here.dead_man->turn();
  CHECK(here.called().empty());
}

TEST_CASE("an answer that is no success is shown, and so is that nobody answers") {
  Watched here({"--status", "500"});
  REQUIRE(here.set(here.url()));
  here.dead_man->turn();
  CHECK_FALSE(here.dead_man->state().last_ok);
  CHECK(here.dead_man->state().last_answer == "HTTP 500");
  REQUIRE(here.set("http://127.0.0.1:" + std::to_string(test::unused_port()) + "/"));
  here.dead_man->turn();
  CHECK_FALSE(here.dead_man->state().last_ok);
  CHECK_FALSE(here.dead_man->state().last_answer.empty());
}

TEST_CASE("it is withheld while a message has waited for five minutes, and called again once a service accepts it") {
  Watched here;
  REQUIRE(here.set(here.url()));
  const Notification row = here.message(Notification::State::queued);
  here.test.clock.advance(299s);
  here.dead_man->turn();
  CHECK(here.called() == "/ping/swordfish");
  here.test.clock.advance(1s);
  here.dead_man->turn();
  CHECK(here.called().empty());
  CHECK(here.dead_man->state().withheld_reason ==
        "A message has waited for 5 min, and no service has accepted it.");
  CHECK(here.dead_man->state().withheld_since == here.test.clock.now());
  here.mark(row, Notification::State::sent);
  here.dead_man->turn();
  CHECK(here.called() == "/ping/swordfish");
  CHECK_FALSE(here.dead_man->state().withheld_since.is_set());
}

TEST_CASE("a message that one of its recipients got does not withhold it, whatever becomes of the others") {
  Watched here;
  REQUIRE(here.set(here.url()));
  Notification row = here.message(Notification::State::sent);
  row.id = NotificationId::make(here.test.clock.now(), here.test.random);
  row.state = Notification::State::queued;
  here.test.write([&](Transaction& tx) { return here.test->outbox().insert(tx, row); });
  here.test.clock.advance(3'600s);
  here.dead_man->turn();
  CHECK(here.called() == "/ping/swordfish");
}

TEST_CASE("a message that waits does not withhold it once another one got through, until a later one waits as long") {
  Watched here;
  REQUIRE(here.set(here.url()));
  here.message(Notification::State::queued);
  const Notification other = here.message(Notification::State::queued);
  here.test.clock.advance(400s);
  here.dead_man->turn();
  CHECK(here.called().empty());
  here.mark(other, Notification::State::sent);
  here.test.clock.advance(1s);
  here.dead_man->turn();
  CHECK(here.called() == "/ping/swordfish");
  here.message(Notification::State::queued);
  here.test.clock.advance(300s);
  here.dead_man->turn();
  CHECK(here.called().empty());
}

TEST_CASE("it is withheld while nobody could be reached, until anybody can") {
  Watched here;
  REQUIRE(here.set(here.url()));
  here.message(Notification::State::failed);
  here.test.clock.advance(60s);
  CHECK(here.dead_man->withheld().value_or("").starts_with("Nobody could be reached"));
  const Notification other = here.message(Notification::State::queued);
  here.mark(other, Notification::State::sent);
  CHECK_FALSE(here.dead_man->withheld().has_value());
}

TEST_CASE("it is withheld while a loop hangs, the clock is wrong, nothing can be stored, or a restore is looked through") {
  Watched here;
  REQUIRE(here.set(here.url()));
  const Monotonic now = here.test.clock.monotonic();
  here.signs = {{"The scheduler", now, 15s, "silence would go unnoticed"}};
  CHECK_FALSE(here.dead_man->withheld().has_value());
  here.test.clock.advance(16s);
  CHECK(here.dead_man->withheld() == "The scheduler has not come round for 16 s: silence would go unnoticed.");
  here.signs.clear();
  here.clock_is_right = false;
  CHECK(here.dead_man->withheld() == "The machine's clock cannot be right.");
  here.clock_is_right = true;
  here.test->health().failed("the disk is full");
  CHECK(here.dead_man->withheld().value_or("").find("the disk is full") != std::string::npos);
  here.test->health().stored();
  here.recovery.set(true);
  CHECK(here.dead_man->withheld().value_or("").find("in recovery") != std::string::npos);
  here.dead_man->turn();
  CHECK(here.called().empty());
  here.recovery.set(false);
  CHECK_FALSE(here.dead_man->withheld().has_value());
}

TEST_CASE("the address is sealed and shown by its host alone, and a leak of it makes connlog forget it") {
  Watched here;
  CHECK(here.set("").error().field == "url");
  CHECK(here.set("ftp://watch.example.org/x").error().field == "url");
  CHECK(here.set("https://ann:pw@watch.example.org/x").error().field == "url");
  REQUIRE(here.set("https://watch.example.org/ping/swordfish"));
  const auto settings =
      here.test.read<DeadManSettings>([&](Snapshot& snapshot) { return here.dead_man->settings(snapshot); });
  CHECK(settings.shown == "https://watch.example.org/…");
  CHECK(settings.sealed_url.find("swordfish") == std::string::npos);
  const auto leak = dead_man_leak(*here.dead_man);
  here.test.write([&](Transaction& tx) -> Result<void> {
    const auto secrets = TRY(leak->secrets(tx, here.actor, ""));
    REQUIRE(secrets.size() == 1);
    TRY(leak->answer(tx, here.actor, SessionId{}, secrets[0].id));
    const DeadManSettings now = TRY(here.dead_man->settings(tx));
    CHECK(now.sealed_url.empty());
    CHECK_FALSE(now.enabled);
    const auto left = TRY(leak->secrets(tx, here.actor, ""));
    CHECK(left.empty());
    return {};
  });
}

TEST_CASE("a trial calls at once, also while it is withheld, and only one at a time") {
  Watched here;
  CHECK_FALSE(here.dead_man->begin_trial(here.actor, [](const Result<DeadMan::Trial>&) {}).has_value());
  REQUIRE(here.set(here.url(), false));
  here.clock_is_right = false;
  here.dead_man->start();
  std::promise<DeadMan::Trial> answered;
  REQUIRE(here.dead_man->begin_trial(here.actor, [&](const Result<DeadMan::Trial>& trial) {
    answered.set_value(trial ? *trial : DeadMan::Trial{});
  }));
  const DeadMan::Trial trial = answered.get_future().get();
  CHECK(trial.ok);
  CHECK(trial.answer == "HTTP 200");
  here.dead_man->stop();
  CHECK(here.called() == "/ping/swordfish");
}

TEST_CASE("a trial does not end the withholding, and its answer says so") {
  Watched here;
  REQUIRE(here.set(here.url()));
  here.clock_is_right = false;
  here.dead_man->turn();
  REQUIRE(here.dead_man->state().withheld_since.is_set());
  here.dead_man->start();
  std::promise<DeadMan::Trial> answered;
  REQUIRE(here.dead_man->begin_trial(here.actor, [&](const Result<DeadMan::Trial>& trial) {
    answered.set_value(trial ? *trial : DeadMan::Trial{});
  }));
  const DeadMan::Trial trial = answered.get_future().get();
  here.dead_man->stop();
  CHECK(trial.ok);
  CHECK(trial.answer == "HTTP 200. The calls of each minute are withheld: The machine's clock cannot be right.");
  CHECK(here.dead_man->state().last_answer == "HTTP 200");
  CHECK(here.dead_man->state().withheld_since.is_set());
}
