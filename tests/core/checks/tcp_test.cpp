// The kind "tcp" without a protocol: ports that are open, closed, silent, endless, or not what they should be; TLS; several
// addresses of a name. Against real sockets (tests/support/stream_stand_in.py).
#include <doctest/doctest.h>

#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

using namespace test;
using namespace std::chrono_literals;

GivenValues at(std::uint16_t port, const GivenValues& more = {}) {
  return with({{"host", std::string("127.0.0.1")}, {"port", std::int64_t{port}}}, more);
}

CheckResult checked(std::uint16_t port, const GivenValues& more = {}, milliseconds limit = 10s) {
  auto spec = spec_for("tcp", at(port, more));
  spec->time_limit = limit;
  return one_check(spec);
}

std::vector<std::string> tls_of(const std::string& certificate) {
  return {"--tls", (certificates() / certificate).string(), (certificates() / "server.key").string()};
}

GivenValues with_tls(const std::string& trust = "ca") {
  GivenValues values = {{"tls", std::string("tls")}, {"tls_trust", trust}};
  if (trust == "ca") values.emplace_back("ca", read_text(certificates() / "ca.pem"));
  return values;
}

}  // namespace

TEST_CASE("an open port is up, with the address that was reached and how long it took") {
  const OutsideServer server("stream_stand_in.py", {"silent"});
  const CheckResult result = checked(server.port());
  CHECK(result.verdict == CheckVerdict::up);
  CHECK(result.reason == CheckReason::ok);
  CHECK(result.text == "is open");
  REQUIRE(result.address);
  CHECK(to_text(*result.address) == "127.0.0.1");
  CHECK(result.port == server.port());
  CHECK(result.phases.connect.count() >= 0);
  CHECK(result.phases.total >= result.phases.connect);
  CHECK(result.phases.tls.count() < 0);
  CHECK(result.excerpt.empty());
}

TEST_CASE("a closed port is down: refused, by the target, and that is what an inverted check wants") {
  const std::uint16_t port = unused_port();
  const CheckResult result = checked(port);
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(result.reason == CheckReason::refused);
  CHECK(result.source == FailureSource::target);
  CHECK(has(result.text, "127.0.0.1:" + std::to_string(port)));
  auto inverted_spec = spec_for("tcp", at(port));
  inverted_spec->invert = true;
  CHECK(one_check(inverted_spec).verdict == CheckVerdict::up);
  const OutsideServer open("stream_stand_in.py", {"silent"});
  auto open_spec = spec_for("tcp", at(open.port()));
  open_spec->invert = true;
  const CheckResult is_open = one_check(open_spec);
  CHECK(is_open.verdict == CheckVerdict::down);
  CHECK(is_open.reason == CheckReason::open_but_inverted);
}

TEST_CASE("what is sent comes as bytes, and the expected text is looked for in the answer") {
  OutsideServer server("stream_stand_in.py", {"echo"});
  const CheckResult result = checked(
      server.port(), {{"send", std::string(R"(a\r\n\t\\\x00\xffz)")}, {"expect", std::string(R"(\x00\xffz)")}});
  CHECK(result.verdict == CheckVerdict::up);
  CHECK(result.text == "answered as expected");
  CHECK(result.phases.first_byte.count() >= 0);
  const std::string heard = server.next("heard");
  CHECK_MESSAGE(has(heard, R"(a\r\n\t\\\u0000\u00ffz)"), heard);
}

TEST_CASE("an answer without the expected text is down, with what came") {
  const OutsideServer server("stream_stand_in.py", {"says", "hello there"});
  auto spec = spec_for("tcp", at(server.port(), {{"expect", std::string("good bye")}}));
  spec->time_limit = 500ms;
  const CheckResult result = one_check(spec);
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(result.reason == CheckReason::content_wrong);
  CHECK(result.source == FailureSource::target);
  CHECK(result.text == "answered \"hello there\", without the expected text");
  CHECK(result.excerpt == "hello there");
}

TEST_CASE("a server that sends without end is ended at 4 KiB") {
  const OutsideServer server("stream_stand_in.py", {"endless"});
  const CheckResult result = checked(server.port(), {{"expect", std::string("needle")}});
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(result.reason == CheckReason::content_wrong);
  CHECK(has(result.text, "4 KiB"));
  CHECK(result.excerpt.size() <= kExcerptBytes);
}

TEST_CASE("a server that closes at once, resets, or never answers is told apart") {
  const GivenValues expects = {{"send", std::string("x")}, {"expect", std::string("y")}};
  const OutsideServer closes("stream_stand_in.py", {"closes"});
  const CheckResult closed = checked(closes.port(), expects);
  CHECK(closed.verdict == CheckVerdict::down);
  CHECK(closed.reason == CheckReason::reset);
  CHECK(closed.source == FailureSource::target);

  const OutsideServer resets("stream_stand_in.py", {"reset"});
  const CheckResult reset = checked(resets.port(), expects);
  CHECK(reset.reason == CheckReason::reset);
  CHECK(has(reset.text, "reset"));

  const OutsideServer silent("stream_stand_in.py", {"silent"});
  const CheckResult still = checked(silent.port(), expects, 500ms);
  CHECK(still.reason == CheckReason::timed_out);
  CHECK(still.source == FailureSource::silence);
  CHECK(still.text == "connected, but it did not answer in time");
  REQUIRE(still.address);
  CHECK(still.phases.connect.count() >= 0);
}

TEST_CASE("TLS from the beginning is verified by the given authority, and the days of the certificate are measured") {
  const OutsideServer server("stream_stand_in.py", [] {
    std::vector<std::string> words = {"silent"};
    for (const std::string& word : tls_of("server.pem")) words.push_back(word);
    return words;
  }());
  const CheckResult good = checked(server.port(), with_tls());
  CHECK_MESSAGE(good.verdict == CheckVerdict::up, good.text);
  CHECK(good.text == "is open, and speaks TLS");
  CHECK(good.phases.tls.count() >= 0);
  const auto days = value_of(good, CheckMeasure::certificate_days);
  REQUIRE(days);
  CHECK((*days == 29 || *days == 30));

  const CheckResult strange = checked(server.port(), with_tls("system"));
  CHECK(strange.verdict != CheckVerdict::up);

  auto soon = spec_for("tcp", at(server.port(), with_tls()));
  soon->certificate_days = 60;
  const CheckResult ends = one_check(soon);
  CHECK(ends.verdict == CheckVerdict::degraded);
  CHECK(ends.reason == CheckReason::certificate_ends);

  auto of_ours = spec_for("tcp", with({{"host", std::string("127.0.0.1")}, {"port", std::int64_t{server.port()}}},
                                      {{"tls", std::string("tls")},
                                       {"tls_trust", std::string("pin")},
                                       {"pin", public_key_pin(certificates() / "server.leaf")}}));
  CHECK(one_check(of_ours).verdict == CheckVerdict::up);
  CHECK(checked(server.port(), {{"tls", std::string("tls")},
                                {"tls_trust", std::string("pin")},
                                {"pin", std::string(64, 'a')}})
            .reason == CheckReason::certificate_wrong);
}

TEST_CASE("TLS where none is spoken, or where the server wants a certificate of ours, is said in words") {
  const OutsideServer plain("stream_stand_in.py", {"says", "220 mail ESMTP\\r\\n"});
  const CheckResult no_tls = checked(plain.port(), with_tls());
  CHECK(no_tls.verdict == CheckVerdict::down);
  CHECK(no_tls.reason == CheckReason::tls_failed);
  CHECK(no_tls.source == FailureSource::target);
  CHECK_FALSE(no_tls.text.empty());

  std::vector<std::string> words = {"silent", "client"};
  for (const std::string& word : tls_of("server.pem")) words.push_back(word);
  const OutsideServer wants("stream_stand_in.py", words);
  const CheckResult alert = checked(wants.port(), with_tls());
  CHECK(alert.reason == CheckReason::tls_failed);
  CHECK_MESSAGE(has(alert.text, "TLS alert"), alert.text);

  const OutsideServer closes("stream_stand_in.py", {"closes"});
  CHECK(checked(closes.port(), with_tls()).verdict == CheckVerdict::down);
  const OutsideServer silent("stream_stand_in.py", {"silent"});
  const CheckResult still = checked(silent.port(), with_tls(), 500ms);
  CHECK(still.reason == CheckReason::timed_out);
  CHECK(has(still.text, "handshake"));
}

TEST_CASE("loopback is refused where the workspace's networks do not have it, and link-local everywhere") {
  const OutsideServer server("stream_stand_in.py", {"silent"});
  auto spec = spec_for("tcp", at(server.port()));
  spec->scope = nullptr;
  const CheckResult refused = one_check(spec);
  CHECK(refused.verdict == CheckVerdict::unknown);  // nobody looked
  CHECK(refused.reason == CheckReason::forbidden);
  const CheckResult metadata =
      one_check(spec_for("tcp", {{"host", std::string("169.254.169.254")}, {"port", std::int64_t{80}}}));
  CHECK(metadata.reason == CheckReason::forbidden);
}

TEST_CASE("the addresses of a name are tried one after the other; where one of them fails it is degraded") {
  const OutsideServer server("stream_stand_in.py", {"silent"});
  const OutsideServer names("datagram_stand_in.py", {"dns"});
  OneCheckOptions options;
  options.outbound.dns_servers = "127.0.0.1:" + std::to_string(names.port());
  const auto by_name = [&](const std::string& name) {
    return one_check(spec_for("tcp", {{"host", name}, {"port", std::int64_t{server.port()}}}), options);
  };
  const CheckResult two = by_name("two.test");
  CHECK_MESSAGE(two.verdict == CheckVerdict::degraded, two.text);
  CHECK(two.reason == CheckReason::some_addresses_fail);
  CHECK(has(two.text, "127.0.0.1 answers, but 127.0.0.2:"));
  CHECK(two.phases.dns.count() >= 0);
  const CheckResult none = by_name("absent.test");
  CHECK(none.verdict == CheckVerdict::down);
  CHECK(none.reason == CheckReason::name_unknown);
}

TEST_CASE("fields that contradict each other are refused by name") {
  CHECK(refused_field("tcp", {{"host", std::string("a.example")}}) == "fields.port");
  CHECK(refused_field("tcp", {{"host", std::string("a b")}, {"port", std::int64_t{1}}}) == "fields.host");
  CHECK(refused_field("tcp", {{"host", std::string("a:1")}, {"port", std::int64_t{1}}}) == "fields.host");
  CHECK(refused_field("tcp", at(1, {{"tls", std::string("starttls")}})) == "fields.tls");
  CHECK(refused_field("tcp", at(1, {{"tls", std::string("starttls")}, {"preset", std::string("redis")}})) ==
        "fields.tls");
  CHECK(refused_field("tcp", at(1, {{"tls", std::string("tls")}, {"preset", std::string("ssh")}})) == "fields.tls");
  CHECK(refused_field("tcp", at(1, {{"send", std::string(257, 'x')}})) == "fields.send");
  CHECK(refused_field("tcp", at(1, {{"send", std::string(256, 'x')}})).empty());
  CHECK(refused_field("tcp", at(1, {{"send", std::string("\\q")}})) == "fields.send");
  CHECK(refused_field("tcp", at(1, {{"send", std::string("\\x0")}})) == "fields.send");
  CHECK(refused_field("tcp", at(1, {{"expect", std::string("\\")}})) == "fields.expect");
  CHECK(refused_field("tcp", at(1, {{"send", std::string("x")}, {"preset", std::string("redis")}})) == "fields.send");
  CHECK(refused_field("tcp", at(1, {{"expect", std::string("x")}, {"preset", std::string("smtp")}})) ==
        "fields.expect");
  CHECK(refused_field("tcp", at(1, {{"expect", std::string("SHA256:x")}, {"preset", std::string("ssh")}})) ==
        "fields.expect");
  CHECK(refused_field("tcp", at(1, {{"expect", "SHA256:" + std::string(43, 'x')}, {"preset", std::string("ssh")}}))
            .empty());
  CHECK(refused_field("tcp", at(1, {{"tls_trust", std::string("pin")}})) == "fields.pin");
  // A pin that nothing is compared with would only seem to protect.
  const GivenValues pinned = {{"tls_trust", std::string("pin")}, {"pin", std::string(64, '0')}};
  CHECK(refused_field("tcp", at(1, pinned)) == "fields.pin");
  CHECK(refused_field("tcp", at(1, with(pinned, {{"preset", std::string("ssh")}}))) == "fields.pin");
  CHECK(refused_field("tcp", at(1, with(pinned, {{"tls", std::string("tls")}}))) == "");
  CHECK(refused_field("tcp", at(1, {{"tls_trust", std::string("ca")}})) == "fields.ca");
}

TEST_CASE("a pasted place proposes the kind tcp with its protocol") {
  const auto proposed = [](std::string_view text) { return all_checks().find("tcp")->propose(text); };
  const auto db = proposed("db:5432");
  REQUIRE(db);
  CHECK(db->text("host") == "db");
  CHECK(db->number("port") == 5432);
  CHECK(db->text("preset") == "postgresql");
  CHECK(proposed("[2001:db8::1]:22")->text("preset") == "ssh");
  CHECK(proposed("mail.example.org:465")->text("tls") == "tls");
  CHECK(proposed("mail.example.org:587")->text("tls") == "starttls");
  CHECK(proposed("redis://cache")->number("port") == 6379);
  CHECK(proposed("mqtts://broker/")->number("port") == 8883);
  CHECK(proposed("tcp://host:99")->text("preset") == "none");
  CHECK_FALSE(proposed("tcp://host"));
  CHECK_FALSE(proposed("redis://:secret@cache"));
  CHECK_FALSE(proposed("https://example.org:443"));
  CHECK_FALSE(proposed("db"));
  CHECK_FALSE(proposed("db:70000"));
  CHECK_FALSE(proposed("2001:db8::1"));
}

}  // namespace connlog
