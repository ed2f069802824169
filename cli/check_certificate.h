// The part of `connlog check` about certificates: the end of the one that is served, files that cannot be used, and how
// many agents the settings' certificate would cut off. Main thread only.
#pragma once

#include <string>
#include <vector>

#include "cli/check.h"

namespace connlog {

void check_certificate(std::vector<CheckLine>& lines, const Settings& settings, const Clock& clock);

}  // namespace connlog
