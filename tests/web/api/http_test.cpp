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

TEST_CASE("a target in absolute form is its path, and its authority is the Host, whatever stands in that field") {
  TestApp app;
  app.populate();
  const web::Peer peer{"192.0.2.1", 1, false, false};
  const auto ask = [&](const std::string& target, const std::string& host, const std::string& more = "") {
    return app.send_bytes("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n", peer);
  };
  const std::string own = "monitor.example.org:8443", other = "other.example.net";
  CHECK(ask("http://" + own + "/healthz", own).status == 200);
  CHECK(ask("HTTPS://" + own + "/healthz", own).status == 200);
  CHECK(ask("http://" + own + "/api/v1/setup", own).status == 200);
  CHECK(ask("http://" + own, own).status == 200);  // the page
  CHECK(ask("http://" + own + "?a=b", own).status == 200);
  // RFC 9112 §3.2.2: the field is ignored.
  CHECK(ask("http://" + own + "/api/v1/setup", other).status == 200);
  CHECK(ask("http://" + other + "/api/v1/setup", own).status == 421);
  CHECK(
      ask("http://127.0.0.1//api//agents/config", other, "Authorization: Bearer " + app.agent_token + "\r\n").status ==
      200);
  CHECK(app.send_bytes("GET http://" + own + "/api/v1/setup HTTP/1.0\r\n\r\n", peer).status == 200);
  for (const char* bad : {"http:///healthz", "http://:80/healthz", "http://ada@monitor.example.org/healthz",
                          "ftp://a/b", "monitor.example.org"}) {
    CAPTURE(bad);
    CHECK(ask(bad, own).status == 400);
  }
}

TEST_CASE("one field may be as long as the whole head, with signs that the parser writes longer, too") {
  TestApp app;
  for (const std::size_t size : {3'000UL, 9'000UL, 15'000UL}) {
    CAPTURE(size);
    for (const char filler : {'x', '%'}) {
      Ask ask{.path = "/api/v1/me"};
      ask.as_browser = false;
      ask.headers = {{"Cookie", app.owner.cookie + "; _proxy=" + std::string(size, filler)}};
      CHECK(app.send(ask).status == 200);
    }
  }
}

TEST_CASE("an agent's token is found among what proxies add, in whatever order") {
  TestApp app;
  app.populate();
  const auto config = [&](std::vector<std::pair<std::string, std::string>> headers) {
    Ask ask{.path = "/api/agents/config", .headers = std::move(headers)};
    ask.as_browser = false;
    return app.send(ask).status;
  };
  const std::string own = "Bearer " + app.agent_token;
  CHECK(config({{"Authorization", "Basic YTpi"}, {"Authorization", own}}) == 200);
  CHECK(config({{"Authorization", own}, {"Authorization", "Bearer eyJ"}}) == 200);
  CHECK(config({{"Authorization", "Basic YTpi"}}) == 401);
}

TEST_CASE("a name that is not ours gets a page that says which setting to change, and programs a problem") {
  web::WebOptions settings;
  settings.public_names = {"Monitor.lan", "192.0.2.99"};
  TestApp app(settings);
  const auto ask = [&](const std::string& host, const std::string& path, const std::string& accept) {
    Ask request{.path = path, .headers = {{"Accept", accept}}, .host = host};
    request.as_browser = false;
    return app.send(request);
  };
  const ApiAnswer page = ask("pi.fritz.box:8443", "/setup", "text/html,application/xhtml+xml");
  CHECK(page.status == 421);
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body.find("public_names = [&quot;pi.fritz.box&quot;]") != std::string::npos);
  CHECK(page.body.find("https://monitor.example.org:8443") != std::string::npos);
  CHECK(page.header("Content-Security-Policy").find("default-src 'none'") != std::string::npos);
  const ApiAnswer data = ask("pi.fritz.box:8443", "/api/v1/setup", "text/html");
  CHECK(data.status == 421);
  CHECK(data.json()["code"] == "unknown_host");
  CHECK(ask("pi.fritz.box", "/", "*/*").header("Content-Type") == "application/problem+json");
  // What a name holds never becomes a part of the page.
  const ApiAnswer hostile = ask("<script>alert(1)</script>", "/", "text/html");
  CHECK(hostile.status == 421);
  CHECK(hostile.body.find("<script") == std::string::npos);
  for (const char* own : {"monitor.lan", "MONITOR.LAN.:8443", "192.0.2.99", "monitor.example.org", "localhost:1"}) {
    CAPTURE(own);
    CHECK(ask(own, "/setup", "text/html").status == 200);
  }
}

TEST_CASE("JSON bodies are limited in size, depth, number and repetition before anything is built") {
  using web::Body;
  CHECK(Body::parse("{}").has_value());
  CHECK(Body::parse("").has_value());
  std::string deep;
  for (int i = 0; i < 300'000; ++i) deep += "[";
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
  for (int i = 0; i < 7'000; ++i) many += ",0";
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
  CHECK(best_encoding("gzip, deflate, br", true) == Encoding::gzip);
  CHECK(best_encoding("gzip, deflate, br", false) == Encoding::identity);
  CHECK(best_encoding("GZIP", true) == Encoding::gzip);
  CHECK(best_encoding("br", true) == Encoding::identity);
  CHECK(best_encoding("gzip;q=0.000, br ; q=0", true) == Encoding::identity);
  CHECK(best_encoding("", true) == Encoding::identity);
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
