// The files of schemas: each one is well-formed, no name stands twice, and each schema says what it is.
#include "web/api/schemas.h"

#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/base/embedded.h"
#include "core/watch/incident.h"

using namespace connlog;
using nlohmann::json;

namespace {

// The names as they are written: of a name that stands twice, the parser keeps the last.
std::vector<std::string> names_written(std::string_view text) {
  std::vector<std::string> names;
  const auto note = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth == 1 && event == json::parse_event_t::key) names.push_back(parsed.get<std::string>());
    return true;
  };
  const json whole = json::parse(text, note, false);
  CHECK(whole.is_object());
  return names;
}

// A word of JSON Schema that nobody knows would be ignored by readers of the document: a misspelt bound bounds nothing.
void check_words(const json& schema) {
  static const std::set<std::string> known = {
      "$ref",      "type",     "format", "description", "enum",     "minimum", "maximum", "minLength",
      "maxLength", "maxItems", "minItems", "items",  "properties",  "required", "oneOf",   "allOf",   "const"};
  INFO(schema.dump());
  REQUIRE(schema.is_object());
  CHECK((schema.contains("type") || schema.contains("$ref") || schema.contains("oneOf") || schema.contains("allOf")));
  for (const auto& [word, value] : schema.items()) {
    INFO(word);
    CHECK(known.contains(word));
    if (word == "items") check_words(value);
    if (word == "oneOf" || word == "allOf") {
      for (const json& each : value) check_words(each);
    }
    if (word == "properties") {
      for (const auto& [name, member] : value.items()) check_words(member);
    }
    if (word == "required") {
      for (const json& name : value) CHECK(schema["properties"].contains(name.get<std::string>()));
    }
  }
}

}  // namespace

TEST_CASE("each file of schemas is well-formed, and no name stands twice in all of them") {
  std::set<std::string> names;
  for (const std::string_view file : web::schema_files()) {
    CAPTURE(file);
    const std::vector<std::string> written = names_written(embedded_text(file));
    CHECK_FALSE(written.empty());
    for (const std::string& name : written) {
      INFO(name);
      CHECK(names.insert(name).second);
    }
  }
  CHECK(web::schemas().size() == names.size());
}

TEST_CASE("each schema uses words that are known, and requires only what it has") {
  const json all = web::schemas();
  CHECK(all.size() > 100);
  for (const auto& [name, schema] : all.items()) {
    CAPTURE(name);
    check_words(schema);
  }
}

TEST_CASE("what is not well-formed is seen") {
  CHECK(json::parse("{\"A\": {\"type\": \"string\"},}", nullptr, false).is_discarded());
  CHECK(names_written("{\"A\": {\"B\": 1}, \"A\": {}}").size() == 2);
}

TEST_CASE("the schemas bound a comment as the service does") {
  const json all = web::schemas();
  CHECK(all["Comment"]["properties"]["text"]["maxLength"] == kCommentCharactersMax);
  CHECK(all["Acknowledgement"]["properties"]["comment"]["maxLength"] == kCommentCharactersMax);
}

TEST_CASE("a schema that names a closed set has the words of its table") {
  const json all = web::schemas();
  CHECK(all["Rule"]["properties"]["severity"] == json{{"type", "string"}, {"enum", {"info", "warning", "critical"}}});
  CHECK(all["MemberChange"]["properties"]["role"]["enum"] == json{"owner", "admin", "operator", "member", "viewer"});
  CHECK(web::schema_words().size() > 20);
}

// A list that is written by hand is forgotten when its set grows. A schema may list *some* words of a set.
TEST_CASE("no schema lists all words of a closed set by hand") {
  int lists = 0;
  const std::function<void(const json&)> look = [&](const json& schema) {
    if (!schema.is_structured()) return;
    if (schema.is_object() && schema.contains("enum") && schema["enum"].is_array()) {
      ++lists;
      std::set<std::string> listed;
      for (const json& word : schema["enum"]) {
        if (!word.is_null()) listed.insert(word.get<std::string>());
      }
      for (const web::NamedWords& named : web::schema_words()) {
        std::set<std::string> words;
        for (const Word& word : named.words) words.emplace(word.text);
        INFO(named.name);
        CHECK(listed != words);
      }
    }
    for (const json& member : schema) look(member);
  };
  for (const std::string_view file : web::schema_files()) {
    CAPTURE(file);
    look(json::parse(embedded_text(file), nullptr, false));
  }
  CHECK(lists > 3);  // else nothing was looked at
}
