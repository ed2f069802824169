// Of the same warning or error the log gets one line a minute. The others are counted, and the next line of that kind
// says how many there were. So a full disk with a thousand agents does not also fill the log. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace connlog {

class RepeatedLines {
 public:
  static constexpr seconds kEvery{60};
  static constexpr std::size_t kKindsMax = 256;  // beyond that, lines of other kinds are all written

  // `line` is whole, with its line feed. Gives the line to write now, with the count of those held back since the last
  // one (` repeated=7`); empty: this one is held back.
  std::string admit(const std::string& kind, std::string line, Monotonic now);
  // The last held back line of each kind whose minute has passed, with the count; nothing is said twice.
  std::vector<std::string> due(Monotonic now);
  // The same of every kind, at the end.
  std::vector<std::string> rest();

 private:
  struct Kind {
    Monotonic written_at;
    std::uint64_t held_back = 0;
    std::string last;
  };
  std::map<std::string, Kind> kinds_;
};

}  // namespace connlog
