// What happened, for whoever watches live. Published from Transaction::after_commit (or by a worker that saw a status
// change), delivered to web/live_events. Subscribers must be quick and must not call back. Any thread may publish.
#pragma once

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
  // "notification.changed", "rule.changed", "recipient.changed"
  std::string name;
  std::string data;  // a small JSON object, ready to send
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

 private:
  mutable std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
};

}  // namespace connlog
