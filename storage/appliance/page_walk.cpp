#include "storage/appliance/page_walk.h"

#include <utility>

namespace connlog::storage {
namespace {

constexpr std::uint8_t kInnerOfTable = 5, kLeafOfTable = 13;
constexpr std::size_t kInnerHeaderBytes = 12;
constexpr int kLevelsMax = 20;
constexpr std::uint8_t kRoot = 1, kFree = 2;  // words of the pointer map

Error damaged() {
  return Error{ErrorCode::unavailable, "The database is damaged. Restore a backup: `connlog restore`.", {},
               "a page of the table is not what it must be"};
}

std::uint32_t short_number_at(std::span<const std::uint8_t> page, std::size_t offset) {
  return static_cast<std::uint32_t>(page[offset] << 8 | page[offset + 1]);
}

class Walk {
 public:
  Walk(std::uint32_t pages, const ReadPage& read)
      : pages_(pages), read_(read), found_{PageSet(pages), PageSet(pages)} {}

  Result<TablePages> from(std::uint32_t root) {
    const int levels = TRY(levels_below(root));
    if (levels == 0) {
      found_.leaves.add(root);
      return std::move(found_);
    }
    std::vector<std::pair<std::uint32_t, int>> waiting{{root, levels}};
    while (!waiting.empty()) {
      const auto [page, level] = waiting.back();
      waiting.pop_back();
      const std::vector<std::uint32_t> children = TRY(children_of(page));
      for (const std::uint32_t child : children) {
        if (found_.leaves.has(child) || found_.inner.has(child)) return damaged();
        if (level == 1) {
          found_.leaves.add(child);
        } else {
          waiting.emplace_back(child, level - 1);
        }
      }
    }
    return std::move(found_);
  }

 private:
  Result<std::span<const std::uint8_t>> at(std::uint32_t page) {
    if (page < 2 || page > pages_) return damaged();
    return read_(page);
  }

  // All leaves of a tree are equally deep, so the first one tells how deep.
  Result<int> levels_below(std::uint32_t root) {
    std::uint32_t page = root;
    for (int level = 0; level < kLevelsMax; ++level) {
      const std::span<const std::uint8_t> content = TRY(at(page));
      if (content[0] == kLeafOfTable) return level;
      const std::vector<std::uint32_t> children = TRY(children_in(content));
      page = children.front();
    }
    return damaged();
  }

  Result<std::vector<std::uint32_t>> children_of(std::uint32_t page) {
    if (found_.inner.has(page)) return damaged();
    const std::span<const std::uint8_t> content = TRY(at(page));
    found_.inner.add(page);
    return children_in(content);
  }

  Result<std::vector<std::uint32_t>> children_in(std::span<const std::uint8_t> content) const {
    if (content[0] != kInnerOfTable) return damaged();
    const std::uint32_t cells = short_number_at(content, 3);
    if (kInnerHeaderBytes + 2 * static_cast<std::size_t>(cells) > content.size()) return damaged();
    std::vector<std::uint32_t> children;
    children.reserve(cells + 1);
    for (std::uint32_t i = 0; i < cells; ++i) {
      const std::uint32_t cell = short_number_at(content, kInnerHeaderBytes + 2 * static_cast<std::size_t>(i));
      if (cell + 4U > content.size()) return damaged();
      children.push_back(number_at(content, cell));
    }
    children.push_back(number_at(content, 8));
    for (const std::uint32_t child : children) {
      if (child < 2 || child > pages_) return damaged();
    }
    return children;
  }

  const std::uint32_t pages_;
  const ReadPage& read_;
  TablePages found_;
};

}  // namespace

std::uint32_t number_at(std::span<const std::uint8_t> page, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | page[offset + i];
  return number;
}

void put_number(std::span<std::uint8_t> page, std::size_t offset, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) page[offset + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
}

Result<TablePages> pages_of_table(std::uint32_t root, std::uint32_t pages, const ReadPage& read) {
  Walk walk(pages, read);
  return walk.from(root);
}

Result<std::int64_t> rows_of_leaf(std::span<const std::uint8_t> page) {
  if (page[0] != kLeafOfTable) return damaged();
  return static_cast<std::int64_t>(short_number_at(page, 3));
}

std::vector<std::uint8_t> empty_leaf(std::uint32_t page_bytes, std::uint32_t usable) {
  std::vector<std::uint8_t> page(page_bytes);
  page[0] = kLeafOfTable;
  page[5] = static_cast<std::uint8_t>(usable >> 8);
  page[6] = static_cast<std::uint8_t>(usable);
  return page;
}

// Each page of the map has five bytes for each of the pages that follow it: a word and the page above.
Result<std::uint32_t> root_of_page(std::uint32_t page, std::uint32_t pages, std::uint32_t page_bytes,
                                   std::uint32_t usable, const ReadPage& read) {
  const std::uint32_t entries = usable / 5;
  for (std::uint32_t steps = 0; steps <= pages; ++steps) {
    if (page == 1) return std::uint32_t{1};
    if (page < 1 || page > pages) return damaged();
    std::uint32_t map = (page - 2) / (entries + 1) * (entries + 1) + 2;
    if (map == lock_page(page_bytes)) ++map;
    if (page <= map) return std::uint32_t{0};
    const std::size_t offset = 5 * static_cast<std::size_t>(page - map - 1);
    const std::span<const std::uint8_t> content = TRY(read(map));
    if (offset + 5 > content.size()) return damaged();
    if (content[offset] == kRoot) return page;
    if (content[offset] == kFree) return std::uint32_t{0};
    page = number_at(content, offset + 1);
  }
  return damaged();
}

}  // namespace connlog::storage
