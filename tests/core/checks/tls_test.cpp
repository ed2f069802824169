// The kind "tls": certificates that are good, about to end, expired, of another name, of nobody, in too long a chain; at
// once and after STARTTLS. Against real handshakes (tests/support/stream_stand_in.py, certificates by openssl).
#include <doctest/doctest.h>

#include <fstream>

#include "core/checks/kinds/tls_session.h"
#include "tests/core/checks/kind_world.h"
#include "tests/support/temporary_directory.h"

namespace connlog {
namespace {

using namespace test;

std::vector<std::string> words_of(const std::string& certificate, std::vector<std::string> words = {"tls"}) {
  words.insert(words.end(), {"--tls", certificate, (certificates() / "server.key").string()});
  return words;
}

std::string file(const std::string& name) {
  return (certificates() / name).string();
}

GivenValues of_ca(const OutsideServer& server, const GivenValues& more = {}) {
  return with({{"host", std::string("127.0.0.1")},
               {"port", std::int64_t{server.port()}},
               {"tls_trust", std::string("ca")},
               {"ca", read_text(certificates() / "ca.pem")}},
              more);
}
GivenValues trusting(const OutsideServer& server, const std::string& trust, const GivenValues& more = {}) {
  return with({{"host", std::string("127.0.0.1")}, {"port", std::int64_t{server.port()}}, {"tls_trust", trust}}, more);
}

}  // namespace

TEST_CASE("a good certificate is up, with its days, its end and its names") {
  const OutsideServer server("stream_stand_in.py", words_of(file("server.pem")));
  const CheckResult result = one_check(spec_for("tls", of_ca(server)));
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(has(result.text, "the certificate ends in "));
  CHECK(has(result.text, "for localhost and others"));
  CHECK(has(result.text, "TLSv1.3"));
  const auto days = value_of(result, CheckMeasure::certificate_days);
  REQUIRE(days);
  CHECK((*days == 29 || *days == 30));
  CHECK(result.phases.tls.count() >= 0);
}

TEST_CASE("few days are degraded, by the monitor's own limit") {
  const OutsideServer server("stream_stand_in.py", words_of(file("server.pem")));
  auto spec = spec_for("tls", of_ca(server));
  spec->certificate_days = 14;
  CHECK(one_check(spec).verdict == CheckVerdict::up);
  auto strict = spec_for("tls", of_ca(server));
  strict->certificate_days = 45;
  const CheckResult result = one_check(strict);
  CHECK(result.verdict == CheckVerdict::degraded);
  CHECK(result.reason == CheckReason::certificate_ends);
}

TEST_CASE("an expired certificate is down, says so, and its days are negative") {
  const OutsideServer server("stream_stand_in.py", words_of(file("expired.pem")));
  const CheckResult result = one_check(spec_for("tls", of_ca(server)));
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(has(result.text, "expired"));
  const auto days = value_of(result, CheckMeasure::certificate_days);
  REQUIRE(days);
  CHECK(*days < 0);
  // While our own clock is implausible this is not theirs.
  OneCheckOptions options;
  options.clock_is_plausible = false;
  const CheckResult ours = one_check(spec_for("tls", of_ca(server)), options);
  CHECK(ours.verdict == CheckVerdict::unknown);
  CHECK(ours.reason == CheckReason::own_clock);
}

TEST_CASE("another name, a stranger's authority and a certificate of nobody are told apart") {
  const OutsideServer other("stream_stand_in.py", words_of(file("other_name.pem")));
  const CheckResult named = one_check(spec_for("tls", of_ca(other)));
  CHECK(named.reason == CheckReason::certificate_wrong);
  CHECK(has(named.text, "the certificate is for elsewhere.example, not for 127.0.0.1"));
  // By its own name it is good.
  const CheckResult good =
      one_check(spec_for("tls", of_ca(other, {{"server_name", std::string("elsewhere.example")}})));
  CHECK_MESSAGE(good.verdict == CheckVerdict::up, good.text);

  const OutsideServer server("stream_stand_in.py", words_of(file("server.pem")));
  const CheckResult strange = one_check(spec_for(
      "tls", trusting(server, "ca", {{"ca", read_text(certificates() / "stranger.pem")}})));
  CHECK(strange.reason == CheckReason::certificate_wrong);
  CHECK(has(strange.text, "authority"));

  const OutsideServer self("stream_stand_in.py", words_of(file("self.pem")));
  CHECK(one_check(spec_for("tls", of_ca(self))).reason == CheckReason::certificate_wrong);
  // Whoever chose not to check the trust still learns the days.
  const CheckResult unchecked = one_check(spec_for("tls", trusting(self, "none")));
  CHECK_MESSAGE(unchecked.verdict == CheckVerdict::up, unchecked.text);
  CHECK(value_of(unchecked, CheckMeasure::certificate_days));
  // A pin needs no authority.
  const CheckResult pinned = one_check(
      spec_for("tls", trusting(self, "pin", {{"pin", public_key_pin(certificates() / "self.pem")}})));
  CHECK_MESSAGE(pinned.verdict == CheckVerdict::up, pinned.text);
}

TEST_CASE("a chain of more than ten certificates is refused") {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "long.pem").string();
  std::ofstream out(path);
  out << read_text(certificates() / "server.leaf");
  for (int i = 0; i < 11; ++i) out << read_text(certificates() / "ca.pem");
  out.close();
  const OutsideServer server("stream_stand_in.py", words_of(path));
  const CheckResult result = one_check(spec_for("tls", of_ca(server)));
  CHECK(result.verdict == CheckVerdict::down);
  CHECK_MESSAGE(has(result.text, "12 certificates"), result.text);
}

TEST_CASE("after STARTTLS of SMTP and IMAP the certificate is judged alike") {
  for (const std::string word : {"smtp", "imap"}) {
    CAPTURE(word);
    const std::string greeting = word == "smtp" ? "220 x" : "* OK x";
    const OutsideServer good("stream_stand_in.py", words_of(file("server.pem"), {word, greeting, "starttls"}));
    const CheckResult result = one_check(spec_for("tls", of_ca(good, {{"starttls", word}})));
    CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
    CHECK(has(result.text, "the certificate ends in "));
    const OutsideServer expired("stream_stand_in.py", words_of(file("expired.pem"), {word, greeting, "starttls"}));
    CHECK(one_check(spec_for("tls", of_ca(expired, {{"starttls", word}}))).verdict == CheckVerdict::down);
  }
}

TEST_CASE("what is no TLS, and alerts, are said in words") {
  const OutsideServer plain("stream_stand_in.py", {"says", "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"});
  const CheckResult result = one_check(spec_for("tls", trusting(plain, "none")));
  CHECK(result.reason == CheckReason::tls_failed);
  CHECK_MESSAGE(has(result.text, "TLS"), result.text);
  CHECK(alert_text(48) == "TLS alert 48: it does not know the authority of a certificate");
  CHECK(alert_text(255) == "TLS alert 255");
}

TEST_CASE("a pasted certificate check is understood") {
  const CheckKind* kind = all_checks().find("tls");
  REQUIRE(kind->propose("tls example.org"));
  CHECK(kind->propose("tls example.org")->number("port") == 443);
  CHECK(kind->propose("certificate example.org:8443")->number("port") == 8443);
  CHECK_FALSE(kind->propose("example.org"));
  CHECK(refused_field("tls", {{"host", std::string("a")}, {"server_name", std::string("a b")}}) ==
        "fields.server_name");
}

}  // namespace connlog
