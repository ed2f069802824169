#include "tests/support/schema_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace connlog {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

struct Checker {
  const json& document;
  std::vector<std::string> found = {};

  const json& resolved(const json& schema) const {
    if (!schema.contains("$ref")) return schema;
    const std::string name = schema["$ref"].get<std::string>();
    return document.at(json::json_pointer(name.substr(1)));
  }

  void names(const json& schema, std::set<std::string>& out) const {
    const json& here = resolved(schema);
    // A range-for keeps alive what it is given, but not what a view such as items() was taken from.
    const json properties = here.value("properties", json::object());
    for (const auto& [name, unused] : properties.items()) out.insert(name);
    for (const json& part : here.value("allOf", json::array())) names(part, out);
  }

  void check(const json& given, const json& value, const std::string& place, bool closed = true) {
    const json& schema = resolved(given);
    if (schema.contains("allOf")) {
      for (const json& part : schema["allOf"]) check(part, value, place, false);
      std::set<std::string> known;
      names(schema, known);
      for (const auto& [name, unused] : value.items()) {
        if (!known.contains(name)) found.push_back(place + "." + name + " is not described");
      }
      return;
    }
    if (schema.contains("oneOf")) {
      const auto fits = [&](const json& part) {
        Checker alone{document};
        alone.check(part, value, place);
        return alone.found.empty();
      };
      if (std::none_of(schema["oneOf"].begin(), schema["oneOf"].end(), fits))
        found.push_back(place + " fits none of its forms");
      return;
    }
    if (schema.contains("type")) {
      const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
      if (std::none_of(types.begin(), types.end(),
                       [&](const json& type) { return is_of_type(value, type.get<std::string>()); })) {
        found.push_back(place + " is " + value.dump().substr(0, 60) + ", not " + types.dump());
        return;
      }
    }
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
      found.push_back(place + " is " + value.dump() + ", which is not in " + schema["enum"].dump());
    }
    if (schema.contains("const") && schema["const"] != value)
      found.push_back(place + " is " + value.dump() + ", not " + schema["const"].dump());
    if (value.is_object() && schema.contains("properties")) {
      for (const json& name : schema.value("required", json::array())) {
        if (!value.contains(name.get<std::string>())) found.push_back(place + " lacks " + name.get<std::string>());
      }
      for (const auto& [name, member] : value.items()) {
        if (schema["properties"].contains(name))
          check(schema["properties"][name], member, place + "." + name);
        else if (closed)
          found.push_back(place + "." + name + " is not described");
      }
    }
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        check(schema["items"], value[i], place + "[" + std::to_string(i) + "]");
    }
  }
};

}  // namespace

std::vector<std::string> violations(const json& document, const json& schema, const json& value) {
  Checker checker{document};
  checker.check(schema, value, "$");
  return checker.found;
}

}  // namespace connlog
