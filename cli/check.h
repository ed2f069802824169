// `connlog check`: looks at what makes an appliance unsafe or about to fail, and says what to do. It asks a
// running server whether it is ready, and writes and removes a small file in the data directory. The database of a
// server that is not running is opened under the lock. Main thread only.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

struct CheckLine {
  enum class Verdict { ok, warning, failed } verdict = Verdict::ok;
  std::string text;
};

std::vector<CheckLine> check_appliance(const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
