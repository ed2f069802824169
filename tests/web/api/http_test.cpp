// The HTTP side: heads, limits of JSON bodies, encodings, agents' paths.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"
#include "web/server/assets.h"
#include "web/api/json_body.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("every answer has a date and no banner") {
  TestApp app;
  for (const char* path : {"/api/v1/setup", "/", "/healthz", "/api/agents/config"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path);
    CHECK(answer.header("Date") == "Wed, 18 Nov 2026 11:06:40 GMT");
    CHECK(answer.header("Server").empty());
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  }
}

TEST_CASE("connections stay open unless the client wants otherwise") {
  TestApp app;
  CHECK_FALSE(app.send(Ask{.path = "/healthz"}).closes);
  CHECK(app.send(Ask{.path = "/healthz", .headers = {{"Connection", "close"}}}).closes);
  CHECK(app.send(Ask{.path = "/healthz", .headers = {{"Connection", "TE, Close"}}}).closes);
  const web::Peer peer{"192.0.2.1", 1, false, false};
  CHECK(app.send_bytes("GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n", peer).closes);
  CHECK_FALSE(app.send_bytes("GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", peer).closes);
}

TEST_CASE("agents' paths: slashes collapse, any Host, no redirect, no compression, JSON type without a body") {
  TestApp app;
  app.populate();
  const auto config = [&](const std::string& path, const std::string& host) {
    Ask ask{.path = path};
    ask.host = host;
    ask.as_browser = false;
    ask.headers = {{"Authorization", "Bearer " + app.agent_token},
                   {"Content-Type", "application/json"},
                   {"Accept", "*/*"},
                   {"Accept-Encoding", "gzip, br"}};
    return app.send(ask);
  };
  for (const char* path : {"/api/agents/config", "//api/agents/config", "/api//agents///config"}) {
    CAPTURE(path);
    const ApiAnswer answer = config(path, "whatever.example.net");
    CHECK(answer.status == 200);
    CHECK(answer.json()["ok"] == true);
    CHECK(answer.header("Content-Encoding").empty());
    CHECK(answer.header("Location").empty());
    CHECK(answer.header("Content-Security-Policy").empty());  // programs do not read it
  }
  const ApiAnswer beat = app.heartbeat("agent_" + std::string(64, '0'));
  CHECK(beat.status == 401);
  CHECK(app.get("/api/agents/hardware-health").status == 404);
}

TEST_CASE("JSON bodies are limited in size, depth, number and repetition before anything is built") {
  using web::Body;
  CHECK(Body::parse("{}").has_value());
  CHECK(Body::parse("").has_value());
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "[";
  const auto refused = [](std::string_view text, const char* why) {
    const auto body = Body::parse(text);
    REQUIRE_FALSE(body.has_value());
    CHECK(body.error().message.find(why) != std::string::npos);
  };
  refused(deep.substr(0, 60'000), "levels");
  refused(deep, "larger");
  refused(R"({"a":1,"a":2})", "twice");
  refused(R"({"x":{"a":1,"a":2}})", "twice");
  refused("[]", "object");
  refused("{\"a\":1} x", "valid JSON");
  refused("{\"a\":\"\xff\"}", "valid JSON");
  refused("{\"a\":1e999}", "");
  std::string many = "{\"a\":[0";
  for (int i = 0; i < 3'000; ++i) many += ",0";
  refused(many + "]}", "values");
  CHECK(Body::parse(R"({"x":{"a":1},"y":{"a":2}})").has_value());
}

TEST_CASE("readers name the field as the client wrote it") {
  using web::Body;
  const Body body =
      Body::parse(R"({"n":5,"f":4.5,"t":"text","o":{"inner":"x\ny"},"l":["a"],"big":18446744073709551615,"null":null})")
          .value();
  CHECK(body.integer("n", 1, 10).value() == 5);
  CHECK(body.integer("f", 1, 10).error().field == "f");
  CHECK(body.integer("big", 1, 10).error().field == "big");
  CHECK(body.integer("none", 1, 10).error().field == "none");
  CHECK(body.maybe_hundredths("f", 0, 1'000).value() == 450);
  CHECK_FALSE(body.maybe_hundredths("f", 0, 400).has_value());
  CHECK_FALSE(body.maybe_text("null", 1, 5).value().has_value());
  CHECK_FALSE(body.text("t", 1, 3).has_value());
  CHECK(body.maybe_object("o").value()->text("inner", 1, 10).error().field == "o.inner");
  CHECK(body.maybe_object("o").value()->text("inner", 1, 10, web::Lines::many).value() == "x\ny");
  CHECK(body.one_of("t", {"other", "text"}).value() == 1);
  CHECK(body.one_of("t", {"other"}).error().message.find("other") != std::string::npos);
}

TEST_CASE("an encoding is chosen by what the client accepts") {
  using web::best_encoding;
  using web::Encoding;
  CHECK(best_encoding("gzip, deflate, br", true, true) == Encoding::brotli);
  CHECK(best_encoding("gzip, deflate, br;q=0", true, true) == Encoding::gzip);
  CHECK(best_encoding("GZIP", true, true) == Encoding::gzip);
  CHECK(best_encoding("br", true, false) == Encoding::identity);
  CHECK(best_encoding("gzip;q=0.000, br ; q=0", true, true) == Encoding::identity);
  CHECK(best_encoding("", true, true) == Encoding::identity);
}

TEST_CASE("pages come with the strict policy; what has a file extension and does not exist is not a page") {
  TestApp app;
  for (const char* path : {"/", "/w/main/agents", "/setup", "/login"}) {
    CAPTURE(path);
    const ApiAnswer page = app.get(path);
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Content-Security-Policy").find("require-trusted-types-for 'script'; trusted-types connlog") !=
          std::string::npos);
    CHECK(page.header("Content-Security-Policy").find("unsafe") == std::string::npos);
  }
  CHECK(app.get("/nothing.js").status == 404);
  CHECK(app.get("/../../etc/passwd.txt").status == 404);
}
