#include "storage/appliance/page_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/appliance/page_walk.h"
#include "storage/database.h"

namespace connlog::storage {
namespace {

Error unreadable(std::uint32_t page, std::string cause) {
  return Error{ErrorCode::unavailable,
               fmt::format("Page {} of the database is damaged. Restore a backup: `connlog restore`.", page),
               {},
               std::move(cause)};
}

}  // namespace

Result<bool> PageReader::fetch(std::uint32_t page) {
  Statement select = TRY(connection_.prepare("SELECT data FROM sqlite_dbpage WHERE pgno = :page"));
  const bool found = TRY(select.integer(":page", page).step());
  if (!found) return false;
  Row row(select);
  const std::span<const std::uint8_t> data = row.blob();
  content_.assign(data.begin(), data.end());
  return true;
}

Result<std::span<const std::uint8_t>> PageReader::read(std::uint32_t page) {
  content_.clear();
  const auto found = fetch(page);
  if (!found) {
    damaged_ = page;
    return unreadable(page, found.error().cause);
  }
  if (!*found || content_.size() != static_cast<std::size_t>(kPageBytes)) {
    damaged_ = page;
    return unreadable(page, "no such page");
  }
  const bool is_empty = std::all_of(content_.begin(), content_.end(), [](std::uint8_t byte) { return byte == 0; });
  if (is_empty && page != lock_page(static_cast<std::uint32_t>(kPageBytes))) {
    const auto next = connection_.number("SELECT pgno FROM sqlite_dbpage WHERE pgno = 1");
    if (!next) {
      damaged_ = page;
      return unreadable(page, next.error().cause);
    }
  }
  return std::span<const std::uint8_t>(content_);
}

Result<void> write_page(Connection& connection, std::uint32_t page, std::span<const std::uint8_t> content) {
  Statement update = TRY(connection.prepare("UPDATE sqlite_dbpage SET data = :data WHERE pgno = :page"));
  const std::int64_t changed = TRY(update.blob(":data", content).integer(":page", page).run());
  if (changed == 1) return {};
  return Error{ErrorCode::internal, "A page of the new database could not be written.", {},
               fmt::format("page {} is not in the file", page)};
}

}  // namespace connlog::storage
