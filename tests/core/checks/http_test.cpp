// The check of a web address against real servers, honest and hostile ones (threats 1, 20, 21, 22).
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/checks/check_kinds.h"
#include "core/checks/kinds/http_fields.h"
#include "core/checks/kinds/http_judge.h"
#include "core/checks/kinds/http_redirect.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::OneCheckOptions;
using test::OutsideServer;
using Values = std::vector<std::pair<std::string, FieldValue>>;
using Secrets = std::vector<std::pair<std::string, std::string>>;

FieldValue text(std::string value) {
  return FieldValue(std::move(value));
}

std::string address(const OutsideServer& server, const std::string& path, const std::string& scheme = "http",
                    const std::string& host = "127.0.0.1") {
  return scheme + "://" + host + ":" + std::to_string(server.port()) + path;
}

std::shared_ptr<CheckSpec> spec_for(const std::string& url, Values more = {}, Secrets secrets = {}) {
  more.emplace_back("url", text(url));
  return test::spec_of("http", std::move(more), std::move(secrets));
}

CheckResult check(const std::string& url, Values more = {}, Secrets secrets = {}, const OneCheckOptions& options = {}) {
  return test::one_check(spec_for(url, std::move(more), std::move(secrets)), options);
}

CheckResult check_within(milliseconds limit, const std::string& url) {
  const auto spec = spec_for(url);
  spec->time_limit = limit;
  return test::one_check(spec);
}

bool is(const CheckResult& result, CheckVerdict verdict, CheckReason reason) {
  INFO("it said: " << result.text);
  CHECK(to_text(result.verdict) == to_text(verdict));
  CHECK(to_text(result.reason) == to_text(reason));
  return result.verdict == verdict && result.reason == reason;
}
bool is_up(const CheckResult& result) {
  return is(result, CheckVerdict::up, CheckReason::ok);
}
bool is_down(const CheckResult& result, CheckReason reason) {
  return is(result, CheckVerdict::down, reason);
}

// By our own policy: nobody looked, so nothing is known of the target.
bool is_refused_here(const CheckResult& result) {
  return is(result, CheckVerdict::unknown, CheckReason::forbidden);
}

std::optional<std::int64_t> measured(const CheckResult& result, CheckMeasure measure) {
  const auto found = std::ranges::find(result.values, measure, &CheckValue::measure);
  return found == result.values.end() ? std::nullopt : std::optional(found->value);
}

std::vector<std::string> tls(const std::string& certificate) {
  return {"--certificate", (test::certificates() / certificate).string(), "--key",
          (test::certificates() / "server.key").string()};
}
std::string pem(const std::string& file) {
  return test::read_text(test::certificates() / file);
}
Values by_ca() {
  return {{"tls_trust", text("ca")}, {"ca", text(pem("ca.pem"))}};
}

std::string refused_field(Values values, Secrets secrets = {}) {
  const auto spec = test::spec_of("http", std::move(values), std::move(secrets));
  const auto checked = check_http_fields(spec->values, spec->secrets);
  return checked ? "" : checked.error().field;
}

}  // namespace

TEST_CASE("an honest answer is up, with its phases, its address and its status, and says who asked") {
  OutsideServer server("hostile_http.py", {});
  const CheckResult result = check(address(server, "/ok?a=b"));
  REQUIRE(is_up(result));
  CHECK(result.text == "answered 200 OK");
  REQUIRE(result.address);
  CHECK(to_text(*result.address) == "127.0.0.1");
  CHECK(result.port == server.port());
  CHECK(measured(result, CheckMeasure::http_status) == 200);
  CHECK(result.phases.dns >= microseconds(0));
  CHECK(result.phases.connect >= microseconds(0));
  CHECK(result.phases.tls < microseconds(0));
  CHECK(result.phases.first_byte >= microseconds(0));
  CHECK(result.phases.total > microseconds(0));
  CHECK(result.excerpt.starts_with("HTTP 200 OK\n"));  // for who asked for this one check
  const json request = json::parse(server.next("request"));
  CHECK(request["method"] == "GET");
  CHECK(request["path"] == "/ok?a=b");
  CHECK(request["headers"]["user-agent"].get<std::string>().starts_with("connlog/"));
  CHECK(request["headers"]["accept-encoding"] == "identity");
}

TEST_CASE("method, headers, body and host are sent as they were given") {
  OutsideServer server("hostile_http.py", {});
  const Values values = {{"method", text("POST")},
                         {"headers", text("X-One: 1\nX-Two:two")},
                         {"host_header", text("shop.example.org:8080")},
                         {"body", text("{\"a\": 1}")}};
  REQUIRE(is_up(check(address(server, "/ok"), values, {{"secret_headers", "X-Api-Key: k-12345"}})));
  json request = json::parse(server.next("request"));
  CHECK(request["method"] == "POST");
  CHECK(request["body"] == "{\"a\": 1}");
  CHECK(request["headers"]["x-one"] == "1");
  CHECK(request["headers"]["x-two"] == "two");
  CHECK(request["headers"]["x-api-key"] == "k-12345");
  CHECK(request["headers"]["host"] == "shop.example.org:8080");
  CHECK(request["headers"]["content-type"] == "application/json");
  for (const char* method : {"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    CAPTURE(std::string(method));
    // An answer to HEAD has no body, so this server must send none.
    const std::string path = std::string(method) == "HEAD" ? "/to/204?" : "/ok";
    REQUIRE(is_up(check(address(server, path), {{"method", text(method)}, {"follow_redirects", FieldValue(false)}})));
    request = json::parse(server.next("request"));
    CHECK(request["method"] == method);
    CHECK_FALSE(request["headers"].contains("content-type"));
  }
}

TEST_CASE("statuses are accepted by ranges, and the answer to another one is kept") {
  OutsideServer server("hostile_http.py", {});
  const CheckResult result = check(address(server, "/status/503"));
  REQUIRE(is_down(result, CheckReason::status_wrong));
  CHECK(result.text == "answered 503 Service Unavailable");
  CHECK(result.source == FailureSource::target);
  CHECK(result.excerpt.find("the body of 503") != std::string::npos);
  CHECK(is_up(check(address(server, "/status/503"), {{"accepted_statuses", text("200, 500-599")}})));
  CHECK(is_down(check(address(server, "/status/499"), {{"accepted_statuses", text("200,500-599")}}), CheckReason::status_wrong));
}

TEST_CASE("the content is judged by a keyword and by a value of its JSON") {
  OutsideServer server("hostile_http.py", {});
  const auto page = address(server, "/page"), data = address(server, "/json");
  CHECK(is_up(check(page, {{"keyword", text("systems operational")}})));
  const CheckResult missing = check(page, {{"keyword", text("Systems operational")}});
  REQUIRE(is_down(missing, CheckReason::content_wrong));
  CHECK(missing.text == "the answer does not have “Systems operational” in it");
  CHECK(is_down(check(page, {{"keyword", text("operational")}, {"keyword_absent", FieldValue(true)}}),
                CheckReason::content_wrong));
  CHECK(is_up(check(page, {{"keyword", text("on fire")}, {"keyword_absent", FieldValue(true)}})));

  const auto by = [&](const std::string& path, const std::string& compare, const std::string& value) {
    return check(data, {{"json_path", text(path)}, {"json_compare", text(compare)}, {"json_value", text(value)}});
  };
  CHECK(is_up(by("$.status", "equals", "ok")));
  CHECK(is_up(by("$.queue.length", "less", "8")));
  const CheckResult wrong = by("$.nodes[-1].up", "equals", "true");
  REQUIRE(is_down(wrong, CheckReason::content_wrong));
  CHECK(wrong.text == "$.nodes[-1].up is false, not “true”");
  CHECK(by("$.gone", "exists", "").text == "the answer has no $.gone");
  CHECK(is_down(check(page, {{"json_path", text("$.status")}}), CheckReason::content_wrong));
}

TEST_CASE("the value of a member that is called a secret stands in no text") {
  const auto spec = spec_for(
      "http://127.0.0.1/",
      {{"json_path", text("$.db['api_key'][0]")}, {"json_compare", text("equals")}, {"json_value", text("x")}});
  const auto plan = http_plan(spec->values, spec->secrets);
  REQUIRE(plan);
  HttpSeen seen;
  seen.status = 200;
  seen.body = R"({"db": {"api_key": ["swordfish"]}})";
  CHECK(judge_http(*plan, seen).text == "$.db['api_key'][0] is [a secret value], not “x”");
}

TEST_CASE("credentials go to the monitor's own host, and what they are never comes back in a text or an answer") {
  OutsideServer server("hostile_http.py", {});
  const auto sent = [&] { return json::parse(server.next("request"))["headers"]["authorization"].get<std::string>(); };
  CHECK(is_up(check(address(server, "/ok"), {{"auth", text("basic")}, {"username", text("Aladdin")}},
                    {{"password", "open sesame"}})));
  CHECK(sent() == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617
  CHECK(is_up(check(address(server, "/ok"), {{"auth", text("bearer")}}, {{"token", "tok-en-1"}})));
  CHECK(sent() == "Bearer tok-en-1");
  CHECK(is_down(check(address(server, "/status/401"), {{"auth", text("bearer")}}, {{"token", "tok-en-1"}}),
                CheckReason::login_failed));

  const CheckResult echoed =
      check(address(server, "/echo-503"), {{"auth", text("basic")}, {"username", text("Aladdin")}},
            {{"password", "open sesame"}, {"secret_headers", "X-Api-Key: kkk-12345\nX-Other: ooo-67890"}});
  REQUIRE(is_down(echoed, CheckReason::status_wrong));
  for (const char* secret : {"QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "kkk-12345", "ooo-67890", "session=abc"}) {
    CAPTURE(std::string(secret));
    CHECK(echoed.excerpt.find(secret) == std::string::npos);
  }
  CHECK(echoed.excerpt.find("X-Api-Key: [secret]") != std::string::npos);
  CHECK(echoed.excerpt.size() <= kExcerptBytes);
}

TEST_CASE("a secret that is a part of the words in its place is hidden once, and the check ends") {
  OutsideServer server("hostile_http.py", {});
  for (const char* secret : {"secret", "[secret]", "cret]", "[sec"}) {
    CAPTURE(std::string(secret));
    const CheckResult echoed =
        check(address(server, "/echo-503"), {}, {{"secret_headers", "X-Api-Key: " + std::string(secret)}});
    REQUIRE(is_down(echoed, CheckReason::status_wrong));
    CHECK(echoed.excerpt.find("X-Api-Key: [secret]") != std::string::npos);
    CHECK(echoed.excerpt.find("[[secret]") == std::string::npos);
  }
}

TEST_CASE("an OAuth2 token is fetched once for many checks, anew where it is refused, and a refusal is a failed login") {
  OutsideServer server("hostile_http.py", {});
  const auto spec = [&](const std::string& token_path) {
    return spec_for(address(server, "/private"),
                    {{"auth", text("oauth2")},
                     {"oauth_token_url", text(address(server, token_path))},
                     {"oauth_client_id", text("a client")},
                     {"oauth_scope", text("status read")}},
                    {{"oauth_client_secret", "s&cret"}});
  };
  const auto count = [&](const std::string& path) {
    const auto told = server.rest();
    return std::ranges::count_if(told, [&](const std::string& line) { return json::parse(line)["path"] == path; });
  };
  const auto kept = spec("/token");
  REQUIRE(is_up(test::one_check(kept)));
  const json request = json::parse(server.next("request"));
  CHECK(request["method"] == "POST");
  CHECK(request["body"] == "grant_type=client_credentials&scope=status+read");
  CHECK(request["headers"]["authorization"] == basic_credentials("a+client", "s%26cret"));
  server.rest();
  CHECK(is_up(test::one_check(kept)));
  CHECK(is_up(test::one_check(kept)));
  CHECK(count("/token") == 0);
  CHECK(is_up(check(address(server, "/forget"))));  // the server no longer takes the token
  CHECK(is_up(test::one_check(kept)));
  CHECK(count("/token") == 1);
  // Another monitor has a token of its own.
  CHECK(is_up(test::one_check(spec("/token"))));
  CHECK(count("/token") == 1);

  const auto fleeting = spec("/token/short");
  CHECK(is_up(test::one_check(fleeting)));
  CHECK(is_up(test::one_check(fleeting)));
  CHECK(count("/token/short") == 2);

  const CheckResult refused = test::one_check(spec("/token/bad"));
  REQUIRE(is_down(refused, CheckReason::login_failed));
  CHECK(refused.text == "there is no token: the token address answered 401 Unauthorized, “invalid_client”");
  CHECK(is_down(test::one_check(spec("/page")), CheckReason::content_wrong));
  CHECK(is_down(test::one_check(spec("/status/503")), CheckReason::status_wrong));
}

TEST_CASE("redirects are followed hop by hop, and nothing secret goes along to another host") {
  OutsideServer own("hostile_http.py", {});
  OutsideServer other("hostile_http.py", {"--address", "127.0.0.2"});
  const std::string there = address(other, "/page", "http", "127.0.0.2");
  const Values values = {{"auth", text("basic")},
                         {"username", text("ada")},
                         {"headers", text("X-Open: o")},
                         {"host_header", text("own.example.org")},
                         {"keyword", text("operational")}};
  const Secrets secrets = {{"password", "pass-word"}, {"secret_headers", "X-Api-Key: k-12345"}};
  const CheckResult result = check(address(own, "/to?" + there), values, secrets);
  REQUIRE(is_up(result));
  CHECK(to_text(*result.address) == "127.0.0.2");
  const json first = json::parse(own.next("request"))["headers"];
  CHECK(first.contains("authorization"));
  CHECK(first.contains("x-api-key"));
  CHECK(first["host"] == "own.example.org");
  const json second = json::parse(other.next("request"))["headers"];
  CHECK_FALSE(second.contains("authorization"));
  CHECK_FALSE(second.contains("x-api-key"));
  CHECK(second["x-open"] == "o");
  CHECK(second["host"] == "127.0.0.2:" + std::to_string(other.port()));

  // On the own host they stay, also by a relative address.
  CHECK(is_up(check(address(own, "/to?page"), values, secrets)));
  own.next("request");
  CHECK(json::parse(own.next("request"))["headers"].contains("x-api-key"));
  // After a 303 and a 302 a POST becomes a GET without its body; after a 307 it stays.
  for (const auto& [status, method] : {std::pair("303", "GET"), {"302", "GET"}, {"307", "POST"}, {"308", "POST"}}) {
    CAPTURE(std::string(status));
    CHECK(is_up(check(address(own, std::string("/to/") + status + "?/page"), {{"method", text("POST")}, {"body", text("b")}})));
    own.next("request");
    const json followed = json::parse(own.next("request"));
    CHECK(followed["method"] == method);
    CHECK(followed["body"] == (std::string(method) == "POST" ? "b" : ""));
  }
  const CheckResult unfollowed = check(address(own, "/to?/page"), {{"follow_redirects", FieldValue(false)}});
  CHECK(is_down(unfollowed, CheckReason::status_wrong));
  CHECK(unfollowed.text == "answered 302 Found");
}

TEST_CASE("a redirect leads nowhere but to web addresses that the workspace may reach") {
  OutsideServer server("hostile_http.py", {});
  for (const char* location : {"file:%2F%2F%2Fetc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/x", "javascript:alert(1)",
                               "data:text/plain,x", "http://user:password@127.0.0.1/", "http:%2F%2F%2F", "http://[::1",
                               "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://0.0.0.0/",
                               "http://10.0.0.1/", "http://[::ffff:169.254.169.254]/"}) {
    CAPTURE(std::string(location));
    const CheckResult result = check(address(server, std::string("/to?") + location));
    CHECK(is_down(result, CheckReason::redirect_wrong));
    CHECK(result.text.find("password") == std::string::npos);
  }
  const CheckResult endless = check(address(server, "/loop"));
  REQUIRE(is_down(endless, CheckReason::redirect_wrong));
  CHECK(endless.text.find("more than 10") != std::string::npos);
}

TEST_CASE("a monitor reaches private and loopback addresses only in the workspace's networks, whatever a name says today") {
  OutsideServer server("hostile_http.py", {});
  const auto without = spec_for(address(server, "/ok"));
  without->scope = nullptr;
  const CheckResult refused = test::one_check(without);
  REQUIRE(is_refused_here(refused));
  CHECK(server.rest().empty());
  for (const char* url : {"http://169.254.169.254/", "http://[fe80::1]/", "http://100.100.100.200/", "http://224.0.0.1/"}) {
    CAPTURE(std::string(url));
    CHECK(is_refused_here(check(url)));
  }

  OutsideServer dns("dns_server.py", {"rebind.test=127.0.0.1,169.254.169.254", "meta.test=169.254.169.254"});
  OneCheckOptions options;
  options.outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  const Values v4 = {{"family", text("ipv4")}};
  const std::string rebinding = address(server, "/ok", "http", "rebind.test");
  CHECK(is_up(check(rebinding, v4, {}, options)));
  CHECK_FALSE(server.next("request").empty());
  CHECK(is_refused_here(check(rebinding, v4, {}, options)));
  CHECK(is_down(check(address(server, "/to?http://meta.test/"), v4, {}, options), CheckReason::redirect_wrong));
  CHECK(server.rest().size() == 1);  // the one that redirected

  options.outbound.policy.own_listeners = {{"0.0.0.0", server.port()}};
  CHECK(is_refused_here(check(address(server, "/ok"), {}, {}, options)));
  CHECK(server.rest().empty());
}

TEST_CASE("of a name with several addresses the next is tried, and the one that fails is told of") {
  OutsideServer server("hostile_http.py", {});
  OutsideServer dns("dns_server.py", {"some.test=127.0.0.2+127.0.0.1", "none.test=127.0.0.2+127.0.0.3"});
  OneCheckOptions options;
  options.outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  const Values v4 = {{"family", text("ipv4")}};
  const CheckResult some = check(address(server, "/ok", "http", "some.test"), v4, {}, options);
  REQUIRE(is(some, CheckVerdict::degraded, CheckReason::some_addresses_fail));
  CHECK(to_text(*some.address) == "127.0.0.1");
  CHECK(some.text.find("127.0.0.2") != std::string::npos);
  CHECK(is_down(check(address(server, "/ok", "http", "none.test"), v4, {}, options), CheckReason::refused));
  CHECK(is_down(check(address(server, "/ok", "http", "unknown.test"), v4, {}, options), CheckReason::name_unknown));
}

TEST_CASE("a hostile server ends in a reason, in bounded time and memory") {
  OutsideServer server("hostile_http.py", {});
  const auto at = [&](const std::string& path) { return address(server, path); };
  CHECK(is_up(check(at("/endless"))));  // its status is good, and nothing more was asked
  CHECK(is_down(check(at("/endless"), {{"keyword", text("needle")}}), CheckReason::too_long));
  CHECK(is_down(check(at("/endless"), {{"keyword", text("needle")}, {"keyword_absent", FieldValue(true)}}),
                CheckReason::too_long));
  CHECK(is_down(check(at("/endless"), {{"json_path", text("$.a")}}), CheckReason::too_long));
  CHECK(is_up(check(at("/long/1048576"), {{"keyword", text("needle")}})));
  CHECK(is_down(check(at("/long/1048577"), {{"keyword", text("needle")}}), CheckReason::too_long));
  CHECK(is_down(check(at("/heads")), CheckReason::too_long));
  CHECK(is_down(check(at("/old")), CheckReason::protocol_wrong));
  CHECK(is_down(check(at("/noise")), CheckReason::protocol_wrong));
  const CheckResult packed = check(at("/gzip"), {{"keyword", text("operational")}});
  REQUIRE(is_down(packed, CheckReason::protocol_wrong));
  CHECK(packed.text.find("gzip") != std::string::npos);
  CHECK(is_down(check(at("/nothing")), CheckReason::reset));
  CHECK(is_down(check(at("/reset")), CheckReason::reset));
  CHECK(is_down(check(at("/cut")), CheckReason::reset));

  const CheckResult silent = check_within(milliseconds(300), at("/silent"));
  REQUIRE(is_down(silent, CheckReason::timed_out));
  CHECK(silent.source == FailureSource::silence);
  CHECK(silent.text.find("no answer within 300 ms") != std::string::npos);
  CHECK(silent.phases.total >= milliseconds(300));
  CHECK(is_down(check_within(milliseconds(600), at("/drip")), CheckReason::timed_out));
  const CheckResult dripping = check_within(milliseconds(600), at("/drip-body"));
  REQUIRE(is_down(dripping, CheckReason::timed_out));
  CHECK(dripping.source == FailureSource::target);
  CHECK(dripping.text == "the answer was not whole within 600 ms");

  const CheckResult closed = check("http://127.0.0.1:" + std::to_string(test::unused_port()) + "/");
  CHECK(is_down(closed, CheckReason::refused));
}

TEST_CASE("a certificate is judged by its authority, its name and its time, and its days are measured") {
  OutsideServer good("hostile_http.py", tls("server.pem"));
  const auto at = [](const OutsideServer& server) { return address(server, "/ok", "https"); };
  const CheckResult trusted = check(at(good), by_ca());
  REQUIRE(is_up(trusted));
  CHECK(trusted.phases.tls >= microseconds(0));
  const auto days = measured(trusted, CheckMeasure::certificate_days);
  REQUIRE(days);
  CHECK(*days >= 28);
  CHECK(*days <= 30);

  OneCheckOptions strangers;
  strangers.outbound.ca_bundle = (test::certificates() / "stranger.pem").string();
  const CheckResult unknown = check(at(good), {}, {}, strangers);
  REQUIRE(is_down(unknown, CheckReason::certificate_wrong));
  CHECK(unknown.text.find("not signed by an authority") != std::string::npos);

  OutsideServer other("hostile_http.py", tls("other_name.pem"));
  CHECK(check(at(other), by_ca()).text.find("another name") != std::string::npos);
  OutsideServer self("hostile_http.py", tls("self.pem"));
  Values by_name = by_ca();
  by_name.emplace_back("family", text("ipv4"));
  CHECK(is_down(check(address(self, "/ok", "https", "localhost"), by_name), CheckReason::certificate_wrong));
  OutsideServer early("hostile_http.py", tls("early.pem"));
  CHECK(check(at(early), by_ca()).text.find("not valid yet") != std::string::npos);
  OutsideServer expired("hostile_http.py", tls("expired.pem"));
  const CheckResult ended = check(at(expired), by_ca());
  REQUIRE(is_down(ended, CheckReason::certificate_wrong));
  CHECK(ended.text.find("expired") != std::string::npos);
  CHECK(measured(ended, CheckMeasure::certificate_days).value_or(0) < 0);
  // Where our own clock is implausible, an error of time says nothing about the server.
  OneCheckOptions wrong_clock;
  wrong_clock.clock_is_plausible = false;
  CHECK(is(check(at(expired), by_ca(), {}, wrong_clock), CheckVerdict::unknown, CheckReason::own_clock));
  CHECK(is_down(check(at(other), by_ca(), {}, wrong_clock), CheckReason::certificate_wrong));

  OutsideServer soon("hostile_http.py", tls("soon.pem"));
  const auto limited = spec_for(at(soon), by_ca());
  limited->certificate_days = 14;
  const CheckResult ending = test::one_check(limited);
  REQUIRE(is(ending, CheckVerdict::degraded, CheckReason::certificate_ends));
  CHECK(ending.text.find("the certificate ends in") != std::string::npos);

  OutsideServer plain("hostile_http.py", {});
  const CheckResult no_tls = check(at(plain), by_ca());
  REQUIRE(is_down(no_tls, CheckReason::tls_failed));
  CHECK(no_tls.text.find("0x") == std::string::npos);
}

TEST_CASE("a pin trusts one key, whoever signed it, but not beyond its time; without any check everything is taken") {
  const auto by_pin = [](const std::string& file) {
    return Values{{"tls_trust", text("pin")}, {"pin", text(test::public_key_pin(test::certificates() / file))}};
  };
  const auto at = [](const OutsideServer& server) { return address(server, "/ok", "https"); };
  OutsideServer self("hostile_http.py", tls("self.pem")), other("hostile_http.py", tls("other_name.pem"));
  OutsideServer good("hostile_http.py", tls("server.pem")), expired("hostile_http.py", tls("expired.pem"));
  CHECK(is_up(check(at(self), by_pin("server.pem"))));  // they share a key
  CHECK(is_up(check(at(other), by_pin("server.pem"))));
  CHECK(is_down(check(at(expired), by_pin("server.pem")), CheckReason::certificate_wrong));
  const CheckResult wrong = check(at(good), by_pin("stranger.pem"));
  REQUIRE(is_down(wrong, CheckReason::certificate_wrong));
  CHECK(wrong.text == "the server's public key is not the pinned one");
  // A pinned authority answers for what it signed, by name.
  CHECK(is_up(check(at(good), by_pin("ca.pem"))));
  CHECK(is_down(check(at(other), by_pin("ca.pem")), CheckReason::certificate_wrong));
  CHECK(is_down(check(at(self), by_pin("ca.pem")), CheckReason::certificate_wrong));

  const Values unchecked = {{"tls_trust", text("none")}};
  for (const OutsideServer* server : {&self, &other, &good, &expired}) CHECK(is_up(check(at(*server), unchecked)));
  const auto limited = spec_for(at(expired), unchecked);
  limited->certificate_days = 14;
  CHECK(is(test::one_check(limited), CheckVerdict::degraded, CheckReason::certificate_ends));
}

TEST_CASE("a client certificate is shown to the monitor's own server alone") {
  std::vector<std::string> arguments = tls("server.pem");
  arguments.insert(arguments.end(), {"--client-ca", (test::certificates() / "ca.pem").string()});
  OutsideServer server("hostile_http.py", arguments);
  Values values = by_ca();
  values.emplace_back("client_certificate", text(pem("client.pem")));
  const Secrets key = {{"client_key", pem("server.key")}};
  CHECK(is_up(check(address(server, "/ok", "https"), values, key)));
  CHECK(check(address(server, "/ok", "https"), by_ca()).verdict == CheckVerdict::down);
  OutsideServer elsewhere("hostile_http.py", {"--address", "127.0.0.2"});
  const std::string redirecting = address(elsewhere, "/to?" + address(server, "/ok", "https"), "http", "127.0.0.2");
  CHECK(check(redirecting, values, key).verdict == CheckVerdict::down);
  CHECK(is(check(address(server, "/ok", "https"), values, {{"client_key", "-----BEGIN PRIVATE KEY-----\nx"}}),
           CheckVerdict::unknown, CheckReason::bad_settings));
}

TEST_CASE("an inverted monitor is up where nothing answers, and down where something does") {
  OutsideServer server("hostile_http.py", {});
  const auto open = spec_for(address(server, "/page"));
  open->invert = true;
  const CheckResult answered = test::one_check(open);
  REQUIRE(is_down(answered, CheckReason::open_but_inverted));
  CHECK(answered.excerpt.find("operational") != std::string::npos);
  const auto closed = spec_for("http://127.0.0.1:" + std::to_string(test::unused_port()) + "/");
  closed->invert = true;
  CHECK(test::one_check(closed).verdict == CheckVerdict::up);
  const auto failing = spec_for(address(server, "/page"), {{"keyword", text("no such word")}});
  failing->invert = true;
  const CheckResult fails = test::one_check(failing);
  REQUIRE(is_up(fails));
  CHECK(fails.text.starts_with("it fails, as it should: "));
  const auto forbidden = spec_for("http://169.254.169.254/");
  forbidden->invert = true;
  CHECK(is_refused_here(test::one_check(forbidden)));
}

TEST_CASE("what cannot be sent, or would break out of its line, is refused with the field's name") {
  const FieldValue url = text("https://example.org/");
  CHECK(refused_field({{"url", url}}) == "");
  for (const char* bad : {"http://a\r\nb/", "http://a\nHost: b/", "http://exa mple.org/", "ftp://example.org/",
                          "http://user:pw@example.org/", "http://example.org/#top", "//example.org", "http://"}) {
    CAPTURE(std::string(bad));
    CHECK(refused_field({{"url", text(bad)}}) == "fields.url");
  }
  for (const char* bad : {"Host: x", "host:x", "Transfer-Encoding: chunked", "Content-Length: 5", "Connection: close",
                          "Accept-Encoding: gzip", "Proxy-Authorization: x", "Authorization: Bearer x", "Cookie: a=b",
                          "no header", ": empty", "Na me: x", "X: a\rY: b", "Upgrade: h2c", "TE: trailers"}) {
    CAPTURE(std::string(bad));
    CHECK(refused_field({{"url", url}, {"headers", text(bad)}}) == "fields.headers");
  }
  CHECK(refused_field({{"url", url}, {"headers", text(std::string("X: a\0b", 6))}}) == "fields.headers");
  CHECK(refused_field({{"url", url}}, {{"secret_headers", "Content-Length: 5"}}) == "fields.secret_headers");
  CHECK(refused_field({{"url", url}}, {{"secret_headers", "Authorization: Token x\nCookie: a=b"}}) == "");
  for (const char* bad : {"a b", "a\r\nX: y", "http://x", "[::1", "a:b", "a:99999"}) {
    CAPTURE(std::string(bad));
    CHECK(refused_field({{"url", url}, {"host_header", text(bad)}}) == "fields.host_header");
  }
  for (const char* bad : {"2xx", "200-", "-200", "299-200", "99", "600", "200,,201", "200;201"}) {
    CAPTURE(std::string(bad));
    CHECK(refused_field({{"url", url}, {"accepted_statuses", text(bad)}}) == "fields.accepted_statuses");
  }
  CHECK(refused_field({{"url", url}, {"body", text("x")}}) == "fields.body");
  CHECK(refused_field({{"url", url}, {"method", text("HEAD")}, {"keyword", text("x")}}) == "fields.keyword");
  CHECK(refused_field({{"url", url}, {"keyword_absent", FieldValue(true)}}) == "fields.keyword");
  CHECK(refused_field({{"url", url}, {"json_path", text("$..x")}}) == "fields.json_path");
  CHECK(refused_field({{"url", url}, {"json_path", text("$.x")}, {"json_compare", text("less")}, {"json_value", text("x")}}) ==
        "fields.json_value");
  CHECK(refused_field({{"url", url}, {"auth", text("basic")}}) == "fields.username");
  CHECK(refused_field({{"url", url}, {"auth", text("bearer")}}) == "fields.token");
  CHECK(refused_field({{"url", url}, {"auth", text("oauth2")}}) == "fields.oauth_token_url");
  CHECK(refused_field({{"url", url}, {"tls_trust", text("ca")}}) == "fields.ca");
  CHECK(refused_field({{"url", url}, {"tls_trust", text("pin")}}) == "fields.pin");
  CHECK(refused_field({{"url", url}, {"pin", text("abc")}}) == "fields.pin");
  CHECK(refused_field({{"url", url}}, {{"client_key", "-----BEGIN PRIVATE KEY-----"}}) == "fields.client_certificate");
  const Values with_client = {{"url", url}, {"client_certificate", text(pem("client.pem"))}};
  CHECK(refused_field(with_client, {{"client_key", pem("server.key")}}) == "");
  CHECK(refused_field(with_client, {{"client_key", pem("ca.key")}}) == "fields.client_key");
  CHECK(refused_field(with_client, {{"client_key", "-----BEGIN PRIVATE KEY-----\nx"}}) == "fields.client_key");
  // Stored all the same (by a later version, say), it is sent nowhere.
  CHECK(is(check("http://a\r\nb/"), CheckVerdict::unknown, CheckReason::bad_settings));
}

TEST_CASE("a pasted address becomes the fields, and what is shown of it has no query in it") {
  const auto proposed = [](std::string_view pasted) {
    const auto values = propose_http(pasted);
    return values ? values->text("url") : std::string("(none)");
  };
  CHECK(proposed(" https://example.org/health ") == "https://example.org/health");
  CHECK(proposed("HTTP://Example.org:8080/a?b=c#d") == "http://Example.org:8080/a?b=c");
  CHECK(proposed("www.example.org") == "https://www.example.org");
  CHECK(proposed("example.org/status") == "https://example.org/status");
  CHECK(proposed("https://[2001:db8::1]:8443/x") == "https://[2001:db8::1]:8443/x");
  CHECK(proposed("https://exämple.org/") == "https://xn--exmple-cua.org/");
  for (const char* other : {"db:5432", "ping example", "localhost", "example.org:25", "", "ftp://example.org/", "a b.c",
                            "ada@example.org", "https://"}) {
    CAPTURE(std::string(other));
    CHECK(proposed(other) == "(none)");
  }
  const auto with_user = propose_http("https://ada:pw@example.org/");
  REQUIRE(with_user);
  CHECK(with_user->text("url") == "https://example.org/");
  CHECK(with_user->text("auth") == "basic");
  CHECK(with_user->text("username") == "ada");
  CHECK(to_stored(*with_user).find("pw") == std::string::npos);

  FieldValues values;
  values.set("url", text("https://example.org/a?key=k"));
  values.set("method", text("POST"));
  CHECK(http_shown(values) == "POST https://example.org/a?…");
  CHECK(http_target(values).host == "example.org");
  CHECK(http_target(values).port == 443);
}

TEST_CASE("a keyword is found wherever it stands, also where it begins again within itself") {
  CHECK(has_text("", ""));
  CHECK(has_text("abc", ""));
  CHECK_FALSE(has_text("", "a"));
  CHECK(has_text("aaab", "aab"));
  CHECK(has_text("ababcababd", "ababd"));
  CHECK_FALSE(has_text("ababcababc", "ababd"));
  CHECK(has_text(std::string(100'000, 'a') + "b", std::string(5'000, 'a') + "b"));
  CHECK_FALSE(has_text(std::string(1'000'000, 'a'), std::string(200, 'a') + "b"));
}

TEST_CASE("credentials go along only to the same place, or from http to https on the usual ports") {
  const HttpUrl web{"https", "example.org", 443}, plain{"http", "example.org", 80};
  CHECK(is_same_place(web, web));
  CHECK(is_same_place(plain, web));
  CHECK_FALSE(is_same_place(web, plain));
  CHECK_FALSE(is_same_place(web, {"https", "example.org", 8443}));
  CHECK_FALSE(is_same_place(plain, {"https", "example.org", 8443}));
  CHECK_FALSE(is_same_place(web, {"https", "www.example.org", 443}));
  CHECK(redirect_of("https://example.org/a/b?c", "../d").url == "https://example.org/d");
  CHECK(redirect_of("https://example.org/a", "//other.example/x#y").url == "https://other.example/x");
  for (const char* broken : {"http://a\\b/", "http://a\nb/", "http://a b/", "http://", "https://ada:pw@example.org/", "\x01"}) {
    CAPTURE(std::string(broken));
    CHECK_FALSE(redirect_of("https://example.org/a", broken).trouble.empty());
  }
}

}  // namespace connlog
