// The columns of a section of a workspace's export: each member of its items, once, with its type and its meaning. A
// room declares them beside what writes the items. The line of NDJSON, the line of CSV, the CSV's head and the JSON
// Schema are made from the columns, so that they cannot disagree; tests compare them with what is written and with
// docs/export.md. Plain data and pure functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

namespace connlog::web {

enum class ColumnType : std::uint8_t { text, id, time, integer, number, boolean, list, object };
// Where an item may have no value.
enum class Missing : std::uint8_t { never, null, absent };

struct Column {
  std::string_view name;
  ColumnType type;
  std::string_view about;
  Missing missing = Missing::never;
  std::string_view unit = {};  // empty: it has none
};

std::string_view to_text(ColumnType type);
// What the documentation and the schema say of it: the meaning, and where it has no value.
std::string description_of(const Column& column);

// Columns of one kind of item that has those of another kind, too.
template <std::size_t A, std::size_t B>
constexpr std::array<Column, A + B> add_columns(const std::array<Column, A>& first, const std::array<Column, B>& then) {
  std::array<Column, A + B> all{};
  for (std::size_t i = 0; i < A; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < B; ++i) all[A + i] = then[i];
  return all;
}

// One line with its line end. Only members that have a column are in it.
std::string ndjson_line(std::span<const Column> columns, const nlohmann::json& item);

// RFC 4180, UTF-8. Null and absent are an empty cell, an empty text is "". Lists and objects are JSON text. A text that
// a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_header_of(std::span<const Column> columns);
std::string csv_line(std::span<const Column> columns, const nlohmann::json& item);

// JSON Schema (2020-12) of a line of NDJSON. `title` and `about` are of the section.
nlohmann::json schema_of(std::string_view title, std::string_view about, std::span<const Column> columns);

}  // namespace connlog::web
