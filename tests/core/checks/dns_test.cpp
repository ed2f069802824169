// The kind "dns" against a name server with a small zone (tests/support/datagram_stand_in.py), and its reader against
// answers that are broken.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/checks/kinds/dns_message.h"
#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

using namespace test;
using namespace std::chrono_literals;

std::string place_of(const OutsideServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

CheckResult asked(const OutsideServer& server, const std::string& name, const std::string& record,
                  const GivenValues& more = {}, milliseconds limit = 10s) {
  auto spec = spec_for("dns", with({{"name", name}, {"record", record}, {"server", place_of(server)}}, more));
  spec->time_limit = limit;
  return one_check(spec);
}

}  // namespace

TEST_CASE("each kind of record is asked for and shown as a zone file has it") {
  const OutsideServer server("datagram_stand_in.py", {"dns"});
  const auto text = [&](const std::string& name, const std::string& record) {
    const CheckResult result = asked(server, name, record);
    CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
    return result.text;
  };
  CHECK(text("WWW.Test.", "A") == "answered 192.0.2.1, 192.0.2.2");  // behind an alias; others' records do not count
  CHECK(text("host.test", "AAAA") == "answered 2001:db8::7");
  CHECK(text("www.test", "CNAME") == "answered host.test");
  CHECK(text("test", "MX") == "answered 10 mail.test, 20 backup.test");
  CHECK(text("test", "TXT") == "answered v=spf1 -all");
  CHECK(text("test", "NS") == "answered ns.test");
  CHECK(text("_sip._tcp.test", "SRV") == "answered 1 2 5060 sip.test");
  CHECK(text("192.0.2.1", "PTR") == "answered host.test");
  CHECK(text("test", "SOA") == "answered ns.test admin.test 7 1 2 3 4");
  CHECK(text("test", "CAA") == "answered 0 issue \"ca.test\"");
}

TEST_CASE("expected values are compared as the protocol does, any or all of them") {
  const OutsideServer server("datagram_stand_in.py", {"dns"});
  const auto verdict = [&](const std::string& name, const std::string& record, const std::string& expected,
                           const std::string& match) {
    return asked(server, name, record, {{"expected", expected}, {"match", match}}).verdict;
  };
  CHECK(verdict("www.test", "A", "192.0.2.9\n192.0.2.2", "any") == CheckVerdict::up);
  CHECK(verdict("www.test", "A", "192.0.2.9\n192.0.2.2", "all") == CheckVerdict::down);
  CHECK(verdict("www.test", "A", "192.0.2.2\n192.0.2.1", "all") == CheckVerdict::up);
  CHECK(verdict("host.test", "AAAA", "2001:0db8:0:0::7", "any") == CheckVerdict::up);
  CHECK(verdict("test", "MX", "10   Mail.Test.", "any") == CheckVerdict::up);
  CHECK(verdict("test", "MX", "backup.test\nmail.test", "all") == CheckVerdict::up);
  CHECK(verdict("test", "MX", "ail.test", "any") == CheckVerdict::down);
  CHECK(verdict("test", "TXT", "\"v=spf1 -all\"", "any") == CheckVerdict::up);
  CHECK(verdict("test", "TXT", "v=SPF1 -all", "any") == CheckVerdict::down);
  CHECK(verdict("test", "CAA", "0 issue ca.test", "any") == CheckVerdict::up);
  const CheckResult wrong = asked(server, "www.test", "A", {{"expected", std::string("198.51.100.1")}});
  CHECK(wrong.reason == CheckReason::content_wrong);
  CHECK(wrong.source == FailureSource::target);
  CHECK(has(wrong.text, "answered 192.0.2.1, 192.0.2.2, which is not what is expected"));
  CHECK(has(wrong.excerpt, "192.0.2.1\n"));
}

TEST_CASE("an answer that does not fit is asked for again over TCP") {
  OutsideServer server("datagram_stand_in.py", {"dns"});
  const CheckResult result = asked(server, "long.test", "TXT");
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(nlohmann::json::parse(server.next("question"))["tcp"] == false);
  CHECK(nlohmann::json::parse(server.next("question"))["tcp"] == true);
}

TEST_CASE("what a name server refuses, has not, or does not answer is told apart") {
  const OutsideServer server("datagram_stand_in.py", {"dns"});
  const CheckResult absent = asked(server, "absent.test", "A");
  CHECK(absent.verdict == CheckVerdict::down);
  CHECK(absent.reason == CheckReason::name_unknown);
  CHECK(has(absent.text, "NXDOMAIN"));
  CHECK(asked(server, "nothing.test", "A").text == "there is no A record of this name");
  CHECK(has(asked(server, "fails.test", "A").text, "SERVFAIL"));
  CHECK(has(asked(server, "refuses.test", "A").text, "REFUSED"));
  const CheckResult silent = asked(server, "x.silent", "A", {}, 500ms);
  CHECK(silent.reason == CheckReason::timed_out);
  CHECK(silent.source == FailureSource::silence);
  const CheckResult closed =
      one_check(spec_for("dns", {{"name", std::string("x.test")},
                                 {"server", "127.0.0.1:" + std::to_string(unused_port())}}));
  CHECK(closed.verdict == CheckVerdict::down);
  CHECK(closed.reason == CheckReason::refused);
}

TEST_CASE("answers that are none do not count, and broken ones are said to be broken") {
  const OutsideServer server("datagram_stand_in.py", {"dns"});
  for (const char* name : {"id.broken", "other.broken"}) {
    CAPTURE(name);
    const CheckResult result = asked(server, name, "A", {}, 500ms);
    CHECK(result.verdict == CheckVerdict::down);
    CHECK(result.reason == CheckReason::protocol_wrong);
    CHECK(has(result.text, "no answer to the question"));
  }
  for (const char* name : {"loop.broken", "short.broken", "inside.broken"}) {
    CAPTURE(name);
    const CheckResult result = asked(server, name, "A");
    CHECK(result.verdict == CheckVerdict::down);
    CHECK(result.text == "the answer breaks off");
  }
}

TEST_CASE("the reader of answers survives every cut and every changed byte") {
  const std::string question = dns_question(7, "www.example.org", dns_type("MX"));
  std::string answer = question.substr(0, 12 + 17 + 4);
  answer[2] = '\x81';
  answer[3] = '\x80';
  answer[7] = 1;   // answers
  answer[11] = 0;  // nothing more
  answer += std::string("\xc0\x0c\x00\x0f\x00\x01\x00\x00\x00\x3c\x00\x09\x00\x0a\x04mail\xc0\x10", 21);
  const auto whole = read_dns_answer(answer, 7, "www.example.org", dns_type("MX"));
  REQUIRE(whole);
  REQUIRE(whole->is_whole);
  REQUIRE(whole->values.size() == 1);
  CHECK(whole->values[0] == "10 mail.example.org");
  for (std::size_t length = 0; length < answer.size(); ++length) {
    const auto cut = read_dns_answer(std::string_view(answer).substr(0, length), 7, "www.example.org", dns_type("MX"));
    CHECK((!cut || !cut->is_whole));
  }
  for (std::size_t at = 0; at < answer.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = answer;
      changed[at] = static_cast<char>(value);
      const auto read = read_dns_answer(changed, 7, "www.example.org", dns_type("MX"));
      if (read) CHECK(read->values.size() <= 1);
    }
  }
}

TEST_CASE("without a server of choice the appliance's own are asked, wherever they are") {
  OutsideServer server("datagram_stand_in.py", {"dns"});
  OneCheckOptions options;
  options.outbound.dns_servers = place_of(server);
  auto spec = spec_for("dns", {{"name", std::string("host.test")}, {"record", std::string("AAAA")}});
  spec->scope = nullptr;  // public addresses alone
  const CheckResult result = one_check(spec, options);
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  // A server of people's own choice passes the policy.
  auto chosen = spec_for("dns", {{"name", std::string("host.test")}, {"server", place_of(server)}});
  chosen->scope = nullptr;
  CHECK(one_check(chosen).reason == CheckReason::forbidden);
  // Where they are silent that may be our own trouble.
  auto silent = spec_for("dns", {{"name", std::string("x.silent")}});
  silent->time_limit = 500ms;
  CHECK(one_check(silent, options).source == FailureSource::name);
}

TEST_CASE("names and servers that cannot be asked are refused by name, and pasted questions are understood") {
  CHECK(refused_field("dns", {{"name", std::string("a b")}}) == "fields.name");
  CHECK(refused_field("dns", {{"name", std::string("a..b")}}) == "fields.name");
  CHECK(refused_field("dns", {{"name", std::string(64, 'a') + ".test"}}) == "fields.name");
  CHECK(refused_field("dns", {{"name", std::string("192.0.2.1")}}) == "fields.name");
  CHECK(refused_field("dns", {{"name", std::string("192.0.2.1")}, {"record", std::string("PTR")}}).empty());
  CHECK(refused_field("dns", {{"name", std::string("exämple.org")}}).empty());
  CHECK(refused_field("dns", {{"name", std::string("_dmarc.example.org")}, {"record", std::string("TXT")}}).empty());
  CHECK(refused_field("dns", {{"name", std::string("a.test")}, {"server", std::string("x:y")}}) == "fields.server");
  CHECK(*dns_name("name", "2001:db8::1", "PTR") ==
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  const auto proposed = all_checks().find("dns")->propose("dns example.org mx @192.0.2.53");
  REQUIRE(proposed);
  CHECK(proposed->text("name") == "example.org");
  CHECK(proposed->text("record") == "MX");
  CHECK(proposed->text("server") == "192.0.2.53");
  CHECK_FALSE(all_checks().find("dns")->propose("dns"));
  CHECK_FALSE(all_checks().find("dns")->propose("example.org"));
}

}  // namespace connlog
