// Paths that no row has: what answers, under our name and under another, by each method. What lies below the agents'
// paths stays an agent's 404, and a host that installs is told so too; all else is ours alone, and never a page with
// data.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/test_app.h"
#include "web/api/routes.h"

using namespace connlog;

namespace {

const std::string kForeignHost = "rebound.example.net";
const std::vector<std::string> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

enum class Face { agent, api, page };

// Each kind of answer has headers of its own (web/server/reply).
Face face_of(const ApiAnswer& answer) {
  if (!answer.header("X-Frame-Options").empty()) return Face::page;
  return answer.header("Content-Security-Policy").empty() ? Face::agent : Face::api;
}

ApiAnswer ask(TestApp& app, const std::string& method, const std::string& path, const std::string& host) {
  Ask wanted{.method = method, .path = path};
  if (!host.empty()) wanted.host = host;
  return app.send(wanted);
}

// Without a body where there can be none to look at.
void check_code(const std::string& method, const ApiAnswer& answer, const std::string& code) {
  if (method != "HEAD") CHECK(answer.json()["code"] == code);
}

}  // namespace

TEST_CASE("what agents ask and no row has is an agent's 404, under any host and by any method") {
  TestApp app;
  for (const std::string& path :
       {std::string("/api/agents"), std::string("/api/agents/actions/pending"), std::string("/api/agents/"),
        std::string("/api/agents/v9/heartbeat"), std::string("/api/agents/heartbeat/more"),
        std::string("/api/agents/manifest?channel=stable"), std::string("//api/agents//update"),
        std::string("/api/agents/%2e%2e/v1/me")}) {
    for (const std::string& host : {std::string(), kForeignHost}) {
      for (const std::string& method : kMethods) {
        INFO(method, " ", path, " ", host);
        const ApiAnswer answer = ask(app, method, path, host);
        CHECK(answer.status == 404);
        check_code(method, answer, "not_found");
        CHECK(face_of(answer) == Face::agent);
        CHECK_FALSE(answer.closes);
      }
    }
  }
}

TEST_CASE(
    "an agent's request to an unknown path is read as an agent's: any type, few bytes, no questions about its origin") {
  TestApp app;
  const auto send = [&](const std::string& body, std::vector<std::pair<std::string, std::string>> headers) {
    return app.send(Ask{.method = "POST",
                        .path = "/api/agents/results",
                        .body = body,
                        .headers = std::move(headers),
                        .host = kForeignHost,
                        .as_browser = false});
  };
  CHECK(send(std::string(1024, 'x'), {{"Content-Type", "application/octet-stream"}}).status == 404);
  CHECK(send("{}", {{"Content-Type", "application/json"}, {"Sec-Fetch-Site", "cross-site"}}).status == 404);
  CHECK(send(std::string(1025, 'x'), {{"Content-Type", "application/octet-stream"}}).status == 413);
  CHECK(send("x", {{"Content-Encoding", "gzip"}}).status == 415);
}

TEST_CASE("a wrong method at an agent's row is answered to an agent, under any host") {
  TestApp app;
  for (const std::string& host : {std::string(), kForeignHost}) {
    const ApiAnswer heartbeat = ask(app, "GET", "/api/agents/heartbeat", host);
    CHECK(heartbeat.status == 405);
    CHECK(heartbeat.header("Allow") == "POST");
    CHECK(face_of(heartbeat) == Face::agent);
    CHECK(ask(app, "DELETE", "/api/agents/config", host).header("Allow") == "GET, HEAD");
  }
}

TEST_CASE("what is below /download and no row has is 404 to a host that installs, never a page") {
  TestApp app;
  for (const std::string& path :
       {std::string("/download/"), std::string("/download/nothing"), std::string("/download/agent/x86_64/more")}) {
    for (const std::string& host : {std::string(), kForeignHost}) {
      for (const std::string& method : kMethods) {
        INFO(method, " ", path, " ", host);
        const ApiAnswer answer = ask(app, method, path, host);
        CHECK(answer.status == 404);
        CHECK(face_of(answer) == Face::api);
      }
    }
  }
  for (const std::string& host : {std::string(), kForeignHost}) {
    const ApiAnswer wrong = ask(app, "POST", "/healthz", host);
    CHECK(wrong.status == 405);
    CHECK(wrong.header("Allow") == "GET, HEAD");
  }
}

TEST_CASE("under a name that is not ours nothing else answers") {
  TestApp app;
  for (const std::string& path :
       {std::string("/"), std::string("/nowhere"), std::string("/api"), std::string("/api/"),
        std::string("/api/agentsx/heartbeat"), std::string("/api/v1/nothing"), std::string("/api/v1/me"),
        std::string("/healthz/"), std::string("/healthz/more"), std::string("/install.sh/"), std::string("/installxsh"),
        std::string("/download"), std::string("/metrics"), std::string("/metrics/"), std::string("/r/a/b"),
        std::string("/.well-known/nothing"), std::string("/API/AGENTS/heartbeat")}) {
    for (const std::string& method : kMethods) {
      INFO(method, " ", path);
      const ApiAnswer answer = ask(app, method, path, kForeignHost);
      CHECK(answer.status == 421);
      check_code(method, answer, "unknown_host");
      CHECK(answer.closes);
    }
  }
}

TEST_CASE("under our name the API says that there is nothing, and what is no path of the API is a page") {
  TestApp app;
  for (const std::string& path :
       {std::string("/api/"), std::string("/api/agentsx/heartbeat"), std::string("/api/v1/nothing"),
        std::string("/api/v1/workspacesx"), std::string("/api/v1/me/more")}) {
    for (const std::string& method : kMethods) {
      INFO(method, " ", path);
      const ApiAnswer answer = ask(app, method, path, {});
      CHECK(answer.status == 404);
      check_code(method, answer, "not_found");
      CHECK(face_of(answer) == Face::api);
    }
  }
  for (const std::string& path : {std::string("/nowhere"), std::string("/api"), std::string("/healthz/"),
                                  std::string("/download"), std::string("/r/a/b"), std::string("/API/v1/me")}) {
    for (const std::string& method : kMethods) {
      INFO(method, " ", path);
      const ApiAnswer answer = ask(app, method, path, {});
      CHECK(face_of(answer) == Face::page);
      const bool reads = method == "GET" || method == "HEAD";
      if (!reads) CHECK(answer.status == 404);
      // A build without the interface has no page to show.
      if (reads && answer.status == 200) CHECK(answer.header("Content-Type") == "text/html; charset=utf-8");
    }
  }
}

TEST_CASE("each row is found by its own method and path, and none hides behind another") {
  for (const web::Route& route : web::routes()) {
    std::string path(route.path);
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "01940000-0000-7000-8000-000000000000");
    INFO(route.method, " ", path);
    CHECK(web::find_route(route.method, path) == &route);
    if (route.method == "GET") CHECK(web::find_route("HEAD", path) == &route);
  }
  CHECK(web::find_route("GET", "/api/agents/later")->path == "/api/agents/*");
  CHECK(web::find_route("GET", "/api/agents/heartbeat")->operation ==
        "agentHeartbeat");  // whose it is, by another method
  CHECK(web::find_route("GET", "/nowhere") == nullptr);
  CHECK(web::find_route("GET", "") == nullptr);
}
