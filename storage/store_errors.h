// What the stores say alike when a row is not there. Any thread.
#pragma once

#include <string_view>

#include "storage/statement.h"

namespace connlog::storage {

// Runs an UPDATE or DELETE that is about one row; `noun` names the thing that was not found.
Result<void> exactly_one(Statement& statement, std::string_view noun);

}  // namespace connlog::storage
