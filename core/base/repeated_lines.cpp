#include "core/base/repeated_lines.h"

#include <fmt/format.h>

#include <utility>

namespace connlog {
namespace {

std::string with_count(std::string line, std::uint64_t count) {
  if (count == 0) return line;
  if (line.ends_with('\n')) line.pop_back();
  return line + fmt::format(" repeated={}\n", count);
}

}  // namespace

std::string RepeatedLines::admit(const std::string& kind, std::string line, Monotonic now) {
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) {
    if (kinds_.size() < kKindsMax) kinds_.emplace(kind, Kind{now, 0, {}});
    return line;
  }
  Kind& known = found->second;
  if (now - known.written_at < kEvery) {
    ++known.held_back;
    known.last = std::move(line);
    return {};
  }
  known.written_at = now;
  return with_count(std::move(line), std::exchange(known.held_back, 0));
}

std::vector<std::string> RepeatedLines::due(Monotonic now) {
  std::vector<std::string> lines;
  for (auto each = kinds_.begin(); each != kinds_.end();) {
    Kind& kind = each->second;
    if (now - kind.written_at < kEvery) {
      ++each;
    } else if (kind.held_back == 0) {
      each = kinds_.erase(each);
    } else {
      lines.push_back(with_count(std::move(kind.last), std::exchange(kind.held_back, 0)));
      kind.written_at = now;
      ++each;
    }
  }
  return lines;
}

std::vector<std::string> RepeatedLines::rest() {
  std::vector<std::string> lines;
  for (auto& [name, kind] : kinds_) {
    if (kind.held_back > 0) lines.push_back(with_count(std::move(kind.last), kind.held_back));
  }
  kinds_.clear();
  return lines;
}

}  // namespace connlog
