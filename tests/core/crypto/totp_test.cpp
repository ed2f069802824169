// One-time passwords: the vectors of RFC 6238, neighbouring steps, and that a code counts once.
#include <doctest/doctest.h>
#include <sodium.h>

#include "core/crypto/totp.h"

using namespace connlog;

namespace {

// RFC 6238 appendix B, for SHA-1: the ASCII secret 12345678901234567890.
Secret rfc_secret() {
  return Secret(totp::to_base32("12345678901234567890"));
}

Instant at_second(std::int64_t second) {
  return Instant{second * 1'000'000};
}

}  // namespace

TEST_CASE("the codes are those of RFC 6238") {
  REQUIRE(sodium_init() >= 0);
  const Secret secret = rfc_secret();
  CHECK(secret.reveal() == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  // Appendix B prints eight digits; ours are the last six of them.
  CHECK(totp::code_at(secret, totp::step_of(at_second(59))) == "287082");
  CHECK(totp::code_at(secret, totp::step_of(at_second(1'111'111'109))) == "081804");
  CHECK(totp::code_at(secret, totp::step_of(at_second(1'111'111'111))) == "050471");
  CHECK(totp::code_at(secret, totp::step_of(at_second(1'234'567'890))) == "005924");
  CHECK(totp::code_at(secret, totp::step_of(at_second(2'000'000'000))) == "279037");
  CHECK(totp::code_at(secret, totp::step_of(at_second(20'000'000'000))) == "353130");
}

TEST_CASE("a code is good one step early and one step late, and no further") {
  const Secret secret = rfc_secret();
  const std::int64_t step = totp::step_of(at_second(1'234'567'890));
  const std::string code = totp::code_at(secret, step);
  const auto accepted = [&](std::int64_t second) {
    return totp::accepted_step(secret, code, at_second(second), 0).has_value();
  };
  CHECK_FALSE(accepted((step - 1) * 30 - 1));
  CHECK(accepted((step - 1) * 30));
  CHECK(accepted(step * 30));
  CHECK(accepted((step + 2) * 30 - 1));
  CHECK_FALSE(accepted((step + 2) * 30));
}

TEST_CASE("nothing at or before the last accepted step counts again") {
  const Secret secret = rfc_secret();
  const Instant now = at_second(1'234'567'890);
  const std::int64_t step = totp::step_of(now);
  const std::string code = totp::code_at(secret, step), before = totp::code_at(secret, step - 1);
  CHECK(totp::accepted_step(secret, code, now, 0) == step);
  CHECK_FALSE(totp::accepted_step(secret, code, now, step).has_value());
  CHECK_FALSE(totp::accepted_step(secret, before, now, step).has_value());
  CHECK(totp::accepted_step(secret, before, now, step - 2) == step - 1);
}

TEST_CASE("what is not six digits of ours is refused") {
  const Secret secret = rfc_secret();
  const Instant now = at_second(1'234'567'890);
  for (const std::string& bad :
       {std::string(), std::string("05924"), std::string("0005924"), std::string("00592a"), std::string("005924\0", 7),
        std::string("\xd9\xa0\xd9\xa0\xd9\xa5"), std::string("      "), std::string(4'096, '0')}) {
    CAPTURE(bad);
    CHECK_FALSE(totp::accepted_step(secret, bad, now, 0).has_value());
  }
  // A damaged secret never has the empty code, or any.
  CHECK_FALSE(totp::accepted_step(Secret("not base32!"), "", now, 0).has_value());
  CHECK_FALSE(totp::accepted_step(Secret(""), "000000", now, 0).has_value());
}

TEST_CASE("base32 is that of RFC 4648") {
  CHECK(totp::to_base32("") == "");
  CHECK(totp::to_base32("f") == "MY");
  CHECK(totp::to_base32("fo") == "MZXQ");
  CHECK(totp::to_base32("foo") == "MZXW6");
  CHECK(totp::to_base32("foobar") == "MZXW6YTBOI");
  CHECK(totp::from_base32("MZXW6YTBOI") == "foobar");
  CHECK_FALSE(totp::from_base32("mzxw6").has_value());
  CHECK_FALSE(totp::from_base32("MZXW1").has_value());
}

TEST_CASE("what the QR code says names issuer and account, percent-encoded") {
  const Secret url = totp::enrolment_url("Acme & Söhne", "ada@example.org", Secret("GEZDGNBV"));
  CHECK(url.reveal() ==
        "otpauth://totp/Acme%20%26%20S%C3%B6hne:ada%40example.org?secret=GEZDGNBV&issuer=Acme%20%26%20S%C3%B6hne"
        "&algorithm=SHA1&digits=6&period=30");
  SystemRandom random;
  CHECK(totp::make_secret(random).reveal().size() == 32);
}
