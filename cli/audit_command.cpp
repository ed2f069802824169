// `connlog audit verify` and `connlog audit accept`.
#include "cli/commands.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/ask_appliance.h"
#include "cli/control_commands.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr int kFound = 3;
constexpr std::chrono::seconds kPatience{600};  // a long trail on a small machine

}  // namespace

int audit_verify_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto answer = ask_appliance(audit_verify_request(line.head), settings, clock, random, kPatience);
  if (!answer) return refuse_command(answer.error());
  if (const auto good = read_control_answer(*answer); !good) return refuse_command(good.error());
  const json report = json::parse(*answer, nullptr, false).value("report", json::object());
  if (line.as_json) {
    std::printf("%s\n", report.dump(2).c_str());
  } else {
    std::printf("%lld rows verified. Heads:\n  %s\n", static_cast<long long>(report.value("rows", std::int64_t{0})),
                report.value("head", "").c_str());
    for (const json& finding : report.value("findings", json::array()))
      std::printf("FOUND    %s\n", finding.value("sentence", "").c_str());
    const json taken = report.value("taken", json::array());
    for (const json& each : taken) std::printf("taken    %s\n", each.value("sentence", "").c_str());
    if (report.value("sound", false)) {
      std::printf("ok       Nothing %swas changed, removed, reordered, cut off or rewritten.\n",
                  taken.empty() ? "" : "else ");
    }
  }
  return report.value("sound", false) ? 0 : kFound;
}

int audit_accept_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto answer = ask_appliance(audit_accept_request(line.reason), settings, clock, random, kPatience);
  if (!answer) return refuse_command(answer.error());
  if (const auto good = read_control_answer(*answer); !good) return refuse_command(good.error());
  std::printf("The trails are accepted as they are, and the anchor was written anew. This stands in the trail.\n");
  return 0;
}

}  // namespace connlog
