// Carries a database that took exactly the nine development steps (nine_steps.h) to the schema of 0001_schema.sql: the
// old tables are renamed, the new ones made by that very file, filled, and the rows of every table counted against what it
// must hold. So the schema is afterwards the one of a new appliance. The caller holds the transaction, has foreign keys off,
// and checks them before it commits. Start-up only; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

// `schema`: the text of 0001_schema.sql. An error names the table whose number of rows is wrong.
Result<void> carry_over(Connection& connection, std::string_view schema);

// The free space that carrying over needs at most: for the copy of the file, for the new tables while the old ones
// still stand, and for the write-ahead log through which the new tables go.
struct CarryOverRoom {
  std::filesystem::path directory;
  std::uint64_t needed_bytes = 0, free_bytes = 0;

  bool is_enough() const { return free_bytes >= needed_bytes; }
  std::string sentence() const;
};

Result<CarryOverRoom> room_to_carry_over(const std::filesystem::path& database);

}  // namespace connlog::storage
