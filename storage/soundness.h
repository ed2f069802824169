// Whether a database that is about to be opened is whole. A copy that was taken while connlog ran may have the file of
// one moment and the write-ahead log (`-wal`) of another: SQLite cannot tell, opens it, and finds the damage later, or
// never.
//
// *Marks* tell the file and the log apart. A number is stored, and raised before each checkpoint (which moves the log
// into the file) and after it. Beside it stands which log is in use (SQLite gives each a number of its own, its salts)
// and what the number was when that log began. The file alone must have a number between that one and the newest: a
// file with a smaller one is older than its log, one with a greater one is newer.
//
// A start also checks, in at most two seconds, that the small tables fit their indexes, and that the file is as long as
// its pages ask. It never reads the whole file: what lies in the large tables (readings, trails, incidents) is found by
// `audit verify`, or when it is read. Start-up only, but for move_mark(), which belongs to the writer thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

struct FileMarks {
  std::int64_t mark = 0;
  std::int64_t at_log_start = 0;  // the mark when the log began …
  std::string log;                // … that has these salts; empty: none was noted
};

// The marks in the file without its log. Nothing: there are none, or they cannot be read (a checkpoint was
// interrupted). Called before any other connection is open.
std::optional<FileMarks> marks_of_file_alone(const OpenFile& file);

// Raises the mark, and notes the log if it is a new one. Between two transactions.
Result<void> move_mark(Connection& connection, const std::string& path);

// Refuses a file that is not whole, with a sentence that says what to do. Writes nothing.
Result<void> check_soundness(Connection& connection, const OpenFile& file, const std::optional<FileMarks>& in_file,
                             const Clock& clock);

// The refusal for what SQLite or the cipher calls damaged; any other error unchanged.
Error as_torn(Error error, const std::string& path);

}  // namespace connlog::storage
