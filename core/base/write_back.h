// Sends a large file to the disk while it is being written, a few MiB at a time. Without that the kernel collects
// hundreds of MiB and writes them at once, and what is synced meanwhile (the database, at each commit) waits for all of
// them. Only speed depends on it: a file is on the disk when it is synced, as ever. One thread at a time.
#pragma once

#include <cstdint>

namespace connlog {

class WriteBack {
 public:
  // Whether what is written stays in memory: it is read again soon.
  enum class Cached { dropped, kept };
  explicit WriteBack(Cached cached = Cached::dropped) : cached_(cached) {}

  // After each write to the end of the file: how long it is now. May wait for the disk.
  void wrote(int file, std::int64_t length);

 private:
  const Cached cached_;
  std::int64_t started_ = 0;  // from there on the kernel was told nothing yet
  std::int64_t waited_ = 0;   // up to there it is written
};

}  // namespace connlog
