// Limits how many costly requests of a kind run at once. Such a request occupies a worker for seconds, and heartbeats
// need the same workers. Any thread.
#pragma once

#include <cstddef>
#include <semaphore>

namespace connlog::web {

// Takes one of the slots of a kind until it goes out of scope. Never waits. If all slots are taken, held() is false,
// and the handler answers `unavailable`.
template <std::ptrdiff_t kMost>
class Slot {
 public:
  explicit Slot(std::counting_semaphore<kMost>& free) : free_(free), held_(free.try_acquire()) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (held_) free_.release();
  }
  bool held() const { return held_; }

 private:
  std::counting_semaphore<kMost>& free_;
  const bool held_;
};

}  // namespace connlog::web
