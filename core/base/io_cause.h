// Why the system refuses to read or write a file, in words for people: the cause as the end of a sentence ("no space
// left on the device") and what to do. One list for the database, the data directory and `connlog check`. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

struct IoCause {
  int error;  // errno
  std::string_view cause;
  std::string_view remedy;
};

// The known cause, or null: this number says nothing about a disk.
const IoCause* find_io_cause(int error);

// Always words: those of the list, else the system's.
std::string io_cause(int error);

}  // namespace connlog
