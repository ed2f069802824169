// Lines of the log on their way to a descriptor that may be slow, full or closed. push() never waits for it: a thread
// of the queue, named log, writes. When too much waits, or a line cannot be written, lines are dropped and counted, and
// a line says how many as soon as one can be written again. Any thread may push; one owner ends it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <thread>

#include "core/base/clock.h"

namespace connlog {

class LogQueue {
 public:
  static constexpr std::size_t kLinesMax = 4'096;
  static constexpr std::size_t kBytesMax = 1024 * 1024;

  explicit LogQueue(int descriptor);
  ~LogQueue();
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  void push(std::string line);  // with its line feed
  // Writes what waits, for at most about `limit`, and ends the thread. False: something was left unwritten. What is
  // pushed later is dropped.
  bool finish(milliseconds limit);

 private:
  struct Shared;  // owned by the thread too: a write that hangs in the kernel may outlive the queue
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace connlog
