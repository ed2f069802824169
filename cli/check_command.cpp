// `connlog check`: prints the lines, or with --production the findings, or all of them as JSON.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/check.h"
#include "cli/commands.h"
#include "core/appliance/inspection_json.h"

namespace connlog {
namespace {

void print(const char* word, const std::string& text) {
  std::printf("%-8s %s\n", word, text.c_str());
}

void print_more(const char* word, const std::string& text) {
  if (!text.empty()) std::printf("         %s %s\n", word, text.c_str());
}

int print_lines(const std::vector<CheckLine>& lines) {
  bool failed = false;
  print("ok", "The settings are valid");
  for (const CheckLine& line : lines) {
    failed = failed || line.verdict == LineVerdict::failed;
    print(line.verdict == LineVerdict::ok        ? "ok"
          : line.verdict == LineVerdict::warning ? "warning"
                                                  : "FAILED",
          line.text);
  }
  return failed ? 1 : 0;
}

void print_findings(const std::vector<Finding>& findings) {
  for (const Finding& each : findings) {
    print(std::string(to_text(each.severity)).c_str(), each.what);
    print_more("Why:", each.why);
    print_more("Mend:", each.mend);
  }
  const FindingCounts counts = count(findings);
  std::printf("\n%lld dangers, %lld warnings, %lld notes; %lld in order\n", static_cast<long long>(counts.dangers),
              static_cast<long long>(counts.warnings), static_cast<long long>(counts.notes),
              static_cast<long long>(counts.ok));
}

}  // namespace

int check_refused_settings(const Error& error, const Clock& clock) {
  Finding finding;
  finding.id = "settings.unreadable";
  finding.area = FindingArea::files;
  finding.severity = FindingSeverity::danger;
  finding.what = error.message;
  finding.why = "connlog does not start with these settings, and nothing else could be checked.";
  finding.mend = "Mend the setting that is named, in connlog.toml, the environment or the command line, and check again.";
  const nlohmann::json report = inspection_view({finding}, clock.now());
  std::printf("%s\n", report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return 1;
}

int check_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (!line.production && !line.as_json) return print_lines(check_appliance(settings, clock, random));
  std::vector<Finding> findings;
  const std::vector<CheckLine> lines = check_appliance(settings, clock, random, &findings);
  add_lines(findings, lines);
  put_grave_first(findings);
  if (line.as_json) {
    const nlohmann::json report = inspection_view(findings, clock.now());
    std::printf("%s\n", report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    print_findings(findings);
  }
  if (line.production) return exit_code_of(findings);
  bool failed = false;
  for (const CheckLine& each : lines) failed = failed || each.verdict == LineVerdict::failed;
  return failed ? 1 : 0;
}

}  // namespace connlog
