// What a backup's manifest says of a database: its schema, how many rows each table has, where the trails end, the
// newest incident. Asked of the snapshot from which a backup is made, and of the database that is made of it. One
// thread, inside the caller's transaction.
#pragma once

#include <functional>
#include <string_view>

#include "core/appliance/backup/archive.h"
#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

// The readings, and what is kept beside them to find the newest: the history that a backup may do without.
inline constexpr std::string_view kHistory = "reading_log", kHistoryHeads = "reading_head";

// Counts the rows of each table for which `counts` says so; the others are left out of the manifest's rows.
Result<Manifest> facts_of(Connection& connection, const std::function<Result<bool>(std::string_view table)>& counts);

// What is not as the manifest says. Names the table or the trail; no error: nothing.
Result<void> compare_facts(const Manifest& found, const Manifest& expected);

}  // namespace connlog::storage
