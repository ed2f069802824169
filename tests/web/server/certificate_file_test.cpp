// Certificates and keys in the forms in which authorities and tools write them.
#include "web/server/certificate_file.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include "tests/support/outside.h"
#include "web/server/certificate_maker.h"

using namespace connlog;
using namespace connlog::web;
using test::read_text;

namespace {

SystemRandom g_random;

std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out;
}

std::string relabelled(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// Whether key and chain, as these functions hand them on, are the pair that they are.
bool is_pair(const std::string& chain, const std::string& key) {
  const auto file = read_certificate_file(chain, "a.pem");
  return file && check_pair(file->chain, "a.pem", plain_private_key(Secret(key)), "a.key", g_random).has_value();
}

}  // namespace

TEST_CASE("a certificate that cannot be read is left out of the chain and named, unless it is the server's own") {
  REQUIRE(sodium_init() >= 0);
  const auto& made = test::certificates();
  const std::string chain = read_text(made / "server.pem"), modern = read_text(made / "ed25519.pem");
  const auto whole = read_certificate_file(chain, "chain.pem");
  REQUIRE(whole);
  CHECK(whole->left_out.empty());
  const auto longer = read_certificate_file(chain + modern, "chain.pem");
  REQUIRE(longer);
  CHECK(longer->chain == whole->chain);
  REQUIRE(longer->left_out.size() == 1);
  CHECK(longer->left_out.front() == "certificate 3 (Modern Root, Ed25519)");
  const auto first = read_certificate_file(modern + chain, "chain.pem");
  REQUIRE_FALSE(first);
  CHECK(first.error().message.find("The first certificate in chain.pem") == 0);
  CHECK(first.error().message.find("Ed25519") != std::string::npos);
  CHECK(first.error().field == "tls_certificate");
  for (const char* none : {"", "no certificate", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
                           "-----BEGIN CERTIFICATE-----\nMII"}) {
    CAPTURE(none);
    const auto read = read_certificate_file(none, "chain.pem");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("does not hold PEM certificates") != std::string::npos);
  }
}

TEST_CASE("chains and keys are read with text around, with other line ends, indented, and under older labels") {
  REQUIRE(sodium_init() >= 0);
  const auto& made = test::certificates();
  const std::string chain = read_text(made / "server.pem"), key = read_text(made / "server.key");
  REQUIRE(is_pair(chain, key));
  CHECK(is_pair(with_crlf(chain), with_crlf(key)));
  CHECK(is_pair(indented(chain), indented(key)));
  CHECK(is_pair("subject=CN = localhost\n" + chain + "end\n", "Bag Attributes\n  friendlyName: a\n" + key + "\nend"));
  CHECK(is_pair(relabelled(chain, " CERTIFICATE", " X509 CERTIFICATE"), key));
  CHECK(is_pair("\xEF\xBB\xBF" + chain, "\xEF\xBB\xBF" + key));  // the mark of UTF-8
  CHECK(is_pair(key + chain, chain + key));                      // both in one file, in either order
}

TEST_CASE("keys are read in every usual form: PKCS#8, SEC1 with its parameters, PKCS#1, DER") {
  REQUIRE(sodium_init() >= 0);
  const auto& made = test::certificates();
  const std::string chain = read_text(made / "server.pem"), sec1 = read_text(made / "server.sec1.key");
  const std::string rsa = read_text(made / "rsa.pem");
  REQUIRE(sec1.find("BEGIN EC PRIVATE KEY") != std::string::npos);
  REQUIRE(read_text(made / "server.key").find("BEGIN PRIVATE KEY") != std::string::npos);
  REQUIRE(read_text(made / "rsa.pkcs1.key").find("BEGIN RSA PRIVATE KEY") != std::string::npos);
  CHECK(is_pair(chain, sec1));
  CHECK(is_pair(chain, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1));
  CHECK(is_pair(rsa, read_text(made / "rsa.pkcs1.key")));
  CHECK(is_pair(rsa, read_text(made / "rsa.der.key")));
  CHECK_FALSE(is_pair(rsa, sec1));
  CHECK_FALSE(is_pair(chain, "no key"));
  CHECK_FALSE(is_pair(chain, read_text(made / "ed25519.key")));
}
