// A table in memory that outsiders may fill: it never holds more than its maximum, and making room costs the same for
// one stranger and for a million. Entries have a rank. When the table is full, an entry unused for `forget_after` is
// removed first, whatever its rank, and else the longest unused entry of the lowest rank: a flood of new entries
// removes new entries, never those already found suspicious. Every operation is O(1) (times the few ranks).
// The owner locks; keys that strangers choose need a keyed hash (crypto/keyed_digest.h).
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

#include "core/base/assert.h"
#include "core/base/clock.h"

namespace connlog {

template <typename Key, typename Value, typename Hash, int kRanks = 1>
class BoundedTable {
 public:
  // `forget_after`: an entry unused for longer counts as absent.
  BoundedTable(std::size_t entries_max, microseconds forget_after)
      : entries_max_(entries_max), forget_after_(forget_after) {
    CONNLOG_ASSERT(entries_max > 0);
  }

  // What is known about this key, or null. Does not count as use.
  Value* find(const Key& key, Monotonic now) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (is_forgotten(*found->second, now)) {
      remove(found);
      return nullptr;
    }
    return &found->second->value;
  }

  // The entry of this key, made (at rank 0) where there is none. Counts as use.
  Value& use(const Key& key, Monotonic now) {
    if (Value* known = find(key, now)) {
      const auto at = index_.find(key)->second;
      at->used = now;
      order_[at->rank].splice(order_[at->rank].end(), order_[at->rank], at);
      return *known;
    }
    if (index_.size() >= entries_max_) make_room(now);
    order_[0].push_back(Entry{key, Value{}, now, 0});
    index_.emplace(key, std::prev(order_[0].end()));
    return order_[0].back().value;
  }

  // Of an entry that is there; capped to the ranks there are.
  void set_rank(const Key& key, int rank) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    const auto to = static_cast<std::size_t>(rank < 0 ? 0 : rank >= kRanks ? kRanks - 1 : rank);
    const auto at = found->second;
    if (at->rank == to) return;
    // The lists stay ordered by use only if the entry was used just now, which is when ranks change.
    order_[to].splice(order_[to].end(), order_[at->rank], at);
    at->rank = to;
  }

  void erase(const Key& key) {
    if (const auto found = index_.find(key); found != index_.end()) remove(found);
  }

  std::size_t size() const { return index_.size(); }
  std::size_t entries_max() const { return entries_max_; }

 private:
  struct Entry {
    Key key;
    Value value;
    Monotonic used;
    std::size_t rank;
  };
  using Order = std::list<Entry>;  // the longest unused in front
  using Index = std::unordered_map<Key, typename Order::iterator, Hash>;

  bool is_forgotten(const Entry& entry, Monotonic now) const { return now - entry.used > forget_after_; }

  void remove(typename Index::iterator found) {
    const auto at = found->second;
    index_.erase(found);
    order_[at->rank].erase(at);
  }

  void make_room(Monotonic now) {
    for (Order& order : order_) {
      if (!order.empty() && is_forgotten(order.front(), now)) return remove(index_.find(order.front().key));
    }
    for (Order& order : order_) {
      if (!order.empty()) return remove(index_.find(order.front().key));
    }
  }

  const std::size_t entries_max_;
  const microseconds forget_after_;
  std::array<Order, static_cast<std::size_t>(kRanks)> order_;
  Index index_;
};

}  // namespace connlog
