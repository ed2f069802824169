// The real courier against real receivers that are sloppy: what they said counts, not how they ended.
#include "core/notify/courier.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/net/transfer.h"
#include "core/notify/answer.h"
#include "core/notify/channel.h"
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

// ---- what an answer means to a kind (core/notify/answer.h)

namespace {

HttpAnswer answer_of(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = std::move(headers);
  answer.body = std::move(body);
  return answer;
}

DeliveryResult as_status(Kind kind, const char* answer) {
  DeliveryResult result;
  result.kind = kind;
  result.reached = true;
  result.answer = answer;
  return result;
}

}  // namespace

TEST_CASE("each kind of channel reads its service's yes, no, later and not you, and calls no other body a yes") {
  struct Case {
    const char* kind;
    int status;
    const char* body;
    Kind means;
  };
  const Case cases[] = {
      {"slack", 200, "ok", Kind::delivered},
      {"slack", 200, R"({"ok":true})", Kind::delivered},
      {"slack", 200, R"({"ok":false,"error":"channel_not_found"})", Kind::refused_for_good},
      {"slack", 200, R"({"ok":false,"error":"ratelimited"})", Kind::try_later},
      {"slack", 200, R"({"ok":false,"error":"invalid_auth"})", Kind::about_us},
      {"slack", 200, "<!doctype html><html>log in</html>", Kind::try_later},
      {"slack", 200, R"({"success":false,"error":"x"})", Kind::refused_for_good},
      {"slack", 400, "invalid_payload", Kind::refused_for_good},
      {"slack", 404, "no_service", Kind::about_us},
      {"slack", 500, "rollup_error", Kind::try_later},
      {"pushover", 200, R"({"status":1,"request":"x"})", Kind::delivered},
      {"pushover", 200, R"({"status":0,"errors":["x"]})", Kind::refused_for_good},
      {"pushover", 200, "<html>log in</html>", Kind::try_later},
      {"pushover", 400, R"({"status":0,"token":"invalid","errors":["application token is invalid"]})", Kind::about_us},
      {"pushover", 429, R"({"status":0})", Kind::try_later},
      {"pushover", 500, "", Kind::try_later},
      {"pagerduty", 202, R"({"status":"success","dedup_key":"k"})", Kind::delivered},
      {"pagerduty", 202, R"({"status":"invalid event"})", Kind::refused_for_good},
      {"pagerduty", 400, R"({"status":"invalid event","errors":["Length of 'routing_key' is incorrect"]})", Kind::about_us},
      {"pagerduty", 400, R"({"status":"invalid event","errors":["summary"]})", Kind::refused_for_good},
      {"pagerduty", 429, "", Kind::try_later},
      {"apprise", 200, R"({"error":null})", Kind::delivered},
      {"apprise", 200, R"({"error":"failed"})", Kind::refused_for_good},
      {"apprise", 204, "", Kind::about_us},
      {"apprise", 424, "", Kind::refused_for_good},
      {"ntfy", 401, "", Kind::about_us},
      {"ntfy", 429, "", Kind::try_later},
      {"gotify", 401, "", Kind::about_us},
      {"gotify", 400, "", Kind::refused_for_good},
  };
  for (const Case& each : cases) {
    CAPTURE(each.kind);
    CAPTURE(each.status);
    CAPTURE(each.body);
    const ChannelKind* const kind = all_channels().find(each.kind);
    REQUIRE(kind != nullptr);
    REQUIRE(kind->judge_answer != nullptr);
    DeliveryResult result = as_status(each.status < 300 ? Kind::delivered : Kind::try_later, "HTTP");
    kind->judge_answer(answer_of(each.status, each.body), result);
    CHECK(result.kind == each.means);
    CHECK(result.answer.starts_with("HTTP"));
  }
}

TEST_CASE("a pause of a service counts from its own clock, and is a day at most") {
  const ChannelKind* const pushover = all_channels().find("pushover");
  REQUIRE(pushover != nullptr);
  const std::string date = "Wed, 18 Nov 2026 11:06:40 GMT";  // 1795000000
  const auto pause = [&](const std::string& reset, bool with_date) {
    std::vector<HttpHeader> headers = {{"x-limit-app-reset", reset}};
    if (with_date) headers.push_back({"date", date});
    DeliveryResult result = as_status(Kind::try_later, "HTTP 429");
    pushover->judge_answer(answer_of(429, "{}", std::move(headers)), result);
    return result.retry_after;
  };
  CHECK(pause("1795000600", true) == seconds(600));
  CHECK(pause("1795900000", true) == seconds(24 * 3'600));
  CHECK(pause("1795000600", false) == seconds(3'600));
  CHECK(pause("nonsense", true) == seconds(3'600));
}

TEST_CASE("members of an answer are read by their type alone") {
  CHECK(member_text(R"({"a":{"b":"c"}})", {"a", "b"}) == "c");
  CHECK_FALSE(member_text(R"({"a":1})", "a"));
  CHECK(member_number(R"({"a":{"retry_after":0.3}})", {"a", "retry_after"}) == 1);
  CHECK_FALSE(member_number(R"({"a":"5"})", "a"));
  CHECK_FALSE(member_number("[1]", "a"));
  CHECK_FALSE(member_text("not json", "a"));
  CHECK(member_flag(R"({"ok":false})", "ok") == false);
}

}  // namespace connlog
