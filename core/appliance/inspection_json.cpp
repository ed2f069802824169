#include "core/appliance/inspection_json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/version.h"

namespace connlog {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

json view(const Finding& finding) {
  return {{"id", finding.id},
          {"area", to_text(finding.area)},
          {"severity", to_text(finding.severity)},
          {"what", finding.what},
          {"why", finding.why},
          {"mend", finding.mend}};
}

json inspection_view(const std::vector<Finding>& findings, Instant at) {
  json items = json::array();
  for (const Finding& each : findings) items.push_back(view(each));
  const FindingCounts counts = count(findings);
  return {{"at", to_iso8601(at)},
          {"version", version()},
          {"findings", std::move(items)},
          {"counts",
           {{"danger", counts.dangers}, {"warning", counts.warnings}, {"note", counts.notes}, {"ok", counts.ok}}}};
}

std::vector<Finding> read_findings(const json& array) {
  std::vector<Finding> out;
  if (!array.is_array()) return out;
  for (const json& each : array) {
    if (!each.is_object()) continue;
    const auto area = parse_word<FindingArea>(text_of(each, "area"));
    const auto severity = parse_word<FindingSeverity>(text_of(each, "severity"));
    if (!area || !severity) continue;
    out.push_back(
        {text_of(each, "id"), *area, *severity, text_of(each, "what"), text_of(each, "why"), text_of(each, "mend")});
  }
  return out;
}

}  // namespace connlog
