// What uploads need of the HTTP client: a body that is not copied, and an end in the middle.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/net/http_client.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

std::unique_ptr<HttpClient> client() {
  HttpClient::Options options;
  options.purpose = OutboundPurpose::agent_uplink;
  auto opened = HttpClient::open(std::move(options));
  REQUIRE(opened);
  return std::move(opened).value();
}

}  // namespace

TEST_CASE("a lent body is sent as it lies there, zeros and all") {
  test::OutsideServer server("http_sink.py", {});
  const std::string bytes("a\0b", 3);
  HttpRequest request;
  request.method = "PUT";
  request.url = "http://localhost:" + std::to_string(server.port()) + "/object";
  request.lent_body = bytes;
  const HttpOutcome outcome = client()->perform(request);
  REQUIRE_FALSE(outcome.failure);
  const auto seen = nlohmann::json::parse(server.next("request"));
  CHECK(seen["method"] == "PUT");
  CHECK(seen["body"] == "YQBi");
}

TEST_CASE("a request that is not to go on ends at once, and the next one is sent") {
  test::OutsideServer silent("http_sink.py", {"--silent"});
  test::OutsideServer server("http_sink.py", {});
  const auto http = client();
  HttpRequest request;
  request.url = "http://localhost:" + std::to_string(silent.port()) + "/";
  int asked = 0;
  const HttpOutcome ended = http->perform(request, [&] { return ++asked < 3; });
  REQUIRE(ended.failure);
  CHECK(ended.failure->kind == TransportFailure::Kind::cancelled);
  CHECK(asked == 3);
  request.url = "http://localhost:" + std::to_string(server.port()) + "/";
  CHECK_FALSE(http->perform(request, [] { return true; }).failure);
}

}  // namespace connlog
