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

TEST_CASE("the kinds of channels are listed with what each asks for, and the document has a form for each") {
  TestApp app;
  const nlohmann::json kinds = app.get("/api/v1/channels", &app.viewer).json()["items"];
  CHECK(app.get("/api/v1/channels").status == 401);
  REQUIRE(kinds.size() >= 2);
  CHECK(kinds[0]["kind"] == "mail");
  CHECK(kinds[0]["fields"][0]["name"] == "address");
  CHECK(kinds[1]["fields"][1]["made_here"] == true);
  const nlohmann::json document = app.get("/api/v1/openapi.json").json();
  const nlohmann::json forms = document["components"]["schemas"]["NewRecipient"]["oneOf"];
  REQUIRE(forms.size() == kinds.size() + 1);  // and the short form
  for (std::size_t i = 0; i < kinds.size(); ++i) CHECK(forms[i]["properties"]["kind"]["const"] == kinds[i]["kind"]);
}

TEST_CASE("a recipient's fields are refused by name: a wrong kind, a wrong form, a secret that connlog makes") {
  TestApp app;
  const auto field = [&](const char* body) {
    const ApiAnswer answer = app.post(kRecipients, body, &app.owner);
    CHECK(answer.status == 422);
    return std::string(answer.json()["field"]);
  };
  CHECK(field(R"({"name":"x","kind":"pigeon","fields":{}})") == "kind");
  CHECK(field(R"({"name":"x","fields":{}})") == "kind");
  CHECK(field(R"({"name":"x","kind":"mail","fields":"a@example.org"})") == "fields");
  CHECK(field(R"({"name":"x","kind":"mail"})") == "fields.address");
  CHECK(field(R"({"name":"x","kind":"mail","fields":{"address":7}})") == "fields.address");
  CHECK(field(R"({"name":"x","kind":"mail","fields":{"address":["a@example.org"]}})") == "fields.address");
  CHECK(field(R"({"name":"x","kind":"mail","fields":{"adress":"a@example.org"}})") == "fields.adress");
  CHECK(field(R"({"name":"x","kind":"webhook","fields":{"url":"https://a.example.org","secret":"mine"}})") ==
        "fields.secret");
}
