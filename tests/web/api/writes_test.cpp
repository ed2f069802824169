// What every write promises: repeated, it happens once; two people do not overwrite each other unseen.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

const std::string kAgents = "/api/v1/workspaces/{w}/agents";
const std::string kRules = "/api/v1/workspaces/{w}/rules";

}  // namespace

TEST_CASE("a repeated creation with the same Idempotency-Key gets the same answer and creates nothing") {
  TestApp app;
  Ask ask{.method = "POST",
          .path = kAgents,
          .body = R"({"name":"once","authorised":true})",
          .headers = {{"Idempotency-Key", "k-1"}}};
  const ApiAnswer first = app.send(ask, &app.owner);
  const ApiAnswer second = app.send(ask, &app.owner);
  REQUIRE(first.status == 201);
  CHECK(second.status == 201);
  CHECK(second.body == first.body);
  app.restart();
  CHECK(app.send(ask, &app.owner).body == first.body);  // not only in memory
  CHECK(app.get(kAgents, &app.owner).json()["items"].size() == 1);
  ask.body = R"({"name":"another","authorised":true})";
  CHECK(app.send(ask, &app.owner).status == 422);
  ask.headers = {{"Idempotency-Key", "k-2"}};
  CHECK(app.send(ask, &app.owner).status == 201);
  // A refusal is not remembered: the same key may try again.
  ask.headers = {{"Idempotency-Key", "k-3"}};
  ask.body = R"({"name":"third"})";
  CHECK(app.send(ask, &app.owner).status == 422);
  ask.body = R"({"name":"third","authorised":true})";
  CHECK(app.send(ask, &app.owner).status == 201);
}

TEST_CASE("two people who change the same thing do not overwrite each other unseen") {
  TestApp app;
  app.populate();
  for (const std::string& path : {kAgents + "/{agent}", kRules + "/{rule}"}) {
    CAPTURE(path);
    const std::string etag = app.get(path, &app.owner).header("ETag");
    REQUIRE(etag.size() >= 3);
    Ask change{.method = "PATCH", .path = path, .headers = {{"If-Match", etag}}};
    change.body = path.find("agents") != std::string::npos ? R"({"interval_seconds":30})" : R"({"name":"First"})";
    const ApiAnswer first = app.send(change, &app.owner);
    CHECK(first.status == 200);
    CHECK(first.header("ETag") != etag);
    const ApiAnswer late = app.send(change, &app.owner);
    CHECK(late.status == 412);
    CHECK(late.json()["code"] == "changed_meanwhile");
    change.headers = {{"If-Match", "nonsense"}};
    CHECK(app.send(change, &app.owner).json()["field"] == "If-Match");
  }
}
