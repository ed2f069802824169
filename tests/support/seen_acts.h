// The acts in all trails, in the order in which they were found: each call adds what is new since the last, by time and
// then by trail. One thread.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/audit/trail.h"
#include "tests/support/test_storage.h"

namespace connlog {

class SeenActs {
 public:
  const std::vector<TrailEntry>& look(TestStorage& storage) {
    std::vector<TrailEntry> fresh;
    for (const Trail trail : kTrails) {
      std::int64_t& from = seen_[static_cast<std::size_t>(trail)];
      for (TrailEntry& entry : storage.read<std::vector<TrailEntry>>(
               [&](Snapshot& snapshot) { return storage->trails().after(snapshot, trail, from, 10'000); })) {
        from = entry.sequence;
        fresh.push_back(std::move(entry));
      }
    }
    std::ranges::stable_sort(fresh, {}, &TrailEntry::at);
    entries_.insert(entries_.end(), fresh.begin(), fresh.end());
    return entries_;
  }

  std::vector<std::string> names(TestStorage& storage) {
    std::vector<std::string> out;
    for (const TrailEntry& entry : look(storage)) out.push_back(entry.act);
    return out;
  }

 private:
  std::vector<TrailEntry> entries_;
  std::array<std::int64_t, 3> seen_{};
};

}  // namespace connlog
