#include "core/notify/announcement.h"

#include <nlohmann/json.hpp>

namespace connlog {

using nlohmann::json;

std::string facts_to_stored(const std::vector<std::pair<std::string, std::string>>& facts) {
  json stored = json::array();
  for (const auto& [word, text] : facts) stored.push_back({{"word", word}, {"text", text}});
  return stored.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> facts_from_stored(std::string_view stored) {
  std::vector<std::pair<std::string, std::string>> facts;
  const json parsed = json::parse(stored, nullptr, false);
  if (!parsed.is_array()) return facts;
  for (const json& each : parsed) {
    if (!each.is_object()) continue;
    const auto word = each.find("word"), text = each.find("text");
    if (word == each.end() || text == each.end() || !word->is_string() || !text->is_string()) continue;
    facts.emplace_back(word->get<std::string>(), text->get<std::string>());
  }
  return facts;
}

}  // namespace connlog
