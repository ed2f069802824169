// Recipients as a resource.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

const std::string kRecipients = "/api/v1/workspaces/{w}/recipients";

}  // namespace

TEST_CASE("recipients come and go; a webhook's secret is shown once") {
  TestApp app;
  const ApiAnswer added = app.post(
      kRecipients, R"({"name":"Hook","kind":"webhook","fields":{"url":"https://hooks.example.org/x"}})", &app.owner);
  REQUIRE(added.status == 201);
  const std::string secret = added.json()["secret"];
  CHECK(secret.size() >= 32);
  app.ids["hook"] = added.json()["recipient"]["id"];
  run(app, {
               {.name = "listed without the secret",
                .path = kRecipients,
                .as = &TestApp::owner,
                .expected = {"https://hooks.example.org/x"},
                .forbidden = {secret}},
               {.name = "changed",
                .method = "PATCH",
                .path = kRecipients + "/{hook}",
                .body = R"({"enabled":false})",
                .as = &TestApp::owner,
                .expected = {"\"enabled\":false", "https://hooks.example.org/x"},
                .forbidden = {secret},
                .audit = {"recipient.changed"},
                .events = {"recipient.changed"}},
               {.name = "another kind",
                .method = "PATCH",
                .path = kRecipients + "/{hook}",
                .body = R"({"kind":"mail"})",
                .as = &TestApp::owner,
                .status = 422},
               {.name = "a mail address that is none",
                .method = "POST",
                .path = kRecipients,
                .body = R"({"name":"x","kind":"mail","fields":{"address":"nobody"}})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"fields.address\""}},
               {.name = "removed",
                .method = "DELETE",
                .path = kRecipients + "/{hook}",
                .as = &TestApp::owner,
                .status = 204,
                .audit = {"recipient.removed"}},
           });
}
