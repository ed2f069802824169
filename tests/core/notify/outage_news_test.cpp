// What administrators are told when nothing can be stored: once, by what needs no database, and once that it is over.
#include "core/notify/outage_news.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::FakeCourier;
using test::OutboxFixture;

// An outbox fixture whose administrator has a mail address and a webhook, and whose stores refuse every write.
struct OutageWorld : OutboxFixture {
  OutageWorld() {
    needs.storage = &storage->health();
    OutageAudience audience;
    audience.mail = storage.read<MailSettings>(
        [&](Snapshot& snapshot) { return load_mail_settings(storage->settings(), snapshot); });
    audience.mail.configured = true;
    audience.addresses = {"ada@example.org"};
    audience.webhooks.push_back({add_webhook("https://hooks.example.com/x"), workspace});
    news.hold(std::move(audience));
    courier.on_send = [this](const FakeCourier::Sent& sent) {
      told.push_back(sent.target == "mail" ? sent.headline : sent.target);
    };
    courier.answer = [](const FakeCourier::Sent&) { return test::delivered(); };
    stores.writes_fail = true;
  }
  void pass(microseconds time) {
    for (microseconds gone{0}; gone < time; gone += 1s) {
      storage.clock.advance(1s);
      news.turn();
      courier.poll(0ms);
    }
  }
  std::size_t told_with(const std::string& words) const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(), [&](const std::string& each) { return each.find(words) != std::string::npos; }));
  }

  OutageNews news{needs, courier};
  std::vector<std::string> told;
};

}  // namespace

TEST_CASE("an outage is told once by mail and webhook, and its end once, without a write") {
  OutageWorld world;
  world.storage->health().failed("the disk is full (no space left on the device)");
  world.pass(4s);
  CHECK(world.told.empty());
  world.pass(600s);
  REQUIRE(world.told.size() == 2);
  CHECK(world.told_with("no space left on the device") == 1);
  CHECK(world.told_with("hooks.example.com") == 1);

  world.storage->health().stored();
  world.pass(20s);
  CHECK(world.told.size() == 2);
  world.storage->health().failed("the disk is full (no space left on the device)");  // the same outage
  world.pass(60s);
  CHECK(world.told.size() == 2);
  world.storage->health().stored();
  world.pass(600s);
  REQUIRE(world.told.size() == 4);
  CHECK(world.told_with("connlog can store again") == 1);
  CHECK(world.told_with("hooks.example.com") == 2);
}

TEST_CASE("an outage of a moment is not told") {
  OutageWorld world;
  world.storage->health().failed("another program holds the database");
  world.pass(3s);
  world.storage->health().stored();
  world.pass(120s);
  CHECK(world.told.empty());
}

TEST_CASE("news that cannot be delivered is tried again, and what is refused for good is not") {
  OutageWorld world;
  int mails = 0;
  world.courier.answer = [&](const FakeCourier::Sent& sent) {
    if (sent.target != "mail") return test::refused();
    return ++mails < 3 ? test::unreachable() : test::delivered();
  };
  world.storage->health().failed("the quota is used up");
  world.pass(300s);
  CHECK(mails == 3);
  CHECK(world.told.size() == 4);
}

TEST_CASE("the next turn is due when something is to be told") {
  OutageWorld world;
  CHECK(world.news.until_due() > 600s);
  world.storage->health().failed("the quota is used up");
  CHECK(world.news.until_due() == 5s);
  world.pass(10s);
  CHECK(world.news.until_due() > 600s);
  world.storage->health().stored();
  CHECK(world.news.until_due() == 0ms);
  world.news.turn();
  CHECK(world.news.until_due() == 30s);
}

}  // namespace connlog
