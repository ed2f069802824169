// Where a page of a list that is sorted in memory ended: the order's word, and rank, name and id of its last item. An item
// that moved meanwhile is neither lost nor shown twice within what did not move. Opaque to clients. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"

namespace connlog::web {

struct ListPlace {
  std::int64_t rank = 0;
  std::string name;  // folded; no line feed in it
  SubjectId id;

  friend bool operator<(const ListPlace& a, const ListPlace& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.name != b.name) return a.name < b.name;
    return a.id < b.id;
  }
};

std::string cursor_of(std::string_view order, const ListPlace& place);
// Nothing: it is no cursor of this order.
std::optional<ListPlace> place_of(std::string_view order, std::string_view cursor);

}  // namespace connlog::web
