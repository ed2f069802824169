// The table of kinds of checks: each is whole, and docs/checks.md lists its fields.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// A row of the table of docs/checks.md.
std::string table_row(const CheckKind& kind, const Field& field) {
  std::string notes = field.required && field.default_value.empty() ? "required" : "optional";
  if (!field.default_value.empty()) notes = "default `" + std::string(field.default_value) + "`";
  if (field.made_here) notes = "made by connlog";
  std::string type(to_text(field.type));
  if (field.type == FieldType::choice) {
    type.clear();
    for (const FieldChoice& choice : field.choices) type += (type.empty() ? "" : ", ") + std::string(choice.word);
  }
  return "| `" + std::string(kind.word) + "` | `" + std::string(field.name) + "` | " + std::string(field.label) +
         " | " + type + " | " + notes + " |\n";
}

}  // namespace

TEST_CASE("each kind of check is whole: a word of its own, fields with words, and what every kind must say") {
  std::set<std::string_view> words;
  for (const CheckKind* kind : all_checks().kinds()) {
    CAPTURE(std::string(kind->word));
    CHECK(is_word(kind->word));
    CHECK(words.insert(kind->word).second);
    CHECK_FALSE(kind->title.empty());
    CHECK_FALSE(kind->icon.empty());
    REQUIRE(kind->target != nullptr);
    REQUIRE(kind->shown != nullptr);
    std::set<std::string_view> names;
    bool has_address = false;
    for (const Field& field : kind->fields) {
      CAPTURE(std::string(field.name));
      CHECK(is_word(field.name));
      CHECK(names.insert(field.name).second);
      CHECK_FALSE(field.label.empty());
      CHECK((field.type != FieldType::choice || !field.choices.empty()));
      CHECK((field.type != FieldType::number || field.lowest <= field.highest));
      has_address = has_address || field.address;
    }
    CHECK((kind->begin == nullptr || has_address));
  }
}

TEST_CASE("docs/checks.md has the table of the kinds' fields") {
  const std::string document = test::read_text(test::source_directory() / "docs" / "checks.md");
  for (const CheckKind* kind : all_checks().kinds()) {
    for (const Field& field : kind->fields) {
      const std::string row = table_row(*kind, field);
      CAPTURE(row);
      CHECK(document.find(row) != std::string::npos);
    }
  }
}

}  // namespace connlog
