// Threat 17: a check that looks at one line only lets a second one through. Every text is checked whole: CR, LF and NUL
// are refused in the first place, in the middle and at the end, in every field that is one line.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::vector<std::string> kBreaks = {"\n",     "\r",     "\r\n",  std::string(1, '\0'), "\x1b[31m", "\x7f",
                                          "\u0085", "\u2028", "\u202e"};

struct OneLine {
  const char* method;
  const char* path;
  json body;           // accepted as it is
  const char* member;  // the field under test, a JSON pointer
  const char* named;   // as the problem names it
};

std::vector<OneLine> fields() {
  const json rule = {{"name", "good"}, {"kind", "silence"}, {"target", {{"kind", "tag"}, {"tag", "good"}}}};
  const json recipient = {{"name", "good"}, {"kind", "mail"}, {"fields", {{"address", "a@example.org"}}}};
  const json hook = {{"name", "good"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}};
  const json mail = {
      {"host", "mail.example.org"},      {"port", 25},         {"security", "none"}, {"username", "good"},
      {"from_address", "c@example.org"}, {"from_name", "good"}};
  return {
      {"POST",
       "/api/v1/workspaces/{w}/agents",
       {{"name", "good"}, {"tags", {"good"}}, {"authorised", true}},
       "/name",
       "name"},
      {"POST",
       "/api/v1/workspaces/{w}/agents",
       {{"name", "good"}, {"tags", {"good"}}, {"authorised", true}},
       "/tags/0",
       "tags"},
      {"PATCH", "/api/v1/workspaces/{w}", {{"name", "good"}}, "/name", "name"},
      {"POST", "/api/v1/workspaces/{w}/rules", rule, "/name", "name"},
      {"POST", "/api/v1/workspaces/{w}/rules", rule, "/target/tag", "target.tag"},
      {"POST", "/api/v1/workspaces/{w}/recipients", recipient, "/name", "name"},
      {"POST", "/api/v1/workspaces/{w}/recipients", recipient, "/fields/address", "fields.address"},
      {"POST", "/api/v1/workspaces/{w}/recipients", hook, "/fields/url", "fields.url"},
      {"PUT", "/api/v1/appliance/mail", mail, "/host", "host"},
      {"PUT", "/api/v1/appliance/mail", mail, "/username", "username"},
      {"PUT", "/api/v1/appliance/mail", mail, "/from_address", "from_address"},
      {"PUT", "/api/v1/appliance/mail", mail, "/from_name", "from_name"},
      {"POST", "/api/v1/appliance/mail/test", {{"to", "a@example.org"}}, "/to", "to"},
      {"POST", "/api/v1/login", {{"mail", "a@example.org"}, {"password", "x"}}, "/mail", "mail"},
  };
}

}  // namespace

TEST_CASE("no line break, NUL or hidden character gets into a field of one line, wherever it stands") {
  TestApp app;
  for (const OneLine& field : fields()) {
    CAPTURE(field.path);
    CAPTURE(field.named);
    const json::json_pointer member(field.member);
    const std::string good = field.body[member];
    for (const std::string& hidden : kBreaks) {
      for (const std::string& bad :
           {hidden + good, good.substr(0, 1) + hidden + good.substr(1), good + hidden, good + hidden + "second line"}) {
        json body = field.body;
        body[member] = bad;
        const ApiAnswer answer =
            app.send(Ask{.method = field.method, .path = field.path, .body = body.dump()}, &app.owner);
        CAPTURE(body.dump());
        CHECK(answer.status == 422);
        CHECK(answer.json()["field"] == field.named);
      }
    }
  }
}

TEST_CASE("a field of several lines takes line feeds, and nothing else that is hidden") {
  TestApp app;
  app.populate();
  const std::string path = "/api/v1/workspaces/{w}/incidents/{incident}/comments";
  CHECK(app.post(path, json{{"text", "one\ntwo\tthree"}}.dump(), &app.owner).status == 201);
  for (const std::string& hidden : kBreaks) {
    if (hidden == "\n") continue;
    CHECK(app.post(path, json{{"text", "one" + hidden + "two"}}.dump(), &app.owner).status == 422);
  }
}

TEST_CASE("query parameters and headers with encoded line breaks do not come back as header lines") {
  TestApp app;
  for (const char* path : {"/api/v1/workspaces/{w}/agents?q=a%0d%0aSet-Cookie:%20x=y",
                           "/api/v1/workspaces/{w}/audit?after=1%0d%0aX-Evil:%201", "/x%0d%0aX-Evil:%201",
                           "/download/agent/x86_64%0d%0aX-Evil:%201"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path, &app.owner);
    CHECK(answer.header("Set-Cookie").empty());
    CHECK(answer.header("X-Evil").empty());
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  }
  Ask key{.method = "POST",
          .path = "/api/v1/workspaces/{w}/agents",
          .body = R"({"name":"x","authorised":true})",
          .headers = {{"Idempotency-Key", std::string(201, 'k')}}};
  CHECK(app.send(key, &app.owner).status == 422);
}
