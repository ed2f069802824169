// How many costly requests of a kind run at once: one that computes for seconds holds its worker, and the workers are the
// agents', too. Any thread.
#pragma once

#include <cstddef>
#include <semaphore>

namespace connlog::web {

// One of the slots of a kind, while it is in scope. Never waits: when it is not held all are taken, and the answer is
// `unavailable`.
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
