// What happened, for whoever watches live. Published from Transaction::after_commit (or by a worker that saw a status
// change), delivered to web/live_events. Subscribers must be quick and must not call back. Any thread may publish.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/id.h"

namespace connlog {

struct Event {
  WorkspaceId workspace;
  // "agent.heartbeat", "agent.changed", "incident.opened", "incident.changed", "incident.resolved",
  // "notification.changed", "rule.changed", "recipient.changed", "access.changed"
  std::string name;
  std::string data;  // a small JSON object, ready to send
  AgentId agent = {};  // the agent that it is about, for those who see some agents only; nil: of the workspace
};

class EventBus {
 public:
  using Subscriber = std::function<void(const Event&)>;

  void subscribe(Subscriber subscriber) {
    const std::lock_guard lock(mutex_);
    subscribers_.push_back(std::move(subscriber));
  }
  void publish(const Event& event) const {
    const std::lock_guard lock(mutex_);
    for (const Subscriber& subscriber : subscribers_) subscriber(event);
  }

  // Whether anybody looks at a screen. Frequent events (agent.heartbeat) are not even rendered while nobody does.
  // True until the subscriber that knows better (web/live_events) says otherwise.
  void set_watched(bool watched) { watched_.store(watched, std::memory_order_relaxed); }
  bool watched() const { return watched_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> watched_{true};
  mutable std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
};

}  // namespace connlog
