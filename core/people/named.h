// Checks for teams, groups and other things with a name. A name is one line and unique in its workspace, ignoring the
// case of ASCII letters. A thing is changed only by a caller who saw its present version. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace connlog {

// The trimmed name, if none of `others` except `self` has it. `noun`: "team".
template <typename T, typename IdType>
Result<std::string> free_name(const std::string& noun, const std::string& name, const std::vector<T>& others,
                              IdType self) {
  std::string text = TRY(one_line("name", "The " + noun + "'s name", name, 1, 80));
  const std::string key = folded(text);
  if (std::any_of(others.begin(), others.end(),
                  [&](const T& other) { return other.id != self && folded(other.name) == key; }))
    return invalid("name", "There is a " + noun + " of this name already.");
  return text;
}

// Conflict when the versions differ. `expected` 0: no check.
inline Result<void> check_version(std::int64_t expected, std::int64_t version) {
  if (expected == 0 || expected == version) return {};
  return Error{ErrorCode::conflict,
               "Somebody else changed this in the meantime. Load it again and repeat your change."};
}

}  // namespace connlog
