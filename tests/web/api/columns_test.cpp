// A row as NDJSON, as CSV and as a schema, from one list of columns.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "web/api/columns.h"

using namespace connlog::web;
using nlohmann::json;

namespace {

constexpr Column kColumns[] = {{"name", ColumnType::text, "Its name"},
                               {"value", ColumnType::number, "What was measured", Missing::absent, "percent"},
                               {"since", ColumnType::time, "Since when", Missing::null},
                               {"tags", ColumnType::list, "Its tags"}};

std::string name_cell(const std::string& text) {
  constexpr Column kOne[] = {{"name", ColumnType::text, "Its name"}};
  const std::string line = csv_line(kOne, {{"name", text}});
  REQUIRE(line.ends_with("\r\n"));
  return line.substr(0, line.size() - 2);
}

}  // namespace

TEST_CASE("head, line and schema have the columns in their order, and a member without a column is in none") {
  const json item = {{"tags", {"a", "b"}}, {"name", "db-1"}, {"since", nullptr}, {"value", -4.5}, {"secret", "x"}};
  CHECK(csv_header_of(kColumns) == "name,value,since,tags\r\n");
  CHECK(csv_line(kColumns, item) == "db-1,-4.5,,\"[\"\"a\"\",\"\"b\"\"]\"\r\n");
  CHECK(ndjson_line(kColumns, item) == "{\"name\":\"db-1\",\"value\":-4.5,\"since\":null,\"tags\":[\"a\",\"b\"]}\n");
  CHECK(csv_line(kColumns, {{"name", ""}}) == "\"\",,,\r\n");
  CHECK(ndjson_line(kColumns, json::object()) == "{}\n");
  const json schema = schema_of("things", "A thing.", kColumns);
  CHECK(schema["required"] == json{"name", "since", "tags"});
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["properties"].size() == 4);
  CHECK(schema["properties"]["value"] ==
        json{{"type", "number"}, {"unit", "percent"}, {"description", "What was measured; absent: none"}});
  CHECK(schema["properties"]["since"]["type"] == json{"string", "null"});
}

TEST_CASE("a text that a spreadsheet would run gets an apostrophe, and no other text does") {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "\n=1", "-"}) {
    CAPTURE(text);
    const std::string cell = name_cell(text);
    CHECK((cell.starts_with("'") || cell.starts_with("\"'")));
    CHECK(cell.find(text) != std::string::npos);
  }
  for (const char* text : {"a=1", "1-1", "mail@example.org", "'", "#1"}) CHECK(name_cell(text) == text);
}

TEST_CASE("quotes, commas and lines stay inside their cell, and bytes that are no text are replaced") {
  CHECK(name_cell("a,b") == "\"a,b\"");
  CHECK(name_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(name_cell("two\r\nlines") == "\"two\r\nlines\"");
  CHECK(name_cell(" blanks ") == "\" blanks \"");
  CHECK(name_cell("a\xff") == "a\uFFFD");
  CHECK(name_cell(std::string("a\0b", 3)) == "a\uFFFDb");
  CHECK(name_cell("Zażółć ✓") == "Zażółć ✓");
  CHECK(ndjson_line(kColumns, {{"name", "a\xff\n"}}) == "{\"name\":\"a\uFFFD\\n\"}\n");
}
