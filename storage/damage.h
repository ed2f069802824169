// What is said when a page of the database is damaged while the appliance runs: which tables the statement that met it
// is about, and what to do. What needs none of them goes on. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace connlog::storage {

// The tables that a statement of our own reads or writes, by its text, in the order in which it names them.
std::vector<std::string> tables_in(std::string_view sql);

// The refusal, and once for each table a line in the log.
Error damage_error(const std::vector<std::string>& tables, std::string cause);

}  // namespace connlog::storage
