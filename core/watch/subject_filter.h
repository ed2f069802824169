// Which subjects a list, an export, a bulk act or the palette is about. Values of one name are alternatives; names must
// all fit. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/watch/subject_directory.h"

namespace connlog {

struct SubjectFilter {
  std::vector<SubjectKind> kinds;
  std::vector<ShownState> states;
  std::vector<std::string> tags;
  std::vector<std::pair<Label, bool>> labels;  // true: any value
  std::vector<TeamId> teams;
  std::vector<GroupId> groups;  // members of one of them
  std::string text;             // in name, key, tags, labels; ASCII case is ignored

  bool matches(const LiveSubject& live) const;
  bool matches_row(const Subject& row) const;  // all but the state
};

enum class SubjectOrder { state, name, last_seen };
template <>
inline constexpr auto kWords<SubjectOrder> = words_for<SubjectOrder>({
    {SubjectOrder::state, "state"},
    {SubjectOrder::name, "name"},
    {SubjectOrder::last_seen, "last_seen"},
});

// Sorts, and cuts what stands behind the cursor. The cursor holds sort key and id: a subject that moved meanwhile is
// neither lost nor shown twice within what did not move. invalid_input: not a cursor of this order.
Result<void> order_from(std::vector<LiveSubject>& subjects, SubjectOrder order, std::string_view cursor);
std::string cursor_at(const LiveSubject& last, SubjectOrder order);

}  // namespace connlog
