#include "core/net/idna.h"

#include <doctest/doctest.h>

namespace connlog {

TEST_CASE("names of hosts beyond ASCII get the form that DNS carries, however they are typed") {
  struct {
    const char *typed, *ascii;
  } const names[] = {
      {"example.org", "example.org"},
      {"EXAMPLE.Org", "example.org"},
      {"exämple.org", "xn--exmple-cua.org"},
      {"EXÄMPLE.org", "xn--exmple-cua.org"},
      {"exa\xcc\x88mple.org", "xn--exmple-cua.org"},  // a letter and its mark
      {"ex\xc2\xad"
       "ample.org",
       "example.org"},  // a soft hyphen
      {"bücher.example", "xn--bcher-kva.example"},
      {"mañana.com", "xn--maana-pta.com"},
      {"straße.de", "xn--strae-oqa.de"},
      {"Ελλάς.gr", "xn--hxarsa0b.gr"},
      {"ПРИМЕР.рф", "xn--e1afmkfd.xn--p1ai"},
      {"例え。テスト", "xn--r8jz45g.xn--zckzah"},
      {"ドメイン名例.jp", "xn--eckwd4c7cu47r2wf.jp"},
      {"ｅｘａｍｐｌｅ．org", "example.org"},
      {"xn--exmple-cua.org", "xn--exmple-cua.org"},
  };
  for (const auto& name : names) {
    CAPTURE(name.typed);
    CHECK(domain_to_ascii(name.typed) == name.ascii);
  }
}

TEST_CASE("what is no name of a host gets no form") {
  const std::string label(64, 'a');
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a..b"), std::string("-a.b"), std::string("a-.b"),
        std::string("a b"), std::string("a_b.c"), std::string("☃.net"),
        std::string("a\xe2\x80\xae"
                    "b.net"),
        std::string("a\xe2\x80\x8b"
                    "b.net"),
        std::string("a\0b", 3), std::string("\xff.net"), std::string("ab--ä.de"), label + ".de",
        std::string("ä") + label, std::string("a\r\nb.de"), std::string(2'000, 'a')}) {
    CAPTURE(bad);
    CHECK(domain_to_ascii(bad).empty());
  }
}

}  // namespace connlog
