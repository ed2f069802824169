#include "web/api/schemas.h"

#include <nlohmann/json.hpp>

#include "core/base/assert.h"
#include "core/base/embedded.h"
#include "core/watch/metric.h"

namespace connlog::web {
namespace {

constexpr std::string_view kFiles[] = {
    "web/api/schemas.json",        "web/api/agents/schemas.json",   "web/api/watch/schemas.json",
    "web/api/notify/schemas.json", "web/api/identity/schemas.json", "web/api/access/schemas.json",
    "web/api/audit/schemas.json",  "web/api/trust/schemas.json",    "web/api/appliance/schemas.json",
};

// The words of a closed set that the files name instead of writing them out: `"enum": "units"`.
nlohmann::json words_of(std::string_view set) {
  nlohmann::json words = nlohmann::json::array();
  if (set == "metrics in rules") {
    for (const MetricRow& row : kMetricTable) {
      if (row.in_rules) words.push_back(row.word);
    }
  }
  if (set == "units") {
    for (const Unit unit : kUnits) words.push_back(to_text(unit));
  }
  CONNLOG_ASSERT(!words.empty());
  return words;
}

void fill_words(nlohmann::json& schema) {
  for (auto& [name, member] : schema.items()) {
    if (name == "enum" && member.is_string()) {
      member = words_of(member.get<std::string>());
    } else if (member.is_structured()) {
      fill_words(member);
    }
  }
}

}  // namespace

std::span<const std::string_view> schema_files() {
  return kFiles;
}

nlohmann::json schemas() {
  nlohmann::json all = nlohmann::json::object();
  for (const std::string_view file : kFiles) {
    const nlohmann::json part = nlohmann::json::parse(embedded_text(file), nullptr, false);
    CONNLOG_ASSERT(part.is_object());  // tests/web/api/schemas_test.cpp reads each of them
    all.update(part);
  }
  fill_words(all);
  return all;
}

}  // namespace connlog::web
