#include "core/watch/group_nesting.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog {
namespace {

// Looks at each group once, however many ways lead to it.
class Walk {
 public:
  explicit Walk(const MembersOfGroups& groups) : groups_(groups) {}

  // How many groups stand one in another, this one included. 0 where it is inside itself.
  std::size_t depth(const SubjectId& id) {
    if (const auto known = depths_.find(id); known != depths_.end()) return known->second;
    depths_[id] = kUnderWay;
    std::size_t deepest = 0;
    for (const SubjectId& member : groups_.at(id)) {
      if (!groups_.contains(member)) continue;
      const std::size_t below = depth(member);
      if (below == kUnderWay) return kUnderWay;
      deepest = std::max(deepest, below);
    }
    return depths_[id] = deepest + 1;
  }

 private:
  static constexpr std::size_t kUnderWay = 0;
  const MembersOfGroups& groups_;
  std::map<SubjectId, std::size_t> depths_;
};

}  // namespace

Result<void> check_nesting(const std::string& field, const MembersOfGroups& groups) {
  Walk walk(groups);
  for (const auto& [id, members] : groups) {
    const std::size_t depth = walk.depth(id);
    if (depth == 0) return invalid(field, "A group cannot be inside itself, neither directly nor in a group of it.");
    if (depth > kNestingMax)
      return invalid(field, fmt::format("Groups may stand in groups at most {} deep.", kNestingMax));
  }
  return {};
}

}  // namespace connlog
