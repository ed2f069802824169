// Turns what SQLite and the system say about a failed read or write into words for people. SQLite's extended code tells
// what was tried; the system's errno, where it is known, tells why it failed. Pure; any thread.
#pragma once

#include <string>

namespace connlog::storage {

struct DiskTrouble {
  std::string cause;   // the end of a sentence: "the file system is read-only"; empty: no trouble with the disk
  std::string remedy;  // a sentence
  bool is_reading = false;

  bool is_set() const { return !cause.empty(); }
  // "Nothing can be stored: the file system is read-only. Look at …"
  std::string sentence() const;
};

// `code` is SQLite's extended code, `system_error` what sqlite3_system_errno gave.
DiskTrouble disk_trouble(int code, int system_error);

}  // namespace connlog::storage
