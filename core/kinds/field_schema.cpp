#include "core/kinds/field_schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace connlog {
namespace {

using nlohmann::json;

constexpr int kUrlCharactersMax = 2'000;

std::string description_of(const Field& field) {
  std::string text(field.label);
  text += '.';
  if (!field.help.empty()) text += fmt::format(" {}", field.help);
  if (is_secret(field)) text += " Write-only.";
  return text;
}

json schema_of(const Field& field) {
  json schema = {{"description", description_of(field)}};
  switch (field.type) {
    case FieldType::number:
      schema.update({{"type", "integer"}, {"minimum", field.lowest}, {"maximum", field.highest}});
      break;
    case FieldType::flag:
      schema["type"] = "boolean";
      break;
    case FieldType::choice: {
      schema["type"] = "string";
      schema["enum"] = json::array();
      for (const FieldChoice& choice : field.choices) schema["enum"].push_back(choice.word);
      break;
    }
    case FieldType::url:
    case FieldType::secret_url:
      schema.update({{"type", "string"}, {"format", "uri"}, {"maxLength", kUrlCharactersMax}});
      break;
    case FieldType::mail:
      schema.update({{"type", "string"}, {"format", "email"}});
      break;
    default:
      schema["type"] = "string";
      if (field.highest > 0) schema["maxLength"] = field.highest;
  }
  return schema;
}

}  // namespace

json fields_schema(std::span<const Field> fields) {
  json properties = json::object(), required = json::array();
  for (const Field& field : fields) {
    if (field.made_here) continue;
    properties[std::string(field.name)] = schema_of(field);
    if (field.required && field.default_value.empty()) required.push_back(field.name);
  }
  json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace connlog
