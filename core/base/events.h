// Live events: they say what happened, for the screens that are open. Published from Transaction::after_commit (or by a
// worker that saw a status change), delivered to web/api/live_events. Subscribers must be quick and must not call back.
// Any thread may publish.
//
// The scope of an event says whom it is for. Its name says only what happened and restricts nothing.
#pragma once

#include <atomic>
#include <functional>
#include <utility>
#include <map>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/words.h"

namespace connlog {

// All events. The texts are part of the API.
enum class EventName {
  subject_observed,
  subject_changed,
  incident_opened,
  incident_changed,
  incident_resolved,
  notification_changed,
  rule_changed,
  recipient_changed,
  access_changed,
  workspace_changed,
  storage_changed,
  recovery_changed,
  quiet_changed,
};

template <>
inline constexpr auto kWords<EventName> = words_for<EventName>({
    {EventName::subject_observed, "subject.observed"},
    {EventName::subject_changed, "subject.changed"},
    {EventName::incident_opened, "incident.opened"},
    {EventName::incident_changed, "incident.changed"},
    {EventName::incident_resolved, "incident.resolved"},
    {EventName::notification_changed, "notification.changed"},
    {EventName::rule_changed, "rule.changed"},
    {EventName::recipient_changed, "recipient.changed"},
    {EventName::access_changed, "access.changed"},
    {EventName::workspace_changed, "workspace.changed"},
    {EventName::storage_changed, "storage.changed"},
    {EventName::recovery_changed, "recovery.changed"},
    {EventName::quiet_changed, "quiet.changed"},
});
inline constexpr auto kEventNames = values_of<EventName>();

// Whom an event is for, among the people of its workspace, or everyone. There is no default: the publisher decides.
class EventScope {
 public:
  enum class Kind { everybody, subject, full_sight, everyone };

  // Every member, whatever subjects they see. Its data must name no subject.
  static constexpr EventScope everybody() { return {Kind::everybody, {}}; }
  // The people who see this subject.
  static constexpr EventScope about(SubjectId subject) { return {Kind::subject, subject}; }
  // Only the people who see every subject: owners and admins where the workspace is scoped by team, everybody where it is
  // not.
  static constexpr EventScope full_sight() { return {Kind::full_sight, {}}; }
  // Everyone who is signed in, of whatever workspace: for what concerns the appliance as a whole. The event has no
  // workspace, and its data must name nothing of any.
  static constexpr EventScope everyone() { return {Kind::everyone, {}}; }

  Kind kind() const { return kind_; }
  SubjectId subject() const { return subject_; }  // of Kind::subject

 private:
  constexpr EventScope(Kind kind, SubjectId subject) : kind_(kind), subject_(subject) {}

  Kind kind_;
  SubjectId subject_;
};

struct Event {
  WorkspaceId workspace;
  EventScope scope;
  EventName name;
  std::string data;  // a small JSON object, ready to send
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

  // Whether anybody looks at a screen: web/api/live_events says so with its first and its last client. Frequent events
  // (subject.observed) are not even rendered while nobody does. Starts as true; LiveEvents sets it to false when it is
  // constructed.
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
  std::map<std::uint64_t, Subscriber> subscribers_;  // in the order of their subscription
  std::uint64_t last_number_ = 0;
};

}  // namespace connlog
