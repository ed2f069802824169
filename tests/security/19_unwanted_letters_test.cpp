// Threat 19 towards people outside: people who may invite cannot make the appliance write to as many strangers as they
// like, by removing what they asked for and asking for others.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a workspace does not write to as many strangers as it likes") {
  TestApp app;
  test::set_up_mail(app);
  const std::string path = "/api/v1/workspaces/{w}/invitations";
  const auto invite = [&](const std::string& mail) {
    return app.post(path, json{{"mail", mail}, {"role", "viewer"}}.dump(), &app.owner);
  };
  int went = 0;
  for (int i = 0; i < 205; ++i) {
    const ApiAnswer answer = invite("stranger" + std::to_string(i) + "@example.net");
    if (answer.status != 201) {
      CHECK(answer.status == 429);
      CHECK_FALSE(answer.header("Retry-After").empty());
      continue;
    }
    ++went;
    const std::string id = answer.json()["invitation"]["id"];
    REQUIRE(app.send(Ask{.method = "DELETE", .path = path + "/" + id}, &app.owner).status == 204);
  }
  CHECK(went == 200);
  app.clock.advance(std::chrono::days(1) + seconds(1));
  app.owner = app.browser_of(app.owner.mail);
  CHECK(invite("another@example.net").status == 201);
}
