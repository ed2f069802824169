// The table of rights in docs/security.md says what the program does, cell by cell.
#include "core/people/roles.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/outside.h"

using namespace connlog;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(test::source_directory() / path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  std::string cell;
  std::getline(stream, cell, '|');
  while (std::getline(stream, cell, '|')) {
    const std::size_t from = cell.find_first_not_of(' ');
    const std::size_t to = cell.find_last_not_of(' ');
    cells.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
  }
  return cells;
}

}  // namespace

TEST_CASE("the documented table of rights and the program agree in every cell") {
  const std::string text = text_of("docs/security.md");
  REQUIRE_FALSE(text.empty());
  std::map<std::string, std::vector<std::string>> rows;
  std::stringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    const auto cells = cells_of(line);
    if (cells.size() == 7) rows[cells[0].substr(1, cells[0].size() - 2)] = cells;
  }
  constexpr Role kRoles[] = {Role::owner, Role::admin, Role::operator_, Role::member, Role::viewer};
  CHECK(rows.size() == actions().size());
  for (const Action action : actions()) {
    const std::string name(to_text(action));
    CAPTURE(name);
    REQUIRE(rows.contains(name));
    for (std::size_t i = 0; i < std::size(kRoles); ++i) {
      CAPTURE(to_text(kRoles[i]));
      const std::string& cell = rows[name][2 + i];
      CHECK(allows(kRoles[i], action) == (cell == "✓"));
      CHECK(allows(kRoles[i], action, true) == (cell == "✓" || cell == "T"));
    }
  }
}

TEST_CASE("more right is never lost by a higher role, and words lead there and back") {
  constexpr Role kRoles[] = {Role::owner, Role::admin, Role::operator_, Role::member, Role::viewer};
  for (const Action action : actions()) {
    CHECK(parse_word<Action>(to_text(action)) == action);
    for (std::size_t i = 1; i < std::size(kRoles); ++i) {
      if (allows(kRoles[i], action, true)) CHECK(allows(kRoles[i - 1], action, true));
    }
  }
  CHECK_FALSE(parse_word<Role>("root"));
  CHECK_FALSE(parse_word<Role>("owner\n"));
}
