// Whom to tell about a weakness, in the words of RFC 9116.

#include "core/trust/disclosure.h"

#include <doctest/doctest.h>

using namespace connlog;

namespace {

Instant at_day(std::int64_t day, std::int64_t micros = 1) {
  return Instant{day * 86'400'000'000 + micros};
}

}  // namespace

TEST_CASE("security.txt has the members that must be there, and Expires is always ahead and never a year away") {
  Disclosure disclosure;
  disclosure.contacts = {"mailto:security@example.org", "https://example.org/report"};
  disclosure.languages = "en, nl";
  const std::string text = security_txt(disclosure, "https://monitor.example.org", at_day(20'000));
  CHECK(text.find("Contact: mailto:security@example.org\nContact: https://example.org/report\n") != std::string::npos);
  CHECK(text.find("Canonical: https://monitor.example.org/.well-known/security.txt\n") != std::string::npos);
  CHECK(text.find("Policy: https://monitor.example.org/security\n") != std::string::npos);
  CHECK(text.find("Preferred-Languages: en, nl\n") != std::string::npos);
  const auto expires = [](const std::string& all) {
    const std::size_t from = all.find("Expires: ") + 9;
    Instant at;
    REQUIRE(parse_iso8601(all.substr(from, all.find('\n', from) - from), at));
    return at;
  };
  CHECK(expires(text) > at_day(20'000 + 60));
  CHECK(expires(text) < at_day(20'000 + 364));
  // The same all day long, and later tomorrow.
  CHECK(security_txt(disclosure, "https://monitor.example.org", at_day(20'000, 80'000'000'000)) == text);
  CHECK(expires(security_txt(disclosure, "https://monitor.example.org", at_day(20'001))) > expires(text));
}

TEST_CASE("without a contact of the administrator the page that says so is the contact") {
  CHECK(security_txt({}, "https://m.example.org", at_day(1)).find("Contact: https://m.example.org/security\n") !=
        std::string::npos);
}

TEST_CASE("contacts are addresses and nothing that could begin a line of its own") {
  Disclosure wanted;
  wanted.contacts = {" security@example.org ", "", "tel:+31-20-1234567"};
  const auto good = checked(wanted);
  REQUIRE_MESSAGE(good, good.error().message);
  CHECK(good->contacts == std::vector<std::string>{"mailto:security@example.org", "tel:+31-20-1234567"});
  for (const char* bad : {"nobody", "http://example.org/", "javascript:alert(1)", "https://", "tel:", "tel:call me",
                          "mailto:a@b\nExpires: 2000-01-01T00:00:00Z", "https://example.org/ x", "https://e.org/\"x"}) {
    CAPTURE(bad);
    wanted.contacts = {bad};
    CHECK(checked(wanted).error().field == "contacts");
  }
  wanted.contacts.assign(6, "a@example.org");
  CHECK(checked(wanted).error().field == "contacts");
  Disclosure links;
  links.encryption = "http://example.org/key";
  CHECK(checked(links).error().field == "encryption");
  Disclosure words;
  words.languages = "en\nContact: x";
  CHECK(checked(words).error().field == "languages");
}
