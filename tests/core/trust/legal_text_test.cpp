// The appliance's legal texts, read as words.

#include "core/trust/legal_text.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.h"

using namespace connlog;

namespace {

std::vector<std::string> shape(const LegalText& text) {
  std::vector<std::string> out;
  for (const LegalBlock& block : text.blocks)
    out.push_back(std::string(to_text(block.kind)) + (block.level ? std::to_string(block.level) : "") + ":" +
                  block.text);
  return out;
}

}  // namespace

TEST_CASE("headings, lists and paragraphs are what they look like, and everything else is words") {
  const auto text =
      parse_legal_text("terms",
                       "# Terms of use\n\nFirst line\nsecond line.\n\n## Rules\n- be kind\n- pay\n  attention\n"
                       "1. one\n2. two\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) **b**\n");
  REQUIRE_MESSAGE(text, text.error().message);
  CHECK(text->title == "Terms of use");
  CHECK_FALSE(text->asks_for_acceptance);
  CHECK(shape(*text) == std::vector<std::string>{"paragraph:First line second line.", "heading2:Rules",
                                                 "bullet:be kind", "bullet:pay attention", "numbered:one",
                                                 "numbered:two", "paragraph:<script>alert(1)</script>",
                                                 "paragraph:[a](javascript:alert(1)) **b**"});
}

TEST_CASE("a header gives the title and asks for acceptance, and its version is the digest of the bytes") {
  const auto text = parse_legal_text("terms", "title: Our terms\nacceptance: required\n---\nBe kind.\n");
  REQUIRE(text);
  CHECK(text->title == "Our terms");
  CHECK(text->asks_for_acceptance);
  const auto other = parse_legal_text("terms", "title: Our terms\nacceptance: required\n---\nBe kind!\n");
  CHECK(other->digest != text->digest);
}

TEST_CASE("what is wrong in a text is said, and refuses it") {
  for (const auto& [name, bytes, words] :
       {std::tuple{"terms", "acceptance: requird\n---\nText", "stands in its header"},
        std::tuple{"terms", "acceptance: required\nText without the end of its header", "three hyphens"},
        std::tuple{"terms", "\xff\xfe", "not UTF-8"}, std::tuple{"terms", "a\x01b", "control characters"},
        std::tuple{"terms", "", "empty"}, std::tuple{"terms", "title: T\n---\n", "empty"},
        std::tuple{"../terms", "Text", "its name"}, std::tuple{"Terms", "Text", "its name"}}) {
    CAPTURE(bytes);
    const auto text = parse_legal_text(name, bytes);
    REQUIRE_FALSE(text);
    CHECK(text.error().message.find(words) != std::string::npos);
  }
  CHECK_FALSE(parse_legal_text("terms", std::string(kLegalBytesMax + 1, 'a')));
}

TEST_CASE("a directory is read whole or not at all, by name, and nothing but texts is looked at") {
  TemporaryDirectory directory;
  CHECK(read_legal_texts(directory.path() / "absent")->empty());
  std::ofstream(directory.path() / "privacy.txt") << "We keep little.";
  std::ofstream(directory.path() / "imprint.md") << "# Who we are\n\nUs.";
  std::ofstream(directory.path() / "notes.bak") << "\xff";
  std::ofstream(directory.path() / ".hidden.md") << "";
  const auto texts = read_legal_texts(directory.path());
  REQUIRE_MESSAGE(texts, texts.error().message);
  REQUIRE(texts->size() == 2);
  CHECK(texts->at(0).name == "imprint");
  CHECK(texts->at(1).name == "privacy");

  std::ofstream(directory.path() / "privacy.md") << "Twice.";
  CHECK(read_legal_texts(directory.path()).error().message.find("twice") != std::string::npos);
  std::filesystem::remove(directory.path() / "privacy.md");
  std::ofstream(directory.path() / "terms.md") << "acceptance: maybe\n---\nText";
  CHECK_FALSE(read_legal_texts(directory.path()));
  std::filesystem::remove(directory.path() / "terms.md");
  std::filesystem::create_symlink("/etc/passwd", directory.path() / "link.txt");
  CHECK_FALSE(read_legal_texts(directory.path()));
}
