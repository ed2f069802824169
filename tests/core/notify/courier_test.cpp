// The real courier against real receivers that are sloppy: what they said counts, not how they ended.
#include "core/notify/courier.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/net/transfer.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using test::OutsideServer;
using Kind = DeliveryResult::Kind;

DeliveryResult post_to(const OutsideServer& server) {
  OutboundOptions outbound;
  outbound.policy.allowed_loopback = {{"127.0.0.1", server.port()}};
  SystemClock clock;
  const auto courier = make_courier(outbound, clock);
  HttpRequest request;
  request.method = "POST";
  request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/hook";
  request.body = "{}";
  request.answer_bytes_max = 64 * 1024;
  std::optional<DeliveryResult> result;
  courier->send({WebhookDelivery{std::move(request)}, "hook"}, [&](DeliveryResult said) { result = std::move(said); });
  while (!result) courier->poll(milliseconds(100));
  return *result;
}

DeliveryResult answered(const std::string& raw, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--raw", raw});
  OutsideServer server("http_sink.py", more);
  return post_to(server);
}

}  // namespace

TEST_CASE("a whole head with 2xx is a delivery, whatever becomes of the body") {
  for (const std::string& raw :
       {std::string(R"(HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok)"),
        std::string(R"(HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n)"),
        std::string(R"(HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n)"),
        std::string(R"(HTTP/1.1 204 No Content\r\n\r\n)"), std::string(R"(HTTP/1.0 200 OK\r\n\r\nok)"),
        std::string(R"(HTTP/1.1 202\r\n\r\n)"),
        std::string(R"(HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n)")}) {
    CAPTURE(raw);
    const DeliveryResult result = answered(raw);
    CHECK_MESSAGE(result.kind == Kind::delivered, result.answer);
    CHECK(result.answer.starts_with("HTTP 20"));
  }
  OutsideServer long_one("http_sink.py", {"--body-bytes", "200000"});
  CHECK(post_to(long_one).kind == Kind::delivered);
  CHECK(answered(R"(HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n)", {"--drip"}).kind == Kind::delivered);
}

TEST_CASE("an answer without a whole head is none, and is tried again") {
  for (const std::string& raw :
       {std::string(), std::string(R"(HTTP/1.1 200 OK\r\n)"), std::string(R"(HTTP/1.1 200 OK\r\nContent-Le)"),
        std::string(R"(HTTP/1.1 100 Continue\r\n\r\n)"), std::string("no HTTP at all")}) {
    CAPTURE(raw);
    const DeliveryResult result = answered(raw);
    CHECK_MESSAGE(result.kind == Kind::try_later, result.answer);
    CHECK_FALSE(result.reached);
  }
}

TEST_CASE("a receiver that asks for a pause gets it, and a refusal stands with its head too") {
  DeliveryResult result =
      answered(R"(HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 9\r\n\r\n)");
  CHECK(result.kind == Kind::try_later);
  CHECK(result.reached);
  CHECK(result.answer.starts_with("HTTP 429"));
  CHECK(result.retry_after == seconds(120));
  CHECK(result.whole_target);
  result = answered(R"(HTTP/1.1 503 Later\r\nRetry-After: soon\r\n\r\n)");
  CHECK(result.retry_after == seconds(0));
  CHECK_FALSE(result.whole_target);
  CHECK(answered(R"(HTTP/1.1 410 Gone\r\nRetry-After: 60\r\n\r\n)").kind == Kind::refused_for_good);
}

}  // namespace connlog
