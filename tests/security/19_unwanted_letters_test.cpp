// Threat 19 towards people outside: whoever may invite, or add recipients, does not make the appliance flood a mailbox, or
// many, by removing what they asked for and asking again.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

ApiAnswer invite(TestApp& app, const std::string& mail) {
  return app.post(kW + "/invitations", json{{"mail", mail}, {"role", "viewer"}}.dump(), &app.owner);
}
ApiAnswer add(TestApp& app, const std::string& mail) {
  return app.post(kW + "/recipients", json{{"name", "x"}, {"channel", "mail"}, {"address", mail}}.dump(), &app.owner);
}

}  // namespace

TEST_CASE("removed and asked again is one letter more all the same, and five within a day are all") {
  TestApp app;
  test::set_up_mail(app);
  int went = 0;
  for (int i = 0; i < 8; ++i) {
    const ApiAnswer answer = i % 2 == 0 ? invite(app, "Victim@example.net") : add(app, "victim@example.net");
    app.clock.advance(seconds(60));
    if (answer.status != 201) {
      CHECK(answer.status == 429);
      CHECK_FALSE(answer.header("Retry-After").empty());
      continue;
    }
    ++went;
    const std::string place = i % 2 == 0 ? "/invitations/" + answer.json()["invitation"]["id"].get<std::string>()
                                         : "/recipients/" + answer.json()["recipient"]["id"].get<std::string>();
    REQUIRE(app.send(Ask{.method = "DELETE", .path = kW + place}, &app.owner).status == 204);
  }
  CHECK(went == 5);
  CHECK(invite(app, "somebody.else@example.net").status == 201);
  app.clock.advance(std::chrono::days(1));
  Person owner = app.browser_of(app.owner.mail);
  app.owner = owner;
  CHECK(invite(app, "victim@example.net").status == 201);
}

TEST_CASE("a workspace does not write to as many strangers as it likes") {
  TestApp app;
  test::set_up_mail(app);
  int went = 0;
  for (int i = 0; i < 205; ++i) {
    const ApiAnswer answer = invite(app, "stranger" + std::to_string(i) + "@example.net");
    if (answer.status != 201) {
      CHECK(answer.status == 429);
      continue;
    }
    ++went;
    const std::string id = answer.json()["invitation"]["id"];
    REQUIRE(app.send(Ask{.method = "DELETE", .path = kW + "/invitations/" + id}, &app.owner).status == 204);
  }
  CHECK(went == 200);
}
