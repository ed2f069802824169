// Acknowledging from a mail, as the page behind the link does it: without a session, and without learning anything.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/notify/ack_offer.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

struct Mailed {
  TestApp app;
  NotificationId id;
  AckNumbers numbers;
  std::string token;

  Mailed() {
    app.populate();
    REQUIRE(NotificationId::parse(app.ids["notification"], id));
    numbers = ack_numbers(app.storage.keys, app.workspace.id, id);
    token = ack_token(app.storage.keys, app.workspace.id, id);
  }
  int right() const { return numbers.numbers[numbers.right]; }
  int wrong() const { return numbers.numbers[(numbers.right + 2) % 3]; }
  ApiAnswer look(const std::string& with) {
    return app.post("/api/v1/ack/look", json{{"token", with}}.dump(), nullptr);
  }
  ApiAnswer answer(const std::string& with, int number) {
    return app.post("/api/v1/ack", json{{"token", with}, {"number", number}}.dump(), nullptr);
  }
  json incident() { return app.get("/api/v1/workspaces/{w}/incidents/{incident}", &app.owner).json(); }
};

}  // namespace

TEST_CASE("the page shows three numbers and what the mail said, and the right one acknowledges without a session") {
  Mailed mailed;
  const ApiAnswer shown = mailed.look(mailed.token);
  REQUIRE(shown.status == 200);
  CHECK(shown.json()["numbers"] == json(mailed.numbers.numbers));
  CHECK(shown.json()["headline"] == mailed.incident()["summary"]);
  CHECK(shown.json()["incidents"] == 1);
  CHECK(shown.json().size() == 4);
  CHECK(mailed.incident()["acknowledged_at"].is_null());

  const ApiAnswer done = mailed.answer(mailed.token, mailed.right());
  REQUIRE(done.status == 200);
  CHECK(done.json()["acknowledged"] == 1);
  CHECK(done.json()["already"] == 0);
  const json incident = mailed.incident();
  CHECK(incident["acknowledged_until"] == done.json()["until"]);
  CHECK(incident["acknowledged_by"].get<std::string>().ends_with(", by mail"));
  CHECK(mailed.app.audit_acts().back() == "incident.acknowledged");
  CHECK(mailed.answer(mailed.token, mailed.right()).json()["code"] == "ack_over");
}

TEST_CASE("a wrong number ends the link for good, and the page says so") {
  Mailed mailed;
  const ApiAnswer refused = mailed.answer(mailed.token, mailed.wrong());
  CHECK(refused.status == 409);
  CHECK(refused.json()["code"] == "ack_wrong");
  CHECK(refused.header("Content-Type") == "application/problem+json");
  CHECK(mailed.look(mailed.token).json()["code"] == "ack_over");
  CHECK(mailed.answer(mailed.token, mailed.right()).status == 410);
  CHECK(mailed.incident()["acknowledged_at"].is_null());
  CHECK(mailed.app.audit_acts().back() == "incident.link_ended");
}

TEST_CASE("a link does nothing once its incident is over, and does not say that it is") {
  Mailed mailed;
  mailed.app.heartbeat(mailed.app.agent_token);
  REQUIRE_FALSE(mailed.incident()["resolved_at"].is_null());
  const ApiAnswer refused = mailed.look(mailed.token);
  CHECK(refused.json()["code"] == "ack_void");
  CHECK(refused.body.find("db-1") == std::string::npos);
  CHECK(refused.body.find("resolved") == std::string::npos);
}

TEST_CASE("a token that is none of ours tells nothing and has to wait after some tries; a right one never does") {
  Mailed mailed;
  std::string other = mailed.token;
  int waits = 0;
  for (int n = 0; n < 40; ++n) {
    other.back() = "0123456789abcdef"[n % 16];
    other[other.size() - 2] = "0123456789abcdef"[n / 16];
    if (other == mailed.token) continue;
    const ApiAnswer refused = n % 2 == 0 ? mailed.look(other) : mailed.answer(other, 42);
    if (refused.status == 429) {
      CHECK(refused.header("Retry-After") != "");
      ++waits;
      continue;
    }
    CHECK(refused.status == 410);
    CHECK(refused.json()["code"] == "ack_over");
    CHECK(refused.body.find("db-1") == std::string::npos);
  }
  CHECK(waits > 0);
  CHECK(mailed.look(mailed.token).status == 200);
  CHECK(mailed.answer(mailed.token, mailed.right()).status == 200);
}

TEST_CASE("what is no answer is refused by name") {
  Mailed mailed;
  const auto field_of = [&](const std::string& path, const json& body) {
    return mailed.app.post(path, body.dump(), nullptr).json()["field"];
  };
  CHECK(field_of("/api/v1/ack/look", json::object()) == "token");
  CHECK(field_of("/api/v1/ack", {{"token", mailed.token}}) == "number");
  CHECK(field_of("/api/v1/ack", {{"token", mailed.token}, {"number", 7}}) == "number");
  CHECK(field_of("/api/v1/ack", {{"token", std::string(201, 'a')}, {"number", 42}}) == "token");
  CHECK(mailed.look(mailed.token).status == 200);
}
