// What teams, groups and other things with a name have in common: one line, free in its workspace but for the case of ASCII
// letters, and changed only by somebody who saw the version that they change. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace connlog {

// Trimmed, and free among `others` but for `self`. `noun`: "team".
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

// `expected` 0: unconditional.
inline Result<void> check_version(std::int64_t expected, std::int64_t version) {
  if (expected == 0 || expected == version) return {};
  return Error{ErrorCode::conflict,
               "Somebody else changed this in the meantime. Load it again and repeat your change."};
}

}  // namespace connlog
