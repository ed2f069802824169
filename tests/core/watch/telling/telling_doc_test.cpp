// docs/telling.md names the stages in their order, with their sentences, and every reason.
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "core/watch/telling/stage.h"
#include "tests/support/outside.h"

using namespace connlog;

namespace {

std::string document() {
  return test::read_text(test::source_directory() / "docs" / "telling.md");
}

std::string section(const std::string& heading) {
  const std::string text = document();
  const std::size_t begin = text.find("## " + heading + "\n");
  REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find("\n## ", begin + 1);
  return text.substr(begin, end == std::string::npos ? end : end - begin);
}

// The cells of a table's rows that begin with a word between back quotes.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (std::size_t at = 2; at < line.size();) {
      const std::size_t end = line.find(" |", at);
      if (end == std::string::npos) break;
      cells.push_back(line.substr(at, end - at));
      at = end + 3;
    }
    rows.push_back(cells);
  }
  return rows;
}

std::string quoted(std::string_view word) {
  return "`" + std::string(word) + "`";
}

}  // namespace

TEST_CASE("docs/telling.md lists the stages in their order, as the program has them") {
  const auto rows = rows_of(section("Stages"));
  REQUIRE(rows.size() == stages().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Stage& stage = stages()[i];
    CAPTURE(std::string(to_text(stage.name)));
    REQUIRE(rows[i].size() == 3);
    CHECK(rows[i][0] == quoted(to_text(stage.name)));
    CHECK(rows[i][1] == stage.title);
    CHECK(rows[i][2] == stage.sentence);
  }
}

TEST_CASE("the diagram in docs/telling.md has the stages in their order") {
  const std::string text = document();
  const std::size_t begin = text.find("```text");
  REQUIRE(begin != std::string::npos);
  const std::string diagram = text.substr(begin, text.find("```", begin + 7) - begin);
  std::size_t at = diagram.find("opens an incident");
  for (const Stage& stage : stages()) {
    CAPTURE(std::string(to_text(stage.name)));
    at = diagram.find(std::string(to_text(stage.name)), at);
    REQUIRE(at != std::string::npos);
    at += to_text(stage.name).size();
  }
}

TEST_CASE("docs/telling.md says what each reason means, in the order of the table") {
  const auto rows = rows_of(section("Reasons"));
  REQUIRE(rows.size() == kTellingReasons.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(std::string(to_text(kTellingReasons[i])));
    REQUIRE(rows[i].size() == 3);
    CHECK(rows[i][0] == quoted(to_text(kTellingReasons[i])));
    CHECK(parse_word<StageVerdict>(rows[i][1]).has_value());
    CHECK_FALSE(rows[i][2].empty());
  }
}
