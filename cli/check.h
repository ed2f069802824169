// `connlog check`: looks at what makes an appliance unsafe or about to fail, and says what to do. It asks a
// running server whether it is ready, and writes and removes a small file in the data directory. The database of a
// server that is not running is opened under the lock. Main thread only.
//
// There are two lists. The lines (of every `check`) say whether the appliance can start and work. The findings (of `check
// --production` and `--json`) are those of the production check, core/appliance/inspection.h: what a running server finds
// about itself and its database, and what this process finds about settings and files.
#pragma once

#include <string>
#include <vector>

#include "core/appliance/inspection.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

struct CheckLine {
  enum class Verdict { ok, warning, failed } verdict = Verdict::ok;
  std::string text;
  bool is_found = false;  // a row of the production check says the same
};
using LineVerdict = CheckLine::Verdict;

// `findings`: null, or where those of the production check are put.
std::vector<CheckLine> check_appliance(const Settings& settings, Clock& clock, Random& random,
                                       std::vector<Finding>* findings = nullptr);

// The lines that no finding covers, as findings: what keeps an appliance from working belongs to the same list.
void add_lines(std::vector<Finding>& findings, const std::vector<CheckLine>& lines);
// 0 nothing above a note, 1 a danger, 3 warnings alone.
int exit_code_of(const std::vector<Finding>& findings);

}  // namespace connlog
