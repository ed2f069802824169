#include "core/appliance/inspection.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/appliance/inspection_rows.h"

namespace connlog {
namespace {

template <typename Facts>
void look(std::vector<Finding>& out, std::span<const InspectionRow<Facts>> rows, const std::optional<Facts>& facts,
          Instant now) {
  if (!facts) return;
  for (const InspectionRow<Facts>& row : rows) {
    Problems problems = row.look(*facts, now);
    if (problems.empty())
      out.push_back({std::string(row.id), row.area, FindingSeverity::ok, std::string(row.good), "", ""});
    for (Problem& each : problems) {
      out.push_back({std::string(row.id), row.area, each.severity, std::move(each.what), std::move(each.why),
                     std::move(each.mend)});
    }
  }
}

template <typename Facts>
void name(std::vector<InspectionRowName>& out, std::span<const InspectionRow<Facts>> rows) {
  for (const InspectionRow<Facts>& row : rows) out.push_back({row.id, row.area});
}

}  // namespace

std::vector<Finding> inspect(const InspectionFacts& facts) {
  std::vector<Finding> out;
  look(out, set_up_rows(), facts.set_up, facts.at);
  look(out, address_rows(), facts.set_up, facts.at);
  look(out, machine_rows(), facts.machine, facts.at);
  look(out, stored_rows(), facts.stored, facts.at);
  look(out, running_rows(), facts.running, facts.at);
  put_grave_first(out);
  return out;
}

void put_grave_first(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    return a.severity != b.severity ? a.severity > b.severity : a.area < b.area;
  });
}

FindingCounts count(const std::vector<Finding>& findings) {
  FindingCounts counts;
  for (const Finding& each : findings) {
    switch (each.severity) {
      case FindingSeverity::ok:
        ++counts.ok;
        break;
      case FindingSeverity::note:
        ++counts.notes;
        break;
      case FindingSeverity::warning:
        ++counts.warnings;
        break;
      case FindingSeverity::danger:
        ++counts.dangers;
        break;
    }
  }
  return counts;
}

std::vector<InspectionRowName> inspection_rows() {
  std::vector<InspectionRowName> out;
  name(out, set_up_rows());
  name(out, address_rows());
  name(out, machine_rows());
  name(out, stored_rows());
  name(out, running_rows());
  return out;
}

std::string mend_setting(const SetUpFacts& facts, std::string_view line) {
  return fmt::format("Write `{}` into {} and restart connlog.", line, facts.settings_file);
}

std::string names_of(const Named& named) {
  std::string text;
  for (std::size_t i = 0; i < named.first.size(); ++i) text += (i == 0 ? "" : ", ") + named.first[i];
  const auto more = named.count - static_cast<std::int64_t>(named.first.size());
  return more > 0 ? fmt::format("{} and {} more", text, more) : text;
}

}  // namespace connlog
