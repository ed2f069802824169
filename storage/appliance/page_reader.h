// Reads pages of an open database, decrypted, through `sqlite_dbpage`. SQLCipher hands a page that does not
// authenticate out as zeros and refuses only what is asked next; so a page of zeros is taken only when the next
// question is answered. Inside the connection's transaction; one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

class PageReader {
 public:
  explicit PageReader(Connection& connection) : connection_(connection) {}

  // Valid until the next call.
  Result<std::span<const std::uint8_t>> read(std::uint32_t page);
  // The page whose reading failed; 0: none.
  std::uint32_t damaged_page() const { return damaged_; }

 private:
  Result<bool> fetch(std::uint32_t page);
  Connection& connection_;
  std::vector<std::uint8_t> content_;
  std::uint32_t damaged_ = 0;
};

// Replaces a page. The connection must not be defensive, and must not have looked at that page as a part of a table.
Result<void> write_page(Connection& connection, std::uint32_t page, std::span<const std::uint8_t> content);

}  // namespace connlog::storage
