// Threat 35: programs that scan mails open every link and submit every form. None of them may acknowledge for a person: the
// page offers three numbers, and only a reader of the mail knows which is right.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/notify/ack_offer.h"
#include "core/notify/message.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr int kMails = 240;

// Mails of the same incident, each with a link of its own.
struct Scanned {
  TestApp app;
  LoggedDelivery first;

  Scanned() {
    app.populate();
    NotificationId id;
    REQUIRE(NotificationId::parse(app.ids["notification"], id));
    first = *app.storage.read<std::optional<LoggedDelivery>>(
        [&](Snapshot& snapshot) { return app.storage->outbox().find(snapshot, app.workspace.id, id); });
  }
  std::string mail() {
    Notification row = first.notification;
    row.id = NotificationId::make(app.clock.now(), app.storage.random);
    row.message_id = make_message_id(row.id, "https://monitor.example.org:8443");
    row.state = Notification::State::sent;
    row.sent_at = app.clock.now();
    app.storage.write([&](Transaction& tx) { return app.storage->outbox().insert(tx, row); });
    return ack_token(app.storage.keys, row.workspace, row.id);
  }
  // Each scanner comes from an address of its own, so no limit helps.
  ApiAnswer send(const std::string& path, const json& body, int scanner) {
    Ask ask{.method = "POST", .path = path, .body = body.dump()};
    ask.address = "198.51." + std::to_string(100 + scanner / 200) + "." + std::to_string(1 + scanner % 200);
    return app.send(ask);
  }
  std::vector<int> numbers(const std::string& token, int scanner) {
    const ApiAnswer shown = send("/api/v1/ack/look", {{"token", token}}, scanner);
    REQUIRE(shown.status == 200);
    return shown.json()["numbers"].get<std::vector<int>>();
  }
  std::size_t dice(std::size_t sides) {
    std::array<std::uint8_t, 4> bytes{};
    app.storage.random.fill(bytes);
    return (bytes[0] | bytes[1] << 8 | bytes[2] << 16) % sides;
  }
};

}  // namespace

TEST_CASE("scanners that open every link and submit a form at random acknowledge one time in three at most") {
  Scanned scanned;
  int acknowledged = 0;
  for (int scanner = 0; scanner < kMails; ++scanner) {
    const std::string token = scanned.mail();
    const std::vector<int> numbers = scanned.numbers(token, scanner);
    const int chosen = numbers[scanned.dice(numbers.size())];
    acknowledged += scanned.send("/api/v1/ack", {{"token", token}, {"number", chosen}}, scanner).status == 200;
  }
  // A third, and five times the deviation of such a count (7.3).
  CHECK(acknowledged <= kMails / 3 + 37);
  CHECK(acknowledged >= kMails / 3 - 37);
}

TEST_CASE("a scanner that submits every form of the page gains nothing by the second and the third") {
  Scanned scanned;
  int by_the_first = 0, later = 0;
  for (int scanner = 0; scanner < kMails; ++scanner) {
    const std::string token = scanned.mail();
    const std::vector<int> numbers = scanned.numbers(token, scanner);
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      const ApiAnswer got = scanned.send("/api/v1/ack", {{"token", token}, {"number", numbers[n]}}, scanner);
      (n == 0 ? by_the_first : later) += got.status == 200;
    }
  }
  CHECK(later == 0);
  CHECK(by_the_first <= kMails / 3 + 37);
}

TEST_CASE("what opens the link alone acknowledges nothing: the page, by GET and HEAD, and looking") {
  Scanned scanned;
  const std::string token = scanned.mail();
  for (const char* method : {"GET", "HEAD"}) {
    for (const char* path : {"/ack", "/api/v1/ack", "/api/v1/ack/look"}) {
      Ask ask{.method = method, .path = std::string(path) + "?token=" + token + "&number=42"};
      ask.as_browser = false;
      scanned.app.send(ask);
    }
  }
  for (int times = 0; times < 20; ++times) scanned.numbers(token, 0);
  const json incident = scanned.app.get("/api/v1/workspaces/{w}/incidents/{incident}", &scanned.app.owner).json();
  CHECK(incident["acknowledged_at"].is_null());
  // And the link still works for its reader.
  CHECK(scanned.numbers(token, 0).size() == 3);
}

TEST_CASE("the numbers of a page do not say which is right: it stands at each place as often as at the others") {
  Scanned scanned;
  std::array<int, 3> right{};
  for (int n = 0; n < kMails; ++n) {
    const auto id = NotificationId::make(scanned.app.clock.now(), scanned.app.storage.random);
    ++right[ack_numbers(scanned.app.storage.keys, scanned.app.workspace.id, id).right];
  }
  for (const int times : right) CHECK(times > kMails / 3 - 37);
}
