// What schemas are made of: the builders that web/api/schemas.cpp and its neighbours (web/schemas_<what>.cpp) share.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connlog::web::schema {

using nlohmann::json;

inline json text(int characters_min = 0, int characters_max = 0) {
  json schema = {{"type", "string"}};
  if (characters_min > 0) schema["minLength"] = characters_min;
  if (characters_max > 0) schema["maxLength"] = characters_max;
  return schema;
}
inline json integer() {
  return {{"type", "integer"}};
}
inline json integer(std::int64_t lowest, std::int64_t highest) {
  return {{"type", "integer"}, {"minimum", lowest}, {"maximum", highest}};
}
inline json number() {
  return {{"type", "number"}};
}
inline json flag() {
  return {{"type", "boolean"}};
}
inline json time() {
  return {{"type", "string"}, {"format", "date-time"}};
}
inline json id() {
  return {{"type", "string"}, {"description", "An opaque id."}};
}
inline json one_of(std::initializer_list<std::string_view> words) {
  return {{"type", "string"}, {"enum", json(std::vector<std::string_view>(words))}};
}
inline json list(json of) {
  return {{"type", "array"}, {"items", std::move(of)}};
}
inline json reference(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

inline json or_null(json schema) {
  if (schema.contains("$ref")) return {{"oneOf", json::array({std::move(schema), {{"type", "null"}}})}};
  schema["type"] = json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

inline json described(json schema, std::string_view description) {
  schema["description"] = description;
  return schema;
}

struct Member {
  std::string_view name;
  json schema;
  bool required = true;
};
inline Member optional(std::string_view name, json schema) {
  return {name, std::move(schema), false};
}

inline json object(std::initializer_list<Member> members) {
  json schema = {{"type", "object"}, {"properties", json::object()}};
  json required = json::array();
  for (const Member& member : members) {
    schema["properties"][std::string(member.name)] = member.schema;
    if (member.required) required.push_back(member.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

inline json page_of(std::string_view name) {
  return object({{"items", list(reference(name))},
                 {"next", described(or_null(text()),
                                    "The cursor of the next page: pass it as `after`. Null: this was the last.")}});
}

}  // namespace connlog::web::schema
