#include "core/net/http_client.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/outside.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::OutsideServer;
using Kind = TransportFailure::Kind;

std::vector<std::string> tls(const std::string& certificate = "server.pem") {
  return {"--certificate", (test::certificates() / certificate).string(), "--key",
          (test::certificates() / "server.key").string()};
}

std::unique_ptr<HttpClient> client(TlsTrust trust = {}, OutboundPurpose purpose = OutboundPurpose::agent_uplink) {
  HttpClient::Options options;
  options.purpose = purpose;
  options.trust = std::move(trust);
  options.user_agent = "connlog-test/1";
  auto opened = HttpClient::open(std::move(options));
  REQUIRE(opened);
  return std::move(opened).value();
}

HttpRequest get(const std::string& scheme, std::uint16_t port, const std::string& path = "/") {
  HttpRequest request;
  request.url = scheme + "://localhost:" + std::to_string(port) + path;
  return request;
}

TlsTrust pem(const std::string& file) {
  return {TlsTrust::Kind::ca_pem, test::read_text(test::certificates() / file)};
}

}  // namespace

TEST_CASE("the HTTP client sends method, headers and body as they are, and keeps its connection") {
  OutsideServer server("http_sink.py", {"--header", "X-Answer: yes", "--body", "hello"});
  const auto http = client();
  HttpRequest request = get("http", server.port(), "/a/b?c=d");
  request.method = "POST";
  request.body = "{\"a\":1}";
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  for (int round = 1; round <= 3; ++round) {
    const HttpOutcome outcome = http->perform(request);
    REQUIRE_FALSE(outcome.failure);
    CHECK(outcome.answer.status == 200);
    CHECK(outcome.answer.body == "hello");
    REQUIRE(outcome.answer.header("x-answer") != nullptr);
    CHECK(*outcome.answer.header("x-answer") == "yes");
    CHECK(outcome.answer.connection_was_reused == (round > 1));
    const json seen = json::parse(server.next("request"));
    CHECK(seen["method"] == "POST");
    CHECK(seen["path"] == "/a/b?c=d");
    CHECK(seen["body"] == "eyJhIjoxfQ==");
    CHECK(seen["connection"] == 1);
    CHECK(seen["headers"]["content-type"] == "application/json");
    CHECK(seen["headers"]["user-agent"] == "connlog-test/1");
    CHECK(seen["headers"]["x-empty"] == "");
    CHECK_FALSE(seen["headers"].contains("expect"));
    CHECK_FALSE(seen["headers"].contains("accept-encoding"));
  }
}

TEST_CASE("every answer is an answer: only what is none is a failure, and of its kind") {
  OutsideServer busy("http_sink.py", {"--status", "503", "--header", "Retry-After: 9"});
  HttpOutcome outcome = client()->perform(get("http", busy.port()));
  REQUIRE_FALSE(outcome.failure);
  CHECK(outcome.answer.status == 503);
  CHECK(*outcome.answer.header("retry-after") == "9");

  outcome = client()->perform(get("http", test::unused_port()));
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::connect);
  CHECK(outcome.failure->message.find("refused") != std::string::npos);

  OutsideServer silent("http_sink.py", {"--silent"});
  HttpRequest slow = get("http", silent.port());
  slow.timeout = milliseconds(300);
  outcome = client()->perform(slow);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::request_timeout);

  OutsideServer mute("smtp_server.py", {"--mode", "silent"});
  HttpRequest handshake = get("https", mute.port());
  handshake.connect_timeout = milliseconds(300);
  outcome = client(pem("ca.pem"))->perform(handshake);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::connect_timeout);

  OutsideServer dns("dns_server.py", {"known.test=127.0.0.1"});
  HttpClient::Options options;
  options.outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  HttpRequest nowhere;
  nowhere.url = "http://unknown.test/";
  outcome = (*HttpClient::open(options))->perform(nowhere);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::dns);

  OutsideServer large("http_sink.py", {"--body-bytes", "5000"});
  HttpRequest bounded = get("http", large.port());
  bounded.answer_bytes_max = 4'999;
  outcome = client()->perform(bounded);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::other);
  bounded.answer_bytes_max = 5'000;
  CHECK_FALSE(client()->perform(bounded).failure);
}

TEST_CASE("a server is believed by its authority, by name and by date") {
  OutsideServer good("http_sink.py", tls());
  const auto kind_of = [](const HttpOutcome& outcome) { return outcome.failure ? outcome.failure->kind : Kind::other; };

  CHECK_FALSE(client(pem("ca.pem"))->perform(get("https", good.port())).failure);
  CHECK(kind_of(client(pem("stranger.pem"))->perform(get("https", good.port()))) ==
        Kind::tls);                                                           // same name, another key
  CHECK(kind_of(client()->perform(get("https", good.port()))) == Kind::tls);  // the system does not know it

  HttpRequest by_address;
  by_address.url = "https://127.0.0.1:" + std::to_string(good.port()) + "/";
  CHECK_FALSE(client(pem("ca.pem"))->perform(by_address).failure);
  by_address.url = "https://127.0.0.2:" + std::to_string(good.port()) + "/";
  CHECK(kind_of(client(pem("ca.pem"))->perform(by_address)) != Kind::other);

  OutsideServer other("http_sink.py", tls("other_name.pem"));
  HttpOutcome outcome = client(pem("ca.pem"))->perform(get("https", other.port()));
  CHECK(kind_of(outcome) == Kind::tls);
  CHECK(outcome.failure->message.find("another name") != std::string::npos);

  OutsideServer expired("http_sink.py", tls("expired.pem"));
  outcome = client(pem("ca.pem"))->perform(get("https", expired.port()));
  CHECK(kind_of(outcome) == Kind::tls);
  CHECK(outcome.failure->message.find("expired") != std::string::npos);

  OutsideServer plain("http_sink.py", {});
  CHECK(kind_of(client(pem("ca.pem"))->perform(get("https", plain.port()))) == Kind::tls);
}

TEST_CASE("a pinned authority is enough, and no other will do") {
  const std::string pin = test::public_key_pin(test::certificates() / "ca.pem");
  const std::string strange = test::public_key_pin(test::certificates() / "stranger.pem");
  const std::string leaf = test::public_key_pin(test::certificates() / "server.leaf");
  OutsideServer server("http_sink.py", tls());
  const auto with = [&](const std::string& value, std::uint16_t port) {
    return client({TlsTrust::Kind::ca_pin, value})->perform(get("https", port));
  };
  CHECK_FALSE(with(pin, server.port()).failure);
  std::string upper = pin;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  CHECK_FALSE(with(upper, server.port()).failure);

  REQUIRE(with(strange, server.port()).failure);
  CHECK(with(strange, server.port()).failure->kind == Kind::tls);

  // The pinned authority replaces the anchors, not the rest of the check.
  OutsideServer other("http_sink.py", tls("other_name.pem"));
  CHECK(with(pin, other.port()).failure);
  OutsideServer expired("http_sink.py", tls("expired.pem"));
  CHECK(with(pin, expired.port()).failure);

  // A server that only shows the authority's certificate behind one that it did not sign.
  const auto forged = test::certificates() / "forged.pem";
  {
    std::string chain = test::read_text(test::certificates() / "self.pem");
    FILE* file = std::fopen(forged.c_str(), "w");
    REQUIRE(file != nullptr);
    chain += test::read_text(test::certificates() / "ca.pem");
    std::fwrite(chain.data(), 1, chain.size(), file);
    std::fclose(file);
  }
  OutsideServer liar("http_sink.py", tls("forged.pem"));
  REQUIRE(with(pin, liar.port()).failure);
  CHECK(with(pin, liar.port()).failure->kind == Kind::tls);
  // A pin names the authority, not the server whose key it signed.
  CHECK(with(leaf, server.port()).failure);

  for (const char* wrong : {"", "abc", "zz"}) {
    HttpClient::Options options;
    options.trust = {TlsTrust::Kind::ca_pin, wrong};
    CHECK_FALSE(HttpClient::open(options));
  }
}

TEST_CASE("a running request can be cancelled from another thread") {
  OutsideServer silent("http_sink.py", {"--silent"});
  const auto http = client();
  std::thread canceller([&] {
    silent.next("request");
    http->cancel();
  });
  const HttpOutcome outcome = http->perform(get("http", silent.port()));
  canceller.join();
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->kind == Kind::cancelled);
  CHECK(http->perform(get("http", silent.port())).failure->kind == Kind::cancelled);
}

TEST_CASE("a proxy is what the setting names, never what the environment says") {
  OutsideServer proxy("http_sink.py", {"--body", "from the proxy"});
  OutsideServer target("http_sink.py", {"--body", "from the target"});
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  ::setenv("http_proxy", address.c_str(), 1);
  ::setenv("all_proxy", address.c_str(), 1);
  CHECK(client()->perform(get("http", target.port())).answer.body == "from the target");
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");

  HttpClient::Options options;
  options.outbound.proxy = address;
  HttpRequest request;
  request.url = "http://hooks.example/";
  CHECK((*HttpClient::open(options))->perform(request).answer.body == "from the proxy");
}

}  // namespace connlog
