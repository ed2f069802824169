// For those who run the appliance: health, readiness, metrics.
#include <doctest/doctest.h>

#include "tests/support/api_scenario.h"

using namespace connlog;

TEST_CASE("health and readiness are for any caller, metrics for this machine and for administrators") {
  TestApp app;
  CHECK(app.get("/healthz").body == "ok\n");
  CHECK(app.get("/readyz").status == 200);
  CHECK(app.get("/metrics").status == 403);
  CHECK(app.get("/metrics", &app.viewer).status == 403);
  CHECK(app.get("/metrics", &app.owner).body.find("connlog_build_info") != std::string::npos);
  Ask local{.path = "/metrics"};
  local.address = "127.0.0.1";
  CHECK(app.send(local).status == 200);
  local.headers = {{"X-Forwarded-For", "203.0.113.9"}};
  CHECK(app.send(local).status == 403);  // a proxy hands on what comes from elsewhere
  const std::string contact = app.get("/.well-known/security.txt").body;
  CHECK(contact.find("Contact: https://monitor.example.org:8443/") != std::string::npos);
  CHECK(contact.find("Expires: 2027-02-16T") != std::string::npos);
}

TEST_CASE("readiness says what does not work") {
  web::WebOptions options;
  options.ready = []() -> Result<void> {
    return Error{ErrorCode::unavailable, "The outbox has stopped coming round."};
  };
  TestApp app(std::move(options));
  const ApiAnswer answer = app.get("/readyz");
  CHECK(answer.status == 503);
  CHECK(answer.body.find("outbox") != std::string::npos);
  CHECK(app.get("/healthz").status == 200);
}
