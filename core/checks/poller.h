// What the runtime of checks waits with: epoll, timers and a wake-up, on one thread. Handles end what they stand for when
// they are destroyed, also inside a call; the poller outlives them.
//
// One thread; wake() alone may be called from others.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/base/clock.h"
#include "core/checks/check_runtime.h"

namespace connlog {

class Poller {
 public:
  using Held = CheckRuntime::Held;
  static constexpr std::uint32_t kBoth = CheckRuntime::kReadable | CheckRuntime::kWritable;

  explicit Poller(const Clock& clock);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Waits for a socket, a wake-up or the next timer, at most `longest`, and calls what is due.
  void turn(milliseconds longest);
  void wake();

  [[nodiscard]] Held at(Monotonic when, std::function<void()> call);

  class Watch final : public CheckRuntime::Handle {
   public:
    Watch(Poller& poller, int socket, std::function<void(std::uint32_t)> call);
    ~Watch() override;
    void wants(std::uint32_t wanted);

   private:
    friend class Poller;
    Poller& poller_;
    const int socket_;
    const std::uint32_t number_;
    bool is_added_ = false;
    std::function<void(std::uint32_t)> call_;
  };
  [[nodiscard]] std::unique_ptr<Watch> watch(int socket, std::uint32_t wanted, std::function<void(std::uint32_t)> call);

  std::size_t sockets() const { return sockets_; }

 private:
  class Timer;
  using Timers = std::multimap<Monotonic, Timer*>;

  Watch* watch_of(std::uint64_t key) const;
  void call_watch(std::uint64_t key, std::uint32_t events);
  void call_timers();

  const Clock& clock_;
  int epoll_ = -1, wake_ = -1;
  Timers timers_;
  std::vector<Watch*> watches_;  // by socket
  std::uint32_t next_number_ = 1;
  std::size_t sockets_ = 0;
};

}  // namespace connlog
