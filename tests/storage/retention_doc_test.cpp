// docs/retention.md says of every table how long its rows are kept; the page about the disk knows every table, too.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <set>
#include <sstream>
#include <string>

#include "core/appliance/space.h"
#include "core/people/retention_plan.h"
#include "storage/connection.h"
#include "tests/support/outside.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

using Names = std::set<std::string>;

std::string document() {
  return test::read_text(test::source_directory() / "docs" / "retention.md");
}

// The words between back quotes in the second column of the table.
Names tables_named(const std::string& text) {
  Names names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    const std::size_t begin = line.find(" | ") + 3;
    const std::string column = line.substr(begin, line.find(" | ", begin) - begin);
    for (std::size_t at = column.find('`'); at != std::string::npos; at = column.find('`', at + 1)) {
      const std::size_t end = column.find('`', at + 1);
      names.insert(column.substr(at + 1, end - at - 1));
      at = end;
    }
  }
  for (const char* trail : {"security", "appliance"}) names.erase(trail);  // `workspace` is a table, too
  return names;
}

Names tables_of_schema() {
  TestStorage storage;
  return storage.read<Names>([](Snapshot& snapshot) -> Result<Names> {
    Names names;
    TRY(storage::at(snapshot).each_row(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", [&](sqlite3_stmt* row) {
          names.insert(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
        }));
    return names;
  });
}

Names only_in(const Names& a, const Names& b) {
  Names only;
  for (const std::string& name : a) {
    if (!b.contains(name)) only.insert(name);
  }
  return only;
}

}  // namespace

TEST_CASE("docs/retention.md has every table of the schema, and no other") {
  const Names documented = tables_named(document());
  const Names there = tables_of_schema();
  REQUIRE(there.size() > 60);
  for (const std::string& name : only_in(there, documented)) FAIL_CHECK("not in docs/retention.md: ", name);
  for (const std::string& name : only_in(documented, there)) FAIL_CHECK("no table of the schema: ", name);
}

TEST_CASE("docs/retention.md names every limit of retention with its standard") {
  const std::string text = document();
  for (const Limit limit : retention_limits()) {
    const LimitFact& fact = limit_facts()[static_cast<std::size_t>(limit)];
    CAPTURE(fact.name);
    CHECK(text.find("`" + std::string(fact.name) + "`") != std::string::npos);
    CHECK(text.find(std::to_string(fact.default_value) + " days") != std::string::npos);
  }
}

TEST_CASE("every table has one use on the page about the disk") {
  Names named;
  for (const TableUse& each : table_uses()) CHECK(named.insert(std::string(each.table)).second);
  const Names there = tables_of_schema();
  for (const std::string& name : only_in(there, named)) FAIL_CHECK("without a use: ", name);
  for (const std::string& name : only_in(named, there)) FAIL_CHECK("no table of the schema: ", name);
}
