// The log of readings of a database that took the nine steps of the development: its columns become the blob of the log
// as it is now (docs/reading-log.md).
//
// Runs inside the carry-over's transaction, on its connection and thread. The old log has been renamed to
// old_reading_log; the new reading_log is there and empty. Rows are read and written one after the other, in their order,
// so the memory it takes does not grow with the log. The old table is left for the caller to count and to drop.
#pragma once

#include "storage/connection.h"

namespace connlog::storage {

// The cores of each reading are those that its agent has now: the old log did not keep them.
Result<void> carry_readings(Connection& connection);

}  // namespace connlog::storage
