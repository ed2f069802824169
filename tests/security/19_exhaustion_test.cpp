// Threat 19: a guest makes the server work. Limits stand before the work: size, depth, rate, and how many passwords are
// hashed at once.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/crypto/password.h"
#include "tests/support/api_scenario.h"
#include "tests/support/seeded_random.h"
#include "web/api/middleware/guard.h"

using namespace connlog;

TEST_CASE("a body beyond the limit is refused by its announced length, before it is looked at") {
  TestApp app;
  const web::Peer peer{"192.0.2.1", 1, false, false};
  const std::string head =
      "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 270000\r\n\r\n";
  // The body is not there at all: the answer cannot depend on it.
  const ApiAnswer answer = app.send_bytes(head, peer);
  CHECK(answer.status == 413);
  CHECK(answer.closes);
  CHECK(app.send_bytes("POST /api/agents/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n", peer).status ==
        413);
}

TEST_CASE("deep, repeated and endless JSON is refused without being built") {
  TestApp app;
  int client = 0;
  const auto login = [&](const std::string& body) {
    Ask ask{.method = "POST", .path = "/api/v1/login", .body = body};
    ask.address = "198.51.100." + std::to_string(++client);
    return app.send(ask);
  };
  CHECK(login(std::string(60'000, '[')).status == 422);
  CHECK(login(R"({"mail":"a@example.org","mail":"b@example.org","password":"x"})").status == 422);
  std::string many = R"({"mail":"a@example.org","password":"x","list":[0)";
  for (int i = 0; i < 7'000; ++i) many += ",0";
  CHECK(login(many + "]}").status == 422);
}

TEST_CASE("guesses beyond the limit are refused before a password is hashed") {
  TestApp app;
  // With no slot for a hash, every attempt that reaches the hasher answers with its own words.
  int reached = 0;
  for (int i = 0; i < 40; ++i) {
    const ApiAnswer answer = app.log_in("victim@example.org", "wrong wrong wrong", "203.0.113.5");
    if (answer.status == 401)
      ++reached;
    else
      CHECK(answer.status == 429);
  }
  CHECK(reached == 5);
}

TEST_CASE("a flood of logins leaves a worker for everybody else, however few there are") {
  for (const std::int64_t workers : {2, 3, 4, 64}) {
    CAPTURE(workers);
    CHECK(hashes_beside(workers) >= 1);
    CHECK(hashes_beside(workers) < workers);
  }
  CHECK(hashes_beside(64) == 2);  // memory, not threads, is the limit there
  CHECK(hashes_beside(1) == 1);   // or nobody could log in
}

TEST_CASE("a set-up token is not guessed at leisure, and no password is hashed for a wrong one") {
  TestApp app;
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    const std::string body = nlohmann::json{
        {"token", "setup_" + std::string(64, 'a')},
        {"name", "Eve"},
        {"mail", "eve@example.org"},
        {"password", TestApp::kPassword},
        {"workspace_name", "E"}}.dump();
    if (app.post("/api/v1/setup", body).status == 429) ++refused;
  }
  CHECK(refused == 20);
}

TEST_CASE("a password longer than the limit is not hashed") {
  TestApp app;
  CHECK(app.log_in("owner@example.org", std::string(2'000, 'x')).status == 422);
  CHECK(app.log_in("owner@example.org", std::string(500, 'x')).status == 401);
}

TEST_CASE("one address cannot ask without end, and an IPv6 host is one address") {
  web::WebOptions settings;
  settings.requests_burst = 20;
  settings.requests_per_second = 2;
  TestApp app(std::move(settings));
  const auto ask_from = [&](const std::string& address) {
    Ask ask{.path = "/api/v1/setup"};
    ask.address = address;
    return app.send(ask);
  };
  int served = 0;
  ApiAnswer last;
  for (int i = 0; i < 60; ++i) {
    last = ask_from("2001:db8::" + std::to_string(i + 1));
    if (last.status == 200) ++served;
  }
  CHECK(served == 20);
  CHECK(last.status == 429);
  CHECK(last.header("Retry-After") == "1");
  CHECK(ask_from("2001:db8:0:1::1").status == 200);
  app.clock.advance(seconds(1));
  CHECK(ask_from("2001:db8::1").status == 200);
}

TEST_CASE("the limiter itself is bounded") {
  FakeClock clock;
  SeededRandom random;
  web::AddressLimiter limiter(clock, random, 2, 1);
  for (int i = 0; i < 30'000; ++i)
    (void)limiter.take("10." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) + "." +
                       std::to_string(i % 256));
  CHECK(limiter.size() <= web::AddressLimiter::kAddressesMax);
}

TEST_CASE("a long address and many parameters cost an answer and no more") {
  TestApp app;
  const web::Peer peer{"192.0.2.1", 1, false, false};
  const ApiAnswer longest =
      app.send_bytes("GET /" + std::string(12'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", peer);
  CHECK((longest.status == 414 || longest.status == 400 || longest.status == 200));
  std::string query = "/api/v1/setup?";
  for (int i = 0; i < 2'000; ++i) query += "a&";
  CHECK(app.send_bytes("GET " + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n", peer).status < 500);
}
