#include "web/api/columns.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/server/reply.h"

namespace connlog::web {
namespace {

using nlohmann::json;

struct TypeRow {
  std::string_view word, json_type, format;
};

TypeRow row_of(ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return {"text", "string", ""};
    case ColumnType::id:
      return {"id", "string", "uuid"};
    case ColumnType::time:
      return {"time", "string", "date-time"};
    case ColumnType::integer:
      return {"integer", "integer", ""};
    case ColumnType::number:
      return {"number", "number", ""};
    case ColumnType::boolean:
      return {"boolean", "boolean", ""};
    case ColumnType::list:
      return {"list", "array", ""};
    case ColumnType::object:
      break;
  }
  return {"object", "object", ""};
}

// The text as valid UTF-8 without NUL, which some readers of CSV take for the end.
std::string readable(const std::string& text) {
  std::string out = is_utf8(text) ? text : json::parse(dump(json(text))).get<std::string>();
  for (std::size_t at = out.find('\0'); at != std::string::npos; at = out.find('\0', at)) out.replace(at, 1, "\uFFFD");
  return out;
}

// Spreadsheets take text that begins with one of these for a formula, even after blanks (OWASP, "CSV injection").
bool looks_like_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first != std::string_view::npos && std::string_view("=+-@\t\r\n").find(text[first]) != std::string_view::npos;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string text_cell(const std::string& raw) {
  std::string text = readable(raw);
  if (looks_like_formula(text)) text.insert(text.begin(), '\'');
  const bool plain = !text.empty() && text.find_first_of("\",\r\n") == std::string::npos && text.front() != ' ' &&
                     text.back() != ' ';
  return plain ? text : in_quotes(text);
}

std::string cell(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return text_cell(value.get_ref<const std::string&>());
  if (value.is_structured()) return in_quotes(dump(value));
  return dump(value);  // a number or a boolean: a minus sign is no formula here
}

}  // namespace

std::string_view to_text(ColumnType type) {
  return row_of(type).word;
}

std::string description_of(const Column& column) {
  std::string text(column.about);
  if (column.missing == Missing::null) text += "; null: none";
  if (column.missing == Missing::absent) text += "; absent: none";
  return text;
}

std::string ndjson_line(std::span<const Column> columns, const json& item) {
  std::string line = "{";
  for (const Column& column : columns) {
    const auto found = item.find(column.name);
    if (found == item.end()) continue;
    if (line.size() > 1) line += ',';
    line += '"';
    line += column.name;
    line += "\":";
    line += dump(*found);
  }
  return line + "}\n";
}

std::string csv_header_of(std::span<const Column> columns) {
  std::string line;
  for (const Column& column : columns) {
    if (!line.empty()) line += ',';
    line += column.name;
  }
  return line + "\r\n";
}

std::string csv_line(std::span<const Column> columns, const json& item) {
  std::string line;
  bool first = true;
  for (const Column& column : columns) {
    if (!first) line += ',';
    first = false;
    const auto found = item.find(column.name);
    if (found != item.end()) line += cell(*found);
  }
  return line + "\r\n";
}

json schema_of(std::string_view title, std::string_view about, std::span<const Column> columns) {
  json properties = json::object(), required = json::array();
  for (const Column& column : columns) {
    const TypeRow row = row_of(column.type);
    json member = {{"description", description_of(column)}};
    member["type"] = column.missing == Missing::null ? json::array({row.json_type, "null"}) : json(row.json_type);
    if (!row.format.empty()) member["format"] = row.format;
    if (!column.unit.empty()) member["unit"] = column.unit;
    properties[std::string(column.name)] = std::move(member);
    if (column.missing != Missing::absent) required.push_back(column.name);
  }
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", title},
          {"description", about},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

}  // namespace connlog::web
