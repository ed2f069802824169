// Who asks where a proxy stands between, and who must not be believed about it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

struct Behind {
  explicit Behind(std::vector<std::string> trusted)
      : app([&] {
          web::WebOptions settings;
          settings.trusted_proxies = std::move(trusted);
          return settings;
        }()) {}

  // The address of the session that a login opens, from this peer, with these headers.
  std::string address_seen(const std::string& peer, std::vector<std::pair<std::string, std::string>> headers) {
    app.storage.write([&](Transaction& tx) { return app.storage->sessions().remove_of_user(tx, app.owner.id); });
    Ask ask{.method = "POST",
            .path = "/api/v1/login",
            .body = nlohmann::json{{"mail", app.owner.mail}, {"password", TestApp::kPassword}}.dump(),
            .headers = std::move(headers)};
    ask.address = peer;
    REQUIRE(app.send(ask).status == 200);
    std::string address;
    const auto read = app.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      const auto sessions = TRY(app.storage->sessions().of_user(snapshot, app.owner.id));
      if (sessions.size() == 1) address = sessions.front().address;
      return {};
    });
    REQUIRE(read.has_value());
    return address;
  }
  std::string forwarded(const std::string& peer, const std::string& list) {
    return address_seen(peer, {{"X-Forwarded-For", list}});
  }

  TestApp app;
};

}  // namespace

TEST_CASE("nobody is believed about who they are, unless the setting names them") {
  Behind none({});
  CHECK(none.forwarded("192.0.2.10", "203.0.113.7") == "192.0.2.10");
  CHECK(none.forwarded("127.0.0.1", "203.0.113.7") == "127.0.0.1");
  Behind other({"10.0.0.0/8"});
  CHECK(other.forwarded("192.0.2.10", "203.0.113.7") == "192.0.2.10");
  CHECK(other.forwarded("192.0.2.10", "203.0.113.7, 10.0.0.1") == "192.0.2.10");
}

TEST_CASE("the client is the rightmost address that is no trusted proxy") {
  Behind behind({"10.0.0.0/8", "2001:db8:ffff::/48"});
  CHECK(behind.forwarded("10.0.0.1", "203.0.113.7") == "203.0.113.7");
  CHECK(behind.forwarded("::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7");
  CHECK(behind.forwarded("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2") == "203.0.113.7");
  CHECK(behind.forwarded("2001:db8:ffff::1", "2001:DB8:1::7") == "2001:db8:1::7");
  CHECK(behind.forwarded("10.0.0.1", "203.0.113.7:4711") == "203.0.113.7");
  CHECK(behind.forwarded("10.0.0.1", "[2001:db8::7]:4711") == "2001:db8::7");
  CHECK(behind.forwarded("10.0.0.1", "::ffff:203.0.113.7") == "203.0.113.7");
  // What the client wrote stands on the left, and is not looked at.
  CHECK(behind.forwarded("10.0.0.1", "garbage, 127.0.0.1, 203.0.113.7") == "203.0.113.7");
  // A proxy that adds a line of its own instead of to the list.
  CHECK(behind.address_seen("10.0.0.1", {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-For", "203.0.113.7"}}) ==
        "203.0.113.7");
  // Empty elements, zones, quotes: what proxies really write.
  CHECK(behind.forwarded("10.0.0.1", "198.51.100.1,, 203.0.113.7, ,") == "203.0.113.7");
  CHECK(behind.forwarded("10.0.0.1", "fe80::1%eth0") == "fe80::1");
  CHECK(behind.forwarded("10.0.0.1", "[fe80::1%25eth0]:4711") == "fe80::1");
  CHECK(behind.forwarded("10.0.0.1", "\"[2001:db8::7]:4711\"") == "2001:db8::7");
  // A proxy that hides its client is all that is known of it.
  CHECK(behind.forwarded("10.0.0.1", "203.0.113.7, unknown, 10.0.0.2") == "10.0.0.2");
  CHECK(behind.forwarded("10.0.0.1", "203.0.113.7, _hidden") == "10.0.0.1");
  // Somebody behind the proxies who is one of them.
  CHECK(behind.forwarded("10.0.0.1", "10.7.7.7, 10.0.0.2") == "10.7.7.7");
}

TEST_CASE("a malformed list leaves the proxy's own address") {
  Behind behind({"10.0.0.1"});
  for (const char* bad :
       {"", " ", ",", "unknown", "_hidden", "UNKNOWN", "unix:", "203.0.113", "0x7f000001", "203.0.113.7 198.51.100.1",
        "[203.0.113.7]", "[2001:db8::1", "203.0.113.7:port", "203.0.113.7:123456", "203.0.113.7%eth0", "example.org",
        "garbage, 10.0.0.1", "\"203.0.113.7", "203.0.113.7, \"garbage"}) {
    CAPTURE(bad);
    CHECK(behind.forwarded("10.0.0.1", bad) == "10.0.0.1");
  }
  CHECK(behind.address_seen("10.0.0.1", {{"X-Real-IP", "203.0.113.7"}}) == "10.0.0.1");
  std::string endless = "203.0.113.7";
  for (int i = 0; i < 200; ++i) endless += ", 10.0.0.1";
  CHECK(behind.forwarded("10.0.0.1", endless) == "10.0.0.1");
}

TEST_CASE("Forwarded is read as RFC 7239 writes it, where X-Forwarded-For does not stand beside it") {
  Behind behind({"10.0.0.0/8"});
  const auto seen = [&](const std::string& value) { return behind.address_seen("10.0.0.1", {{"Forwarded", value}}); };
  CHECK(seen("for=203.0.113.7") == "203.0.113.7");
  CHECK(seen("For=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17");
  CHECK(seen("FOR = 203.0.113.7 ; proto=https;by=10.0.0.1") == "203.0.113.7");
  CHECK(seen("for=198.51.100.1, for=203.0.113.7;proto=http, for=10.0.0.2") == "203.0.113.7");
  CHECK(seen("host=\"a,b;c\\\"d\";for=203.0.113.7") == "203.0.113.7");
  CHECK(seen("for=\"203.0.113.7:_port\"") == "203.0.113.7");
  for (const char* hidden :
       {"for=unknown", "for=_SEVKISEK", "proto=https", "for=203.0.113.7, for=unknown", "garbage"}) {
    CAPTURE(hidden);
    CHECK(seen(hidden) == "10.0.0.1");
  }
  // Proxies that set X-Forwarded-For pass on what the client wrote into the other.
  CHECK(behind.address_seen("10.0.0.1", {{"Forwarded", "for=198.51.100.1"}, {"X-Forwarded-For", "203.0.113.7"}}) ==
        "203.0.113.7");
  CHECK(behind.address_seen("192.0.2.10", {{"Forwarded", "for=203.0.113.7"}}) == "192.0.2.10");
}

TEST_CASE("cookies are Secure where a trusted proxy speaks https, and nobody else's word counts") {
  Behind behind({"10.0.0.1"});
  const auto cookie = [&](const std::string& peer, const std::string& scheme) {
    Ask ask{.method = "POST",
            .path = "/api/v1/login",
            .body = nlohmann::json{{"mail", behind.app.owner.mail}, {"password", TestApp::kPassword}}.dump(),
            .headers = {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", scheme}}};
    ask.address = peer;
    const ApiAnswer answer = behind.app.send(ask);
    REQUIRE(answer.status == 200);
    return answer.header("Set-Cookie");
  };
  CHECK(cookie("10.0.0.1", "https").find("__Host-connlog=") == 0);
  CHECK(cookie("10.0.0.1", "https").find("; Secure") != std::string::npos);
  CHECK(cookie("192.0.2.10", "https").find("connlog_loopback=") == 0);
  // In a list the scheme is that of the proxy which named the client.
  CHECK(cookie("10.0.0.1", "https, http").find("connlog_loopback=") == 0);
  CHECK(cookie("10.0.0.1", "http, https").find("__Host-connlog=") == 0);
  for (const char* https : {"HTTPS", "wss", "https,", "\"https\""}) {
    CAPTURE(https);
    CHECK(cookie("10.0.0.1", https).find("__Host-connlog=") == 0);
  }
}

TEST_CASE("where the public address is https no cookie is without Secure, whatever a proxy says or leaves out") {
  Behind behind({"10.0.0.1"});
  const auto cookie = [&](const std::string& peer, const std::string& host,
                          std::vector<std::pair<std::string, std::string>> headers) {
    Ask ask{.method = "POST",
            .path = "/api/v1/login",
            .body = nlohmann::json{{"mail", behind.app.owner.mail}, {"password", TestApp::kPassword}}.dump(),
            .headers = std::move(headers),
            .host = host};
    ask.address = peer;
    const ApiAnswer answer = behind.app.send(ask);
    REQUIRE(answer.status == 200);
    return answer.header("Set-Cookie");
  };
  const std::string name = "monitor.example.org", local = "127.0.0.1:8080";
  const auto is_secure = [](const std::string& text) { return text.find("; Secure") != std::string::npos; };
  CHECK(is_secure(cookie("10.0.0.1", name, {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "http"}})));
  CHECK(is_secure(cookie("10.0.0.1", name, {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "gopher"}})));
  // One that names no scheme is taken to speak the public address's.
  CHECK(cookie("10.0.0.1", name, {{"X-Forwarded-For", "203.0.113.7"}}).starts_with("__Host-connlog="));
  CHECK(cookie("10.0.0.1", name, {{"Forwarded", "for=203.0.113.7;proto=http"}}).starts_with("connlog_loopback="));
  for (const char* header : {"X-Forwarded-Ssl", "Front-End-Https", "X-Forwarded-Scheme"}) {
    CAPTURE(header);
    const std::string value = header == std::string("X-Forwarded-Scheme") ? "https" : "on";
    CHECK(cookie("10.0.0.1", name, {{"X-Forwarded-For", "203.0.113.7"}, {header, value}}).starts_with("__Host-"));
  }
  // A proxy that the settings do not name, on this machine or elsewhere.
  CHECK(is_secure(cookie("192.0.2.10", name, {})));
  CHECK(is_secure(cookie("127.0.0.1", name, {})));
  CHECK(is_secure(cookie("127.0.0.1", local, {{"X-Forwarded-Proto", "HTTPS"}})));
  CHECK(is_secure(cookie("127.0.0.1", local, {{"Origin", "https://monitor.example.org:8443"}})));
  // A browser on this machine itself, which not always keeps a Secure cookie of plain http.
  CHECK_FALSE(is_secure(cookie("127.0.0.1", local, {})));
  CHECK_FALSE(is_secure(cookie("127.0.0.1", "localhost:8080", {{"Origin", "http://localhost:8080"}})));
}

TEST_CASE("what a trusted proxy on this machine hands on is from elsewhere, and as safe as the proxy says") {
  Behind behind({"127.0.0.1"});
  const auto figures = [&](std::vector<std::pair<std::string, std::string>> headers) {
    Ask ask{.path = "/metrics", .headers = std::move(headers), .host = "localhost:8080"};
    ask.address = "127.0.0.1";
    return behind.app.send(ask).status;
  };
  CHECK(figures({{"X-Forwarded-For", "203.0.113.7"}}) == 403);
  CHECK(figures({{"X-Forwarded-For", "garbage"}}) == 403);
  CHECK(figures({}) == 403);  // a proxy that does not say whose request it is

  // Encrypted up to the proxy's back door, plain before it: the browser must not get what belongs to https.
  Ask login{.method = "POST",
            .path = "/api/v1/login",
            .body = nlohmann::json{{"mail", behind.app.owner.mail}, {"password", TestApp::kPassword}}.dump(),
            .headers = {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "http"}}};
  login.address = "127.0.0.1";
  login.tls = true;
  CHECK(behind.app.send(login).header("Set-Cookie").starts_with("connlog_loopback="));
  login.headers.back().second = "https";
  CHECK(behind.app.send(login).header("Set-Cookie").starts_with("__Host-connlog="));
  // The origin is judged by the same word.
  login.headers.emplace_back("Origin", "http://monitor.example.org:8443");
  CHECK(behind.app.send(login).status == 403);
  login.headers.back().second = "https://evil.example.com";
  CHECK(behind.app.send(login).status == 403);
  login.headers.back().second = "https://monitor.example.org:8443";
  CHECK(behind.app.send(login).status == 200);
}

TEST_CASE("HSTS is sent behind a trusted proxy for the public name alone") {
  Behind behind({"10.0.0.1"});
  const auto hsts = [&](const std::string& peer, const std::string& scheme, const std::string& host) {
    Ask ask{.path = "/api/v1/setup", .headers = {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", scheme}}};
    ask.address = peer;
    ask.host = host;
    return !behind.app.send(ask).header("Strict-Transport-Security").empty();
  };
  CHECK(hsts("10.0.0.1", "https", "monitor.example.org"));
  CHECK_FALSE(hsts("10.0.0.1", "http", "monitor.example.org"));
  CHECK_FALSE(hsts("10.0.0.1", "https", "127.0.0.1:8080"));
  CHECK_FALSE(hsts("192.0.2.10", "https", "monitor.example.org"));
}
