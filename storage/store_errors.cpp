#include "storage/store_errors.h"

#include <fmt/format.h>

namespace connlog::storage {

Result<void> exactly_one(Statement& statement, std::string_view noun) {
  const std::int64_t changed = TRY(statement.run());
  if (changed == 1) return {};
  return Error{ErrorCode::not_found, fmt::format("There is no such {}.", noun)};
}

}  // namespace connlog::storage
