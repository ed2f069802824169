#include "core/identity/oidc/strict_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace connlog::oidc {

using nlohmann::json;

Result<json> parse_strict_object(std::string_view text, const std::string& what) {
  const auto refuse = [&what](std::string_view why) {
    return Error{ErrorCode::network, fmt::format("{} {}", what, why)};
  };
  if (text.size() > kJsonBytesMax) return refuse(fmt::format("is longer than {} bytes.", kJsonBytesMax));
  std::vector<std::set<std::string>> open;  // the names seen in each object around the current value
  int values = 0;
  bool twice = false;
  bool too_much = false;
  const auto look = [&](int depth, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        open.emplace_back();
        break;
      case json::parse_event_t::object_end:
        open.pop_back();
        break;
      case json::parse_event_t::key:
        if (!open.back().insert(parsed.get<std::string>()).second) twice = true;
        break;
      default:
        break;
    }
    if (depth > kJsonDepthMax || ++values > kJsonValuesMax) too_much = true;
    return !too_much;  // stops building once the document is refused
  };
  json document = json::parse(text, look, false);
  if (too_much) return refuse("is nested too deeply or has too many values.");
  if (document.is_discarded()) return refuse("is not well-formed JSON.");
  if (twice) return refuse("has the same member twice in one object.");
  if (!document.is_object()) return refuse("is not a JSON object.");
  return document;
}

std::optional<std::string> text_member(const json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace connlog::oidc
