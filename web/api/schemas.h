// Schemas of the API's requests and answers: one JSON Schema (2020-12, as OpenAPI 3.1 uses it) for each name that rows
// mention. They are data: web/api/<room>/schemas.json has those of a room, web/api/schemas.json those of no room. What a
// table of kinds decides is made from it. Tests check real answers against them. A member that takes the words of a closed
// set names the set ({"words": "severity"}); the words come from its table. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "core/base/words.h"

namespace connlog::web {

struct NamedWords {
  std::string_view name;
  std::span<const Word> words;
};
std::span<const NamedWords> schema_words();  // the sets that schemas may name

std::span<const std::string_view> schema_files();  // their paths in the repository, by which they are embedded

// An object: name → schema. The files are parsed anew each time, because it is rarely needed.
nlohmann::json schemas();

}  // namespace connlog::web
