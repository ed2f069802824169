// The structure of a database file, read page by page (https://sqlite.org/fileformat2.html): which pages a table has,
// how many rows a page holds, and to which table a page belongs. Everything in a page may be damaged: numbers are
// checked before they are followed. Pure but for the function that reads; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/result.h"

namespace connlog::storage {

// The page that SQLite keeps for locks in a file of more than 1 GiB; it has no content.
constexpr std::uint32_t lock_page(std::uint32_t page_bytes) {
  return 0x40000000U / page_bytes + 1;
}

std::uint32_t number_at(std::span<const std::uint8_t> page, std::size_t offset);  // 4 bytes, big-endian
void put_number(std::span<std::uint8_t> page, std::size_t offset, std::uint32_t number);

class PageSet {
 public:
  explicit PageSet(std::uint32_t pages) : bits_(static_cast<std::size_t>(pages) + 1) {}
  void add(std::uint32_t page) { bits_[page] = true; }
  bool has(std::uint32_t page) const { return page < bits_.size() && bits_[page]; }

 private:
  std::vector<bool> bits_;
};

// The content of one page, valid until the next call.
using ReadPage = std::function<Result<std::span<const std::uint8_t>>(std::uint32_t page)>;

// All pages of the table with this root, without the overflow pages of long rows. Reads the inner pages alone, and one
// leaf.
struct TablePages {
  PageSet inner, leaves;
};
Result<TablePages> pages_of_table(std::uint32_t root, std::uint32_t pages, const ReadPage& read);

// Rows on a leaf of a table.
Result<std::int64_t> rows_of_leaf(std::span<const std::uint8_t> page);

// An empty leaf of a table. `usable`: the page's bytes without the cipher's at its end.
std::vector<std::uint8_t> empty_leaf(std::uint32_t page_bytes, std::uint32_t usable);

// The root of the tree that the page belongs to, by the pointer map; 0: a free page, or a page of the map.
Result<std::uint32_t> root_of_page(std::uint32_t page, std::uint32_t pages, std::uint32_t page_bytes,
                                   std::uint32_t usable, const ReadPage& read);

}  // namespace connlog::storage
