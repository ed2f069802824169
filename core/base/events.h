// What happened, for whoever watches live. Published from Transaction::after_commit (or by a worker that saw a status
// change), delivered to web/api/live_events. Subscribers must be quick and must not call back. Any thread may publish.
#pragma once

#include <atomic>
#include <functional>
#include <utility>
#include <map>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/id.h"

namespace connlog {

struct Event {
  WorkspaceId workspace;
  // "agent.heartbeat", "agent.changed", "incident.opened", "incident.changed", "incident.resolved",
  // "notification.changed", "rule.changed", "recipient.changed", "access.changed"
  std::string name;
  std::string data;    // a small JSON object, ready to send
  AgentId agent = {};  // the agent that it is about, for those who see some agents only; nil: of the workspace
};

class EventBus {
 public:
  using Subscriber = std::function<void(const Event&)>;

  // Ends with the object; the bus outlives it.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(EventBus& bus, std::uint64_t number) : bus_(&bus), number_(number) {}
    Subscription(Subscription&& other) noexcept : bus_(std::exchange(other.bus_, nullptr)), number_(other.number_) {}
    Subscription& operator=(Subscription&& other) noexcept {
      std::swap(bus_, other.bus_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Subscription() {
      if (bus_ != nullptr) bus_->unsubscribe(number_);
    }

   private:
    EventBus* bus_ = nullptr;
    std::uint64_t number_ = 0;
  };

  [[nodiscard]] Subscription subscribe(Subscriber subscriber) {
    const std::lock_guard lock(mutex_);
    subscribers_.emplace(++last_number_, std::move(subscriber));
    return Subscription(*this, last_number_);
  }
  void publish(const Event& event) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, subscriber] : subscribers_) subscriber(event);
  }

  // Whether anybody looks at a screen. Frequent events (agent.heartbeat) are not even rendered while nobody does.
  // True until the subscriber that knows better (web/api/live_events) says otherwise.
  void set_watched(bool watched) { watched_.store(watched, std::memory_order_relaxed); }
  bool watched() const { return watched_.load(std::memory_order_relaxed); }

 private:
  // Returns when no call of it runs any more.
  void unsubscribe(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    subscribers_.erase(number);
  }

  std::atomic<bool> watched_{true};
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Subscriber> subscribers_;  // in the order of their coming
  std::uint64_t last_number_ = 0;
};

}  // namespace connlog
