// Threat 7: another site's page, or another site's name for our address (DNS rebinding), uses the browser of somebody
// who is logged in. Host and Origin are checked; there is no CORS.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

ApiAnswer get_as_host(TestApp& app, const std::string& host) {
  Ask ask{.path = "/api/v1/me"};
  ask.host = host;
  return app.send(ask, &app.owner);
}

ApiAnswer rename_from(TestApp& app, std::vector<std::pair<std::string, std::string>> headers) {
  Ask ask{.method = "PATCH",
          .path = "/api/v1/workspaces/{w}",
          .body = R"({"name":"Renamed"})",
          .headers = std::move(headers)};
  return app.send(ask, &app.owner);
}

}  // namespace

TEST_CASE("a name that is not ours gets no answer, session or not") {
  TestApp app;
  for (const char* host : {"evil.example.com", "evil.example.com:8443", "monitor.example.org.evil.com",
                           "xmonitor.example.org", "", "[::1", "monitor.example.org@evil.com"}) {
    CAPTURE(host);
    const ApiAnswer answer = get_as_host(app, host);
    CHECK(answer.status == 421);
    CHECK(answer.body.find("owner@example.org") == std::string::npos);
  }
  for (const char* host : {"monitor.example.org:8443", "MONITOR.example.org", "monitor.example.org.", "localhost:8080",
                           "127.0.0.1:8080", "[::1]:8080", "192.0.2.1"}) {
    CAPTURE(host);
    CHECK(get_as_host(app, host).status == 200);
  }
  const web::Peer peer{"192.0.2.1", 1, false, false};
  const std::string two =
      "GET /api/v1/me HTTP/1.1\r\nHost: monitor.example.org\r\nHost: evil.example.com\r\nCookie: " + app.owner.cookie +
      "\r\n\r\n";
  CHECK(app.send_bytes(two, peer).status == 421);
}

TEST_CASE("a page that reaches this machine under a name of its own does not read the figures") {
  TestApp app;
  const auto figures = [&](const std::string& host) {
    Ask ask{.path = "/metrics"};
    ask.host = host;
    ask.address = "127.0.0.1";
    return app.send(ask);
  };
  CHECK(figures("127.0.0.1:8080").status == 200);
  CHECK(figures("localhost:8080").status == 200);
  CHECK(figures("rebound.example.com:8080").status == 421);
  CHECK(figures("rebound.example.com:8080").body.find("connlog_build_info") == std::string::npos);
}

TEST_CASE("what another site's page sends changes nothing, even with the right token") {
  TestApp app;
  for (const char* origin : {"https://evil.example.com", "null", "https://monitor.example.org",
                             "http://monitor.example.org:8443.evil.com", "https://monitor.example.org:8443/"}) {
    CAPTURE(origin);
    const ApiAnswer answer = rename_from(app, {{"Origin", origin}});
    CHECK(answer.status == 403);
    CHECK(answer.json()["code"] == "foreign_origin");
  }
  CHECK(rename_from(app, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
  CHECK(rename_from(app, {{"Origin", "https://monitor.example.org:8443"}, {"Origin", "https://evil.example.com"}})
            .status == 403);  // two opinions
  CHECK(app.get("/api/v1/me", &app.owner).json()["workspaces"][0]["name"] == "Main");
  CHECK(rename_from(app, {{"Origin", "https://monitor.example.org:8443"}}).status == 200);
  CHECK(rename_from(app, {{"Origin", "http://monitor.example.org:8443"}}).status ==
        200);                                 // as it was asked, over plain http
  CHECK(rename_from(app, {}).status == 200);  // a program
}

TEST_CASE("another site cannot log somebody in, nor send a form") {
  TestApp app;
  Ask login{.method = "POST",
            .path = "/api/v1/login",
            .body = R"({"mail":"owner@example.org","password":"violet anchor seldom rises"})"};
  login.headers = {{"Origin", "https://evil.example.com"}};
  CHECK(app.send(login).status == 403);
  for (const char* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"}) {
    CAPTURE(type);
    Ask form{.method = "PATCH", .path = "/api/v1/workspaces/{w}", .body = R"({"name":"Form"})"};
    form.as_browser = false;
    form.headers = {{"Content-Type", type}, {"Cookie", app.owner.cookie}, {"X-CSRF-Token", app.owner.csrf}};
    CHECK(app.send(form).status == 415);
  }
}

TEST_CASE("no answer opens itself to other sites") {
  TestApp app;
  for (const char* method : {"GET", "OPTIONS"}) {
    Ask ask{.method = method,
            .path = "/api/v1/me",
            .headers = {{"Origin", "https://evil.example.com"}, {"Access-Control-Request-Method", "PATCH"}}};
    const ApiAnswer answer = app.send(ask, &app.owner);
    for (const auto& [name, value] : answer.headers) CHECK(name.find("Access-Control") == std::string::npos);
    CHECK(answer.header("Cross-Origin-Resource-Policy") == "same-origin");
  }
}
